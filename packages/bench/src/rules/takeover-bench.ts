// Bench `takeover`: how long an instance needs to take over a theatre that retains 300,000 reports,
// from its snapshot and the records after it until everything is folded, on either log. Compared
// with a ceiling: reading and JSON-parsing the same bytes. Also how long taking and writing the
// snapshot blocked folding at most.

import { gunzipSync } from 'node:zlib'
import { digest } from '@tocsin/contracts/json/digest'
import { decodeEnvelope } from '@tocsin/contracts/record/envelope'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatrePayload } from '@tocsin/domain/record/theatre-record'
import type { ReportRevision } from '@tocsin/domain/report/report'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { type EngineObserver, RulesEngine } from '@tocsin/rules/partition/rules-engine'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { aReport, placeOf } from '@tocsin/testing/report/report-builder'
import { type BenchLog, embeddedBench, kafkaBench, kafkaOf } from '../log/bench-log.ts'

const theatre = 'bench'
const dayMs = 86_400_000
const startMs = Date.parse('2023-01-01T00:00:00.000Z')
/** Days over which the reports are spread: all within the retention of 820. */
const days = 800
/** Target. Source: speed.md#takeover. */
const reachS = 10

export interface TakeoverOptions {
  readonly reports: number
  /** Records after the snapshot, which the new owner folds. */
  readonly tail: number
  /**
   * Of 100 reports, this many are attacks, which patterns use; the others are of other kinds.
   * Default 10.
   */
  readonly attacksPer100?: number
  /** Opens the log again: another handle stands for another instance. */
  readonly open: () => Promise<EventLog>
}

export interface TakeoverBench {
  readonly bench: 'takeover'
  readonly log: 'embedded' | 'kafka'
  readonly reports: number
  readonly tail: number
  /** Of 100 reports, this many are attacks, which patterns use; the others are of other kinds. */
  readonly attacksPer100: number
  readonly snapshotBytes: number
  readonly textBytes: number
  readonly takeoverS: number
  /** Its CPU time, all threads: independent of other load. */
  readonly takeoverCpuS: number
  /** Reading the same records and parsing their JSON only. */
  readonly ceilingS: number
  readonly ratio: number
  /**
   * The longest time that the event loop was blocked from the last fold until the snapshot was
   * written, ms.
   */
  readonly longestStandstillMs: number
  /** Filling the log, and folding it from its beginning until the snapshot is written. */
  readonly buildS: number
  readonly reachS: number
  readonly reached: boolean
}

const reportsDefault = 300_000
/**
 * 37 attacks per day at 300,000 reports. The densest country and year of UCDP GED 21.1 for Africa
 * has 4.4 events per day (Rwanda, 1994: 1,612), the next 1.2 (DR Congo, 2009: 447), each reported
 * by several sources; of 50 sample events of GDELT 1, 3 are fights.
 */
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

export interface TakeoverBenchOptions {
  readonly json: boolean
  /** Default embedded. */
  readonly log?: 'embedded' | 'kafka'
  /** Brokers of a Kafka log; without them one is started for the measurement. */
  readonly brokers?: readonly string[]
  /** Default 300,000. */
  readonly reports?: number
  readonly attacksPer100?: number
}

/** Measures and prints. Resolves with the figures. */
export async function benchTakeover(options: TakeoverBenchOptions): Promise<TakeoverBench> {
  if (options.log !== 'kafka') return benchOn(options, embeddedBench)
  const kafka = await kafkaOf(options.brokers ?? [])
  try {
    return await benchOn(options, kafkaBench(kafka.brokers))
  } finally {
    await kafka.close()
  }
}

async function benchOn(
  { json, reports = reportsDefault, attacksPer100 }: TakeoverBenchOptions,
  on: BenchLog
): Promise<TakeoverBench> {
  return withTempDir(async dataDir => {
    const opened: EventLog[] = []
    const open = async () => {
      const log = await on.open(dataDir)
      opened.push(log)
      return log
    }
    try {
      const density = attacksPer100 === undefined ? {} : { attacksPer100 }
      const figures = {
        log: on.name,
        ...(await measureTakeover({ reports, tail: 1_000, open, ...density }))
      }
      console.log(json ? JSON.stringify(figures) : wordsOf(figures))
      return figures
    } finally {
      for (const log of opened) await log.close()
    }
  })
}

