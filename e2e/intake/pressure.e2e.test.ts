// A log that hangs, is slow or is full, and more reports than it accepts: intake answers immediately,
// its memory stays bounded, it loses no acknowledged report, and it recovers with the log.

import { computeReportId } from '@tocsin/contracts/report/report-identity'
import { type PostOutcome, ReportPoster } from '@tocsin/testing/client/report-poster'
import { residentMiB, watchMemory } from '@tocsin/testing/process/resident-memory'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterEach, expect, it } from 'vitest'
import { LogHolder } from '../harness/log-holder.ts'
import { theatreRecords } from '../harness/logs.ts'
import { fullRun } from '../harness/test-size.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

/** More than the limit, and a rate that any machine can handle. */
const crowdPerSecond = fullRun ? 2000 : 1000
const calmPerSecond = 200
const troubleMs = fullRun ? 60_000 : 5_000
const calmMs = 3_000
/** Reports that intake writes at a time. */
const inFlightMax = 1000
/** Twice the deadline of a write; more on a busy machine. */
const answerMsMax = 10_000

/**
 * Spread over places and days: the test is of intake, not of assembling a thousand reports of one
 * place.
 */
const dayOf = (number: number) =>
  new Date(Date.UTC(2024, 0, 1) + (Math.floor(number / 100) % 500) * 86_400_000)
    .toISOString()
    .slice(0, 10)
const reportOf = (number: number, narrative: string) =>
  JSON.stringify({
    source: { id: 'load' },
    externalId: `load-${number}`,
    occurred: { from: dayOf(number), to: dayOf(number) },
    category: 'other',
    location: {
      country: 'ML',
      lat: 13 + (number % 10) / 2,
      lon: -8 + (Math.floor(number / 10) % 10) / 2
    },
    private: { narrative: `${narrative} ${number}` }
  })

let suite: WholeSuite
let holder: LogHolder
async function start(): Promise<void> {
  suite = await WholeSuite.start()
  ends.push(() => suite.end())
  holder = new LogHolder(suite.dataDir)
  ends.push(() => holder.end())
}
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** More connections than the suite writes at once. */
const connections = 1200
/** A reporter's load: each report is sent once, whatever came of those before. */
class Load {
  readonly poster = new ReportPoster({
    urls: [suite.url],
    key: suite.key,
    retryMs: null,
    connections
  })
  readonly #body: (number: number) => string

  constructor(narrative: string) {
    this.#body = number => reportOf(number, narrative)
  }

