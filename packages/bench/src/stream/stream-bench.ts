// Bench `stream`: deliveries per CPU-second of the notifier to WebSocket clients, one by one and in
// bursts, beside a bare `ws` server that sends frames of the same size in the same run; memory of
// idle connections; time until all clients have resumed; and how late a console is among a
// thousand.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { residentMiB } from '@tocsin/testing/process/resident-memory'
import type { SuiteProcess } from '@tocsin/testing/process/suite-process'
import { cpuMsOf } from '../measure/process-cpu.ts'
import { type Quantiles, quantilesOf, quantilesText } from '../measure/quantiles.ts'
import type { ToBareServer } from './bare-stream-server.ts'
import { Clients } from './client-process.ts'
import { benchDropped, type DroppedFigure } from './dropped-bench.ts'
import { type OneNotifier, withNotifier } from './one-notifier.ts'
import { alertsPerSecond, type Publisher } from './publisher.ts'
import { benchStuck, type StuckFigure } from './stuck-bench.ts'

/** Targets. Source: speed.md#stream. */
const reach = {
  share: 0.75,
  burst: 5,
  idleKb: 20,
  resumedMs: 5_000,
  lateP99Ms: 250,
  single: 130_000,
  burstSingle: 600_000,
  besideStuck: 1.2
}
const clientCount = 1_000
const burst = 50
const idleCount = 10_000
const resumingCount = 5_000
/** How long clients are dropped, unless a shorter time is asked for. */
const droppedSeconds = 60
/** The default of each measurement, which asks for nothing. */
const secondsDefault = 5

const sizes = ['headline', 'full'] as const
type Size = (typeof sizes)[number]

export interface DeliveryFigure {
  readonly size: Size
  readonly frameBytes: number
  /** Deliveries per CPU-second: one by one, and in bursts of 50. */
  readonly single: number
  readonly burst: number
  /** The same of a bare `ws` server with frames of that size. */
  readonly bareSingle: number
  readonly bareBurst: number
}

export interface StreamBench {
  readonly bench: 'stream'
  readonly deliveries: readonly DeliveryFigure[]
  readonly idleConnectionKb: number
  readonly resumed: { readonly clients: number; readonly ms: number; readonly recovered: number }
  readonly dropped: DroppedFigure
  readonly stuck: StuckFigure
  readonly late: Quantiles
  readonly reached: boolean
}

/** Measures and prints; `seconds` for each part. Resolves with the figures. */
export async function benchStream({
  json,
  seconds
}: {
  readonly json: boolean
  readonly seconds: number
}): Promise<StreamBench> {
  const shared = await withNotifier(one => measured(one, seconds))
  const stuck = await benchStuck(seconds)
  const dropped = await benchDropped({
    clients: clientCount,
    seconds: seconds < secondsDefault ? Math.max(seconds, 4) : droppedSeconds
  })
  const figures = { bench: 'stream', ...shared, dropped, stuck } as const
  const result = { ...figures, reached: isReached(figures) }
  console.log(json ? JSON.stringify(result) : renderStreamBench(result))
  return result
}

async function measured(
  one: OneNotifier,
  seconds: number
): Promise<Omit<StreamBench, 'bench' | 'dropped' | 'stuck' | 'reached'>> {
  const { notifier, headers, publisher } = one
  const url = `${one.url.replace(/^http/, 'ws')}/v1/stream`
  const deliveries: DeliveryFigure[] = []
  for (const size of sizes)
    deliveries.push(
      await deliveriesOf(size, { notifier, url, headers, writer: publisher, seconds })
    )
  const late = await lateness({ url, headers, writer: publisher, seconds })
  return { deliveries, late, ...(await crowds({ notifier, url, headers })) }
}