/** Fills the log, lets one instance fold it and write its snapshot, then measures another. */
async function measureTakeover(options: TakeoverOptions): Promise<Omit<TakeoverBench, 'log'>> {
  const { reports, tail, open, attacksPer100 = attacksPer100Default } = options
  const log = await open()
  const began = performance.now()
  let records = await append(log, beginning())
  const slice = (from: number, to: number) => append(log, dayOf(from, to, reports, attacksPer100))
  for (let at = 0; at < reports; at += 1000)
    records += await slice(at, Math.min(at + 1000, reports))
  const longestStandstillMs = await foldOnce(log, records)
  const buildS = (performance.now() - began) / 1000
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
    buildS,
    reachS,
    reached: takenUp.takeoverS < reachS
  }
}

/**
 * One instance folds everything and writes its snapshot. Resolves with the longest blocking time
 * after the last fold: the synchronous part of the snapshot, and every block after it.
 */
async function foldOnce(log: EventLog, records: number): Promise<number> {
  let isWritten = false
  let folded = 0
  let [lastMs, longestMs] = [0, 0]
  // Due during the whole folding, so that it must be taken after the last record: otherwise folding
  // would be measured, or a part of the snapshot missed.
  const engine = engineOn(log, records, {
    snapshot: (_, outcome) => {
      isWritten ||= outcome === 'written'
    },
    folded: () => {
      folded += 1
      lastMs = performance.now()
    }
  })
  const beat = setInterval(() => {
    const nowMs = performance.now()
    if (folded === records && !isWritten) longestMs = Math.max(longestMs, nowMs - lastMs)
    lastMs = nowMs
  }, 1)
  const run = engine.run()
  try {
    await Promise.race([
      run,
      waitFor(() => isWritten, { what: 'the snapshot', timeoutMs: 1_800_000 })
    ])
  } finally {
    clearInterval(beat)
    await engine.close()
  }
  await run
  return longestMs
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
  await Promise.race([
    run,
    waitFor(() => seconds !== null, { what: 'the takeover', timeoutMs: 600_000 })
  ])
  const { user, system } = process.cpuUsage(before)
  await engine.close()
  await run
  return { takeoverS: seconds ?? Number.NaN, takeoverCpuS: (user + system) / 1e6 }
}

/**
 * Reads every record of the snapshot, unpacks its blocks and parses their text; the tail is
 * negligible beside it.
 */
async function ceilingOf(
  log: EventLog
): Promise<{ snapshotBytes: number; textBytes: number; ceilingS: number }> {
  const partition = await log.partitionOf(topics.snapshots, `${theatre}/index`)
  const { start, end } = (await log.state(topics.snapshots))[partition] as {
    start: bigint
    end: bigint
  }
  const began = performance.now()
  let [snapshotBytes, textBytes] = [0, 0]
  const chunks: Buffer[] = []
  let blocks: readonly (readonly string[])[] = []
  await readUpTo(log, { topic: topics.snapshots, partition, from: start, to: end }, ({ value }) => {
    const decoded = decodeEnvelope(value as Uint8Array)
    if (decoded.kind !== 'decoded') return
    snapshotBytes += value?.byteLength ?? 0
    if (decoded.event === 'snapshot.chunk')
      chunks.push(Buffer.from((decoded.envelope.data as { bytes: string }).bytes, 'base64'))
    if (decoded.event === 'snapshot.manifest')
      blocks = (decoded.envelope.data as { blocks: typeof blocks }).blocks
  })
  // A block has as many chunks as its manifest says; there is only one snapshot.
  let at = 0
  for (const { length } of blocks) {
    const text = gunzipSync(Buffer.concat(chunks.slice(at, at + length)))
    at += length
    textBytes += text.length
    JSON.parse(text.toString())
  }
  if (at !== chunks.length || at === 0)
    throw new Error(`the snapshot has ${chunks.length} chunks, its manifest names ${at}`)
  return { snapshotBytes, textBytes, ceilingS: (performance.now() - began) / 1000 }
}

