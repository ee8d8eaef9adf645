// Bench `path`: from a report's POST to the alert frame at a subscribed client, through the whole
// suite on either log: idle, with 1,000 other reports a second, and at rates of reports of which
// every third raises an alert.

import { topics } from '@tocsin/event-log/topics'
import type { AlertFrame } from '@tocsin/testing/client/stream-chain'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { chooseLog } from './load/bench-log.ts'
import {
  benchTheatre,
  benchTheatreBody,
  makeOpeningReport,
  makeQuietReport,
  makeSiegeReport,
  nameVillage,
  stepsPerVillage,
  villagesMax
} from './load/reports.ts'
import type { StreamCalls } from './load/stream-crowd.ts'
import { type BenchSuite, openSuite } from './load/suite.ts'
import type { LoadCalls } from './path-load.ts'
import type { Figure } from './runner/figures.ts'
import { Helper } from './runner/helper-process.ts'
import { describeLatency } from './runner/quantiles.ts'
import type { Bench, BenchOptions } from './runner/run-bench.ts'
import { startAtRate, timeCalls } from './runner/turns.ts'

const frameMaxMs = 5000
const loadPerSecond = 1000
const roundTripsMax = 3
/** Alerts before the measurement: a suite that has just begun is not what runs by day. */
const warmUpAlerts = 300
const warmUpPerSecond = 150
/** Time limit for the last frames after the last report, ms. */
const lastFramesMs = 120_000

export const bench: Bench = {
  name: 'path',
  what: 'POST of a report → alert frame at a subscribed client',
  runsOnKafka: true,
  cases: [
    { name: 'idle', measure: options => measurePath(options, 0) },
    { name: 'load', measure: options => measurePath(options, loadPerSecond) },
    { name: 'raising', measure: options => measureRaising(options, 500, 1) },
    { name: 'raising-200', measure: options => measureRaising(options, 500, 200) }
  ]
}

/** A suite on the log of the options with the theatre of the reports. */
async function openPath(options: BenchOptions): Promise<BenchSuite> {
  const suite = await openSuite({ log: chooseLog(options) })
  await suite.call('PUT', `/v1/theatres/${benchTheatre}`, benchTheatreBody)
  return suite
}

/** When the frame of each revision of the siege of each village came. */
class Arrivals implements Disposable {
  readonly #atMs = new Map<string, number>()
  readonly #waiting = new Map<string, PromiseWithResolvers<number>>()
  readonly #stream: StreamClient

  constructor({ notifier, key }: BenchSuite) {
    const onAlert = ({ event: { data } }: AlertFrame) => {
      const name = `${data.group.settlement}#${data.revision}`
      const atMs = performance.now()
      this.#atMs.set(name, atMs)
      this.#waiting.get(name)?.resolve(atMs)
      this.#waiting.delete(name)
    }
    this.#stream = new StreamClient({ url: notifier, key, checksSchemas: false, onAlert })
  }

  async open(): Promise<void> {
    await this.#stream.open()
  }

