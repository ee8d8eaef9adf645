// Records that wait are folded several at once, and what is written is what is written one by one:
// of theatres that alternate, with reports beyond the window, a time that was wrong, bytes that
// nobody can read, and a record of a newer version.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatrePayload } from '@tocsin/domain/record/theatre-record'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { NewRecord } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { runsOf } from '@tocsin/testing/process/test-size'
import { waitFor } from '@tocsin/testing/process/wait-for'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { revisionOf } from '../../../packages/domain/test/fold-story.ts'
import { RulesEngine } from '../src/partition/rules-engine.ts'
import { readIndex } from '../src/theatre/snapshot-store.ts'
import { observer, plain, slowClock } from './engine-harness.ts'

const pageRecordsMax = 500
/**
 * Records that are folded together take this long by the clock of these tests, ms, however many
 * they are.
 */
const lookMs = 1

interface Folded {
  readonly notes: readonly string[]
  /** How many records were folded together, at most. */
  readonly together: number
  readonly outputs: readonly string[]
}

/** Runs an engine until it is done with the log. */
async function folded(store: MemoryStore, recordsMax: number): Promise<Folded> {
  const log = new MemoryLog({}, store)
  const noted = observer()
  const outputs: string[] = []
  let together = 0
  const engine = new RulesEngine({
    log,
    clock: slowClock(lookMs),
    observer: {
      ...noted,
      folded(seconds, { events, ignored }) {
        together = Math.max(together, Math.round(lookMs / 1000 / seconds))
        outputs.push(`${events.map(({ type }) => type).join()} ${ignored}`)
      }
    },
    snapshotEveryRecords: 20,
    pageRecordsMax: recordsMax,
    tickCheckMs: 60_000,
    compression: plain
  })
  const run = engine.run()
  const isDone = async () => {
    const end = await log.cursorAt(topics.incidents, 'latest')
    return (
      engine.hasPassed(end) &&
      (await log.committed('rules', topics.incidents))?.positions[0] === end.positions[0]
    )
  }
  await waitFor(isDone, { what: 'everything to be folded', intervalMs: 1 })
  await engine.close()
  await run
  const notes = noted.notes.filter(note => !note.startsWith('snapshot')).toSorted()
  return { notes, together, outputs: outputs.toSorted() }
}

/** What lies in a topic, by key and in order; a quarantined record without the time of day. */
function toldOf(store: MemoryStore, topic: Topic): Record<string, string[]> {
  const told: Record<string, string[]> = {}
  for (const { records } of store.topics.get(topic)?.partitions ?? [])
    for (const { key, value } of records) {
      const texts = told[key] ?? []
      told[key] = texts
      texts.push(
        Buffer.from(value ?? [])
          .toString()
          .replace(/"time":"[^"]*"/, '')
      )
    }
  return told
}

async function standingOf(store: MemoryStore) {
  const log = new MemoryLog({}, store)
  const index = await readIndex(log, 0, await log.epoch(topics.incidents))
  return {
    alerts: toldOf(store, topics.alerts),
    incidents: toldOf(store, topics.assembly),
    // Of several theatres, in whatever order.
    quarantined: Object.values(toldOf(store, topics.quarantine)).flat().toSorted(),
    theatres: index?.theatres.map(({ theatre }) => theatre).toSorted()
  }
}

const theatres = ['sahel', 'coast'] as const
type Theatre = (typeof theatres)[number]

function recordOf(theatre: Theatre, told: TheatrePayload, n: number): NewRecord {
  const payload =
    told.type === 'report.received' ? { ...told, data: { ...told.data, theatre } } : told
  const id = digest('test', theatre, String(n))
  const envelope = { id, source: '/test', time: '2025-06-20T00:00:00.000Z', cause: null, theatre }
  return { id, key: theatre, value: encodeRecord(envelope, payload) }
}

function unreadable(theatre: Theatre, n: number): NewRecord {
  return { id: digest('test', theatre, String(n)), key: theatre, value: Buffer.from('{"no record') }
}

function newer(theatre: Theatre, n: number): NewRecord {
  const made = recordOf(
    theatre,
    { type: 'clock.ticked', data: { to: '2025-06-20T00:00:00.000Z', gap: false } },
    n
  )
  const value = Buffer.from(made.value as Uint8Array)
    .toString()
    .replace('clock.ticked.v1', 'clock.ticked.v3')
  return { ...made, value: Buffer.from(value) }
}

