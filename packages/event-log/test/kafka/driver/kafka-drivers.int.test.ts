// The driver suite for both drivers on a real broker.

import { kafkaForTests } from '@tocsin/testing/kafka/kafka-for-tests'
import { describe, it } from 'vitest'
import { parseBroker } from '../../../src/kafka/cluster/kafka-cluster.ts'
import { platformaticDriver } from '../../../src/kafka/driver/platformatic-driver.ts'
import { kafkajsDriver } from '../../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { testDriver } from './kafka-driver-suite.ts'

const kafka = await kafkaForTests()
if (kafka.brokers === undefined)
  describe('drivers', () => it.skip(`there is no Kafka: ${kafka.skipped}`, () => {}))
else {
  const broker = () => parseBroker(kafka.brokers[0]!)
  testDriver('kafkajs', kafkajsDriver, broker)
  testDriver('platformatic', platformaticDriver, broker)
}