  /** Resolves with the time of the frame. Rejects if it does not come, or another is missing. */
  async wait(village: number, revision: number, timeoutMs = frameMaxMs): Promise<number> {
    const name = `${nameVillage(village)}#${revision}`
    if (this.#stream.violations.length > 0) throw new Error(this.#stream.violations[0])
    const atMs = this.#atMs.get(name)
    if (atMs !== undefined) return atMs
    const arrival = Promise.withResolvers<number>()
    this.#waiting.set(name, arrival)
    const fail = () => arrival.reject(new Error(`no frame of ${name} came in ${timeoutMs} ms`))
    const timer = setTimeout(fail, timeoutMs)
    return arrival.promise.finally(() => clearTimeout(timer))
  }

  [Symbol.dispose](): void {
    this.#stream.close()
  }
}

async function measurePath(
  options: BenchOptions,
  othersPerSecond: number
): Promise<readonly Figure[]> {
  await using suite = await openPath(options)
  using arrivals = new Arrivals(suite)
  using others = othersPerSecond === 0 ? null : new Helper<LoadCalls>('path-load.ts')
  await arrivals.open()
  const villages = countFrom(0)
  await timePath(suite, arrivals, 1, villages)
  await others?.call('start', { url: suite.intake, key: suite.key, perSecond: othersPerSecond })
  const { sentMs, acceptedMs } = await timePath(suite, arrivals, options.seconds, villages)
  const ceiling = await timeRoundTrips(options)
  const value = await others?.call('stop')
  // On Kafka the limit is relative to the time from an append to its read.
  const limit =
    options.log === 'kafka' ? { ratio: { below: roundTripsMax } } : { p99: { below: 10 } }
  return [
    ...describeLatency('accepted → frame', acceptedMs, { ceiling, ...limit }),
    ...describeLatency('sent → frame', sentMs),
    ...(value === undefined
      ? []
      : [{ what: 'other reports accepted beside it', unit: '/s', value }])
  ]
}

function* countFrom(first: number): Generator<number, never> {
  for (let number = first; ; number++) yield number
}

/** Posts reports that each cause an alert event, one after the other. */
async function timePath(
  suite: BenchSuite,
  arrivals: Arrivals,
  seconds: number,
  villages: Generator<number, never>
) {
  const sentMs: number[] = []
  const acceptedMs: number[] = []
  const endMs = performance.now() + seconds * 1000
  while (performance.now() < endMs) {
    const village = villages.next().value
    await suite.post(makeOpeningReport(village))
    for (let step = 1; step <= stepsPerVillage; step++) {
      const beganMs = performance.now()
      await suite.post(makeSiegeReport(village, step))
      const answeredMs = performance.now()
      const arrivedMs = await arrivals.wait(village, step)
      sentMs.push(arrivedMs - beganMs)
      acceptedMs.push(Math.max(0, arrivedMs - answeredMs))
    }
  }
  return { sentMs, acceptedMs }
}

/** From an append until a tail has it, on the same kind of log and under the same load, ms. */
function timeRoundTrips(options: BenchOptions): Promise<readonly number[]> {
  return withTempDir(async dataDir => {
    await using log = await chooseLog(options).open(dataDir)
    const stop = new AbortController()
    const value = Buffer.from(JSON.stringify(makeSiegeReport(1, 1)))
    const cursor = await log.cursorAt(topics.incidents, 'earliest')
    const pages = log.tail(cursor, { signal: stop.signal })[Symbol.asyncIterator]()
    let count = 0
    try {
      return await timeCalls(options.seconds, async () => {
        const arrived = pages.next()
        await log.append(topics.incidents, [{ id: `r${count++}`, key: 'bench', value }])
        await arrived
      })
    } finally {
      stop.abort()
      await pages.return?.()
    }
  })
}

/**
 * Every third report raises an alert, each of a village of its own; they are sent when they are
 * due. Rejects if a report or a frame is lost.
 */
async function measureRaising(
  options: BenchOptions,
  perSecond: number,
  clients: number
): Promise<readonly Figure[]> {
  await using suite = await openPath(options)
  using arrivals = new Arrivals(suite)
  using crowd = clients === 1 ? null : new Helper<StreamCalls>('load/stream-crowd.ts')
  const { streamUrl: url, headers } = suite
  const raise = async (first: number, alerts: number, rate: number) => {
    const dueMs: number[] = []
    const beganMs = performance.now()
    await startAtRate({ perSecond: rate, count: 3 * alerts }, async (number, atMs) => {
      if (number % 3 === 2) dueMs.push(atMs)
      await suite.post(makeRaisingReport(number, first + Math.floor(number / 3)))
    })
    const samplesMs: number[] = []
    for (const [i, atMs] of dueMs.entries())
      samplesMs.push((await arrivals.wait(first + i, 1, lastFramesMs)) - atMs)
    return { samplesMs, ms: performance.now() - beganMs }
  }
  await arrivals.open()
  await crowd?.call('connect', { url, headers, count: clients - 1, detail: 'full' })
  await raise(0, warmUpAlerts, Math.min(warmUpPerSecond, perSecond))
  const [cpuMs, repeats] = [suite.readCpuMs(), suite.repeats]
  const alerts = Math.min(villagesMax - warmUpAlerts, Math.floor((perSecond * options.seconds) / 3))
  const { samplesMs, ms } = await raise(warmUpAlerts, alerts, perSecond)
  return [
    ...describeLatency(`due → frame, ${alerts} alerts, clients: ${clients}`, samplesMs, {
      p99: options.log === 'kafka' ? undefined : { below: 20 }
    }),
    { what: 'cores of the suite', value: (suite.readCpuMs() - cpuMs) / ms },
    { what: 'refused with 503 and sent again', value: suite.repeats - repeats }
  ]
}

/** The report before a siege, one that no pattern uses, and the one that raises the siege. */
function makeRaisingReport(number: number, village: number): object {
  const step = number % 3
  if (step === 0) return makeOpeningReport(village)
  return step === 1 ? makeQuietReport(number) : makeSiegeReport(village, 1)
}
