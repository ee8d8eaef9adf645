// A record known only by its head leads to the same state as a parsed one.

import { digest } from '@tocsin/contracts/json/digest'
import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/record/records'
import { reportHeadOf } from '@tocsin/contracts/report/report-head'
import type { TheatrePayload } from '@tocsin/domain/record/theatre-record'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { comparable, revisionOf } from '../../../packages/domain/test/fold-story.ts'
import { noFacts } from '../src/theatre/published-alerts.ts'
import { TheatreOwner } from '../src/theatre/theatre-owner.ts'

const day = (year: number, n: number) => new Date(Date.UTC(year, 0, 1 + n)).toISOString().slice(0, 10)
const ticks = fc
  .integer({ min: 0, max: 300 })
  .map(n => ({ type: 'clock.ticked', data: { to: `${day(2025, n)}T00:00:00.000Z`, gap: false } }) as const)
const reports = fc
  .record({
    id: fc.integer({ min: 0, max: 5 }).map(n => digest('report', String(n))),
    year: fc.integer({ min: 2020, max: 2025 }),
    n: fc.integer({ min: 0, max: 360 }),
    lane: fc.constantFrom('live', 'backfill')
  })
  .map(({ id, year, n, lane }) => ({ type: 'report.received', data: revisionOf({ id, at: day(year, n), lane }) }) as const)
const stories = fc.array<TheatrePayload>(fc.oneof({ weight: 1, arbitrary: ticks }, { weight: 8, arbitrary: reports }), {
  maxLength: 60
})

/** Bytes of the incidents log, some of them standing there twice. */
function bytesOf(payload: TheatrePayload): { id: string; value: Uint8Array } {
  const id = digest('record', JSON.stringify(payload))
  const envelope = { id, source: '/tocsin/intake', time: '2025-06-02T09:00:00.000Z', cause: null, theatre: 'sahel' }
  return { id, value: encodeRecord(envelope, payload) }
}

it('passes a record beyond the window by its head as it would when parsing it', () => {
  let passed = 0
  const story = (payloads: readonly TheatrePayload[]) => {
    const [reading, looking] = [new TheatreOwner('sahel', noFacts(), null), new TheatreOwner('sahel', noFacts(), null)]
    for (const payload of payloads) {
      const { id, value } = bytesOf(payload)
      const decoded = decodeTheatreRecord(value)
      if (decoded.kind !== 'decoded') throw new Error(`a record of the test is ${decoded.kind}`)
      const head = reportHeadOf(value)
      const byHead = head === null ? null : looking.takeHead(id, head)
      if (byHead !== null) passed++
      expect(byHead ?? looking.take(decoded.record)).toEqual(reading.take(decoded.record))
    }
    expect(comparable(looking.fold)).toEqual(comparable(reading.fold))
  }
  fc.assert(fc.property(stories, story), {
    examples: [
      [
        [
          { type: 'clock.ticked', data: { to: '2025-06-02T00:00:00.000Z', gap: false } },
          { type: 'report.received', data: revisionOf({ id: digest('old'), at: '2020-01-01', lane: 'backfill' }) }
        ]
      ]
    ]
  })
  expect(passed).toBeGreaterThan(0)
})
