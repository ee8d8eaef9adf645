// A theatre with many records to fold does not hold up the others of its partition, and what is
// published stays the same: also when the engine is killed while one theatre is far ahead of
// another.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { makeRevision, type ReportSketch } from '@tocsin/testing/report/report-sketch'
import { describe, expect, it } from 'vitest'
import { RulesEngine } from '../src/partition/rules-engine.ts'
import { readIndex } from '../src/theatre/snapshot-store.ts'
import { arc, control, declareSahel, observer, plain, slowClock } from './engine-harness.ts'

type Like = 'embedded' | 'kafka'

/**
 * Each fold takes this long by the clock of these tests, ms: about what one takes in a flood of one
 * village and day.
 */
const foldMs = 10
const flood = 1000

/** An engine on a log; once `diesWhen` holds, nothing that it writes reaches the log. */
function engineOn(
  store: MemoryStore,
  like: Like = 'embedded',
  diesWhen: (folds: number) => boolean = () => false
) {
  let folds = 0
  /** By theatre, how many records were folded when its first alert was published. */
  const foldsAtAlert = new Map<string, number>()
  const beforeAppend = (): AppendFate =>
    diesWhen(folds)
      ? { kind: 'refuse', error: new EventLogError('log-unavailable', 'killed') }
      : { kind: 'write' }
  const log = new MemoryLog({ like, hooks: { beforeAppend } }, store)
  const append = log.append.bind(log)
  log.append = async (topic, records) => {
    const keys = topic === topics.alerts ? records.map(({ key }) => key) : []
    const at = folds
    const appended = await append(topic, records)
    for (const key of keys) if (!foldsAtAlert.has(key)) foldsAtAlert.set(key, at)
    return appended
  }
  const { notes, ...noted } = observer()
  const counted = {
    ...noted,
    folded: () => {
      folds += 1
    }
  }
  const settings = {
    snapshotEveryRecords: 1_000_000,
    pageRecordsMax: 50,
    tickCheckMs: 60_000,
    compression: plain
  }
  const engine = new RulesEngine({
    log,
    clock: slowClock(foldMs),
    observer: counted,
    ...settings
  })
  const run = engine.run()
  return {
    log,
    notes,
    foldsAtAlert,
    folds: () => folds,
    isSettled: async () =>
      engine.hasTold(await log.cursorAt(topics.control, 'latest')) &&
      engine.hasPassed(await log.cursorAt(topics.incidents, 'latest')),
    async close() {
      await engine.close()
      await run
    }
  }
}

async function declared(): Promise<MemoryStore> {
  const store = new MemoryStore()
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
  const engine = engineOn(store)
  await waitFor(engine.isSettled, { what: 'the declared theatres' })
  await engine.close()
  return store
}

async function append(
  log: MemoryLog,
  theatre: string,
  sketches: readonly ReportSketch[]
): Promise<void> {
  const records = sketches.map(sketch => {
    const id = digest('test', theatre, sketch.id)
    const envelope = { id, source: '/test', time: '2025-06-20T00:00:00.000Z', cause: null, theatre }
    const payload = { type: 'report.received', data: makeRevision(sketch, theatre) } as const
    return { id, key: theatre, value: encodeRecord(envelope, payload) }
  })
  await log.append(topics.incidents, records)
}

/** Reports of one day in one theatre, of which nothing follows. */
function protests(count: number): ReportSketch[] {
  return Array.from({ length: count }, (_, n) => {
    const [lat, lon] = [10 + (n % 60) * 0.5, Math.floor(n / 60)]
    return { id: `r-${n}`, at: '2025-06-01', lat, lon, category: 'protest' } as const
  })
}

function massacre(id: string): ReportSketch {
  return {
    id,
    at: '2025-06-01',
    settlement: 'Bole',
    admin1: 'GH-SV',
    country: 'GH',
    lat: 9.03,
    lon: -2.48,
    deaths: 40
  }
}

/** What the log says of a theatre, the first record of each id, in order. */
function toldOf(store: MemoryStore, theatre: string, topic: Topic): string[] {
  const byId = new Map<string, string>()
  for (const { records } of store.topics.get(topic)?.partitions ?? [])
    for (const { id, key, value } of records)
      if (key === theatre && !byId.has(id)) byId.set(id, Buffer.from(value ?? []).toString())
  return [...byId.values()]
}

/** Where the reports of a theatre lie. */
function positionsOf(store: MemoryStore, theatre: string): bigint[] {
  const [partition] = store.topics.get(topics.incidents)?.partitions ?? []
  const reports = (partition?.records ?? []).filter(
    ({ key, value }) => key === theatre && Buffer.from(value ?? []).includes('report.received')
  )
  return reports.map(({ position }) => position)
}

describe('a theatre with a flood of reports', () => {
  it('does not hold up the alerts of another in its partition', async () => {
    const engine = engineOn(await declared())
    await waitFor(engine.isSettled, { what: 'the start' })
    const before = engine.folds()
    await append(engine.log, 'sahel', protests(flood))
    await append(engine.log, 'coast', [massacre('m')])
    await waitFor(engine.isSettled, { what: 'the flood' })
    await engine.close()
    expect(engine.folds() - before).toBe(flood + 1)
    // A part of the flood was under way, and the theatre had a turn.
    expect(
      (engine.foldsAtAlert.get('coast') ?? Number.POSITIVE_INFINITY) - before
    ).toBeLessThanOrEqual(30)
  })

  it.each(['embedded', 'kafka'] as const)(
    'may be killed while another is far ahead: nothing is lost, changed or published twice (%s)',
    async like => {
      const [killed, whole] = [await declared(), await declared()]
      const dead = engineOn(killed, like, folds => folds >= 250)
      const stories = [
        protests(300),
        Array.from({ length: 60 }, (_, n) => massacre(`m-${n}`))
      ] as const
      for (const store of [killed, whole]) {
        await append(new MemoryLog({ like }, store), 'sahel', [
          arc[0] as ReportSketch,
          ...stories[0],
          ...arc.slice(1)
        ])
        await append(new MemoryLog({ like }, store), 'coast', stories[1])
      }
      const first = positionsOf(killed, 'sahel').at(0) as bigint
      const coast = positionsOf(killed, 'coast').at(0) as bigint
      await waitFor(() => dead.folds() >= 250, { what: 'a part of the flood', intervalMs: 1 })
      await dead.close()
      expect(dead.foldsAtAlert.has('coast')).toBe(true)
      const log = new MemoryLog({ like }, killed)
      const committed = (await log.committed('rules', topics.incidents))?.positions[0] ?? 0n
      const index = await readIndex(log, 0, await log.epoch(topics.incidents))
      const saved = new Map(index?.theatres.map(({ theatre, next }) => [theatre, BigInt(next)]))
      // The partition is folded as far as the theatre that is behind, and the other is saved far
      // ahead of it.
      expect(committed).toBeGreaterThan(first)
      expect(committed).toBeLessThan(first + 250n)
      expect(saved.get('coast')).toBeGreaterThan(coast)

      for (const store of [killed, whole]) {
        const engine = engineOn(store, like)
        await waitFor(engine.isSettled, { what: 'everything to be folded', intervalMs: 1 })
        await engine.close()
        expect(engine.notes.filter(note => !note.endsWith('written'))).toEqual([])
      }
      for (const theatre of ['sahel', 'coast'])
        for (const topic of [topics.alerts, topics.assembly]) {
          expect(toldOf(killed, theatre, topic)).toEqual(toldOf(whole, theatre, topic))
          expect(toldOf(killed, theatre, topic).length).toBeGreaterThan(0)
        }
    }
  )
})
