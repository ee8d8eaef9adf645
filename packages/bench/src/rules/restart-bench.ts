// Bench `restart`: a suite with ten years of reports in its embedded log is killed or stopped, and
// started again each time: from the start of the process until it is ready, and until it has folded
// a report posted then. Compared with two ceilings measured in the same run: the start of the same
// suite on an empty folder, and reading and JSON-parsing the snapshot that it starts from. Before
// that, a suite that is killed again and again after many attacks of the same days
// (restart-kills.ts).

import { availableParallelism, loadavg } from 'node:os'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { findSnapshot, readIndex, threadedGzip } from '@tocsin/rules/theatre/snapshot-store'
import type { SuiteProcess } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { type KillsPart, measureKills, renderedKills } from './restart-kills.ts'
import { started, withClient, withEmbedded } from './restart-suite.ts'
import { rulesLoad, theatre } from './rules-load.ts'

const years = 10
const daysOfYears = 3652
/**
 * 10 per day. UCDP's worst year of a country has 4.4 per day; 27 per day, 98,600 in all,
 * corresponds to 300,000 over thirty years.
 */
const reportsDefault = 36_520
/** Source: speed.md#restart. */
const reachS = 5
/** Time limit for folding ten years, which is not part of the measurement. */
export const foldingMaxMs = 3_600_000
const appendRecords = 1000
/** Reports after the last snapshot when the suite is killed. */
const tailReports = 100
/** A suite that has written no snapshot for this time writes none without new records. */
const restMs = 3000

export interface Start {
  readonly after: 'kill -9' | 'SIGTERM'
  /** Records of the theatre after the snapshot that the start uses. */
  readonly tailRecords: number
  /** From the start of the process until `/readyz` answers 200. */
  readonly readyS: number
  /** From the start of the process until a report posted as soon as it was ready is folded. */
  readonly foldedS: number
  /**
   * CPU time until it was ready, all threads, s: independent of other load. Null if the system does
   * not provide it.
   */
  readonly cpuS: number | null
}

export interface RestartBench {
  readonly bench: 'restart'
  readonly reports: number
  readonly perDay: number
  readonly logRecords: Readonly<Record<'incidents' | 'assembly' | 'alerts', number>>
  readonly starts: readonly Start[]
  /** The same suite with an empty folder. */
  readonly emptyReadyS: number
  /** A suite that is killed again and again after many attacks of the same days. */
  readonly kills: KillsPart
  readonly snapshotBytes: number
  /** Reading that snapshot and parsing its JSON only. */
  readonly snapshotReadS: number
  /** Folding everything for the first time, with the concurrent work of the other services. */
  readonly buildS: number
  /**
   * The machine's one-minute load average at the end: above the number of processors, other work
   * affected the times.
   */
  readonly load: number
  readonly reachS: number
  readonly reached: boolean
}

export interface RestartOptions {
  readonly json: boolean
  /** Number of reports over the ten years; default 36,520. */
  readonly reports?: number
}

/** Measures and prints. Resolves with the figures. */
export async function benchRestart({
  json,
  reports = reportsDefault
}: RestartOptions): Promise<RestartBench> {
  const emptyReadyS = await withTempDir(async dataDir => {
    const { suite, readyS } = await started(dataDir)
    await suite.stop()
    return readyS
  })
  const kills = await withTempDir(dataDir => measureKills(dataDir, emptyReadyS))
  const years = await withTempDir(dataDir => measure(dataDir, reports))
  const result = { ...years, emptyReadyS, kills, reached: years.reached && kills.reached }
  console.log(json ? JSON.stringify(result) : renderRestartBench(result))
  return result
}

