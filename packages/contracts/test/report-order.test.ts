// The hand-written order equals the sorted one, for any report that can be posted and any revision that can be recorded.

import type { Place, ReportRevision } from '@tocsin/domain/report/report'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../src/json/canonical-json.ts'
import { orderedText } from '../src/json/ordered-text.ts'
import { encodeRecord, encodeRevision } from '../src/record/records.ts'
import { contentHashOf, postedHashOf } from '../src/report/report-identity.ts'
import { postedInOrder, revisionInOrder } from '../src/report/report-order.ts'
import { checkReportShape, type PostedReport } from '../src/report/report-shape.ts'
import reportReceived from '../src/schemas/report.received.v1.schema.json' with { type: 'json' }
import reportSchema from '../src/schemas/report.v1.schema.json' with { type: 'json' }

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a\\ud', '"', '\\', '\u007f', '\u2028', 'Ségou', ''))
const textOrNull = fc.option(text, { nil: null })
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 14.8252, 1e21))
const numberOrNull = fc.option(number, { nil: null })
const listOf = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 })

const location = fc.record(
  { name: text, country: text, admin1: text, lat: number, lon: number, radiusKm: number },
  { requiredKeys: [] }
)
const posted = fc.record(
  {
    targets: listOf(fc.record({ kind: text })),
    source: fc.record({ id: text }),
    externalId: text,
    reportedAt: text,
    occurred: fc.record({ to: text, from: text }),
    category: text,
    tactics: listOf(text),
    location,
    alsoAt: listOf(location),
    actors: listOf(fc.record({ role: text, name: text }, { requiredKeys: [] })),
    fatalities: fc.record({ low: numberOrNull, best: numberOrNull, high: numberOrNull }, { requiredKeys: [] }),
    credibility: fc.integer(),
    handling: text,
    drill: fc.boolean(),
    private: fc.record(
      {
        persons: listOf(fc.record({ name: text, role: text, aliases: listOf(text), kind: text }, { requiredKeys: ['name'] })),
        narrative: text,
        links: listOf(text)
      },
      { requiredKeys: [] }
    )
  },
  { requiredKeys: ['source', 'occurred', 'category', 'location'] }
) as unknown as fc.Arbitrary<PostedReport>

const place = fc.record({
  name: textOrNull,
  country: textOrNull,
  admin1: textOrNull,
  statedAdmin1: textOrNull,
  foundAdmin1: textOrNull,
  lat: numberOrNull,
  lon: numberOrNull,
  radiusKm: numberOrNull,
  settlement: textOrNull,
  settlementName: textOrNull,
  resolution: fc.constantFrom('stated', 'ambiguous'),
  candidates: listOf(fc.record({ settlement: text, name: text, country: text, admin1: textOrNull, lat: number, lon: number }))
})
const revision = fc.record({
  theatre: text,
  reportId: text,
  contentHash: text,
  sourceId: text,
  externalId: textOrNull,
  reportedAt: text,
  occurred: fc.record({ to: text, from: text }),
  category: text,
  tactics: listOf(text),
  place,
  alsoAt: listOf(place),
  actors: listOf(fc.record({ role: textOrNull, name: text })),
  targets: listOf(fc.record({ kind: text })),
  fatalities: fc.record({ low: numberOrNull, best: numberOrNull, high: numberOrNull }),
  credibility: fc.integer(),
  handling: text,
  persons: listOf(fc.record({ key: text, role: textOrNull, kind: textOrNull, aliasKeys: listOf(text) })),
  unnamed: fc.option(listOf(fc.record({ role: textOrNull, kind: textOrNull })), { nil: undefined }),
  narrativeKey: textOrNull,
  linkKeys: listOf(text),
  private: fc.option(fc.record({ keyId: text, algorithm: fc.constant('A256GCM'), iv: text, tag: text, ciphertext: text }), {
    nil: null
  }),
  drill: fc.boolean(),
  lane: fc.constantFrom('live', 'backfill')
}) as unknown as fc.Arbitrary<ReportRevision>

const envelope = { id: 'r-1', source: '/tocsin/intake', time: '2025-06-01T00:00:00.000Z', cause: null, theatre: 'sahel' }

describe('a report in canonical order', () => {
  it('has the text of the posted body with its members sorted, and so its hash', () => {
    fc.assert(
      fc.property(posted, body => {
        expect(orderedText(postedInOrder(body))).toBe(canonicalJson(body))
        expect(postedHashOf(body)).toBe(contentHashOf(body))
      }),
      { numRuns: 500 }
    )
  })

  it('has the text of the recorded revision with its members sorted, and so the bytes of its record', () => {
    fc.assert(
      fc.property(revision, data => {
        expect(orderedText(revisionInOrder(data))).toBe(canonicalJson(data))
        const written = encodeRecord(envelope, { type: 'report.received', data })
        expect(Buffer.compare(encodeRevision(envelope, data), written)).toBe(0)
      }),
      { numRuns: 500 }
    )
  })

  it('names every member that a published schema has', () => {
    const membersOf = (schema: { properties: object }) => Object.keys(schema.properties).sort()
    const body = { source: { id: 'a' }, occurred: { from: '2025-06-01', to: '2025-06-01' }, category: 'attack', location: {} }
    expect(Object.keys(postedInOrder(body as PostedReport))).toEqual(membersOf(reportSchema))
    const [sample] = fc.sample(revision, 1) as [ReportRevision]
    expect(Object.keys(revisionInOrder(sample))).toEqual(membersOf(reportReceived))
  })

  it('is asked of bodies alone whose shape is right: what no report has is refused before', () => {
    const body = {
      source: { id: 'a' },
      occurred: { from: '2025-06-01', to: '2025-06-01' },
      category: 'attack',
      location: { lat: 1, lon: 1 }
    }
    expect(checkReportShape(body).ok).toBe(true)
    expect(checkReportShape({ ...body, further: 1 }).ok).toBe(false)
    expect(checkReportShape({ ...body, source: { id: 'a', further: 1 } }).ok).toBe(false)
  })

  it.each([{ lat: Number.NaN }, { radiusKm: Number.POSITIVE_INFINITY }, { name: '\ud800' }])('refuses a place with %o', wrong => {
    const [sample] = fc.sample(revision, 1) as [ReportRevision]
    const data = { ...sample, place: { ...sample.place, ...wrong } as Place }
    expect(() => encodeRevision(envelope, data)).toThrow(TypeError)
  })
})