function isReached({
  deliveries,
  idleConnectionKb,
  resumed,
  dropped,
  stuck,
  late
}: Omit<StreamBench, 'reached'>): boolean {
  const [small] = deliveries
  const shares = deliveries.every(({ single, bareSingle, burst: inBursts }) => {
    return single / bareSingle >= reach.share && inBursts / single >= reach.burst
  })
  const isFast =
    small !== undefined && small.single >= reach.single && small.burst >= reach.burstSingle
  const isSmall =
    idleConnectionKb < reach.idleKb &&
    resumed.ms < reach.resumedMs &&
    resumed.recovered === resumed.clients
  const isWhole =
    dropped.lost + dropped.repeated + dropped.anew === 0 && dropped.drops === dropped.clients
  const isCalm = stuck.ratio < reach.besideStuck && stuck.closed >= stuck.stuck
  return shares && isFast && isSmall && isWhole && isCalm && late.p99Ms < reach.lateP99Ms
}

interface On {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

async function deliveriesOf(
  size: Size,
  {
    notifier,
    url,
    headers,
    writer,
    seconds
  }: On & { notifier: SuiteProcess; writer: Publisher; seconds: number }
): Promise<DeliveryFigure> {
  const clients = await Clients.start()
  try {
    await clients.connect({ url, headers, count: clientCount, detail: size })
    const publish = (count: number) => writer.publish(count)
    const single = await perCpuSecond(notifier.pid, clients, 1, publish, seconds)
    const inBursts = await perCpuSecond(notifier.pid, clients, burst, publish, seconds)
    const bare = await bareDeliveries(single.frameBytes, seconds)
    return {
      size,
      frameBytes: single.frameBytes,
      single: single.deliveries,
      burst: inBursts.deliveries,
      bareSingle: bare.single,
      bareBurst: bare.burst
    }
  } finally {
    clients.end()
  }
}

/** A bare server with texts of that many bytes. */
async function bareDeliveries(
  frameBytes: number,
  seconds: number
): Promise<{ readonly single: number; readonly burst: number }> {
  const server = fork(fileURLToPath(new URL('./bare-stream-server.ts', import.meta.url)))
  const clients = await Clients.start()
  try {
    const [port] = (await once(server, 'message')) as [number]
    await clients.connect({
      url: `ws://127.0.0.1:${port}/`,
      headers: {},
      count: clientCount,
      detail: 'full'
    })
    const text = `{"type":"alert","cursor":"c1","x":"${'x'.repeat(Math.max(0, frameBytes - 38))}"}`
    const publish = async (count: number) => {
      server.send({ texts: Array.from({ length: count }, () => text) } satisfies ToBareServer)
    }
    const pid = server.pid ?? -1
    const single = await perCpuSecond(pid, clients, 1, publish, seconds)
    const inBursts = await perCpuSecond(pid, clients, burst, publish, seconds)
    return { single: single.deliveries, burst: inBursts.deliveries }
  } finally {
    clients.end()
    server.kill()
  }
}

/**
 * Publishes `count` at once, waits until all clients have them, and again until the time is over.
 */
async function perCpuSecond(
  pid: number,
  clients: Clients,
  count: number,
  publish: (count: number) => Promise<void>,
  seconds: number
): Promise<{ readonly deliveries: number; readonly frameBytes: number }> {
  const round = async () => {
    const received = clients.received(count)
    await publish(count)
    return received
  }
  // Code and buffers warm up.
  for (let i = 0; i < 20; i++) await round()
  const endMs = performance.now() + seconds * 1000
  const beforeMs = cpuMsOf(pid) ?? 0
  let [frames, bytes] = [0, 0]
  while (performance.now() < endMs) {
    const received = await round()
    frames += received.frames
    bytes += received.bytes
  }
  const spentMs = (cpuMsOf(pid) ?? 0) - beforeMs
  return { deliveries: (frames / spentMs) * 1000, frameBytes: Math.round(bytes / frames) }
}

/** From the append of an alert until the frame is at a console, of a thousand, ms. */
async function lateness({
  url,
  headers,
  writer,
  seconds
}: On & { writer: Publisher; seconds: number }): Promise<Quantiles> {
  const clients = await Clients.start()
  try {
    await clients.connect({ url, headers, count: clientCount, detail: 'full' })
    const received = clients.received(Math.ceil(seconds * alertsPerSecond))
    await writer.publishFor(seconds)
    return quantilesOf((await received).delaysMs)
  } finally {
    clients.end()
  }
}

/** Memory of idle connections, and the time until all of a crowd have resumed. */
async function crowds({ notifier, url, headers }: On & { notifier: SuiteProcess }) {
  const resuming = await Clients.start()
  const idle = await Clients.start()
  try {
    await resuming.connect({ url, headers, count: resumingCount, detail: 'ids' })
    const resumed = { clients: resumingCount, ...(await resuming.reconnect()) }
    await resuming.close()
    await settled()
    const beforeMiB = residentMiB(notifier.pid)
    await idle.connect({ url, headers, count: idleCount, detail: 'ids' })
    await settled()
    const idleConnectionKb = ((residentMiB(notifier.pid) - beforeMiB) * 1024) / idleCount
    return { idleConnectionKb, resumed }
  } finally {
    resuming.end()
    idle.end()
  }
}

/**
 * Two heartbeats: what a crowd left behind is collected, and what an idle connection costs is
 * spent.
 */
function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 20_000))
}