async function measure(
  dataDir: string,
  reports: number
): Promise<Omit<RestartBench, 'emptyReadyS' | 'kills'>> {
  const { lastDay } = await fill(dataDir, reports)
  const beganMs = performance.now()
  const first = await started(dataDir, foldingMaxMs)
  const buildS = (performance.now() - beganMs) / 1000
  let { suite } = first
  await withEmbedded(dataDir, snapshotsWritten)
  await post(suite, dataDir, lastDay, 0, tailReports)
  const starts: Start[] = []
  for (const after of ['kill -9', 'SIGTERM'] as const) {
    if (after === 'kill -9') await suite.kill9()
    else await suite.stop()
    const { tailRecords } = await withEmbedded(dataDir, snapshotOf)
    const { startMs, ...again } = await started(dataDir)
    suite = again.suite
    await post(suite, dataDir, lastDay, tailReports + starts.length, 1)
    starts.push({
      after,
      tailRecords,
      readyS: again.readyS,
      cpuS: again.cpuS,
      foldedS: (performance.now() - startMs) / 1000
    })
  }
  await suite.stop()
  const { bytes: snapshotBytes, readS: snapshotReadS } = await withEmbedded(dataDir, snapshotOf)
  return {
    bench: 'restart',
    reports,
    perDay: reports / daysOfYears,
    logRecords: await withEmbedded(dataDir, recordsOf),
    starts,
    snapshotBytes,
    snapshotReadS,
    buildS,
    load: loadavg()[0] as number,
    reachS,
    reached: starts.every(({ foldedS }) => foldedS < reachS)
  }
}

/** Declares the theatre to a suite as an administrator does, then writes the years into its log. */
export async function fill(dataDir: string, reports: number): Promise<{ lastDay: string }> {
  const { suite } = await started(dataDir)
  await withClient(suite, dataDir, async call => {
    await call('PUT', `/v1/theatres/${theatre}`, {
      countries: ['ML', 'BF', 'NE'],
      clock: 'replay',
      retentionDays: 820
    })
    await call('POST', `/v1/theatres/${theatre}/ticks`, { to: '2014-12-31T00:00:00.000Z' })
    for (const id of ['wire-1', 'wire-2', 'wire-3', 'radio-1', 'radio-2']) {
      await call('PUT', `/v1/sources/${id}`, {
        reliability: 'B',
        latenessDays: 14,
        cadenceDays: 30,
        archive: false
      })
    }
  })
  await suite.stop()
  return withEmbedded(dataDir, async log => {
    let lastDay = ''
    let batch: NewRecord[] = []
    let left = reports
    const append = async () => {
      await log.append(topics.incidents, batch)
      batch = []
    }
    for (const record of rulesLoad({
      reportsPerDay: reports / daysOfYears,
      latePer100: 20,
      seed: 20_261_120
    })) {
      if (record.type === 'clock.ticked') {
        if (left <= 0) break
        lastDay = record.data.to.slice(0, 10)
      } else left -= 1
      batch.push(stored(record))
      if (batch.length >= appendRecords) await append()
    }
    await append()
    return { lastDay }
  })
}

function stored(record: TheatreRecord): NewRecord {
  const { id, time, type, data } = record
  return {
    id,
    key: theatre,
    value: encodeRecord({ id, source: '/bench', time, cause: null, theatre }, {
      type,
      data
    } as TheatreRecord)
  }
}

/**
 * Posts reports of the theatre's last day, one after the other, and waits until the last is part of
 * an incident.
 */
async function post(
  suite: SuiteProcess,
  dataDir: string,
  day: string,
  from: number,
  count: number
): Promise<void> {
  await withClient(suite, dataDir, async call => {
    let last = ''
    for (let i = from; i < from + count; i++) {
      const { reportId } = (await call('POST', '/v1/reports', {
        source: { id: 'wire-1' },
        externalId: `after-${i}`,
        occurred: { from: day, to: day },
        category: 'attack',
        location: {
          country: 'ML',
          admin1: 'ML-5',
          lat: 12 + (i % 50) * 0.1,
          lon: -5.2547,
          radiusKm: 2
        }
      })) as { reportId: string }
      last = reportId
    }
    const read = (await call('GET', `/v1/reports/${last}?wait=10`)) as { assembled?: boolean }
    if (read.assembled !== true)
      throw new Error(`the report was not folded: ${JSON.stringify(read)}`)
  })
}

