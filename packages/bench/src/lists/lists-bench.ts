// Bench `lists`: how long a notifier with 100,000 alerts takes to answer lists, searches and reports over HTTP, one request at a
// time, to the owner and to a partner. Beside each the same bytes from a bare server, asked by turns with it.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { freePort } from '@tocsin/testing/process/free-port'
import { ownerKeyOf, SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Client } from 'undici'
import { cpuMsOf } from '../measure/process-cpu.ts'
import { type Quantiles, quantilesOf } from '../measure/quantiles.ts'
import { theatres, writeAlerts } from './lists-load.ts'
import { makeSilences, makeSubscriptions, TakingEndpoint } from './lists-subscriptions.ts'

/** Source: speed.md#lists. */
const reachP99Ms = 50
const alertsDefault = 100_000
/** A p99 of fewer is their maximum. */
const samplesMin = 100
const warmUp = 5
/** On a busy machine. */
const startMaxMs = 600_000

export interface ListFigure {
  readonly what: string
  readonly reader: 'owner' | 'partner'
  readonly bytes: number
  readonly latency: Quantiles
  /** Processor time of the notifier for one answer, mean, ms: other load does not count in it. Null if unknown. */
  readonly cpuMs: number | null
  /** The same bytes from a server that looks nothing up. */
  readonly ceiling: Quantiles
}

export interface ListsBench {
  readonly bench: 'lists'
  readonly alerts: number
  /** The machine's one-minute load average at the start: above the number of processors, other work was running. */
  readonly loadBefore: number
  readonly figures: readonly ListFigure[]
  readonly reached: boolean
}

export interface ListsBenchOptions {
  readonly json: boolean
  /** Of all measurements of a question together, at least; never fewer than its samples. */
  readonly seconds: number
  /** Alerts. */
  readonly reports?: number
}

/** Measures and prints. Resolves with the figures. */
export async function benchLists({ json, seconds, reports = alertsDefault }: ListsBenchOptions): Promise<ListsBench> {
  const loadBefore = loadavg()[0] as number
  const figures = await withTempDir(dataDir => measure(dataDir, reports, seconds / 10))
  const reached = figures.every(({ latency }) => latency.p99Ms < reachP99Ms)
  const result: ListsBench = { bench: 'lists', alerts: reports, loadBefore, figures, reached }
  console.log(json ? JSON.stringify(result) : renderListsBench(result))
  return result
}

/** The figures as text. Pure. */
function renderListsBench({ alerts, loadBefore, figures, reached }: ListsBench): string {
  const ms = (value: number) => value.toFixed(1).padStart(7)
  const wide = Math.max(...figures.map(({ what }) => what.length))
  return [
    `lists: ${alerts.toLocaleString('en')} alerts, one request at a time, load ${loadBefore.toFixed(1)}`,
    `${''.padEnd(wide)}             p50     p99     CPU  ms; p50 and p99 of the same bytes from a bare server`,
    ...figures.map(
      ({ what, reader, bytes, latency, cpuMs, ceiling }) =>
        `${what.padEnd(wide)} ${reader.padEnd(7)}${ms(latency.p50Ms)} ${ms(latency.p99Ms)} ${cpuMs === null ? '      –' : ms(cpuMs)}     ${ms(ceiling.p50Ms)} ${ms(ceiling.p99Ms)}` +
        `   ${Math.round(bytes / 1000)} kB`
    ),
    `p99 < ${reachP99Ms} ms each: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}

async function measure(dataDir: string, alerts: number, secondsEach: number): Promise<ListFigure[]> {
  const endpoint = await TakingEndpoint.start()
  try {
    return await measureWith(dataDir, { alerts, secondsEach, endpoint: endpoint.url })
  } finally {
    endpoint.end()
  }
}

interface Measuring {
  readonly alerts: number
  readonly secondsEach: number
  readonly endpoint: string
}

async function measureWith(dataDir: string, { alerts, secondsEach, endpoint }: Measuring): Promise<ListFigure[]> {
  const env = { TOCSIN_LOG_LEVEL: 'warn', TOCSIN_WEBHOOKS_ALLOW: '127.0.0.0/8', TOCSIN_WEBHOOKS_ALLOW_HTTP: 'true' } as const
  const notifier = { role: 'notifier', dataDir, port: await freePort(), env } as const
  // It must begin its log itself.
  const first = await spawnSuite(notifier)
  await makeSubscriptions({ url: first.url, key: await ownerKeyOf(dataDir) }, endpoint)
  await first.stop()
  const log = await openEmbeddedLog({ dataDir })
  const alertId = await writeAlerts(log, alerts)
  await log.close()
  const suite = await new SuiteProcess(notifier).ready(startMaxMs)
  const bare = await ConstantServer.start()
  try {
    const owner = await ownerKeyOf(dataDir)
    const partner = await partnerKey(suite.url, owner)
    await makeSilences({ url: suite.url, key: owner })
    const figures: ListFigure[] = []
    for (const [what, path, isForOfficers] of await questions(suite.url, owner, alertId)) {
      for (const [reader, key] of [
        ['owner', owner],
        ['partner', partner]
      ] as const)
        if (reader === 'owner' || isForOfficers !== true)
          figures.push({ what, reader, ...(await figureOf({ suite, path, key, bare, secondsEach })) })
    }
    return figures
  } finally {
    bare.end()
    await suite.stop(startMaxMs)
  }
}

/** What it is called, its path, and whether it is for officers alone. */
type Question = readonly [what: string, path: string, isForOfficers?: true]

async function questions(url: string, key: string, alertId: string): Promise<readonly Question[]> {
  // biome-ignore format: corners
  const square = [[20, 40], [21, 40], [21, 41], [20, 41], [20, 40]]
  const nowhere = encodeURIComponent(JSON.stringify({ type: 'Polygon', coordinates: [square] }))
  const list = (query: string): string => `/v1/alerts?${query}`
  return [
    ['newest', list('')],
    ['newest, 500', list('limit=500')],
    ['the page after 50,000', list(`cursor=${await farCursor(url, key)}`)],
    ['extreme', list('severity=extreme')],
    ['severe and above, open', list('minSeverity=severe&status=provisional,confirmed')],
    ['of a pattern and an area', list('pattern=front&admin1=ML-5')],
    ['in a circle', list('circle=14,-4,20')],
    ['in a polygon, none', list(`polygon=${nowhere}`)],
    ['of a rule, none', list('ruleId=none')],
    ['drills', list('drill=true')],
    ['unanswered', list('answered=false')],
    ['unanswered, gravest first', list('answered=false&sort=gravity')],
    ['unanswered, of a rule, none', list('answered=false&ruleId=none')],
    ['times by severity', '/v1/response-times?by=severity'],
    ['times by area', '/v1/response-times?by=area'],
    ['times by officer', '/v1/response-times?by=officer'],
    ['times by subscriber', '/v1/response-times?by=subscriber'],
    ['times of a day, CSV', '/v1/response-times?by=area&from=2026-03-01&to=2026-03-02&format=csv'],
    ['one alert', `/v1/alerts/${alertId}`],
    ['its evidence', `/v1/alerts/${alertId}/evidence`],
    ['who was told of it', `/v1/alerts/${alertId}/told`, true],
    ['subscriptions with policies', '/v1/subscriptions', true],
    ['silences, what they mute now', '/v1/silences?limit=50', true],
    ['watches', '/v1/watches', true],
    ['the feed', '/v1/feed?limit=50'],
    ['CAP, newest', '/v1/cap.atom']
  ]
}

async function farCursor(url: string, key: string): Promise<string> {
  let cursor = ''
  for (let pages = 0; pages < 100; pages++) {
    const answer = await fetch(`${url}/v1/alerts?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`, { headers: as(key) })
    const { next } = (await answer.json()) as { next: string | null }
    if (next === null) break
    cursor = next
  }
  return cursor
}

async function partnerKey(url: string, owner: string): Promise<string> {
  const answer = await fetch(`${url}/v1/keys`, {
    method: 'POST',
    headers: { ...as(owner), 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Partner', scopes: ['alerts:read'], theatres: theatres.slice(0, 2), handling: 'partners' })
  })
  const { secret } = (await answer.json()) as { secret?: string }
  if (secret === undefined) throw new Error(`no key was made: ${answer.status}`)
  return secret
}

function as(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}` }
}