function engineOn(
  log: EventLog,
  snapshotEveryRecords: number,
  told: Partial<EngineObserver>
): RulesEngine {
  const observer: EngineObserver = {
    folded: () => {},
    retried: error => console.error(error.message),
    quarantined: (_, reason) => console.error(reason),
    stopped: (_, why) => console.error(why),
    conflict: (_, seqs) => console.error(`conflict at ${seqs}`),
    snapshot: () => {},
    clockJumped: () => {},
    timeSet: () => {},
    assigned: () => {},
    takenUp: () => {},
    ...told
  }
  return new RulesEngine({
    log,
    clock: systemClock,
    observer,
    snapshotEveryRecords,
    pageRecordsMax: 500,
    tickCheckMs: 60_000
  })
}

// ---- the contents of the log ----

function beginning(): NewRecord[] {
  const config = {
    id: theatre,
    countries: null,
    polygon: null,
    clock: 'replay',
    retentionDays: 820
  } as const
  return [
    record('start', startMs, {
      type: 'clock.ticked',
      data: { to: new Date(startMs).toISOString(), gap: false }
    }),
    record('config', startMs, { type: 'theatre.configured', data: config }),
    ...defaultRules.map(rule =>
      record(`rule ${rule.ruleId}`, startMs, { type: 'rule.configured', data: rule })
    )
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
    records.push(
      record(`report ${i}`, nowMs, {
        type: 'report.received',
        data: reportOf(i, nowMs, i % 100 < attacksPer100)
      })
    )
  }
  return records
}

function record(name: string, atMs: number, payload: TheatrePayload): NewRecord {
  const id = digest('bench', name)
  const time = new Date(atMs).toISOString()
  return {
    id,
    key: theatre,
    value: encodeRecord({ id, source: '/bench', time, cause: null, theatre }, payload)
  }
}

function reportOf(i: number, nowMs: number, isAttack: boolean): ReportRevision {
  // Scattered numbers: no two reports of a day are in one place.
  const place = (i * 7919) % 40_000
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const admin1 = `ML-${place % 700}`
  return aReport({
    reportId: digest('bench-report', String(i)),
    contentHash: digest('bench-content', String(i)),
    sourceId: `wire-${i % 20}`,
    externalId: `W-${i}`,
    reportedAt: new Date(nowMs + dayMs / 2).toISOString(),
    occurred: { from: day, to: day },
    category: isAttack ? 'attack' : (kinds[i % kinds.length] as (typeof kinds)[number]),
    place: placeOf({
      name: `Place ${place}`,
      country: 'ML',
      admin1,
      foundAdmin1: null,
      lat: -30 + (place % 200) * 0.45,
      lon: -110 + Math.floor(place / 200) * 1.2,
      settlement: `${admin1}/${place}`
    }),
    actors: [{ name: 'Armed group', role: 'perpetrator' }],
    targets: [{ kind: 'civilians' }],
    fatalities: { low: i % 4, best: null, high: null },
    handling: 'internal',
    narrativeKey: digest('bench-narrative', String(i)),
    theatre
  })
}

async function append(log: EventLog, records: readonly NewRecord[]): Promise<number> {
  await log.append(topics.incidents, records)
  return records.length
}

function wordsOf(f: TakeoverBench): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  return [
    `takeover on ${f.log === 'kafka' ? 'Kafka' : 'the embedded log'} of a theatre that retains ${f.reports} reports (${f.attacksPer100} of 100 are attacks), ${f.tail} records behind its snapshot:`,
    `  ${f.takeoverS.toFixed(2)} s, ${f.takeoverCpuS.toFixed(2)} s of CPU time (target < ${f.reachS} s: ${f.reached ? 'reached' : 'missed'})`,
    `  ceiling ${f.ceilingS.toFixed(2)} s: reading the same ${mb(f.snapshotBytes)} and parsing their ${mb(f.textBytes)} of JSON; ratio ${f.ratio.toFixed(1)}`,
    `  longest blocking while the snapshot was taken and written: ${f.longestStandstillMs.toFixed(0)} ms`,
    `  built in ${f.buildS.toFixed(0)} s: appended, folded, snapshot written`
  ].join('\n')
}
