// The conformance suite on the Kafka log with @platformatic/kafka and a real broker; what damages
// brokers is in kafka-damage.int.test.ts.

import { platformaticDriver } from '../../src/kafka/driver/platformatic-driver.ts'
import { testKafkaLog } from './kafka-conformance.ts'

await testKafkaLog('platformatic', platformaticDriver)
