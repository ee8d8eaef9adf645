// The cases of the conformance suite in which brokers are killed, filled and damaged.

import { testKafkaDamage } from './kafka-conformance.ts'

await testKafkaDamage()
