// The hand-written order of events of incidents equals the sorted one, for any state that can be
// recorded.

import { type IncidentState, incidentFormat } from '@tocsin/contracts/incident/incident-event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeIncidentEvent, encodeRecord } from '../src/record/records.ts'
import { arbitraryOf } from './support/format-arbitrary.ts'

const incident = arbitraryOf(incidentFormat) as fc.Arbitrary<IncidentState>
const time = '2025-06-01T00:00:00.000Z'
const envelope = { id: 'a-1', source: '/tocsin/rules', time, cause: null, theatre: 'sahel' }

it('has the bytes of an incident with its members sorted', () => {
  fc.assert(
    fc.property(incident, fc.option(fc.constant('00-1-2-01')), (data, trace) => {
      const input = { ...envelope, ...(trace === null ? {} : { traceparent: trace }) }
      const event = { type: 'incident.revised', data } as const
      expect(Buffer.from(encodeIncidentEvent(input, event)).toString()).toBe(
        Buffer.from(encodeRecord(input, event)).toString()
      )
    }),
    { numRuns: 300 }
  )
})