  run(perSecond: number, forMs: number): Promise<readonly PostOutcome[]> {
    const signal = AbortSignal.timeout(forMs)
    return this.poster.postAtRate({ perSecond, body: this.#body, signal, inFlightMax: connections })
  }

  one(): Promise<PostOutcome> {
    return this.poster.post(this.#body(this.poster.outcomes.length))
  }
}
const acceptedOf = (outcomes: readonly PostOutcome[]) =>
  outcomes.filter(({ status }) => status === 202)

function figures(name: string, outcomes: readonly PostOutcome[], residentMax: number): void {
  const count = new Map<string, number>()
  for (const { status, code } of outcomes)
    count.set(
      `${status} ${code ?? ''}`.trim(),
      (count.get(`${status} ${code ?? ''}`.trim()) ?? 0) + 1
    )
  const took = outcomes.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  const quantile = (q: number) => Math.round(took[Math.floor((took.length - 1) * q)] ?? 0)
  const answers = [...count].map(([what, n]) => `${n} × ${what}`).join(', ')
  console.log(
    `${name}: ${outcomes.length} sent; ${answers}; answered p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, most ${quantile(1)} ms; resident ${residentMax.toFixed(0)} MiB at most`
  )
}

/**
 * Refused reporters were told when to retry, and in time. `atRest`: this machine's latency without
 * faults.
 */
function expectTold(outcomes: readonly PostOutcome[], atRest: readonly PostOutcome[]): void {
  const allowedMs = answerMsMax + 10 * Math.max(...atRest.map(({ tookMs }) => tookMs))
  const refused = outcomes.filter(({ status }) => status !== 202)
  expect(
    refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null).slice(0, 5)
  ).toEqual([])
  // A saturated machine delays single connections long before they reach the suite.
  const late = outcomes.filter(({ tookMs }) => tookMs > allowedMs)
  expect(late.length, `answers after more than ${allowedMs.toFixed(0)} ms`).toBeLessThanOrEqual(
    outcomes.length / 100
  )
}

/**
 * A calm load of which all is taken; tried again where the machine is so busy that the log is late
 * by itself.
 */
function calmed(name: string, load: Load): Promise<readonly PostOutcome[]> {
  const tried = async () => {
    const outcomes = await load.run(calmPerSecond, calmMs)
    figures(name, outcomes, residentMiB(suite.process.pid))
    return acceptedOf(outcomes).length === outcomes.length ? outcomes : null
  }
  return waitFor(tried, { what: `calm load that is taken ${name}`, timeoutMs: 120_000 })
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${suite.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

it('answers 503 at once while the log does not answer or is slow, with bounded memory, and loses nothing', async () => {
  await start()
  const load = new Load('x'.repeat(2000))
  const calm = await calmed('at rest', load)
  const restMiB = residentMiB(suite.process.pid)

  await load.poster.connect()
  await holder.hold()
  const away = watchMemory(suite.process.pid)
  const inFlight: number[] = []
  // Under load a single check may fail; the next one succeeds.
  const look = () =>
    figure('tocsin_intake_in_flight').then(
      count => void (Number.isFinite(count) && inFlight.push(count)),
      () => {}
    )
  const looking = setInterval(() => void look(), 500)
  const during = await load.run(crowdPerSecond, troubleMs)
  clearInterval(looking)
  await holder.release()
  expect(inFlight.length).toBeGreaterThan(0)
  expect(Math.max(...inFlight)).toBeLessThanOrEqual(inFlightMax)
  const awayMiB = away.stop()
  figures('no answer', during, awayMiB)
  expectTold(during, calm)
  expect(acceptedOf(during).length).toBeLessThan(during.length / 10)
  // Only those sent before it was noticed, and one now and then, wait for the deadline; the rest is
  // refused at once.
  const deadlineMs = 5_000
  const waited = during.filter(({ tookMs }) => tookMs >= deadlineMs)
  expect(waited.length).toBeLessThan(Math.min(inFlightMax * 1.1, during.length * 0.8))
  await waitFor(async () => (await load.one()).status === 202, {
    what: 'report that is taken again'
  })

  await load.poster.connect()
  const slow = watchMemory(suite.process.pid)
  const [hampered] = await Promise.all([
    load.run(crowdPerSecond, troubleMs),
    holder.hamper(troubleMs, 1500, 30)
  ])
  const slowMiB = slow.stop()
  figures('1.5 s a write', hampered, slowMiB)
  expectTold(hampered, calm)
  await waitFor(async () => (await load.one()).status === 202, {
    what: 'report that is taken again'
  })
  await calmed('after', load)
  await waitFor(async () => (await figure('tocsin_intake_in_flight')) === 0, {
    what: 'end of all writes'
  })
  expect(await figure('tocsin_http_body_bytes')).toBe(0)
  // Reports in flight and their bytes are limited; the rest is uncollected garbage.
  expect(Math.max(awayMiB, slowMiB) - restMiB).toBeLessThan(350)

  await load.poster.close()
  await suite.killAndRestart()
  const stored = new Set(
    (await theatreRecords(suite.dataDir, 'world')).map(({ data }) =>
      'reportId' in data ? data.reportId : ''
    )
  )
  const lost = acceptedOf(load.poster.outcomes).filter(
    ({ number }) => !stored.has(computeReportId('load', `load-${number}`))
  )
  expect(lost.slice(0, 5)).toEqual([])
}, 600_000)

it('accepts no more long texts than it can hold while they cannot be written', async () => {
  await start()
  const load = new Load('ß'.repeat(19_900))
  const calm = await load.run(calmPerSecond, calmMs)
  const restMiB = residentMiB(suite.process.pid)
  await load.poster.connect()
  await holder.hold()
  const memory = watchMemory(suite.process.pid)
  const during = await load.run(500, 3_000)
  await holder.release()
  const mostMiB = memory.stop()
  figures('long texts, no answer', during, mostMiB)
  expectTold(during, calm)
  expect(mostMiB - restMiB).toBeLessThan(250)
  await load.poster.close()
})
