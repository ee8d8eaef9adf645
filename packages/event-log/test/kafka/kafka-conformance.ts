// The conformance suite with a driver, as both test files of drivers use it.

import { kafkaForTests, ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { describe, it } from 'vitest'
import { testEventLog } from '../../src/conformance/conformance.ts'
import type { KafkaDriver } from '../../src/kafka/driver/driver.ts'
import { canMount } from '../support/small-disk.ts'
import { kafkaSubject, type MakeDriver } from './kafka-subject.ts'

const needOwnBroker = ['torn-write', 'bit-flip', 'disk-full', 'broker-restart'] as const

/**
 * Declares the suite on the Kafka of this run; skipped with a message where there is none. `damage: 'long-run'`: cases that need
 * a separate broker run only if TOCSIN_TEST_FULL is set.
 */
export async function testKafkaLog(
  name: KafkaDriver['name'],
  make: MakeDriver,
  damage: 'always' | 'long-run' = 'always'
): Promise<void> {
  const kafka = await kafkaForTests()
  if (kafka.brokers === undefined) {
    describe(`Kafka log by ${name}`, () => it.skip(`there is no Kafka: ${kafka.skipped}`, () => {}))
    return
  }
  const own = await ownBrokers()
  const missing = own.start === undefined ? needOwnBroker.map(each => [each, `nobody here: ${own.skipped}`]) : []
  const isLeftOut = damage === 'long-run' && process.env.TOCSIN_TEST_FULL !== '1'
  const leftOut = isLeftOut
    ? needOwnBroker.map(each => [each, 'the long run: damage to files does not depend on the driver'])
    : []
  const noDisk = canMount() ? {} : { 'disk-full': 'environments that can mount a small disk: root on Linux' }
  testEventLog({
    name: `Kafka log by ${name}`,
    make: async ({ partitions }) => kafkaSubject({ brokers: kafka.brokers, driver: { name, make }, partitions }),
    owned: { ...noDisk, ...Object.fromEntries(missing), ...Object.fromEntries(leftOut) },
    historyRuns: 5
  })
}
