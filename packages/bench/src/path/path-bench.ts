// Bench `path`: from a report's POST to the alert frame at a subscribed client, through the whole
// suite on either log, idle, with a load of 1,000 other reports per second, and at a rate of
// reports of which every third raises an alert. Compared with ceilings measured in the same run: a
// bare HTTP POST, and an append of the same bytes to the same kind of log until a tail has it.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { topics } from '@tocsin/event-log/topics'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { freePorts } from '@tocsin/testing/process/free-port'
import {
  ownerKeyOf,
  type SuiteProcess,
  type SuiteRole,
  spawnSuite
} from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Client } from 'undici'
import { type BenchLog, embeddedBench, kafkaBench, kafkaOf } from '../log/bench-log.ts'
import { type Quantiles, quantilesOf, quantilesText } from '../measure/quantiles.ts'
import { type HeavyFold, measureBesideFold } from './path-heavy.ts'
import { measureRaising, type RaisingFigure } from './path-raising.ts'
import { benchTheatre, openingReport, tellingReport, villageName } from './path-reports.ts'

/**
 * Target on the embedded log, ms; on Kafka relative to its own round trips. Source: speed.md#path.
 */
const reachP99Ms = 10
const reachRoundTrips = 3
/** Target for 99 of 100 answers that need no fold, while a heavy fold runs, ms. */
const reachBesideFoldMs = 50
const loadPerSecond = 1000
/** Reports a second of which every third raises an alert, and clients of the stream. */
const raisingLoads = [
  { perSecond: 60, clients: 1 },
  { perSecond: 500, clients: 1 },
  { perSecond: 500, clients: 200 }
]
/** Targets on the embedded log, ms, and for the suite with one client, cores. */
const reachRaisingP99Ms = 20
const reachRaisingCores = 0.5
const stepsPerVillage = 8
const frameTimeoutMs = 5000

export interface PathFigure {
  readonly under: 'idle' | 'load'
  /** Accepted reports per second of the load beside the measured ones. */
  readonly loadPerSecond: number
  /** From the first byte of the POST until the client has the frame. */
  readonly sentToFrame: Quantiles
  /** From the 202 until the client has the frame; 0 if the frame was first. */
  readonly acceptedToFrame: Quantiles
  /** From an append until a tail has it, on the same kind of log and under the same load. */
  readonly appendToTail: Quantiles
  /** Upper limit for p99 of accepted → frame, ms. */
  readonly limitMs: number
}

export interface PathBench {
  readonly bench: 'path'
  /**
   * What others wait for while heavy reports are folded; on the embedded log, where one process
   * does all.
   */
  readonly heavy: HeavyFold | null
  readonly figures: readonly PathFigure[]
  /** Reports of which every third raises an alert. */
  readonly raising: readonly RaisingFigure[]
  readonly log: 'embedded' | 'kafka'
  readonly barePost: Quantiles
  readonly reached: boolean
}

export interface PathOptions {
  readonly json: boolean
  readonly seconds: number
  /** Default embedded. */
  readonly log?: 'embedded' | 'kafka'
  /** Brokers of a Kafka log; without them one is started for the measurement. */
  readonly brokers?: readonly string[]
  /** `raising`: only the reports of which every third raises an alert. */
  readonly case?: string
}

/** Measures and prints; `seconds` for each part. Resolves with the figures. */
export async function benchPath(options: PathOptions): Promise<PathBench> {
  if (options.log !== 'kafka') return measurePath(options, embeddedBench)
  const kafka = await kafkaOf(options.brokers ?? [])
  try {
    return await measurePath(options, kafkaBench(kafka.brokers))
  } finally {
    await kafka.close()
  }
}

async function measurePath(
  { json, seconds, case: only }: PathOptions,
  on: BenchLog
): Promise<PathBench> {
  if (only !== undefined && only !== 'raising')
    throw new Error(`path has no case ${only}, only raising`)
  const barePost = await benchBarePost(seconds)
  const { figures, heavy } =
    only === undefined
      ? await withTempDir(dataDir => benchSuite(dataDir, on, seconds))
      : ({ figures: [], heavy: null } satisfies Pick<PathBench, 'figures' | 'heavy'>)
  const raising: RaisingFigure[] = []
  for (const load of raisingLoads)
    raising.push(await withTempDir(dataDir => benchRaising(dataDir, on, { ...load, seconds })))
  const isHeldUp = heavy !== null && heavy.answered.p99Ms >= reachBesideFoldMs
  const isLate =
    on.name === 'embedded' && raising.some(figure => figure.sentToFrame.p99Ms >= reachRaisingP99Ms)
  const isCostly =
    on.name === 'embedded' &&
    raising.some(({ clients, cores }) => clients === 1 && (cores ?? 0) > reachRaisingCores)
  const reached =
    !isHeldUp &&
    !isLate &&
    !isCostly &&
    figures.every(figure => figure.acceptedToFrame.p99Ms < figure.limitMs)
  const result: PathBench = {
    bench: 'path',
    log: on.name,
    figures,
    raising,
    heavy,
    barePost,
    reached
  }
  console.log(json ? JSON.stringify(result) : renderPathBench(result))
  return result
}

