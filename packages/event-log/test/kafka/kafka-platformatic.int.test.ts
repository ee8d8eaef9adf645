// The conformance suite on the Kafka log with @platformatic/kafka and a real broker. Separate brokers are killed, filled and
// damaged in the long run only: in every build that is done with the other driver.

import { platformaticDriver } from '../../src/kafka/driver/platformatic-driver.ts'
import { testKafkaLog } from './kafka-conformance.ts'

await testKafkaLog('platformatic', platformaticDriver, 'long-run')
