// Case `lists` of bench `console`: how long a notifier with 100,000 alerts takes to answer lists,
// searches and reports over HTTP, one request at a time, to the owner and to a partner.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Client } from 'undici'
import { BenchSuite } from '../load/suite.ts'
import type { Figure } from '../runner/figures.ts'
import { computeQuantiles } from '../runner/quantiles.ts'
import { type BenchOptions, chooseSize } from '../runner/run-bench.ts'
import { BoardLoad, nameAlert, theatres } from './board-load.ts'

const allAlerts = 100_000
/** With fewer samples a p99 is their maximum. */
const samplesMin = 100
const warmUpRequests = 5
/** Of an answer that has found something. */
const foundBytesMin = 50
/** Interval between two alerts, ms. */
const alertMs = 1700

export function measureLists(options: BenchOptions): Promise<readonly Figure[]> {
  const alerts = chooseSize(options, allAlerts)
  return withTempDir(async dataDir => {
    // It has to begin its log itself.
    await (await BenchSuite.start(dataDir, { roles: ['notifier'] }))[Symbol.asyncDispose]()
    const startMs = Date.now() - alerts * alertMs
    const log = await openEmbeddedLog({ dataDir })
    await new BoardLoad(log, startMs).raise(alerts, true)
    await log.close()
    await using suite = await BenchSuite.start(dataDir, { roles: ['notifier'] })
    const reach = { theatres: theatres.slice(0, 2), handling: 'partners' }
    const partner = { name: 'Partner', scopes: ['alerts:read'], ...reach }
    const { secret } = await suite.call<{ secret: string }>('POST', '/v1/keys', partner)
    const client = new Client(suite.notifier)
    const figures: Figure[] = []
    for (const question of await listQuestions(suite, alerts, startMs))
      for (const [reader, key] of Object.entries({ owner: suite.key, partner: secret })) {
        const asked = { ...question, key, seconds: options.seconds / 10 }
        figures.push(await measureQuestion(client, asked, reader))
      }
    await client.close()
    return figures
  })
}

interface Question {
  readonly what: string
  readonly path: string
  /** True: an answer without rows is right. */
  readonly findsNone?: boolean
}

async function listQuestions(
  suite: BenchSuite,
  alerts: number,
  startMs: number
): Promise<readonly Question[]> {
  // biome-ignore format: corners
  const square = [[20, 40], [21, 40], [21, 41], [20, 41], [20, 40]]
  const polygon = encodeURIComponent(JSON.stringify({ type: 'Polygon', coordinates: [square] }))
  const makeDay = (after: number) =>
    new Date(startMs + after * 86_400_000).toISOString().slice(0, 10)
  const day = `from=${makeDay(0)}&to=${makeDay(1)}`
  const past = `asOf=${new Date(startMs + (alerts * alertMs) / 2).toISOString()}`
  const far = await findCursor(suite, alerts / 2)
  // Of the first theatre and public, so that both readers may see it.
  const alert = `/v1/alerts/${nameAlert(Math.floor(alerts / 40) * 20)}`
  const makeSearch = (text: string) => `/v1/alerts?find=${encodeURIComponent(text)}`
  return [
    { what: 'newest', path: '/v1/alerts' },
    { what: 'newest, 500', path: '/v1/alerts?limit=500' },
    { what: 'the page in the middle', path: `/v1/alerts?cursor=${far}` },
    { what: 'open and grave', path: '/v1/alerts?minSeverity=severe&status=provisional,confirmed' },
    { what: 'in a circle', path: '/v1/alerts?circle=14,-4,60' },
    { what: 'in an empty polygon', path: `/v1/alerts?polygon=${polygon}`, findsNone: true },
    { what: 'by an unknown rule', path: '/v1/alerts?ruleId=none', findsNone: true },
    { what: 'gravest first', path: '/v1/alerts?sort=gravity' },
    { what: 'of a day, oldest first', path: `/v1/alerts?sort=oldest&${day}` },
    { what: 'by common words', path: makeSearch('siege') },
    { what: 'by words with accents', path: makeSearch('Ménaka répétées') },
    { what: 'by Arabic words', path: makeSearch('هجمات ميناكا') },
    { what: 'by words of no alert', path: makeSearch('nowhere'), findsNone: true },
    { what: 'unacknowledged', path: '/v1/alerts?answered=false&sort=gravity' },
    { what: 'response times by area', path: '/v1/response-times?by=area' },
    { what: 'response times by officer', path: '/v1/response-times?by=officer' },
    { what: 'dispositions by rule', path: '/v1/dispositions' },
    { what: 'open as they were', path: `/v1/alerts?${past}&status=provisional,confirmed` },
    { what: 'grave in the past', path: `/v1/alerts?${past}&minSeverity=extreme` },
    { what: 'one alert', path: alert },
    { what: 'its evidence', path: `${alert}/evidence` },
    { what: 'the feed', path: '/v1/feed?limit=50' },
    { what: 'CAP', path: '/v1/cap.atom' }
  ]
}

/** The cursor behind so many alerts, by pages of 500. */
async function findCursor(suite: BenchSuite, count: number): Promise<string> {
  let cursor = ''
  for (let page = 0; page < count / 500; page++) {
    const path: string = `/v1/alerts?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`
    const { next } = await suite.call<{ next: string | null }>('GET', path)
    if (next === null) throw new Error(`there are fewer than ${count} alerts`)
    cursor = next
  }
  return cursor
}

async function measureQuestion(
  client: Client,
  { what, path, findsNone, key, seconds }: Question & { key: string; seconds: number },
  reader: string
): Promise<Figure> {
  const first = await ask(client, path, key)
  if (first.body.length < foundBytesMin && !findsNone)
    throw new Error(`${path} found nothing for the ${reader}`)
  const samplesMs: number[] = []
  const endMs = performance.now() + seconds * 1000
  for (let n = -warmUpRequests; n < samplesMin || performance.now() < endMs; n++) {
    const { ms } = await ask(client, path, key)
    if (n >= 0) samplesMs.push(ms)
  }
  const value = computeQuantiles(samplesMs).p99Ms
  return { what: `${what}, ${reader}, p99`, unit: 'ms', value, target: { below: 50 } }
}

async function ask(client: Client, path: string, key: string) {
  const beganMs = performance.now()
  const headers = { authorization: `Bearer ${key}` }
  const answer = await client.request({ method: 'GET', path, headers })
  const body = await answer.body.text()
  const ms = performance.now() - beganMs
  if (answer.statusCode !== 200)
    throw new Error(`${path} was answered ${answer.statusCode}: ${body.slice(0, 500)}`)
  return { ms, body }
}
