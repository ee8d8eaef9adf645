// The Kafka log on @platformatic/kafka under the conformance suite, on a real broker. Brokers of its own are killed, filled and
// damaged in the long run alone: in every build that is done with the other driver.

import { platformaticDriver } from '../../src/kafka/driver/platformatic-driver.ts'
import { testKafkaLog } from './kafka-conformance.ts'

await testKafkaLog('platformatic', platformaticDriver, 'long-run')
