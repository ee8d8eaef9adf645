// Runs the engine on a log in memory until it is idle, and writes test records into that log.

import { digest } from '@tocsin/contracts/json/digest'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import type { Clock } from '@tocsin/domain/ports'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import type { MemoryLog } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { makeRevision, type ReportSketch } from '@tocsin/testing/report/report-sketch'
import { type EngineObserver, RulesEngine } from '../src/partition/rules-engine.ts'
import type { Compression } from '../src/theatre/snapshot-store.ts'
import { scan } from '../src/theatre/topic-reading.ts'

export const clock: Clock = {
  ...systemClock,
  nowMs: () => Date.parse('2025-06-10T00:00:00Z')
}

export interface Noted extends EngineObserver {
  readonly notes: string[]
}

export function observer(): Noted {
  const notes: string[] = []
  return {
    notes,
    folded: () => undefined,
    retried: error => notes.push(`retried ${error.message}`),
    quarantined: (stored, reason) => notes.push(`quarantined ${stored.position} ${reason}`),
    stopped: theatre => notes.push(`stopped ${theatre}`),
    conflict: (theatre, seqs) => notes.push(`conflict ${theatre} ${seqs.join(',')}`),
    snapshot: (theatre, outcome) => notes.push(`snapshot ${theatre} ${outcome}`),
    clockJumped: () => notes.push('jumped'),
    timeSet: (theatre, { to }) => notes.push(`time of ${theatre} set to ${to}`),
    assigned: () => undefined,
    takenUp: () => undefined
  }
}

export async function control(
  log: MemoryLog,
  payload: ControlPayload,
  id = digest('test', JSON.stringify(payload))
): Promise<void> {
  const value = encodeRecord(
    { id, source: '/test', time: '2025-01-01T00:00:00.000Z', cause: null },
    payload
  )
  await log.append(topics.control, [{ id, key: 'control', value }])
}

export async function theatre(
  log: MemoryLog,
  payload: TheatrePayload,
  id = digest('test', JSON.stringify(payload))
): Promise<void> {
  const value = encodeRecord(
    { id, source: '/test', time: '2025-06-05T00:00:00.000Z', cause: null, theatre: 'sahel' },
    payload
  )
  await log.append(topics.incidents, [{ id, key: 'sahel', value }])
}

export async function declareSahel(log: MemoryLog): Promise<void> {
  for (const rule of defaultRules) await control(log, { type: 'rule.declared', data: rule })
  const data = {
    id: 'sahel',
    countries: ['ML'],
    polygon: null,
    clock: 'replay',
    retentionDays: 820
  } as const
  await control(log, { type: 'theatre.declared', data })
}

/** Runs an engine until everything that is in the log has been copied and folded. */
export async function runUntilQuiet(
  log: MemoryLog,
  notes = observer(),
  snapshotEveryRecords = 0,
  isSeen: (notes: readonly string[]) => boolean = () => true
): Promise<{ engine: RulesEngine; notes: string[]; stopped: string[] }> {
  const engine = new RulesEngine({
    log,
    clock,
    observer: notes,
    snapshotEveryRecords,
    pageRecordsMax: 7,
    tickCheckMs: 1000
  })
  const run = engine.run()
  for (;;) {
    const controlEnd = await log.cursorAt(topics.control, 'latest')
    const end = await log.cursorAt(topics.incidents, 'latest')
    if (engine.hasTold(controlEnd) && engine.hasPassed(end) && isSeen(notes.notes)) break
    await Promise.race([clock.sleep(1), run])
  }
  const stopped = [...engine.stoppedTheatres.keys()]
  await engine.close()
  await run
  return { engine, notes: notes.notes, stopped }
}

export const arc: ReportSketch[] = [
  { id: 'd', at: '2025-06-01', settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
  {
    id: 's',
    at: '2025-06-03',
    settlement: 'Sirakorola',
    admin1: 'ML-2',
    lat: 13.28671,
    lon: -7.56982
  },
  { id: 'b', at: '2025-06-04', settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 }
]

/** The alert events that the story leads to. */
export const storyEvents = [
  'tocsin.alert.fold-began.v3',
  'tocsin.alert.raised.v3',
  'tocsin.alert.retracted.v3'
]

export async function story(log: MemoryLog): Promise<TheatrePayload[]> {
  await declareSahel(log)
  await control(log, {
    type: 'theatre.tick-requested',
    data: { theatre: 'sahel', to: '2025-06-02T00:00:00.000Z' }
  })
  return [
    ...arc.map(sketch => ({ type: 'report.received', data: makeRevision(sketch) }) as const),
    { type: 'report.withdrawn', data: { reportId: 's', reason: 'wrong', lane: 'live' } } as const,
    { type: 'clock.ticked', data: { to: '2025-06-09T00:00:00.000Z', gap: false } } as const
  ]
}

export async function alertsOf(log: MemoryLog): Promise<string[]> {
  const alerts: string[] = []
  await scan(log, await log.cursorAt(topics.alerts, 'earliest'), value =>
    alerts.push(Buffer.from(value).toString())
  )
  return alerts
}

/** Appends numbered reports to a log, each with its own place. */
export async function told(
  log: MemoryLog,
  from: number,
  to: number,
  theatre = 'sahel'
): Promise<void> {
  for (let n = from; n < to; n++) {
    const sketch = {
      id: `r-${n}`,
      at: '2025-06-01',
      lat: 10 + (n % 60) * 0.5,
      lon: Math.floor(n / 60),
      category: 'protest'
    } as const
    const id = digest('test', String(n))
    const payload: TheatrePayload = { type: 'report.received', data: makeRevision(sketch, theatre) }
    const envelope = { id, source: '/test', time: '2025-06-02T00:00:00.000Z', cause: null, theatre }
    await log.append(topics.incidents, [
      { id, key: theatre, value: encodeRecord(envelope, payload) }
    ])
  }
}

/** A clock that advances by `lookMs` at every reading. */
export function slowClock(lookMs: number): Clock & { lookMs: number } {
  let ms = 0
  return {
    ...systemClock,
    lookMs,
    monotonicMs() {
      ms += this.lookMs
      return ms
    }
  }
}

export const plain: Compression = { pack: async bytes => bytes, unpack: async bytes => bytes }
