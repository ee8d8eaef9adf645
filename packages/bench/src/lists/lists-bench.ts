// Bench `lists`: how long a notifier with 100,000 alerts takes to answer lists, searches and
// reports over HTTP, one request at a time, to the owner, to a partner and some to an officer,
// while silences hold thousands of deliveries. Beside each the same bytes from a bare server, asked
// by turns with it.

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
import { theatres, type WrittenAlerts, writeAlerts } from './lists-load.ts'
import {
  heldDelivery,
  makeSilences,
  makeSubscriptions,
  makeWatches,
  TakingEndpoint,
  untilTold
} from './lists-subscriptions.ts'

/** Source: speed.md#lists. */
const reachP99Ms = 50
const alertsDefault = 100_000
/** What finds anything has more bytes than this: a question that finds nothing measures nothing. */
const foundBytesMin = 50
/** Ends the name of a question that is to find nothing. */
const findsNothing = ', none'
/** A p99 of fewer is their maximum. */
const samplesMin = 100
const warmUp = 5
/** On a busy machine. */
const startMaxMs = 600_000

const readers = ['owner', 'officer', 'partner'] as const
type Reader = (typeof readers)[number]

export interface ListFigure {
  readonly what: string
  readonly reader: Reader
  readonly bytes: number
  readonly latency: Quantiles
  /**
   * Processor time of the notifier for one answer, mean, ms: other load does not count in it. Null
   * if unknown.
   */
  readonly cpuMs: number | null
  /** The same bytes from a server that looks nothing up. */
  readonly ceiling: Quantiles
}

