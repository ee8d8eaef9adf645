// The cases of the conformance suite in which brokers are killed, filled and damaged. With one
// driver in every build, since damage to files does not depend on the driver; with both in the long
// run.

import { platformaticDriver } from '../../src/kafka/driver/platformatic-driver.ts'
import { kafkajsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { testKafkaDamage } from './kafka-conformance.ts'

await testKafkaDamage('kafkajs', kafkajsDriver)
if (process.env.TOCSIN_TEST_FULL === '1') await testKafkaDamage('platformatic', platformaticDriver)
