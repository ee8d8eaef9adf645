// The conformance suite on the Kafka log with kafkajs and a real broker; separate brokers are killed, filled and damaged.

import { kafkajsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { testKafkaLog } from './kafka-conformance.ts'

await testKafkaLog('kafkajs', kafkajsDriver)
