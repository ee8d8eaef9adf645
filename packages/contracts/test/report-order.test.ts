// The hand-written order equals the sorted one, for any report that can be posted and any revision
// that can be recorded.

import {
  type Place,
  type ReportRevision,
  reportRevisionFormat
} from '@tocsin/contracts/theatre/report'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCanonicalJson } from '../src/json/canonical-json.ts'
import { toOrderedText } from '../src/json/ordered-text.ts'
import { encodeRecord, encodeRevision } from '../src/record/records.ts'
import { type PostedReport, postedReportFormat } from '../src/report/posted-report.ts'
import { orderPosted, orderRevision } from '../src/report/report-order.ts'
import { arbitraryOf } from './support/format-arbitrary.ts'

const posted = arbitraryOf(postedReportFormat) as fc.Arbitrary<PostedReport>
const revision = arbitraryOf(reportRevisionFormat) as fc.Arbitrary<ReportRevision>
const envelope = {
  id: 'r-1',
  source: '/tocsin/intake',
  time: '2025-06-01T00:00:00.000Z',
  cause: null,
  theatre: 'sahel'
}

describe('a report in canonical order', () => {
  it('has the text of the posted body with its members sorted', () => {
    fc.assert(
      fc.property(posted, body => {
        expect(toOrderedText(orderPosted(body))).toBe(toCanonicalJson(body))
      }),
      { numRuns: 500 }
    )
  })

  it('has the text of the recorded revision with its members sorted, and so the bytes of its record', () => {
    fc.assert(
      fc.property(revision, data => {
        expect(toOrderedText(orderRevision(data))).toBe(toCanonicalJson(data))
        const written = encodeRecord(envelope, { type: 'report.received', data })
        expect(Buffer.compare(encodeRevision(envelope, data), written)).toBe(0)
      }),
      { numRuns: 500 }
    )
  })

  it('names every member of the format', () => {
    const body = {
      source: { id: 'a' },
      occurred: { from: '2025-06-01', to: '2025-06-01' },
      category: 'attack',
      location: {}
    } as const
    expect(Object.keys(orderPosted(body))).toEqual(
      Object.keys(postedReportFormat.properties).sort()
    )
    const [sample] = fc.sample(revision, 1) as [ReportRevision]
    expect(Object.keys(orderRevision(sample))).toEqual(
      Object.keys(reportRevisionFormat.properties).sort()
    )
  })

  it.each([{ lat: Number.NaN }, { radiusKm: Number.POSITIVE_INFINITY }, { name: '\ud800' }])(
    'refuses a place with %o',
    wrong => {
      const [sample] = fc.sample(revision, 1) as [ReportRevision]
      const data = { ...sample, place: { ...sample.place, ...wrong } as Place }
      expect(() => encodeRevision(envelope, data)).toThrow(TypeError)
    }
  )
})
