// Bench `restart`: from the start of a suite until it is ready and has folded a report that is posted
// then, with years of reports in its log, and after each of many kills with dense days. On Kafka the
// suite stops in order, since after a kill its consumer group waits for the session to expire. The
// ceiling: the start of an empty suite.

import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { type BenchLog, chooseLog } from './load/bench-log.ts'
import { benchSources, theatre } from './load/fold-engine.ts'
import { benchTheatreBody, makeAttackReport } from './load/reports.ts'
import { BenchSuite, openSuite } from './load/suite.ts'
import { makeRecords } from './load/theatre-records.ts'
import type { Figure } from './runner/figures.ts'
import { computeMedian } from './runner/quantiles.ts'
import { type Bench, type BenchOptions, chooseSize } from './runner/run-bench.ts'

const years = 10
const recordsPerAppend = 1000
/** Reports after the last snapshot when the suite is killed. */
const tailReports = 100
/** A suite that has written no snapshot for this time writes none without new records. */
const restMs = 3000
/** A start on Kafka includes the join of its consumer group, s. */
const kafkaReachSeconds = 10
const foldingMaxMs = 3_600_000
const attacks = 950
const kills = 6
const attacksBetween = 10

export const bench: Bench = {
  name: 'restart',
  what: `starts of a suite with ${years} years of reports, and after kill -9, beside an empty one`,
  runsOnKafka: true,
  cases: [
    { name: 'years', measure: options => measureYears(options, 36_520, 2) },
    { name: 'years-dense', measure: options => measureYears(options, 300_000, 10) },
    { name: 'kills', measure: measureKills }
  ]
}

async function startEmpty(log: BenchLog): Promise<number> {
  await using suite = await openSuite({ log })
  return suite.readyMs / 1000
}

function measureYears(
  options: BenchOptions,
  allReports: number,
  reachSeconds: number
): Promise<readonly Figure[]> {
  const log = chooseLog(options)
  const reports = chooseSize(options, allReports)
  return withTempDir(async dataDir => {
    const ceiling = await startEmpty(log)
    const lastDay = await writeYears(dataDir, log, reports)
    const builtMs = performance.now()
    let suite = await BenchSuite.start(dataDir, { log })
    const buildSeconds = (performance.now() - builtMs) / 1000
    await waitForSnapshots(dataDir, log)
    await postUntilFolded(suite, lastDay, 0, tailReports)
    if (log.name === 'kafka') await suite[Symbol.asyncDispose]()
    else await suite.kill9()
    const beganMs = performance.now()
    suite = await BenchSuite.start(dataDir, { log })
    const readySeconds = suite.readyMs / 1000
    await postUntilFolded(suite, lastDay, tailReports, 1)
    const foldedSeconds = (performance.now() - beganMs) / 1000
    await suite[Symbol.asyncDispose]()
    return [
      { what: `${reports} reports, ready`, unit: 's', value: readySeconds, ceiling },
      {
        what: `${reports} reports, first new report folded`,
        unit: 's',
        value: foldedSeconds,
        target: { below: log.name === 'kafka' ? kafkaReachSeconds : reachSeconds }
      },
      { what: 'folded for the first time', unit: 's', value: buildSeconds }
    ]
  })
}

/**
 * Declares the theatre as an administrator does, then writes the years into the log. Resolves with
 * their last day.
 */
