// The Kafka log on kafkajs under the conformance suite, on a real broker; brokers of its own are killed, filled and damaged.

import { kafkajsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { testKafkaLog } from './kafka-conformance.ts'

await testKafkaLog('kafkajs', kafkajsDriver)
