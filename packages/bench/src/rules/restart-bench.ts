// Bench `restart`: a suite that has ten years of reports in its embedded log is killed and stopped, and started again each time: from the start of the
// process until it says that it is ready, and until it has folded a report that is posted then. Beside it two ceilings, measured in the same run: the
// start of the same suite on an empty folder, and reading and JSON-parsing the snapshot that it goes on from.

import { availableParallelism, loadavg } from 'node:os'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { findSnapshot, readIndex, threadedGzip } from '@tocsin/rules/theatre/snapshot-store'
import { freePort } from '@tocsin/testing/process/free-port'
import { ownerKeyOf, SuiteProcess } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { Client } from 'undici'
import { cpuMsOf } from '../measure/process-cpu.ts'
import { rulesLoad, theatre } from './rules-load.ts'

const years = 10
const daysOfYears = 3652
/** 10 a day. UCDP's worst year of a country has 4.4 a day; 27 a day, 98,600 in all, is 300,000 over thirty years. */
const reportsDefault = 36_520
/** Source: speed.md#restart. */
const reachS = 5
/** Folding ten years takes as long as it takes: it is no part of what is measured. */
const foldingMaxMs = 3_600_000
const appendRecords = 1000
/** Reports behind the last snapshot when the suite is killed. */
const tailReports = 100
/** A suite that has written no snapshot for so long writes none unless something comes. */
const restMs = 3000

export interface Start {
  readonly after: 'kill -9' | 'SIGTERM'
  /** Of the theatre, behind the snapshot that the start goes on from. */
  readonly tailRecords: number
  /** From the start of the process until `/readyz` answers 200. */
  readonly readyS: number
  /** From the start of the process until a report that was posted as soon as it was ready is folded. */
  readonly foldedS: number
  /** Processor time until it was ready, threads included, s: what it takes where others take none. Null where the system does not tell. */
  readonly cpuS: number | null
}

export interface RestartBench {
  readonly bench: 'restart'
  readonly reports: number
  readonly perDay: number
  readonly logRecords: Readonly<Record<'incidents' | 'assembly' | 'alerts', number>>
  readonly starts: readonly Start[]
  /** The same suite with nothing in its folder. */
  readonly emptyReadyS: number
  readonly snapshotBytes: number
  /** Reading that snapshot and parsing its JSON, nothing else. */
  readonly snapshotReadS: number
  /** Folding it all for the first time, with what the other services do meanwhile. */
  readonly buildS: number
  /** Of the machine, a minute's mean at the end: above its processors others were at work, and the seconds are theirs, too. */
  readonly load: number
  readonly reachS: number
  readonly reached: boolean
}

export interface RestartOptions {
  readonly json: boolean
  /** Over the ten years; default 36,520. */
  readonly reports?: number
}

/** Measures and prints. Resolves with the figures. */
export async function benchRestart({ json, reports = reportsDefault }: RestartOptions): Promise<RestartBench> {
  const emptyReadyS = await withTempDir(async dataDir => {
    const { suite, readyS } = await started(dataDir)
    await suite.stop()
    return readyS
  })
  const result = await withTempDir(async dataDir => ({ ...(await measure(dataDir, reports)), emptyReadyS }))
  console.log(json ? JSON.stringify(result) : renderRestartBench(result))
  return result
}