interface Asking {
  readonly suite: SuiteProcess
  readonly path: string
  readonly key: string
  readonly bare: ConstantServer
  readonly secondsEach: number
}

/** By turns: whatever else the machine does happens to both. */
async function figureOf({ suite, path, key, bare, secondsEach }: Asking): Promise<Omit<ListFigure, 'what' | 'reader'>> {
  const [client, constant] = [new Client(suite.url), new Client(bare.url)]
  try {
    const { body, type } = await ask(client, path, key)
    await bare.learn({ name: 'body', type, body })
    const [latencies, ceilings]: [number[], number[]] = [[], []]
    let cpuBeforeMs: number | null = null
    const untilMs = performance.now() + secondsEach * 1000
    for (let n = -warmUp; n < samplesMin || performance.now() < untilMs; n++) {
      if (n === 0) cpuBeforeMs = cpuMsOf(suite.pid)
      const { tookMs } = await ask(client, path, key)
      const least = await ask(constant, '/body', key)
      if (n < 0) continue
      latencies.push(tookMs)
      ceilings.push(least.tookMs)
    }
    const cpuAfterMs = cpuMsOf(suite.pid)
    const cpuMs = cpuBeforeMs === null || cpuAfterMs === null ? null : (cpuAfterMs - cpuBeforeMs) / latencies.length
    return { bytes: Buffer.byteLength(body), latency: quantilesOf(latencies), cpuMs, ceiling: quantilesOf(ceilings) }
  } finally {
    await Promise.all([client.close(), constant.close()])
  }
}

async function ask(client: Client, path: string, key: string): Promise<{ tookMs: number; body: string; type: string }> {
  const beganMs = performance.now()
  const answer = await client.request({ method: 'GET', path, headers: as(key) })
  const body = await answer.body.text()
  const tookMs = performance.now() - beganMs
  if (answer.statusCode !== 200) throw new Error(`${path} was answered ${answer.statusCode}: ${body.slice(0, 1000)}`)
  return { tookMs, body, type: String(answer.headers['content-type']) }
}

class ConstantServer {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, port: number) {
    this.#process = process
    this.url = `http://127.0.0.1:${port}`
  }

  static async start(): Promise<ConstantServer> {
    const child = fork(fileURLToPath(new URL('constant-server.ts', import.meta.url)))
    const [port] = (await once(child, 'message')) as [number]
    return new ConstantServer(child, port)
  }

  async learn(answer: { readonly name: string; readonly type: string; readonly body: string }): Promise<void> {
    const learnt = once(this.#process, 'message')
    this.#process.send(answer)
    await learnt
  }

  end(): void {
    this.#process.disconnect()
  }
}
