// The Kafka log on @platformatic/kafka under the conformance suite, on a real broker; brokers of its own are killed, filled and damaged.

import { platformaticDriver } from '../src/kafka/platformatic-driver.ts'
import { testKafkaLog } from './kafka-conformance.ts'

await testKafkaLog('platformatic', platformaticDriver)
