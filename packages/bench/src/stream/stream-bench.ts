// Bench `stream`: deliveries per CPU-second of the notifier to WebSocket clients, one by one and in bursts, beside a bare `ws`
// server that sends frames of the same size in the same run; memory of idle connections; time until all clients have resumed; and
// how late a console is among a thousand.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { freePort } from '@tocsin/testing/process/free-port'
import { residentMiB } from '@tocsin/testing/process/resident-memory'
import { ownerKeyOf, type SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { AlertWriter } from '../../../../services/notifier/test/support/alert-builder.ts'
import { cpuMsOf } from '../measure/process-cpu.ts'
import { type Quantiles, quantilesOf, quantilesText } from '../measure/quantiles.ts'
import type { ToBareServer } from './bare-stream-server.ts'
import type { FromClients, ToClients } from './stream-clients.ts'

/** Targets. Source: speed.md#stream. */
const reach = { share: 0.75, burst: 5, idleKb: 20, resumedMs: 5_000, lateP99Ms: 250, single: 130_000, burstSingle: 600_000 }
const clientCount = 1_000
const burst = 50
const idleCount = 10_000
const resumingCount = 5_000
const alertsPerSecond = 100

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

/** Each client dropped once while alerts flow. */
export interface DroppedFigure {
  readonly clients: number
  readonly events: number
  readonly drops: number
  /** Events that were not the next one of their client. */
  readonly wrong: number
  /** Clients that had to start anew. */
  readonly snapshots: number
}

export interface StreamBench {
  readonly bench: 'stream'
  readonly deliveries: readonly DeliveryFigure[]
  readonly idleConnectionKb: number
  readonly resumed: { readonly clients: number; readonly ms: number; readonly recovered: number }
  readonly dropped: DroppedFigure
  readonly late: Quantiles
  readonly reached: boolean
}

/** Measures and prints; `seconds` for each part. Resolves with the figures. */
export async function benchStream({ json, seconds }: { readonly json: boolean; readonly seconds: number }): Promise<StreamBench> {
  const result = await withTempDir(dataDir => measured(dataDir, seconds))
  console.log(json ? JSON.stringify(result) : renderStreamBench(result))
  return result
}

async function measured(dataDir: string, seconds: number): Promise<StreamBench> {
  const port = await freePort()
  const many = '25000'
  const http = { TOCSIN_CONNECTIONS_MAX: many, TOCSIN_CONNECTIONS_PER_ADDRESS_MAX: many }
  const stream = { TOCSIN_STREAM_CONNECTIONS_MAX: many, TOCSIN_STREAM_CONNECTIONS_PER_KEY_MAX: many }
  const env = { TOCSIN_LOG_LEVEL: 'warn', ...http, ...stream, TOCSIN_STREAM_CONNECTIONS_PER_ADDRESS_MAX: many }
  const notifier = await spawnSuite({ role: 'notifier', dataDir, port, env })
  const log = await openEmbeddedLog({ dataDir })
  try {
    const headers = { authorization: `Bearer ${await ownerKeyOf(dataDir)}` }
    const url = `ws://127.0.0.1:${port}/v1/stream`
    const writer = new Publisher(log)
    const deliveries: DeliveryFigure[] = []
    for (const size of sizes) deliveries.push(await deliveriesOf(size, { notifier, url, headers, writer, seconds }))
    const late = await lateness({ url, headers, writer, seconds })
    const dropped = await dropping({ url, headers, writer, seconds: Math.max(seconds, 4) })
    const { idleConnectionKb, resumed } = await crowds({ notifier, url, headers })
    const result = { bench: 'stream', deliveries, idleConnectionKb, resumed, dropped, late } as const
    return { ...result, reached: isReached(result) }
  } finally {
    await log.close()
    await notifier.stop()
  }
}

function isReached({ deliveries, idleConnectionKb, resumed, dropped, late }: Omit<StreamBench, 'reached'>): boolean {
  const [small] = deliveries
  const shares = deliveries.every(({ single, bareSingle, burst: inBursts }) => {
    return single / bareSingle >= reach.share && inBursts / single >= reach.burst
  })
  const isFast = small !== undefined && small.single >= reach.single && small.burst >= reach.burstSingle
  const isSmall = idleConnectionKb < reach.idleKb && resumed.ms < reach.resumedMs && resumed.recovered === resumed.clients
  const isWhole = dropped.wrong === 0 && dropped.snapshots === 0 && dropped.drops === dropped.clients
  return shares && isFast && isSmall && isWhole && late.p99Ms < reach.lateP99Ms
}

interface On {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

async function deliveriesOf(
  size: Size,
  { notifier, url, headers, writer, seconds }: On & { notifier: SuiteProcess; writer: Publisher; seconds: number }
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
async function bareDeliveries(frameBytes: number, seconds: number): Promise<{ readonly single: number; readonly burst: number }> {
  const server = fork(fileURLToPath(new URL('./bare-stream-server.ts', import.meta.url)))
  const clients = await Clients.start()
  try {
    const [port] = (await once(server, 'message')) as [number]
    await clients.connect({ url: `ws://127.0.0.1:${port}/`, headers: {}, count: clientCount, detail: 'full' })
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

/** Publishes `count` at once, waits until all clients have them, and again until the time is over. */
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
async function lateness({ url, headers, writer, seconds }: On & { writer: Publisher; seconds: number }): Promise<Quantiles> {
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

/** Every client is cut off once for two seconds, at random, while alerts flow: none may miss or repeat one. */
async function dropping({ url, headers, writer, seconds }: On & { writer: Publisher; seconds: number }): Promise<DroppedFigure> {
  const clients = await Clients.start()
  try {
    await clients.connect({ url, headers, count: clientCount, detail: 'headline' })
    clients.drop((seconds - 2) * 1000, 2_000)
    const before = writer.revision
    await writer.publishFor(seconds)
    const { kind: _kind, ...figure } = await clients.whole(writer.revision)
    return { clients: clientCount, events: writer.revision - before, ...figure }
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

/** Two heartbeats: what a crowd left behind is collected, and what an idle connection costs is spent. */
function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 20_000))
}

/** Writes alert events as the rules do. */
class Publisher {
  readonly #log: EventLog
  readonly #writer: AlertWriter
  #count = 0

  constructor(log: EventLog) {
    this.#log = log
    this.#writer = new AlertWriter(log)
  }

  /** Of the one alert. */
  get revision(): number {
    return this.#count
  }

  /** Alerts one by one, at the rate of the bench. */
  async publishFor(seconds: number): Promise<void> {
    const startMs = performance.now()
    for (let i = 0; i < Math.ceil(seconds * alertsPerSecond); i++) {
      const dueMs = startMs + (i * 1000) / alertsPerSecond
      await new Promise(resolve => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
      await this.publish(1)
    }
  }

  /** All become visible at once. One alert, revised each time: a snapshot stays small. */
  async publish(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => {
      const name = this.#count++ === 0 ? 'raised' : 'revised'
      return this.#writer.record(name, 'alert-of-the-bench', { headline: `Siege of Diosso, published at ${Date.now()}` })[0]
    })
    await this.#log.append(topics.alerts, records)
  }
}

/** The process of the clients. */
class Clients {
  readonly #process: ChildProcess
  readonly #lost: Promise<never>

  private constructor(process: ChildProcess) {
    this.#process = process
    this.#lost = new Promise((_resolve, reject) => {
      process.on('message', (message: FromClients) => {
        if (message.kind === 'lost') reject(new Error(`a client lost its connection: ${message.detail}`))
      })
    })
    this.#lost.catch(() => {})
  }

  static async start(): Promise<Clients> {
    return new Clients(fork(fileURLToPath(new URL('./stream-clients.ts', import.meta.url))))
  }

  async connect(how: Omit<ToClients & { kind: 'connect' }, 'kind'>): Promise<void> {
    await this.#ask({ kind: 'connect', ...how }, 'connected')
  }

  reconnect(): Promise<{ readonly ms: number; readonly recovered: number }> {
    return this.#ask({ kind: 'reconnect' }, 'connected')
  }

  /** Resolves when each client has had so many frames from now on. */
  received(frames: number) {
    return this.#ask({ kind: 'await', frames }, 'received')
  }

  drop(forMs: number, downMs: number): void {
    this.#process.send({ kind: 'drop', forMs, downMs } satisfies ToClients)
  }

  /** Resolves when each client has this revision. */
  whole(revision: number) {
    return this.#ask({ kind: 'revision', revision }, 'whole')
  }

  async close(): Promise<void> {
    await this.#ask({ kind: 'close' }, 'closed')
  }

  end(): void {
    this.#process.kill()
  }

  async #ask<Kind extends FromClients['kind']>(message: ToClients, kind: Kind): Promise<FromClients & { kind: Kind }> {
    const answered = new Promise<FromClients & { kind: Kind }>(resolve => {
      const take = (answer: FromClients) => {
        if (answer.kind !== kind) return
        this.#process.off('message', take)
        resolve(answer as FromClients & { kind: Kind })
      }
      this.#process.on('message', take)
    })
    this.#process.send(message)
    return Promise.race([answered, this.#lost])
  }
}

/** The figures as text. Pure. */
function renderStreamBench({ deliveries, idleConnectionKb, resumed, dropped, late, reached }: StreamBench): string {
  const thousand = (n: number) => `${Math.round(n / 1000)}k`.padStart(6)
  return [
    `stream: WebSocket deliveries per CPU-second of the notifier to ${clientCount} clients, beside a bare ws server`,
    ...deliveries.flatMap(({ size, frameBytes, single, burst: inBursts, bareSingle, bareBurst }) => [
      `${`${size}, ${frameBytes} bytes`.padEnd(24)} one by one ${thousand(single)}  bare ${thousand(bareSingle)}  share ${(single / bareSingle).toFixed(2)} (≥ ${reach.share})`,
      `${''.padEnd(24)} bursts of ${burst} ${thousand(inBursts)}  bare ${thousand(bareBurst)}  ${(inBursts / single).toFixed(1)} × one by one (≥ ${reach.burst})`
    ]),
    `reach, headline: one by one ${thousand(reach.single)}, bursts ${thousand(reach.burstSingle)} (Centrifugo 6.9.1, 557 bytes: 67k to 130k, 560k)`,
    `idle connection          ${idleConnectionKb.toFixed(1)} kB of ${idleCount} (< ${reach.idleKb}; Centrifugo 37 to 53)`,
    `${resumed.clients} back at once       ${(resumed.ms / 1000).toFixed(1)} s, ${resumed.recovered} resumed (< ${reach.resumedMs / 1000} s)`,
    `each client dropped for 2 s ${dropped.drops} drops, ${dropped.events} events each: ${dropped.wrong} missing, repeated or out of order, ${dropped.snapshots} started anew`,
    `append → frame, ${clientCount} consoles × ${alertsPerSecond} alerts/s  ${quantilesText(late)} (p99 < ${reach.lateP99Ms})`,
    reached ? 'reached' : 'SHORT'
  ].join('\n')
}