/** The figures as text. Pure. */
function renderPathBench({ figures, raising, heavy, barePost, reached, log }: PathBench): string {
  const why = log === 'kafka' ? `${reachRoundTrips} × append → tail` : `${reachP99Ms} ms`
  const logName = log === 'kafka' ? 'Kafka' : 'the embedded log'
  const processes = log === 'kafka' ? 'a process for each service' : 'all in one process'
  return [
    `path: POST of a report → alert frame at a subscribed client, ${processes} on ${logName}`,
    ...figures.flatMap(figure => [
      `${figure.under.padEnd(5)} sent → frame       ${quantilesText(figure.sentToFrame)}  beside ${Math.round(figure.loadPerSecond)} reports/s`,
      `      accepted → frame   ${quantilesText(figure.acceptedToFrame)}  (limit ${figure.limitMs.toFixed(1)})`,
      `      append → tail      ${quantilesText(figure.appendToTail)}`
    ]),
    ...raising.flatMap(({ perSecond, clients, alerts, refused, sentToFrame, cores }) => [
      `${perSecond} reports/s, every third raises an alert (${alerts}), clients: ${clients}, refused and sent again: ${refused}`,
      `      sent → frame       ${quantilesText(sentToFrame)}  ${cores === null ? '' : `${cores.toFixed(2)} cores`}`
    ]),
    ...(heavy === null
      ? []
      : [
          `beside a fold of ${heavy.reports} abducted of one village and day, ${heavy.foldedS.toFixed(1)} s`,
          `      asked → answered   ${quantilesText(heavy.answered)}  (limit ${reachBesideFoldMs})`
        ]),
    `ceiling bare HTTP POST   ${quantilesText(barePost)}`,
    `p99 of accepted → frame < ${why}, idle and loaded${raisingText(log)}, others beside a heavy fold within ${reachBesideFoldMs} ms: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}

function raisingText(log: PathBench['log']): string {
  if (log === 'kafka') return ''
  return `, p99 of sent → frame < ${reachRaisingP99Ms} ms where every third raises an alert, by ${reachRaisingCores} cores with one client`
}

async function benchRaising(
  dataDir: string,
  on: BenchLog,
  load: Parameters<typeof measureRaising>[1]
): Promise<RaisingFigure> {
  const suite = await BenchSuite.start(dataDir, on)
  try {
    const key = await ownerKeyOf(dataDir)
    return await measureRaising(
      { intake: suite.intake, notifier: suite.notifier, pids: suite.pids, key },
      load
    )
  } finally {
    await suite.stop()
  }
}

async function benchSuite(
  dataDir: string,
  on: BenchLog,
  seconds: number
): Promise<Pick<PathBench, 'figures' | 'heavy'>> {
  const suite = await BenchSuite.start(dataDir, on)
  try {
    const key = await ownerKeyOf(dataDir)
    const path = await MeasuredPath.open(suite.intake, suite.notifier, key)
    try {
      await path.measure(1)
      const measured = async () => ({
        ...(await path.measure(seconds)),
        appendToTail: await benchAppendToTail(on, seconds)
      })
      const idle = await measured()
      const loaded = await underLoad(suite.intake, key, measured)
      const limitOf = (roundTrip: Quantiles) =>
        on.name === 'kafka' ? reachRoundTrips * roundTrip.p99Ms : reachP99Ms
      const figures: PathFigure[] = [
        { under: 'idle', loadPerSecond: 0, ...idle, limitMs: limitOf(idle.appendToTail) },
        {
          under: 'load',
          loadPerSecond: loaded.perSecond,
          ...loaded.result,
          limitMs: limitOf(loaded.result.appendToTail)
        }
      ]
      return {
        figures,
        heavy: on.name === 'kafka' ? null : await measureBesideFold(suite.intake, key)
      }
    } finally {
      await path.close()
    }
  } finally {
    await suite.stop()
  }
}

/**
 * The suite as deployed on a log: one process on the embedded log, a process per service on Kafka.
 */
class BenchSuite {
  readonly intake: string
  readonly notifier: string
  readonly #processes: readonly SuiteProcess[]

  private constructor(processes: readonly SuiteProcess[]) {
    this.#processes = processes
    this.intake = (processes[0] as SuiteProcess).url
    this.notifier = (processes.at(-1) as SuiteProcess).url
  }

  static async start(dataDir: string, on: BenchLog): Promise<BenchSuite> {
    const ports = await freePorts(on.roles.length)
    const env = { TOCSIN_LOG_LEVEL: 'warn', ...on.envOf(dataDir) }
    const start = (role: SuiteRole, i: number) =>
      spawnSuite({ role, dataDir, port: ports[i] as number, args: on.args, env })
    return new BenchSuite(await Promise.all(on.roles.map(start)))
  }

  get pids(): readonly number[] {
    return this.#processes.map(({ pid }) => pid)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map(process => process.stop()))
  }
}

/** Posts reports that each cause an alert event, and times the path to the stream. */
class MeasuredPath {
  readonly #client: Client
  readonly #notifier: Client
  readonly #stream: StreamClient
  readonly #key: string
  readonly #arrivals = new Map<string, (atMs: number) => void>()
  #village = 0

  private constructor(intake: string, notifier: string, key: string) {
    this.#key = key
    this.#client = new Client(intake)
    this.#notifier = new Client(notifier)
    this.#stream = new StreamClient({
      url: notifier,
      key,
      checksSchemas: false,
      onAlert: ({ event }) =>
        this.#arrivals.get(`${event.data.group.settlement}#${event.data.revision}`)?.(
          performance.now()
        )
    })
  }

  static async open(intake: string, notifier: string, key: string): Promise<MeasuredPath> {
    const path = new MeasuredPath(intake, notifier, key)
    await path.#call('PUT', `/v1/theatres/${benchTheatre}`, { countries: ['ML'], clock: 'wall' })
    await path.#stream.open()
    return path
  }

  async measure(seconds: number): Promise<{ sentToFrame: Quantiles; acceptedToFrame: Quantiles }> {
    const sent: number[] = []
    const accepted: number[] = []
    const until = performance.now() + seconds * 1000
    while (performance.now() < until) {
      const village = this.#village++
      await this.#call('POST', '/v1/reports', openingReport(village))
      for (let step = 1; step <= stepsPerVillage; step++) {
        const arrival = this.#expect(`${villageName(village)}#${step}`)
        const sentMs = performance.now()
        await this.#call('POST', '/v1/reports', tellingReport(village, step))
        const acceptedMs = performance.now()
        const arrivedMs = await arrival
        sent.push(arrivedMs - sentMs)
        accepted.push(Math.max(0, arrivedMs - acceptedMs))
      }
    }
    if (this.#stream.violations.length > 0) throw new Error(this.#stream.violations[0])
    return { sentToFrame: quantilesOf(sent), acceptedToFrame: quantilesOf(accepted) }
  }

  async close(): Promise<void> {
    this.#stream.close()
    await this.#client.destroy()
    await this.#notifier.destroy()
  }

  #expect(what: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no frame for ${what} within ${frameTimeoutMs} ms`)),
        frameTimeoutMs
      )
      this.#arrivals.set(what, atMs => {
        clearTimeout(timer)
        this.#arrivals.delete(what)
        resolve(atMs)
      })
    })
  }

  async #call(method: 'PUT' | 'POST', path: string, body: unknown): Promise<void> {
    const headers = { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' }
    const client = path.startsWith('/v1/theatres') ? this.#notifier : this.#client
    const answer = await client.request({ method, path, headers, body: JSON.stringify(body) })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
  }
}

