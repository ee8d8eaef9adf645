// Killed again and again, also while it catches up: what is published stays the same, and each
// start goes on from a snapshot that is at most a second's folding old.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { computeRuns } from '@tocsin/testing/process/test-size'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { makeRevision } from '@tocsin/testing/report/report-sketch'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RulesEngine } from '../src/partition/rules-engine.ts'
import { control, declareSahel, observer, plain, slowClock } from './engine-harness.ts'

type Like = 'embedded' | 'kafka'

/** Each fold takes this long by the clock of these tests, ms: a second is ten folds. */
const foldMs = 100
const secondFolds = 1000 / foldMs
const pageRecordsMax = 5

interface LifeOptions {
  readonly diesAt?: number
  readonly saves?: boolean
  /** The disk is full for records of this topic. */
  readonly refuses?: Topic
}

interface Life {
  readonly folds: number
  readonly notes: readonly string[]
}

/**
 * Runs an engine until it is done, or dies at this many folds: from then on nothing that it writes
 * reaches the log.
 */
async function live(
  store: MemoryStore,
  like: Like,
  { diesAt = Number.POSITIVE_INFINITY, saves = true, refuses }: LifeOptions = {}
): Promise<Life> {
  let folds = 0
  const beforeAppend = (topic: Topic): AppendFate => {
    if (folds >= diesAt)
      return { kind: 'refuse', error: new EventLogError('log-unavailable', 'killed') }
    return topic === refuses
      ? { kind: 'refuse', error: new EventLogError('disk-full', 'full') }
      : { kind: 'write' }
  }
  const log = new MemoryLog({ like, hooks: { beforeAppend } }, store)
  const { notes, ...noted } = observer()
  const folded = () => {
    folds += 1
  }
  const engine = new RulesEngine({
    log,
    clock: slowClock(foldMs),
    observer: { ...noted, folded },
    snapshotEveryRecords: saves ? 1_000_000 : 0,
    pageRecordsMax,
    tickCheckMs: 60_000,
    compression: plain
  })
  const run = engine.run()
  const isDone = async () =>
    engine.hasTold(await log.cursorAt(topics.control, 'latest')) &&
    engine.hasPassed(await log.cursorAt(topics.incidents, 'latest'))
  await waitFor(async () => folds >= diesAt || (await isDone()), {
    what: 'the folds',
    intervalMs: 1
  })
  await engine.close()
  await run
  return { folds, notes }
}

async function append(
  store: MemoryStore,
  payloads: readonly (readonly [string, TheatrePayload])[]
): Promise<void> {
  const records = payloads.map(([theatre, payload]) => {
    const id = digest('test', theatre, JSON.stringify(payload))
    const envelope = { id, source: '/test', time: '2025-06-20T00:00:00.000Z', cause: null, theatre }
    return { id, key: theatre, value: encodeRecord(envelope, payload) }
  })
  await new MemoryLog({}, store).append(topics.incidents, records)
}

/** Attacks on villages that lie far apart, so that fronts, arcs and rates are found. */
function attack(n: number, theatre = 'sahel'): readonly [string, TheatrePayload] {
  const village = n % 7
  const sketch = {
    id: `${theatre}-${n}`,
    at: `2025-06-${String(1 + ((n * 5) % 14)).padStart(2, '0')}`,
    settlement: `Village ${village}`,
    admin1: `ML-${village % 3}`,
    lat: 12 + village * 0.3,
    lon: -6 + village * 0.9,
    deaths: n % 4
  }
  return [theatre, { type: 'report.received', data: makeRevision(sketch, theatre) }]
}

/**
 * What the log says, the first record of each id, theatre by theatre: they take turns, and a kill
 * changes whose turn it is.
 */
function textsOf(store: MemoryStore, topic: Topic): string[] {
  const byId = new Map<string, readonly [string, string]>()
  for (const { records } of store.topics.get(topic)?.partitions ?? [])
    for (const { id, key, value } of records)
      if (!byId.has(id)) byId.set(id, [key, Buffer.from(value ?? []).toString()])
  return [...byId.values()].sort(([a], [b]) => compareText(a, b)).map(([, text]) => text)
}

function told(store: MemoryStore): Readonly<Record<'alerts' | 'incidents', readonly string[]>> {
  return { alerts: textsOf(store, topics.alerts), incidents: textsOf(store, topics.assembly) }
}

async function declared(partitions = 1): Promise<MemoryStore> {
  const store = new MemoryStore({ partitions })
  const log = new MemoryLog({}, store)
  await declareSahel(log)
  const coast = {
    id: 'coast',
    countries: ['GH'],
    polygon: null,
    clock: 'replay',
    retentionDays: 820
  } as const
  await control(log, { type: 'theatre.declared', data: coast })
  await live(store, 'embedded', { saves: false })
  return store
}

describe('a killed engine', () => {
  it.each(['embedded', 'kafka'] as const)(
    'gets on with what it had published before, however often it is killed (%s)',
    async like => {
      const store = await declared()
      await append(
        store,
        Array.from({ length: 100 }, (_, n) => attack(n))
      )
      const { folds: all } = await live(store, like, { saves: false })
      const before = told(store)
      let lives = 0
      for (let isDone = false; !isDone && lives < 40; lives++) {
        const { folds, notes } = await live(store, like, { diesAt: 3 * secondFolds })
        expect(notes.filter(isBad)).toEqual([])
        isDone = folds < 3 * secondFolds
      }
      // A second is not saved yet, a part of a page and the snapshot being written are lost.
      expect(lives).toBeLessThanOrEqual(Math.ceil(all / (2 * secondFolds - pageRecordsMax)) + 1)
      expect(told(store)).toEqual(before)
    }
  )

  it('publishes what it would have without kills, and loses little by each', async () => {
    const rounds = fc.array(
      fc.record({
        attacks: fc.integer({ min: 0, max: 30 }),
        diesAt: fc.integer({ min: 1, max: 60 })
      }),
      {
        minLength: 1,
        maxLength: 8
      }
    )
    const likes = fc.constantFrom<Like>('embedded', 'kafka')
    await fc.assert(
      fc.asyncProperty(
        rounds,
        likes,
        fc.integer({ min: 1, max: 2 }),
        async (story, like, partitions) => {
          const [killed, whole] = [await declared(partitions), await declared(partitions)]
          let n = 0
          let [folds, lost] = [0, 0]
          for (const { attacks, diesAt } of story) {
            const more = Array.from({ length: attacks }, () =>
              attack(n++, n % 3 === 0 ? 'coast' : 'sahel')
            )
            await append(killed, more)
            await append(whole, more)
            const life = await live(killed, like, { diesAt })
            expect(life.notes.filter(isBad)).toEqual([])
            folds += life.folds
            lost += Math.min(life.folds, 2 * secondFolds + 2 * pageRecordsMax)
          }
          folds += (await live(killed, like)).folds
          const { folds: needed } = await live(whole, like)
          expect(told(killed)).toEqual(told(whole))
          expect(folds).toBeLessThanOrEqual(needed + lost)
        }
      ),
      { numRuns: computeRuns(15) }
    )
  }, 120_000)
})

function isBad(note: string): boolean {
  return (
    note.startsWith('conflict') || note.startsWith('quarantined') || note.endsWith('passed-over')
  )
}