/** Resolves once no snapshot has been written for a while: the suite is idle. */
async function snapshotsWritten(log: EventLog): Promise<void> {
  let [before, sinceMs] = [-1n, performance.now()]
  await waitFor(
    async () => {
      const end = (await log.state(topics.snapshots)).reduce((sum, state) => sum + state.end, 0n)
      if (end !== before) sinceMs = performance.now()
      before = end
      return performance.now() - sinceMs > restMs
    },
    { what: 'rest of the suite', timeoutMs: 300_000, intervalMs: 250 }
  )
}

/** The snapshot that a start uses: the records after it, and the time to read and parse it. */
async function snapshotOf(
  log: EventLog
): Promise<{ bytes: number; readS: number; tailRecords: number }> {
  const epoch = await log.epoch(topics.incidents)
  const partition = await log.partitionOf(topics.incidents, theatre)
  const { end } = (await log.state(topics.incidents))[partition] as { end: bigint }
  const beganMs = performance.now()
  const index = await readIndex(log, partition, epoch)
  const indexed = index?.theatres.find(each => each.theatre === theatre)
  const passedOver = (why: string) => {
    throw new Error(why)
  }
  const found = indexed
    ? await findSnapshot(log, partition, indexed, epoch, passedOver, threadedGzip)
    : null
  if (!indexed || found === null) throw new Error('the suite has written no snapshot')
  let rows = 0
  for await (const block of found.blocks()) rows += block.length
  if (rows === 0) throw new Error('the snapshot is empty')
  return {
    bytes: found.bytes,
    readS: (performance.now() - beganMs) / 1000,
    tailRecords: Number(end - BigInt(indexed.next))
  }
}

async function recordsOf(log: EventLog): Promise<RestartBench['logRecords']> {
  const count = async (topic: (typeof topics)['incidents' | 'assembly' | 'alerts']) =>
    (await log.state(topic)).reduce((sum, { start, end }) => sum + Number(end - start), 0)
  return {
    incidents: await count(topics.incidents),
    assembly: await count(topics.assembly),
    alerts: await count(topics.alerts)
  }
}

/** The figures as text. Pure. */
function renderRestartBench(result: RestartBench): string {
  const number = (value: number) => Math.round(value).toLocaleString('en')
  const seconds = (value: number | null) => (value === null ? 'not known' : `${value.toFixed(2)} s`)
  const { reports, perDay, logRecords, starts, emptyReadyS, snapshotBytes, snapshotReadS, buildS } =
    result
  const isReached = starts.every(({ foldedS }) => foldedS < result.reachS)
  return [
    `restart of a suite with ${years} years in its embedded log: ${number(reports)} reports, ${perDay.toFixed(1)} a day, every fifth late`,
    `  the log holds ${number(logRecords.incidents)} records of incidents, ${number(logRecords.assembly)} of assembly, ${number(logRecords.alerts)} of alerts`,
    ...starts.map(
      start =>
        `  after ${start.after.padEnd(7)}  ready in ${seconds(start.readyS)} (CPU time ${seconds(start.cpuS)}), a report folded in ${seconds(start.foldedS)}; ${number(start.tailRecords)} records behind the snapshot`
    ),
    `  ceilings        an empty suite is ready in ${seconds(emptyReadyS)}; reading and parsing the ${(snapshotBytes / 1e6).toFixed(1)} MB of its snapshot takes ${seconds(snapshotReadS)}`,
    `  folded for the first time in ${buildS.toFixed(0)} s`,
    ...(result.load > availableParallelism()
      ? [`  other work was running on the machine: load ${result.load.toFixed(1)}`]
      : []),
    `< ${result.reachS} s until a report is folded: ${isReached ? 'reached' : 'SHORT'}`,
    ...renderedKills(result.kills)
  ].join('\n')
}