/** The figures as text. Pure. */
function renderStreamBench({
  deliveries,
  idleConnectionKb,
  resumed,
  dropped,
  stuck,
  late,
  reached
}: StreamBench): string {
  const thousand = (n: number) => `${Math.round(n / 1000)}k`.padStart(6)
  return [
    `stream: WebSocket deliveries per CPU-second of the notifier to ${clientCount} clients, beside a bare ws server`,
    ...deliveries.flatMap(
      ({ size, frameBytes, single, burst: inBursts, bareSingle, bareBurst }) => [
        `${`${size}, ${frameBytes} bytes`.padEnd(24)} one by one ${thousand(single)}  bare ${thousand(bareSingle)}  share ${(single / bareSingle).toFixed(2)} (≥ ${reach.share})`,
        `${''.padEnd(24)} bursts of ${burst} ${thousand(inBursts)}  bare ${thousand(bareBurst)}  ${(inBursts / single).toFixed(1)} × one by one (≥ ${reach.burst})`
      ]
    ),
    `reach, headline: one by one ${thousand(reach.single)}, bursts ${thousand(reach.burstSingle)} (Centrifugo 6.9.1, 557 bytes: 67k to 130k, 560k)`,
    `idle connection          ${idleConnectionKb.toFixed(1)} kB of ${idleCount} (< ${reach.idleKb}; Centrifugo 37 to 53)`,
    `${resumed.clients} back at once       ${(resumed.ms / 1000).toFixed(1)} s, ${resumed.recovered} resumed (< ${reach.resumedMs / 1000} s)`,
    `${dropped.clients} clients of every transport and detail, each dropped for 2 s in ${dropped.seconds} s: ${dropped.drops} drops, ${dropped.alerts} alerts each: ${dropped.lost} lost, ${dropped.repeated} repeated or out of order, ${dropped.anew} started anew`,
    `${stuck.consoles} consoles beside ${stuck.stuck} that stopped reading, p99 ${stuck.besideP99Ms.toFixed(1)} ms, alone ${stuck.aloneP99Ms.toFixed(1)} ms: ${stuck.ratio.toFixed(2)} × (< ${reach.besideStuck}); ${stuck.closed} closed with 4001; memory ${stuck.beforeMiB.toFixed(0)} MiB, with full queues ${stuck.fullMiB.toFixed(0)}, after ${stuck.afterMiB.toFixed(0)}`,
    `append → frame, ${clientCount} consoles × ${alertsPerSecond} alerts/s  ${quantilesText(late)} (p99 < ${reach.lateP99Ms})`,
    reached ? 'reached' : 'SHORT'
  ].join('\n')
}
