// The conformance suite on the Kafka log with kafkajs and a real broker; what damages brokers is in
// kafka-damage.int.test.ts.

import { kafkajsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { testKafkaLog } from './kafka-conformance.ts'

await testKafkaLog('kafkajs', kafkajsDriver)