/** Runs `measured` while another process posts ordinary reports. */
async function underLoad<T>(
  url: string,
  key: string,
  measured: () => Promise<T>
): Promise<{ result: T; perSecond: number }> {
  const load = child('path-load.ts', [url, key, String(loadPerSecond)])
  const exited = once(load, 'exit')
  try {
    const result = await measured()
    const tally = once(load, 'message') as Promise<[{ perSecond: number; refused: number }]>
    load.send('stop')
    const [{ perSecond, refused }] = await tally
    if (refused > 0) throw new Error(`${refused} reports of the load were refused`)
    await exited
    return { result, perSecond }
  } finally {
    load.kill()
  }
}

async function benchBarePost(seconds: number): Promise<Quantiles> {
  const server = child('bare-server.ts', [])
  const [port] = (await once(server, 'message')) as [number]
  const client = new Client(`http://127.0.0.1:${port}`)
  const body = JSON.stringify(tellingReport(1, 1))
  try {
    return await timed(seconds, async () => {
      const answer = await client.request({
        method: 'POST',
        path: '/v1/reports',
        headers: { 'content-type': 'application/json' },
        body
      })
      await answer.body.dump()
    })
  } finally {
    await client.destroy()
    server.disconnect()
  }
}

async function benchAppendToTail(on: BenchLog, seconds: number): Promise<Quantiles> {
  return withTempDir(async dataDir => {
    const log = await on.open(dataDir)
    const stop = new AbortController()
    const value = Buffer.from(JSON.stringify(tellingReport(1, 1)))
    const pages = log
      .tail(await log.cursorAt(topics.incidents, 'earliest'), { signal: stop.signal })
      [Symbol.asyncIterator]()
    let count = 0
    try {
      return await timed(seconds, async () => {
        const arrived = pages.next()
        await log.append(topics.incidents, [{ id: `r${count++}`, key: 'bench', value }])
        await arrived
      })
    } finally {
      stop.abort()
      await pages.return?.()
      await log.close()
    }
  })
}

/** Times one call after the other for `seconds`; the first tenth of the time is not counted. */
async function timed(seconds: number, call: () => Promise<void>): Promise<Quantiles> {
  const samples: number[] = []
  const startedMs = performance.now()
  while (performance.now() - startedMs < seconds * 1000) {
    const beganMs = performance.now()
    await call()
    if (beganMs - startedMs > seconds * 100) samples.push(performance.now() - beganMs)
  }
  return quantilesOf(samples)
}

function child(file: string, args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
}