export interface ListsBench {
  readonly bench: 'lists'
  readonly alerts: number
  /** Deliveries that silences hold. */
  readonly held: number
  /**
   * The machine's one-minute load average at the start: above the number of processors, other work
   * was running.
   */
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
export async function benchLists({
  json,
  seconds,
  reports = alertsDefault
}: ListsBenchOptions): Promise<ListsBench> {
  const loadBefore = loadavg()[0] as number
  const { held, figures } = await withTempDir(dataDir => measure(dataDir, reports, seconds / 10))
  const reached = figures.every(({ latency }) => latency.p99Ms < reachP99Ms)
  const result: ListsBench = { bench: 'lists', alerts: reports, held, loadBefore, figures, reached }
  console.log(json ? JSON.stringify(result) : renderListsBench(result))
  return result
}

/** The figures as text. Pure. */
function renderListsBench({ alerts, held, loadBefore, figures, reached }: ListsBench): string {
  const ms = (value: number) => value.toFixed(1).padStart(7)
  const wide = Math.max(...figures.map(({ what }) => what.length))
  return [
    `lists: ${alerts.toLocaleString('en')} alerts, ${held.toLocaleString('en')} deliveries held, one request at a time, load ${loadBefore.toFixed(1)}`,
    `${''.padEnd(wide)}             p50     p99     CPU  ms; p50 and p99 of the same bytes from a bare server`,
    ...figures.map(
      ({ what, reader, bytes, latency, cpuMs, ceiling }) =>
        `${what.padEnd(wide)} ${reader.padEnd(7)}${ms(latency.p50Ms)} ${ms(latency.p99Ms)} ${cpuMs === null ? '      –' : ms(cpuMs)}     ${ms(ceiling.p50Ms)} ${ms(ceiling.p99Ms)}` +
        `   ${Math.round(bytes / 1000)} kB`
    ),
    `p99 < ${reachP99Ms} ms each: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}

async function measure(dataDir: string, alerts: number, secondsEach: number): Promise<Measured> {
  const endpoint = await TakingEndpoint.start()
  try {
    return await measureWith(dataDir, { alerts, secondsEach, endpoint: endpoint.url })
  } finally {
    endpoint.end()
  }
}

type Measured = Pick<ListsBench, 'held' | 'figures'>

interface Measuring {
  readonly alerts: number
  readonly secondsEach: number
  readonly endpoint: string
}

async function measureWith(
  dataDir: string,
  { alerts, secondsEach, endpoint }: Measuring
): Promise<Measured> {
  const env = {
    TOCSIN_LOG_LEVEL: 'warn',
    TOCSIN_WEBHOOKS_ALLOW: '127.0.0.0/8',
    TOCSIN_WEBHOOKS_ALLOW_HTTP: 'true'
  } as const
  const notifier = { role: 'notifier', dataDir, port: await freePort(), env } as const
  // It must begin its log itself.
  const first = await spawnSuite(notifier)
  const owner = await ownerKeyOf(dataDir)
  const asked = { url: first.url, key: owner }
  const heldIds = await makeSubscriptions(
    { url: first.url, key: await deskKey(first.url, owner) },
    endpoint
  )
  await makeSilences(asked, heldIds)
  await makeWatches(asked, heldIds)
  await first.stop()
  const log = await openEmbeddedLog({ dataDir })
  const written = await writeAlerts(log, alerts)
  await log.close()
  const suite = await new SuiteProcess(notifier).ready(startMaxMs)
  const bare = await ConstantServer.start()
  try {
    const held = await untilTold({ url: suite.url, key: owner })
    const keys = {
      owner,
      officer: await officerKey(suite.url, owner),
      partner: await partnerKey(suite.url, owner)
    }
    const figures: ListFigure[] = []
    const empty: string[] = []
    for (const { what, path, body, isFor } of await questions(
      suite.url,
      owner,
      written,
      heldIds[0] as string
    ))
      for (const reader of isFor) {
        const figure = await figureOf({ suite, path, body, key: keys[reader], bare, secondsEach })
        if (figure.bytes < foundBytesMin && isFound(what))
          empty.push(`"${what}" for the ${reader}: ${path}`)
        figures.push({ what, reader, ...figure })
      }
    if (empty.length > 0)
      throw new Error(`these found nothing, and measured nothing: ${empty.join('; ')}`)
    return { held, figures }
  } finally {
    bare.end()
    await suite.stop(startMaxMs)
  }
}

/**
 * Whether a question is to find something; what only says whether anything changed has no more than
 * a tag.
 */
function isFound(what: string): boolean {
  return !what.endsWith(findsNothing) && !what.startsWith('whether ')
}

interface Question {
  readonly what: string
  readonly path: string
  /** Posted; undefined: it is a GET. */
  readonly body: object | undefined
  readonly isFor: readonly Reader[]
}

async function questions(
  url: string,
  key: string,
  { alertId, startMs }: WrittenAlerts,
  subscriptionId: string
): Promise<readonly Question[]> {
  // biome-ignore format: corners
  const square = [[20, 40], [21, 40], [21, 41], [20, 41], [20, 40]]
  const nowhere = encodeURIComponent(JSON.stringify({ type: 'Polygon', coordinates: [square] }))
  const held = await heldDelivery({ url, key }, subscriptionId)
  const list = (query: string): string => `/v1/alerts?${query}`
  const far = await farCursor(url, key, 50_000)
  const grave = await farCursor(url, key, 30_000, 'sort=gravity&')
  const day = (after: number): string =>
    new Date(startMs + after * 86_400_000).toISOString().slice(0, 10)
  const forAll = (what: string, path: string): Question => ({
    what,
    path,
    body: undefined,
    isFor: ['owner', 'partner']
  })
  const forOfficers = (what: string, path: string): Question => ({
    what,
    path,
    body: undefined,
    isFor: ['owner', 'officer']
  })
  const forOwner = (what: string, path: string, body?: object): Question => ({
    what,
    path,
    body,
    isFor: ['owner']
  })
  return [
    forAll('newest', list('')),
    forAll('newest, 500', list('limit=500')),
    forAll('the page after 50,000', list(far === '' ? '' : `cursor=${far}`)),
    forAll('extreme', list('severity=extreme')),
    forAll('severe and above, open', list('minSeverity=severe&status=provisional,confirmed')),
    forAll('of a pattern and an area', list('pattern=front&admin1=ML-5')),
    forAll('in a circle', list('circle=14,-4,20')),
    forAll('in a polygon, none', list(`polygon=${nowhere}`)),
    forAll('of a rule, none', list('ruleId=none')),
    forAll('drills', list('drill=true')),
    forAll('gravest first', list('sort=gravity')),
    forAll(
      'gravest first, the page after 30,000',
      list(`sort=gravity${grave === '' ? '' : `&cursor=${grave}`}`)
    ),
    forAll('raised on a day, oldest first', list(`sort=oldest&from=${day(0)}&to=${day(1)}`)),
    forAll('by words', list('find=siege')),
    forAll(
      'by words, of few',
      list(`find=${encodeURIComponent('Nouvelle série Agboville')}&from=${day(0)}&to=${day(1)}`)
    ),
    forAll('by words, none', list('find=nowhere')),
    forAll('by words with accents', list(`find=${encodeURIComponent('Ménaka répétées')}`)),
    forAll('by Arabic words', list(`find=${encodeURIComponent('هجمات ميناكا')}`)),
    forAll('unanswered', list('answered=false')),
    forAll('unanswered, gravest first', list('answered=false&sort=gravity')),
    forAll('unanswered, of a rule, none', list('answered=false&ruleId=none')),
    forAll('times by severity', '/v1/response-times?by=severity'),
    forAll('times by area', '/v1/response-times?by=area'),
    forAll('times by officer', '/v1/response-times?by=officer'),
    forOfficers('times by subscriber', '/v1/response-times?by=subscriber'),
    forAll(
      'times of a day, CSV',
      `/v1/response-times?by=area&from=${day(0)}&to=${day(1)}&format=csv`
    ),
    forAll('one alert', `/v1/alerts/${alertId}`),
    forAll('its evidence', `/v1/alerts/${alertId}/evidence`),
    forOfficers('who was told of it', `/v1/alerts/${alertId}/told`),
    forOwner('who was told of one held', `/v1/alerts/${held.alertId}/told`),
    forOwner('its deliveries', `/v1/alerts/${held.alertId}/deliveries`),
    forOwner('why it is held', `/v1/subscriptions/${subscriptionId}/why?alertId=${held.alertId}`),
    forAll('false alarms by rule', '/v1/dispositions'),
    forOwner('subscriptions with policies', '/v1/subscriptions'),
    forOwner('deliveries of one, newest', held.path),
    forOwner(
      'deliveries of one, 500 before',
      `${held.path}?limit=500&cursor=${Math.ceil(held.sequence / 2)}`
    ),
    forOwner('one delivery, whole', `${held.path}?sequence=${held.sequence}`),
    forOwner('silences, what they mute now', '/v1/silences?limit=50'),
    forOfficers('silences that are over, none', '/v1/silences?standing=over'),
    forOwner('watches', '/v1/watches'),
    forOwner('audit, newest', '/v1/audit'),
    forOwner('audit, 500', '/v1/audit?limit=500'),
    forOwner('audit of alerts, 500', '/v1/audit?of=alerts&limit=500'),
    forOwner('audit of alerts, by one officer', '/v1/audit?of=alerts&by=Officer%201'),
    forOwner('audit of alerts, of nobody, none', '/v1/audit?of=alerts&by=nobody'),
    forAll('the feed', '/v1/feed?limit=50'),
    forAll('CAP, newest', '/v1/cap.atom')
  ]
}

/** The cursor behind so many alerts, or behind the last page but one. */
async function farCursor(url: string, key: string, count: number, asked = ''): Promise<string> {
  let cursor = ''
  for (let pages = 0; pages < count / 500; pages++) {
    const query = `${asked}limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`
    const answer = await fetch(`${url}/v1/alerts?${query}`, { headers: as(key) })
    const { next } = (await answer.json()) as { next: string | null }
    if (next === null) break
    cursor = next
  }
  return cursor
}

function partnerKey(url: string, owner: string): Promise<string> {
  const reach = { theatres: theatres.slice(0, 2), handling: 'partners' }
  return keyFor(url, owner, { name: 'Partner', scopes: ['alerts:read'], ...reach })
}

const ofOfficers = { theatres, handling: 'internal' } as const

/** What they may know of what is held hangs on each alert: not all is for them. */
function officerKey(url: string, owner: string): Promise<string> {
  return keyFor(url, owner, {
    name: 'Officer',
    scopes: ['alerts:read', 'alerts:operate'],
    ...ofOfficers
  })
}

/** Holds the subscriptions. */
function deskKey(url: string, owner: string): Promise<string> {
  return keyFor(url, owner, {
    name: 'Desk',
    scopes: ['alerts:read', 'subscriptions:manage'],
    ...ofOfficers
  })
}

async function keyFor(url: string, owner: string, asked: object): Promise<string> {
  const answer = await fetch(`${url}/v1/keys`, {
    method: 'POST',
    headers: { ...as(owner), 'content-type': 'application/json' },
    body: JSON.stringify(asked)
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
  readonly body: object | undefined
  readonly key: string
  readonly bare: ConstantServer
  readonly secondsEach: number
}

interface Answered {
  readonly tookMs: number
  readonly body: string
  readonly type: string
}

/** By turns: whatever else the machine does happens to both. */
async function figureOf({
  suite,
  path,
  body: posted,
  key,
  bare,
  secondsEach
}: Asking): Promise<Omit<ListFigure, 'what' | 'reader'>> {
  const [client, constant] = [new Client(suite.url), new Client(bare.url)]
  try {
    const { body, type } = await ask(client, path, key, posted)
    await bare.learn({ name: 'body', type, body })
    const [latencies, ceilings]: [number[], number[]] = [[], []]
    let cpuBeforeMs: number | null = null
    const untilMs = performance.now() + secondsEach * 1000
    for (let n = -warmUp; n < samplesMin || performance.now() < untilMs; n++) {
      if (n === 0) cpuBeforeMs = cpuMsOf(suite.pid)
      const { tookMs } = await ask(client, path, key, posted)
      const least = await ask(constant, '/body', key)
      if (n < 0) continue
      latencies.push(tookMs)
      ceilings.push(least.tookMs)
    }
    const cpuAfterMs = cpuMsOf(suite.pid)
    const cpuMs =
      cpuBeforeMs === null || cpuAfterMs === null
        ? null
        : (cpuAfterMs - cpuBeforeMs) / latencies.length
    return {
      bytes: Buffer.byteLength(body),
      latency: quantilesOf(latencies),
      cpuMs,
      ceiling: quantilesOf(ceilings)
    }
  } finally {
    await Promise.all([client.close(), constant.close()])
  }
}

async function ask(client: Client, path: string, key: string, posted?: object): Promise<Answered> {
  const beganMs = performance.now()
  const answer = await client.request(
    posted === undefined
      ? { method: 'GET', path, headers: as(key) }
      : {
          ...{ method: 'POST', path, body: JSON.stringify(posted) },
          headers: { ...as(key), 'content-type': 'application/json' }
        }
  )
  const body = await answer.body.text()
  const tookMs = performance.now() - beganMs
  if (answer.statusCode !== 200)
    throw new Error(`${path} was answered ${answer.statusCode}: ${body.slice(0, 1000)}`)
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

  async learn(answer: {
    readonly name: string
    readonly type: string
    readonly body: string
  }): Promise<void> {
    const learnt = once(this.#process, 'message')
    this.#process.send(answer)
    await learnt
  }

  end(): void {
    this.#process.disconnect()
  }
}
