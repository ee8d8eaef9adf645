// The head of a report's record equals that of the decoded record, or is null. It is read by the
// members that stand around others: so with every member that the schema knows.

import { handlings } from '@tocsin/contracts/theatre/handling'
import { reportRevisionFormat } from '@tocsin/contracts/theatre/report'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordSchemas } from '../src/record/record-schemas.ts'
import { encodeRecord } from '../src/record/records.ts'
import { readReportHead } from '../src/report/report-head.ts'
import { recordData, sampleOf, samplesOf } from './support/schema-samples.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

const envelope = {
  id: 'id-1',
  source: '/tocsin/intake',
  time: '2025-06-02T09:00:00.000Z',
  cause: null,
  theatre: 'sahel'
}
const authors = fc.option(fc.string({ unit: anyCharacter, minLength: 1 }), { nil: undefined })
const instants = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map(day => day.toISOString())
const digests = fc.stringMatching(/^[0-9a-f]{32}$/)
/** Texts that resemble the members searched for. */
const odd = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.constantFrom(
    '"reportId":"x","reportedAt":"',
    '","type":"tocsin.report.received.v1"}',
    '"lane":"live","linkKeys":[',
    '"drill":true,',
    '"handling":"public","lane":"live","linkKeys":[',
    '\\',
    '"',
    'é'
  )
)
const reports = fc
  .record({
    base: fc.constantFrom(...samplesOf(reportRevisionFormat)),
    reportId: digests,
    contentHash: digests,
    reportedAt: instants,
    sourceId: odd,
    name: odd
  })
  .chain(({ base, name, ...data }) =>
    fc
      .record({
        lane: fc.constantFrom('live', 'backfill'),
        drill: fc.boolean(),
        handling: fc.constantFrom(...handlings),
        from: instants,
        to: instants
      })
      .map(({ lane, drill, handling, from, to }) => ({
        ...base,
        ...data,
        externalId: name,
        actors: [{ name, role: name }],
        handling,
        lane,
        drill,
        occurred: { from: from.slice(0, 10), to }
      }))
  )

describe('the head of a record', () => {
  it('is what the whole record says, whatever its texts hold', () => {
    fc.assert(
      fc.property(reports, authors, (data, by) => {
        const written = by === undefined ? envelope : { ...envelope, by }
        const head = readReportHead(encodeRecord(written, { type: 'report.received', data }))
        const { reportId, contentHash, reportedAt, sourceId, occurred, handling, lane, drill } =
          data
        // A source with characters beyond ASCII is read by decoding the record.
        const isPlain = /^[ !#-[\]-\x7f]*$/.test(sourceId)
        expect(head).toEqual(
          isPlain
            ? { reportId, contentHash, reportedAt, sourceId, occurred, handling, lane, drill }
            : null
        )
      })
    )
  })

  it('is not there for other records, newer ones and other bytes', () => {
    const data = sampleOf(reportRevisionFormat, 'whole') as object
    const bytes = Buffer.from(
      encodeRecord(envelope, {
        type: 'report.received',
        data: { ...data, reportId: '0'.repeat(32), contentHash: 'a'.repeat(32) }
      })
    )
    expect(readReportHead(bytes)).not.toBeNull()
    expect(
      readReportHead(Buffer.from(bytes.toString().replace('received.v1', 'received.v2')))
    ).toBeNull()
    expect(
      readReportHead(Buffer.from(bytes.toString().replace('"reportedAt"', '"reportedIn"')))
    ).toBeNull()
    expect(readReportHead(Buffer.from(bytes.toString().replaceAll(':', ': ')))).toBeNull()
    for (let length = 0; length < bytes.length; length += 7)
      expect(readReportHead(bytes.subarray(0, length))).toBeNull()
    for (const type of recordSchemas.keys()) {
      if (type === 'report.received') continue
      const other = encodeRecord(envelope, { type, data: recordData(type) })
      expect(readReportHead(other)).toBeNull()
    }
  })
})