async function writeYears(dataDir: string, benchLog: BenchLog, reports: number): Promise<string> {
  const suite = await BenchSuite.start(dataDir, { log: benchLog })
  const path = `/v1/theatres/${theatre}`
  const body = { countries: ['ML', 'BF', 'NE'], clock: 'replay', retentionDays: 820 }
  await suite.call('PUT', path, body)
  await suite.call('POST', `${path}/ticks`, { to: '2014-12-31T00:00:00.000Z' })
  for (const id of benchSources) {
    const source = { reliability: 'B', latenessDays: 14, cadenceDays: 30, archive: false }
    await suite.call('PUT', `/v1/sources/${id}`, source)
  }
  await suite[Symbol.asyncDispose]()
  await using log = await benchLog.open(dataDir)
  let lastDay = ''
  let batch: NewRecord[] = []
  let left = reports
  for (const record of makeRecords({ reportsPerDay: reports / (years * 365.2), latePer100: 20 })) {
    if (record.type === 'clock.ticked') {
      if (left <= 0) break
      lastDay = record.data.to.slice(0, 10)
    } else left -= 1
    batch.push(encode(record))
    if (batch.length < recordsPerAppend) continue
    await log.append(topics.incidents, batch)
    batch = []
  }
  await log.append(topics.incidents, batch)
  return lastDay
}

function encode({ id, time, type, data }: TheatreRecord): NewRecord {
  const payload = { type, data } as TheatreRecord
  const value = encodeRecord({ id, source: '/bench', time, cause: null, theatre }, payload)
  return { id, key: theatre, value }
}

/** Resolves once no snapshot has been written for a while: the suite is idle. */
async function waitForSnapshots(dataDir: string, benchLog: BenchLog): Promise<void> {
  await using log = await benchLog.open(dataDir)
  let [before, sinceMs] = [-1n, performance.now()]
  const isAtRest = async () => {
    const end = (await log.state(topics.snapshots)).reduce((sum, state) => sum + state.end, 0n)
    if (end !== before) sinceMs = performance.now()
    before = end
    return performance.now() - sinceMs > restMs
  }
  const what = 'rest of the suite'
  await waitFor(isAtRest, { what, timeoutMs: foldingMaxMs, intervalMs: 250 })
}

/** Posts reports of a day and waits until the last is part of an incident. */
async function postUntilFolded(
  suite: BenchSuite,
  day: string,
  from: number,
  count: number
): Promise<void> {
  let last = ''
  for (let i = from; i < from + count; i++)
    last = await suite.post({
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
    })
  await suite.waitUntilFolded(last)
}

/**
 * A suite takes in many attacks of the same three days and is killed before it has folded them; then
 * again and again, as soon as it is ready. Rejects if an accepted report is lost.
 */
function measureKills(options: BenchOptions): Promise<readonly Figure[]> {
  const log = chooseLog(options)
  const count = chooseSize(options, attacks)
  return withTempDir(async dataDir => {
    const ceiling = await startEmpty(log)
    let suite = await BenchSuite.start(dataDir, { log })
    await suite.call('PUT', '/v1/theatres/bench', benchTheatreBody)
    const reportIds = [...(await postAttacks(suite, 0, count))]
    const readySeconds: number[] = []
    for (let kill = 0; kill < kills; kill++) {
      await suite.kill9()
      suite = await BenchSuite.start(dataDir, { log })
      readySeconds.push(suite.readyMs / 1000)
      const more = await postAttacks(suite, count + kill * attacksBetween, attacksBetween)
      reportIds.push(...more)
    }
    for (const reportId of reportIds) await suite.waitUntilFolded(reportId)
    await suite[Symbol.asyncDispose]()
    return [
      ...readySeconds.map((value, i) => ({
        what: `${count} attacks of three days, ready after kill ${i + 1}`,
        unit: 's',
        value,
        ceiling
      })),
      {
        what: 'last start to the median',
        value: readySeconds.at(-1)! / computeMedian(readySeconds),
        target: { below: 1.5 }
      }
    ]
  })
}

/** Posts attacks until each is accepted, not until it is folded. Resolves with their ids. */
async function postAttacks(
  suite: BenchSuite,
  from: number,
  count: number
): Promise<readonly string[]> {
  const ids: string[] = []
  let next = from
  const post = async () => {
    while (next < from + count) {
      ids.push(await suite.post(makeAttackReport(next++)))
    }
  }
  await Promise.all(Array.from({ length: Math.min(8, count) }, post))
  return ids
}
