// The driver suite on a real broker.

import { kafkaForTests } from '@tocsin/testing/kafka/kafka-for-tests'
import { describe, it } from 'vitest'
import { parseBroker } from '../../../src/kafka/cluster/kafka-cluster.ts'
import { testDriver } from './kafka-driver-suite.ts'

const kafka = await kafkaForTests()
if (kafka.brokers === undefined)
  describe('the driver', () => it.skip(`there is no Kafka: ${kafka.skipped}`, () => {}))
else testDriver(() => parseBroker(kafka.brokers[0]!))