const day = (n: number) => new Date(Date.UTC(2025, 5, 1 + n)).toISOString()
const nameOf = (id: number) => digest('report', String(id))
const places = fc.integer({ min: 0, max: 4 })
const reports = fc
  .record({
    id: fc.integer({ min: 0, max: 15 }),
    n: fc.integer({ min: 0, max: 20 }),
    place: places,
    kind: fc.integer({ min: 0, max: 9 }),
    heard: fc.integer({ min: 0, max: 9 })
  })
  .map(({ id, n, place, kind, heard }): TheatrePayload => {
    // Some are of old, and one of a report that was in the window: the later revision wins.
    const at = kind < 2 ? '2020-05-05' : day(n).slice(0, 10)
    const more = {
      settlement: `Village ${place}`,
      lat: 12 + place * 0.3,
      lon: -6 + place * 0.9,
      deaths: n % 4
    } as const
    const reportedAt = day(21 + heard)
    return {
      type: 'report.received',
      data: revisionOf({
        id: nameOf(id),
        at,
        reportedAt,
        lane: kind % 3 === 0 ? 'live' : 'backfill',
        ...more
      })
    }
  })
const ticks = fc
  .integer({ min: 0, max: 40 })
  .map((n): TheatrePayload => ({ type: 'clock.ticked', data: { to: day(n), gap: false } }))
const times = fc.integer({ min: 15, max: 25 }).map(
  (n): TheatrePayload => ({
    type: 'clock.set',
    data: { to: day(n), by: 'officer (key_1)', reason: 'a slip' }
  })
)
const withdrawals = fc.integer({ min: 0, max: 15 }).map(
  (id): TheatrePayload => ({
    type: 'report.withdrawn',
    data: { reportId: nameOf(id), reason: 'wrong', lane: 'live' }
  })
)
const payloads = fc.oneof(
  { weight: 30, arbitrary: reports },
  { weight: 3, arbitrary: ticks },
  { weight: 1, arbitrary: times },
  { weight: 2, arbitrary: withdrawals },
  { weight: 1, arbitrary: fc.constant('unreadable' as const) }
)
const stories = fc.array(fc.tuple(fc.constantFrom(...theatres), payloads), {
  minLength: 30,
  maxLength: 150
})

function beginning(id: Theatre): TheatrePayload[] {
  const rules = defaultRules.map(data => ({ type: 'rule.configured', data }) as const)
  const data = { id, countries: [], polygon: null, clock: 'replay', retentionDays: 820 } as const
  return [
    { type: 'clock.ticked', data: { to: day(0), gap: false } },
    { type: 'theatre.configured', data },
    ...rules
  ]
}

async function filled(
  story: readonly (readonly [Theatre, TheatrePayload | 'unreadable'])[],
  ends: boolean
): Promise<MemoryStore> {
  const store = new MemoryStore()
  const log = new MemoryLog({}, store)
  const begun = theatres.flatMap(theatre =>
    beginning(theatre).map((payload, n) => recordOf(theatre, payload, -1 - n))
  )
  const told = story.map(([theatre, payload], n) =>
    payload === 'unreadable' ? unreadable(theatre, n) : recordOf(theatre, payload, n)
  )
  const records = [...begun, ...told]
  // What comes after a record of a newer version is not folded.
  if (ends) records.splice(Math.floor(records.length * 0.8), 0, newer('coast', records.length))
  await log.append(topics.incidents, records)
  return store
}

describe('records that wait', () => {
  it('are folded together, and what is written is what is written one by one', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.boolean(), async (story, ends) => {
        const [one, many] = [await filled(story, ends), await filled(story, ends)]
        const oneByOne = await folded(one, 1)
        const together = await folded(many, pageRecordsMax)
        expect(oneByOne.together).toBe(1)
        expect(together.together).toBeGreaterThan(3)
        expect(together.notes).toEqual(oneByOne.notes)
        expect(together.outputs).toEqual(oneByOne.outputs)
        expect(await standingOf(many)).toEqual(await standingOf(one))
      }),
      { numRuns: runsOf(10) }
    )
  }, 120_000)
})
