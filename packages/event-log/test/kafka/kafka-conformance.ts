// The conformance suite on the Kafka of the run, and with brokers of its own.

import { kafkaForTests, ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { describe, it } from 'vitest'
import { testEventLog, testNamedCases } from '../../src/conformance/conformance.ts'
import type { LogFactory } from '../../src/conformance/subject.ts'
import { canMount } from '../support/small-disk.ts'
import { kafkaSubject } from './kafka-subject.ts'

const needOwnBroker = ['torn-write', 'bit-flip', 'disk-full', 'broker-restart'] as const
const isLong = process.env.TOCSIN_TEST_FULL === '1'

function factoryFor(brokers: readonly string[], owned: LogFactory['owned']): LogFactory {
  return {
    name: 'Kafka log',
    make: async ({ partitions }) => kafkaSubject({ brokers, partitions }),
    owned,
    elsewhere: Object.fromEntries(needOwnBroker.map(each => [each, 'kafka-damage.int.test.ts'])),
    historyRuns: 5,
    ...(isLong ? {} : { killRounds: 5 })
  }
}

/** Declares the suite on the Kafka of this run; skipped with a message where there is none. */
export async function testKafkaLog(): Promise<void> {
  const kafka = await kafkaForTests()
  if (kafka.brokers !== undefined) return testEventLog(factoryFor(kafka.brokers, {}))
  describe('Kafka log', () => it.skip(`there is no Kafka: ${kafka.skipped}`, () => {}))
}

/**
 * Declares the cases that damage brokers, and in the long form those that kill and fill them; skipped with a message where none can be
 * started.
 */
export async function testKafkaDamage(): Promise<void> {
  const own = await ownBrokers()
  const missing =
    own.start === undefined ? needOwnBroker.map(each => [each, `nobody here: ${own.skipped}`]) : []
  const noDisk = canMount()
    ? {}
    : { 'disk-full': 'environments that can mount a small disk: root on Linux' }
  // A killed broker and a full disk are faults of the suite's own tests too.
  const cases = isLong ? needOwnBroker : (['torn-write'] as const)
  testNamedCases(factoryFor([], { ...noDisk, ...Object.fromEntries(missing) }), cases)
}
