// A record known only by its head leads to the same state as a parsed one, and records taken
// together to that of one by one.

import { digest } from '@tocsin/contracts/json/digest'
import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/record/records'
import { readReportHead } from '@tocsin/contracts/report/report-head'
import { defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatrePayload } from '@tocsin/domain/record/theatre-record'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { comparable, revisionOf } from '../../../packages/domain/test/fold-story.ts'
import type { OwnerOutput } from '../src/theatre/owner.ts'
import { noFacts } from '../src/theatre/published-alerts.ts'
import { TheatreOwner } from '../src/theatre/theatre-owner.ts'

const day = (year: number, n: number) =>
  new Date(Date.UTC(year, 0, 1 + n)).toISOString().slice(0, 10)
const ticks = fc
  .integer({ min: 0, max: 300 })
  .map(
    n =>
      ({ type: 'clock.ticked', data: { to: `${day(2025, n)}T00:00:00.000Z`, gap: false } }) as const
  )
const reports = fc
  .record({
    id: fc.integer({ min: 0, max: 5 }).map(n => digest('report', String(n))),
    year: fc.integer({ min: 2020, max: 2025 }),
    n: fc.integer({ min: 0, max: 360 }),
    lane: fc.constantFrom('live', 'backfill')
  })
  .map(
    ({ id, year, n, lane }) =>
      ({ type: 'report.received', data: revisionOf({ id, at: day(year, n), lane }) }) as const
  )
const stories = fc.array<TheatrePayload>(
  fc.oneof({ weight: 1, arbitrary: ticks }, { weight: 8, arbitrary: reports }),
  {
    maxLength: 60
  }
)

/** Bytes of the incidents log, some of them standing there twice. */
function bytesOf(payload: TheatrePayload): { id: string; value: Uint8Array } {
  const id = digest('record', JSON.stringify(payload))
  const envelope = {
    id,
    source: '/tocsin/intake',
    time: '2025-06-02T09:00:00.000Z',
    cause: null,
    theatre: 'sahel'
  }
  return { id, value: encodeRecord(envelope, payload) }
}

it('passes a record beyond the window by its head as it would when parsing it', () => {
  let passed = 0
  const story = (payloads: readonly TheatrePayload[]) => {
    const [reading, looking] = [
      new TheatreOwner('sahel', noFacts(), null),
      new TheatreOwner('sahel', noFacts(), null)
    ]
    for (const payload of payloads) {
      const { id, value } = bytesOf(payload)
      const decoded = decodeTheatreRecord(value)
      if (decoded.kind !== 'decoded') throw new Error(`a record of the test is ${decoded.kind}`)
      const head = readReportHead(value)
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
          {
            type: 'report.received',
            data: revisionOf({ id: digest('old'), at: '2020-01-01', lane: 'backfill' })
          }
        ]
      ]
    ]
  })
  expect(passed).toBeGreaterThan(0)
})

/** Its bytes as texts: they are compared faster. */
function textOf({ alerts, incidents, ...rest }: OwnerOutput): string {
  const written = [...alerts, ...incidents].map(
    ({ id, value }) => `${id} ${Buffer.from(value ?? '').toString()}`
  )
  return [JSON.stringify(rest), ...written].join('\n')
}

it('takes records together as it takes them one by one, also where another engine has published', () => {
  const rules = defaultRules.filter(({ pattern }) =>
    ['front', 'cumulative-deaths', 'mass-casualty'].includes(pattern)
  )
  const told = Array.from({ length: 60 }, (_, n): TheatrePayload => {
    if (n % 6 === 0)
      return { type: 'clock.ticked', data: { to: `${day(2025, n / 6)}T00:00:00.000Z`, gap: false } }
    if (n % 17 === 16)
      return {
        type: 'report.withdrawn',
        data: { reportId: `r${n - 9}`, reason: 'wrong', lane: 'live' }
      }
    return {
      type: 'report.received',
      data: revisionOf({ id: `r${n}`, at: day(2025, Math.floor(n / 6) - (n % 3)), deaths: n % 12 })
    }
  })
  const payloads: readonly TheatrePayload[] = [
    ...rules.map(data => ({ type: 'rule.configured', data }) as const),
    ...told
  ]
  const records = payloads.map(payload => {
    const decoded = decodeTheatreRecord(bytesOf(payload).value)
    if (decoded.kind !== 'decoded') throw new Error(`a record of the test is ${decoded.kind}`)
    return decoded.record
  })
  const facts = (cause: string | null) => {
    const { others, ...none } = noFacts()
    return {
      ...none,
      others: {
        ...others,
        seq: cause === null ? 0 : 90,
        hash: 'f'.repeat(64),
        causes: { alerts: cause, incidents: null }
      }
    }
  }
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 })
  const property = (sizes: readonly number[], nth: number | null) => {
    const cause = nth === null ? null : (records[nth]?.id ?? null)
    const [single, together] = [
      new TheatreOwner('sahel', facts(cause), null),
      new TheatreOwner('sahel', facts(cause), null)
    ]
    const oneByOne = records.map(record => single.take(record))
    expect(oneByOne.flatMap(({ alerts }) => alerts).length).toBeGreaterThan(3)
    for (let [at, part] = [0, 0]; at < records.length; part++) {
      const size = sizes[part % sizes.length] as number
      expect(together.takeAll(records.slice(at, at + size)).map(textOf)).toEqual(
        oneByOne.slice(at, at + size).map(textOf)
      )
      at += size
    }
    expect(together.previousHash).toBe(single.previousHash)
    expect(comparable(together.fold)).toEqual(comparable(single.fold))
  }
  fc.assert(fc.property(sizes, fc.option(fc.integer({ min: 5, max: 30 })), property), {
    numRuns: 6
  })
})
