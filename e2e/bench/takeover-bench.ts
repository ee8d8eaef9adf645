// Bench `takeover`: how long an instance needs to take up a theatre that retains 300,000 reports, from its snapshot and the records behind it, to the
// moment at which all is folded. Beside the ceiling of that: reading and JSON-parsing the same bytes. And how long the writing of the snapshot held up
// the folding at the most.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { gunzipSync } from 'node:zlib'
import { digest } from '@tocsin/contracts/digest'
import { decodeEnvelope } from '@tocsin/contracts/envelope'
import { encodeRecord } from '@tocsin/contracts/records'
import { defaultRules } from '@tocsin/domain/pattern-catalogue'
import type { ReportRevision } from '@tocsin/domain/report'
import type { TheatrePayload } from '@tocsin/domain/theatre-record'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { readUpTo } from '@tocsin/rules/published-alerts'
import { type EngineObserver, RulesEngine } from '@tocsin/rules/rules-engine'
import { waitFor } from '@tocsin/testing/wait-for'

const theatre = 'bench'
const dayMs = 86_400_000
const startMs = Date.parse('2023-01-01T00:00:00.000Z')
/** Days over which the reports lie: all within the retention of 820. */
const days = 800
/** Reach. Source: issue of the Kafka log, shows 4. */
const reachS = 10

export interface TakeoverOptions {
  readonly reports: number
  /** Records behind the snapshot, that the new owner folds. */
  readonly tail: number
  /** Of 100 reports so many are attacks, which the patterns look at; the others are of other kinds. Default 10. */
  readonly attacksPer100?: number
  /** Opens the log once more: another handle is another instance. */
  readonly open: () => Promise<EventLog>
}

export interface TakeoverBench {
  readonly bench: 'takeover'
  readonly reports: number
  readonly tail: number
  /** Of 100 reports so many are attacks, which the patterns look at; the others are of other kinds. */
  readonly attacksPer100: number
  readonly snapshotBytes: number
  readonly textBytes: number
  readonly takeoverS: number
  /** Processor time of it, threads included: what it takes where others take none. */
  readonly takeoverCpuS: number
  /** Reading the same records and parsing their JSON, nothing else. */
  readonly ceilingS: number
  readonly ratio: number
  /** The longest that the event loop stood still while the snapshot was taken and written, ms. */
  readonly longestStandstillMs: number
  readonly reachS: number
  readonly reached: boolean
}

const attacksPer100Default = 10
const kinds = [
  'protest',
  'displacement',
  'looting',
  'threat',
  'advisory',
  'statistic',
  'school-closure',
  'food-insecurity'
] as const

