// The conformance suite on the embedded log, with real files, processes, a real small disk and real
// damage.

import { testEventLog } from '../../src/conformance/conformance.ts'
import { embeddedSubject } from './embedded-subject.ts'

testEventLog({
  name: 'embedded log',
  make: async ({ partitions }) => embeddedSubject(partitions),
  owned: {
    'broker-restart': 'the Kafka adapter: there is no broker'
  }
})
