// The compiled writers give the text of the sorted value, for anything that can be posted or
// recorded.

import { type IncidentState, incidentFormat } from '@tocsin/contracts/incident/incident-event'
import { type ReportRevision, reportRevisionFormat } from '@tocsin/contracts/theatre/report'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCanonicalJson } from '../src/json/canonical-json.ts'
import { compileWriter } from '../src/json/canonical-writer.ts'
import { encodeIncidentEvent, encodeRecord, encodeRevision } from '../src/record/records.ts'
import { postedReportFormat } from '../src/report/posted-report.ts'
import { arbitraryOf } from './support/format-arbitrary.ts'

const posted = arbitraryOf(postedReportFormat)
const revision = arbitraryOf(reportRevisionFormat) as fc.Arbitrary<ReportRevision>
const incident = arbitraryOf(incidentFormat) as fc.Arbitrary<IncidentState>
const time = '2025-06-01T00:00:00.000Z'
const envelope = { id: 'r-1', source: '/tocsin/intake', time, cause: null, theatre: 'sahel' }
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString()

describe('canonical JSON by a format', () => {
  it('is that of a posted body with its members sorted', () => {
    const write = compileWriter(postedReportFormat)
    fc.assert(
      fc.property(posted, body => {
        expect(write(body as never)).toBe(toCanonicalJson(body))
      }),
      { numRuns: 500 }
    )
  })

  it('is that of the record of a revision', () => {
    fc.assert(
      fc.property(revision, data => {
        expect(textOf(encodeRevision(envelope, data))).toBe(
          textOf(encodeRecord(envelope, { type: 'report.received', data }))
        )
      }),
      { numRuns: 500 }
    )
  })

  it('is that of the record of an incident, with its trace', () => {
    fc.assert(
      fc.property(incident, fc.option(fc.constant('00-1-2-01')), (data, trace) => {
        const input = { ...envelope, ...(trace === null ? {} : { traceparent: trace }) }
        const event = { type: 'incident.revised', data } as const
        expect(textOf(encodeIncidentEvent(input, event))).toBe(textOf(encodeRecord(input, event)))
      }),
      { numRuns: 300 }
    )
  })

  it.each([{ lat: Number.NaN }, { name: '\ud800' }])('refuses a place with %o', wrong => {
    const [sample] = fc.sample(revision, 1) as [ReportRevision]
    const data = { ...sample, place: { ...sample.place, ...wrong } }
    expect(() => encodeRevision(envelope, data)).toThrow()
  })
})