/** Measures on the embedded log and prints. Resolves with the figures. */
export async function benchTakeover(options: { readonly json: boolean }): Promise<TakeoverBench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-bench-takeover-'))
  const opened: EventLog[] = []
  try {
    const open = async () => {
      const log = await openEmbeddedLog({ dataDir })
      opened.push(log)
      return log
    }
    const figures = await measureTakeover({ reports: 300_000, tail: 1_000, open })
    console.log(options.json ? JSON.stringify(figures) : wordsOf(figures))
    return figures
  } finally {
    for (const log of opened) await log.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Fills the log, lets one instance fold it and write its snapshot, then measures another. */
export async function measureTakeover(options: TakeoverOptions): Promise<TakeoverBench> {
  const { reports, tail, open, attacksPer100 = attacksPer100Default } = options
  const log = await open()
  await append(log, beginning())
  const slice = (from: number, to: number) => append(log, dayOf(from, to, reports, attacksPer100))
  for (let at = 0; at < reports; at += 1000) await slice(at, Math.min(at + 1000, reports))
  const longestStandstillMs = await foldOnce(log, reports)
  await slice(reports, reports + tail)
  const ceiling = await ceilingOf(await open())
  const takenUp = await takeUp(await open())
  return {
    bench: 'takeover',
    reports,
    tail,
    attacksPer100,
    ...ceiling,
    ...takenUp,
    ratio: takenUp.takeoverS / ceiling.ceilingS,
    longestStandstillMs,
    reachS,
    reached: takenUp.takeoverS < reachS
  }
}

/** One instance folds all, until its snapshot is written. Gives the longest standstill from then on. */
async function foldOnce(log: EventLog, reports: number): Promise<number> {
  let isWritten = false
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const engine = engineOn(log, reports, {
    snapshot: (_, outcome) => {
      isWritten ||= outcome === 'written'
    },
    folded: () => {
      // What the folding itself takes is not asked here: the last record is followed by the snapshot.
      delay.reset()
    }
  })
  delay.enable()
  const run = engine.run()
  await Promise.race([run, waitFor(() => isWritten, { what: 'the snapshot', timeoutMs: 1_800_000 })])
  delay.disable()
  await engine.close()
  await run
  return delay.max / 1e6
}

async function takeUp(log: EventLog): Promise<{ takeoverS: number; takeoverCpuS: number }> {
  const before = process.cpuUsage()
  let seconds: number | null = null
  const engine = engineOn(log, 0, {
    takenUp: (_, s) => {
      seconds = s
    }
  })
  const run = engine.run()
  await Promise.race([run, waitFor(() => seconds !== null, { what: 'the takeover', timeoutMs: 600_000 })])
  const { user, system } = process.cpuUsage(before)
  await engine.close()
  await run
  return { takeoverS: seconds ?? Number.NaN, takeoverCpuS: (user + system) / 1e6 }
}

/** Reads every record of the snapshot and parses its text; the tail is as nothing beside it. */
async function ceilingOf(log: EventLog): Promise<{ snapshotBytes: number; textBytes: number; ceilingS: number }> {
  const partition = await log.partitionOf(topics.snapshots, `${theatre}/index`)
  const { start, end } = (await log.state(topics.snapshots))[partition] as { start: bigint; end: bigint }
  const began = performance.now()
  let [snapshotBytes, textBytes] = [0, 0]
  await readUpTo(log, topics.snapshots, partition, start, end, ({ value }) => {
    const decoded = decodeEnvelope(value as Uint8Array)
    if (decoded.kind !== 'decoded' || decoded.event !== 'snapshot.chunk') return
    snapshotBytes += value?.byteLength ?? 0
    const text = gunzipSync(Buffer.from((decoded.envelope.data as { bytes: string }).bytes, 'base64'))
    textBytes += text.length
    JSON.parse(text.toString())
  })
  return { snapshotBytes, textBytes, ceilingS: (performance.now() - began) / 1000 }
}

function engineOn(log: EventLog, snapshotEveryRecords: number, told: Partial<EngineObserver>): RulesEngine {
  const observer: EngineObserver = {
    folded: () => {},
    retried: error => console.error(error.message),
    quarantined: (_, reason) => console.error(reason),
    stopped: (_, why) => console.error(why),
    conflict: (_, seqs) => console.error(`conflict at ${seqs}`),
    snapshot: () => {},
    clockJumped: () => {},
    assigned: () => {},
    takenUp: () => {},
    ...told
  }
  return new RulesEngine({ log, clock: systemClock, observer, snapshotEveryRecords, pageRecordsMax: 500, tickCheckMs: 60_000 })
}

// ---- what lies in the log ----

function beginning(): NewRecord[] {
  const config = { id: theatre, countries: null, polygon: null, clock: 'replay', retentionDays: 820 } as const
  return [
    record('start', startMs, { type: 'clock.ticked', data: { to: new Date(startMs).toISOString(), gap: false } }),
    record('config', startMs, { type: 'theatre.configured', data: config }),
    ...defaultRules.map(rule => record(`rule ${rule.ruleId}`, startMs, { type: 'rule.configured', data: rule }))
  ]
}

function dayOf(from: number, to: number, reports: number, attacksPer100: number): NewRecord[] {
  const records: NewRecord[] = []
  const dayAt = (i: number) => Math.min(days, Math.floor((i / reports) * days))
  for (let i = from; i < to; i++) {
    const nowMs = startMs + dayAt(i) * dayMs
    if (i > 0 && dayAt(i) > dayAt(i - 1)) {
      const data = { to: new Date(nowMs).toISOString(), gap: false }
      records.push(record(`tick ${dayAt(i)}`, nowMs, { type: 'clock.ticked', data }))
    }
    records.push(record(`report ${i}`, nowMs, { type: 'report.received', data: reportOf(i, nowMs, i % 100 < attacksPer100) }))
  }
  return records
}

function record(name: string, atMs: number, payload: TheatrePayload): NewRecord {
  const id = digest('bench', name)
  const time = new Date(atMs).toISOString()
  return { id, key: theatre, value: encodeRecord({ id, source: '/bench', time, cause: null, theatre }, payload) }
}

function reportOf(i: number, nowMs: number, isAttack: boolean): ReportRevision {
  // Numbers that lie about: no two reports of a day are of one place.
  const place = (i * 7919) % 40_000
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const admin1 = `ML-${place % 700}`
  return {
    reportId: digest('bench-report', String(i)),
    contentHash: digest('bench-content', String(i)),
    sourceId: `wire-${i % 20}`,
    externalId: `W-${i}`,
    reportedAt: new Date(nowMs + dayMs / 2).toISOString(),
    occurred: { from: day, to: day },
    category: isAttack ? 'attack' : (kinds[i % kinds.length] as (typeof kinds)[number]),
    tactics: [],
    place: {
      name: `Place ${place}`,
      country: 'ML',
      admin1,
      statedAdmin1: admin1,
      foundAdmin1: null,
      lat: -30 + (place % 200) * 0.45,
      lon: -110 + Math.floor(place / 200) * 1.2,
      radiusKm: 2,
      settlement: `${admin1}/${place}`,
      settlementName: `Place ${place}`,
      resolution: 'stated',
      candidates: []
    },
    alsoAt: [],
    actors: [{ name: 'Armed group', role: 'perpetrator' }],
    targets: [{ kind: 'civilians' }],
    fatalities: { low: i % 4, best: null, high: null },
    credibility: 2,
    handling: 'internal',
    persons: [],
    narrativeKey: digest('bench-narrative', String(i)),
    linkKeys: [],
    private: null,
    drill: false,
    theatre,
    lane: 'live'
  }
}

async function append(log: EventLog, records: readonly NewRecord[]): Promise<void> {
  await log.append(topics.incidents, records)
}

function wordsOf(f: TakeoverBench): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  return [
    `takeover of a theatre that retains ${f.reports} reports (${f.attacksPer100} of 100 are attacks), ${f.tail} records behind its snapshot:`,
    `  ${f.takeoverS.toFixed(2)} s, ${f.takeoverCpuS.toFixed(2)} s of processor time (reach < ${f.reachS} s: ${f.reached ? 'reached' : 'missed'})`,
    `  ceiling ${f.ceilingS.toFixed(2)} s: reading the same ${mb(f.snapshotBytes)} and parsing their ${mb(f.textBytes)} of JSON; ratio ${f.ratio.toFixed(1)}`,
    `  longest standstill while the snapshot was written: ${f.longestStandstillMs.toFixed(0)} ms`
  ].join('\n')
}
