// The conformance suite on the Kafka log and a real broker; what damages brokers is in
// kafka-damage.int.test.ts.

import { testKafkaLog } from './kafka-conformance.ts'

await testKafkaLog()