async function measure(dataDir: string, reports: number): Promise<Omit<RestartBench, 'emptyReadyS'>> {
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
    starts.push({ after, tailRecords, readyS: again.readyS, cpuS: again.cpuS, foldedS: (performance.now() - startMs) / 1000 })
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

/** Declares the theatre to a suite as an administrator does, then lays the years into its log. */
async function fill(dataDir: string, reports: number): Promise<{ lastDay: string }> {
  const { suite } = await started(dataDir)
  await withClient(suite, dataDir, async call => {
    await call('PUT', `/v1/theatres/${theatre}`, { countries: ['ML', 'BF', 'NE'], clock: 'replay', retentionDays: 820 })
    await call('POST', `/v1/theatres/${theatre}/ticks`, { to: '2014-12-31T00:00:00.000Z' })
    for (const id of ['wire-1', 'wire-2', 'wire-3', 'radio-1', 'radio-2']) {
      await call('PUT', `/v1/sources/${id}`, { reliability: 'B', latenessDays: 14, cadenceDays: 30, archive: false })
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
    for (const record of rulesLoad({ reportsPerDay: reports / daysOfYears, latePer100: 20, seed: 20_261_120 })) {
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
    value: encodeRecord({ id, source: '/bench', time, cause: null, theatre }, { type, data } as TheatreRecord)
  }
}

async function started(
  dataDir: string,
  timeoutMs = 120_000
): Promise<{ suite: SuiteProcess; startMs: number; readyS: number; cpuS: number | null }> {
  const port = await freePort()
  const startMs = performance.now()
  const suite = new SuiteProcess({ role: 'up', dataDir, port, env: { TOCSIN_LOG_LEVEL: 'warn' } })
  await suite.ready(timeoutMs)
  const readyS = (performance.now() - startMs) / 1000
  const cpuMs = cpuMsOf(suite.pid)
  return { suite, startMs, readyS, cpuS: cpuMs === null ? null : cpuMs / 1000 }
}

/** Posts reports of the theatre's last day, one after the other, and waits until the last is part of an incident. */
async function post(suite: SuiteProcess, dataDir: string, day: string, from: number, count: number): Promise<void> {
  await withClient(suite, dataDir, async call => {
    let last = ''
    for (let i = from; i < from + count; i++) {
      const { reportId } = (await call('POST', '/v1/reports', {
        source: { id: 'wire-1' },
        externalId: `after-${i}`,
        occurred: { from: day, to: day },
        category: 'attack',
        location: { country: 'ML', admin1: 'ML-5', lat: 12 + (i % 50) * 0.1, lon: -5.2547, radiusKm: 2 }
      })) as { reportId: string }
      last = reportId
    }
    const read = (await call('GET', `/v1/reports/${last}?wait=10`)) as { assembled?: boolean }
    if (read.assembled !== true) throw new Error(`the report was not folded: ${JSON.stringify(read)}`)
  })
}

/** Resolves once no snapshot has been written for a while: the suite rests. */
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

type Call = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<unknown>

async function withClient(suite: SuiteProcess, dataDir: string, use: (call: Call) => Promise<void>): Promise<void> {
  const client = new Client(suite.url)
  const headers = { authorization: `Bearer ${await ownerKeyOf(dataDir)}`, 'content-type': 'application/json' }
  try {
    await use(async (method, path, body) => {
      const answer = await client.request({ method, path, headers, body: body === undefined ? null : JSON.stringify(body) })
      const text = await answer.body.text()
      if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
      return JSON.parse(text) as unknown
    })
  } finally {
    await client.close()
  }
}

async function withEmbedded<T>(dataDir: string, use: (log: EventLog) => Promise<T>): Promise<T> {
  const log = await openEmbeddedLog({ dataDir })
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}

/** The snapshot that a start goes on from: what lies behind it, and how long reading and parsing it takes. */
async function snapshotOf(log: EventLog): Promise<{ bytes: number; readS: number; tailRecords: number }> {
  const epoch = await log.epoch(topics.incidents)
  const partition = await log.partitionOf(topics.incidents, theatre)
  const { end } = (await log.state(topics.incidents))[partition] as { end: bigint }
  const beganMs = performance.now()
  const index = await readIndex(log, partition, epoch)
  const indexed = index?.theatres.find(each => each.theatre === theatre)
  const passedOver = (why: string) => {
    throw new Error(why)
  }
  const found = indexed ? await findSnapshot(log, partition, indexed, epoch, passedOver, threadedGzip) : null
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
  return { incidents: await count(topics.incidents), assembly: await count(topics.assembly), alerts: await count(topics.alerts) }
}

/** The figures for people. Pure. */
export function renderRestartBench(result: RestartBench): string {
  const number = (value: number) => Math.round(value).toLocaleString('en')
  const seconds = (value: number | null) => (value === null ? 'not known' : `${value.toFixed(2)} s`)
  const { reports, perDay, logRecords, starts, emptyReadyS, snapshotBytes, snapshotReadS, buildS, reached } = result
  return [
    `restart of a suite with ${years} years in its embedded log: ${number(reports)} reports, ${perDay.toFixed(1)} a day, every fifth late`,
    `  the log holds ${number(logRecords.incidents)} records of incidents, ${number(logRecords.assembly)} of assembly, ${number(logRecords.alerts)} of alerts`,
    ...starts.map(
      start =>
        `  after ${start.after.padEnd(7)}  ready in ${seconds(start.readyS)} (processor time ${seconds(start.cpuS)}), a report folded in ${seconds(start.foldedS)}; ${number(start.tailRecords)} records behind the snapshot`
    ),
    `  ceilings        an empty suite is ready in ${seconds(emptyReadyS)}; reading and parsing the ${(snapshotBytes / 1e6).toFixed(1)} MB of its snapshot takes ${seconds(snapshotReadS)}`,
    `  folded for the first time in ${buildS.toFixed(0)} s`,
    ...(result.load > availableParallelism()
      ? [`  the machine was at work on other things, too: load ${result.load.toFixed(1)}`]
      : []),
    `< ${result.reachS} s until a report is folded: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}
