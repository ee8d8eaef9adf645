// Bench `webhooks`: durable signed deliveries per CPU-second of the notifier, beside a bare undici
// loop that posts the same bytes in the same run; the time from an accepted report to an endpoint;
// what hung endpoints and a flood do to it; and how a notifier stands with a million deliveries
// that wait.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Quantiles, quantilesText } from '../measure/quantiles.ts'
import { type DeliveriesFigure, measureDeliveries } from './deliveries-bench.ts'
import { type FloodFigure, floodOf, measureFlood } from './flood-bench.ts'
import { type HungFigure, measureHung } from './hung-bench.ts'
import { measureLatency } from './latency-bench.ts'
import type { Endpoints } from './one-dispatcher.ts'
import type { BacklogAsk, BacklogFigure } from './parked-backlog.ts'

/** Targets. Source: speed.md#webhooks. */
const reach = {
  share: 0.6,
  perCpuSecond: 4_500,
  latencyP99Ms: 15,
  hungRatio: 2,
  floodP99Ms: 1_000,
  startSeconds: 10
}
/** The default of each measurement, which asks for nothing. */
const secondsDefault = 5
/** Minor alerts for each second that is asked for, where it is less. */
const floodPerSecond = 1_000
/** What waits in the full form; where fewer seconds are asked for, a hundredth of it. */
const waiting: BacklogAsk = { subscriptions: 100, deliveries: 10_000, drained: 50_000 }

const measured: readonly Endpoints[] = [
  { count: 10, order: 'strict' },
  { count: 10, order: 'newest-state' },
  { count: 1, order: 'strict' }
]

export interface WebhooksBench {
  readonly bench: 'webhooks'
  readonly deliveries: readonly DeliveriesFigure[]
  /**
   * From a report's 202 until its event is at an endpoint, 20 reports a second, the suite in one
   * process.
   */
  readonly acceptedToReceived: Quantiles
  readonly hung: HungFigure
  readonly flood: FloodFigure
  readonly parked: BacklogFigure
  readonly reached: boolean
}

/** Measures and prints; `seconds` for each part. Resolves with the figures. */
export async function benchWebhooks({
  json,
  seconds
}: {
  readonly json: boolean
  readonly seconds: number
}): Promise<WebhooksBench> {
  const deliveries: DeliveriesFigure[] = []
  for (const endpoints of measured) deliveries.push(await measureDeliveries(endpoints, seconds))
  const acceptedToReceived = await measureLatency(seconds)
  const hung = await measureHung(seconds)
  const flood = await measureFlood(
    seconds < secondsDefault ? Math.ceil(seconds * floodPerSecond) : floodOf
  )
  const parked = await measureParked(
    seconds < secondsDefault ? { ...waiting, deliveries: 100, drained: 500 } : waiting
  )
  const figures = {
    bench: 'webhooks',
    deliveries,
    acceptedToReceived,
    hung,
    flood,
    parked
  } as const
  const result = { ...figures, reached: isReached(figures) }
  console.log(json ? JSON.stringify(result) : renderWebhooksBench(result))
  return result
}

/** In a process of its own: its heap is nobody else's. */
export async function measureParked({
  subscriptions,
  deliveries,
  drained
}: BacklogAsk): Promise<BacklogFigure> {
  const file = fileURLToPath(new URL('./parked-process.ts', import.meta.url))
  const args = ['--expose-gc', file, ...[subscriptions, deliveries, drained].map(String)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout)
}

function isReached({
  deliveries,
  acceptedToReceived,
  hung,
  flood,
  parked
}: Omit<WebhooksBench, 'reached'>): boolean {
  const [ten] = deliveries
  const isCheap =
    ten !== undefined && ten.perCpuSecond >= reach.perCpuSecond && shareOf(ten) >= reach.share
  const isPrompt =
    acceptedToReceived.p99Ms < reach.latencyP99Ms && flood.extreme.p99Ms < reach.floodP99Ms
  return (
    isCheap && isPrompt && hung.ratio < reach.hungRatio && parked.startSeconds < reach.startSeconds
  )
}

function shareOf({ perCpuSecond, barePerCpuSecond }: DeliveriesFigure): number {
  return perCpuSecond / barePerCpuSecond
}

/** The figures as text. Pure. */
function renderWebhooksBench({
  deliveries,
  acceptedToReceived,
  hung,
  flood,
  parked,
  reached
}: WebhooksBench): string {
  const whole = (n: number) => String(Math.round(n)).padStart(6)
  return [
    'webhooks: durable signed deliveries per CPU-second of the notifier, everything counted, beside a bare undici loop',
    ...deliveries.map(figure => {
      const { count, order, bodyBytes, perCpuSecond, perSecond, barePerCpuSecond } = figure
      const name = `${count} ${order}, ${bodyBytes} bytes`.padEnd(30)
      return `${name} ${whole(perCpuSecond)}  bare ${whole(barePerCpuSecond)}  share ${shareOf(figure).toFixed(2)}; ${whole(perSecond)} a second`
    }),
    `reach, ten endpoints, strict: ${reach.perCpuSecond}, share ${reach.share} (Svix 1.100 552 to 1,698; Alertmanager 0.25, which keeps nothing, 4,184 to 4,464)`,
    `report accepted → received  ${quantilesText(acceptedToReceived)} (p99 < ${reach.latencyP99Ms}; Svix 3.7 and 5.8, Alertmanager 1.2 and 3.4)`,
    `${hung.hung} of ${hung.endpoints} hung, the others ${quantilesText(hung.beside)}`,
    `none hung               ${quantilesText(hung.alone)}: p99 ${hung.ratio.toFixed(2)} × (< ${reach.hungRatio})`,
    `extreme among ${flood.minor} minor   ${quantilesText(flood.extreme)} (p99 < ${reach.floodP99Ms}); ${flood.waiting} minor ones behind the last`,
    parkedText(parked),
    reached ? 'reached' : 'SHORT'
  ].join('\n')
}

function parkedText({ subscriptions, deliveries, ...figure }: BacklogFigure): string {
  const { heapMiB, bytesPerDelivery, startSeconds, startCpuSeconds, coldStartSeconds } = figure
  return (
    `${subscriptions * deliveries} waiting   ${heapMiB} MiB, ${bytesPerDelivery} bytes each; started in ${startSeconds.toFixed(1)} s ` +
    `(< ${reach.startSeconds}; CPU ${startCpuSeconds.toFixed(1)} s; without a snapshot ${coldStartSeconds.toFixed(1)} s); ` +
    `drained without HTTP ${figure.drainedPerSecond} a second, ${figure.drainedPerCpuSecond} per CPU-second`
  )
}
