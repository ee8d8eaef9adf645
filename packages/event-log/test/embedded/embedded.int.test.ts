// The embedded log under the conformance suite, on real files, with real processes, a real small disk and really flipped bits.

import { testEventLog } from '../../src/conformance/conformance.ts'
import { embeddedSubject } from './embedded-subject.ts'

testEventLog({
  name: 'embedded log',
  make: async ({ partitions }) => embeddedSubject(partitions),
  owned: {
    'broker-restart': 'the Kafka adapter: there is no broker'
  }
})
