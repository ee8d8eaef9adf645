// A whole notifier on a log in memory, with a clock, a network and a random source that the test
// controls. HTTP is optional; `host()` adds it.

import { join } from 'node:path'
import type { Principal } from '@tocsin/auth/access/principal'
import { buildHost, type Host } from '@tocsin/auth/host/host'
import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { ControlPayload, Scope } from '@tocsin/contracts/record/control-record'
import { scopes } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import type { Random } from '@tocsin/domain/ports'
import { MemoryLog, type MemoryLogHooks, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { ProcessModel } from '@tocsin/read-model/process/process-model'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import type { Service } from '@tocsin/service/process/service'
import { ControlView } from '@tocsin/service/projection/control-view'
import { baseSettings } from '@tocsin/service/settings/base-settings'
import { defaultConfig } from '@tocsin/service/settings/settings'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { checkFrame, checkWebhook } from '@tocsin/testing/client/documented-frames'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import type {
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from '@tocsin/webhooks/webhook-transport'
import { Registry } from 'prom-client'
import { createNotifier, type NotifierCores } from '../../src/notifier-service.ts'
import { StreamSession, type StreamSocket } from '../../src/stream/stream-session.ts'
import { notifierSettings } from '../../src/wiring/config.ts'
import { AlertWriter } from './alert-builder.ts'
import { ManualClock } from './manual-clock.ts'

export const ownerKey = 'tk_owner_of_the_tests_0123456789abcdef'
const master = new Uint8Array(32).fill(7)

/**
 * Bytes that count up: ids differ, runs do not. Instances that share a log begin at different
 * numbers.
 */
export function countingRandom(start = 0): Random {
  let n = start
  return {
    bytes: length => {
      n++
      return Uint8Array.from({ length }, (_, i) => (n * 31 + i * 7) & 0xff)
    },
    next: () => 0
  }
}

/** A partner's endpoint; by default it accepts everything. */
export class FakeNetwork implements WebhookTransport {
  readonly requests: WebhookRequest[] = []
  answer: (request: WebhookRequest, signal: AbortSignal) => SendOutcome | Promise<SendOutcome> =
    () => accepted

  handshake: (request: WebhookRequest) => SendOutcome = () => ({ ...accepted, status: 405 })

  async send(request: WebhookRequest, signal: AbortSignal): Promise<SendOutcome> {
    if (request.method === 'OPTIONS') return this.handshake(request)
    const faults = checkWebhook(request.headers, Buffer.from(request.body).toString())
    if (faults.length > 0) throw new Error(`a webhook is not as documented: ${faults.join('; ')}`)
    this.requests.push(request)
    return this.answer(request, signal)
  }

  async close(): Promise<void> {}

  get events(): {
    readonly id: string
    readonly sequence: number
    readonly previousid: string | null
    readonly type: string
    readonly data: { readonly alertId: string }
  }[] {
    return this.requests.map(({ body }) => JSON.parse(Buffer.from(body).toString()))
  }
}

export const accepted: SendOutcome = {
  kind: 'response',
  status: 200,
  retryAfter: null,
  excerpt: 'ok',
  durationMs: 3
}
export const failing: SendOutcome = {
  kind: 'response',
  status: 500,
  retryAfter: null,
  excerpt: 'no',
  durationMs: 3
}

export function aPrincipal(
  overrides: Partial<Omit<Principal, 'scopes'>> & { readonly scopes?: readonly Scope[] } = {}
): Principal {
  return {
    id: 'owner',
    name: 'owner',
    theatres: '*',
    handling: 'restricted',
    ...overrides,
    scopes: new Set(overrides.scopes ?? scopes)
  }
}

/** Any frame as a test reads it: which fields are there depends on its type. */
export interface TestFrame {
  readonly type: string
  readonly id: string
  readonly cursor: string
  readonly prev: string
  readonly recovered: boolean
  readonly snapshot: readonly AlertState[]
  readonly more?: boolean
  readonly because?: string
  readonly held?: string
  readonly event: { readonly id: string; readonly type: string; readonly data: AlertState }
}

/** A socket whose far end the test reads; it can be made slow. */
export class FakeSocket implements StreamSocket {
  readonly frames: TestFrame[] = []
  /** Bytes of each frame. */
  readonly sizes: number[] = []
  /** Holds every frame to its schema. */
  isHeld = true
  closed: { readonly code: number; readonly reason: string } | null = null
  isTerminated = false
  /** What the client sends is read. */
  isRead = true
  pings = 0
  pongs = 0
  /** True while the client does not read: sent bytes stay buffered. */
  isStuck = false
  buffered = 0

  send(text: string): void {
    const frame = JSON.parse(text) as TestFrame
    const faults = this.isHeld ? checkFrame(frame) : []
    if (faults.length > 0)
      throw new Error(`a frame is not as documented: ${faults.join('; ')}: ${text}`)
    this.frames.push(frame)
    this.sizes.push(Buffer.byteLength(text))
    if (this.isStuck) this.buffered += text.length
  }
  bufferedBytes(): number {
    return this.buffered
  }
  sentBytes(): number {
    return this.sizes.reduce((sum, size) => sum + size, 0)
  }
  ping(): void {
    this.pings++
  }
  pong(): void {
    this.pongs++
    if (this.isStuck) this.buffered += 127
  }
  close(code: number, reason: string): void {
    // As ws does.
    if (Buffer.byteLength(reason) > 123)
      throw new RangeError('The message must not be greater than 123 bytes')
    this.closed = { code, reason }
  }
  stopReading(): void {
    this.isRead = false
  }
  terminate(): void {
    this.isTerminated = true
  }
  of(type: string, id?: string): TestFrame[] {
    return this.frames.filter(frame => frame.type === type && (id === undefined || frame.id === id))
  }
}

export interface HarnessOptions {
  readonly store?: MemoryStore
  /** Whose promises the log keeps; on `kafka` several harnesses may share a store. */
  readonly like?: 'embedded' | 'kafka'
  /** Which of several instances this is. */
  readonly instance?: number
  readonly partitions?: number
  readonly hooks?: MemoryLogHooks
  readonly network?: FakeNetwork
  /** Between the notifier and the network; default nothing. */
  readonly transport?: WebhookTransport
  readonly clock?: ManualClock
  /** Default: every name has one public address. */
  readonly resolve?: Resolve
  readonly config?: Readonly<Record<string, unknown>>
  /** Folder for the tables of what is read; default in memory. */
  readonly viewsFolder?: string
}

export class Harness {
  readonly store: MemoryStore
  readonly log: MemoryLog
  readonly clock: ManualClock
  readonly network: FakeNetwork
  readonly control: ControlView
  readonly notifier: Service & NotifierCores
  readonly model: ProcessModel
  readonly alerts: AlertWriter
  readonly metrics = new Registry()
  readonly config = undefined as unknown as ReturnType<typeof configOf>
  /** Lines of the log. */
  readonly lines: Record<string, unknown>[] = []
  readonly #logger = createLogger({
    level: 'info',
    name: 'test',
    destination: { write: line => void this.lines.push(JSON.parse(line)) }
  })
  readonly #secrets = secretsFrom(master, ownerKey)
  readonly #random: Random

  constructor(options: HarnessOptions = {}) {
    this.#random = countingRandom((options.instance ?? 0) * 1_000_003)
    this.store = options.store ?? new MemoryStore({ partitions: options.partitions ?? 1 })
    this.log = new MemoryLog(
      { like: options.like ?? 'embedded', ...(options.hooks ? { hooks: options.hooks } : {}) },
      this.store
    )
    this.clock = options.clock ?? new ManualClock()
    this.network = options.network ?? new FakeNetwork()
    this.config = configOf(options.config ?? {})
    this.control = new ControlView({ log: this.log, clock: this.clock, logger: this.#logger })
    this.model = new ProcessModel({
      ...{ log: this.log, clock: this.clock, logger: this.#logger, metrics: this.metrics },
      ...(options.viewsFolder === undefined
        ? {}
        : { path: join(options.viewsFolder, 'notifier.sqlite') })
    })
    this.notifier = createNotifier({
      model: this.model,
      log: this.log,
      clock: this.clock,
      random: this.#random,
      secrets: this.#secrets,
      control: this.control,
      logger: this.#logger,
      metrics: this.metrics,
      config: this.config,
      transport: options.transport ?? this.network,
      ...(options.viewsFolder === undefined ? {} : { viewsFolder: options.viewsFolder }),
      resolve: options.resolve ?? (async () => [{ address: '93.184.216.34', family: 4 }])
    })
    this.alerts = new AlertWriter(this.log)
  }

  /** Starts views and folds, without HTTP. */
  async start(): Promise<this> {
    await this.control.start()
    await this.notifier.start()
    return this
  }

  /** The same behind HTTP, for `inject`. */
  async host(): Promise<Host> {
    await this.control.start()
    const host = await buildHost({
      services: [this.notifier],
      secrets: this.#secrets,
      log: this.log,
      control: this.control,
      config: this.config,
      logger: this.#logger,
      clock: this.clock,
      random: this.#random,
      metrics: this.metrics
    })
    await host.start()
    return host
  }

  /** Simulates a kill: nothing more reaches the log. */
  async kill(): Promise<void> {
    await this.log.close()
    await Promise.allSettled([this.notifier.close(), this.model.close(), this.control.close()])
  }

  async close(): Promise<void> {
    await this.notifier.close()
    await this.model.close()
    await this.control.close()
    await this.log.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  connect(
    principal: Principal | null = aPrincipal(),
    address = '127.0.0.1'
  ): { readonly socket: FakeSocket; readonly session: StreamSession } {
    const socket = new FakeSocket()
    return { socket, session: new StreamSession(this.notifier.hub, { socket, principal, address }) }
  }

  async declare(payload: ControlPayload, id = JSON.stringify(payload)): Promise<void> {
    const time = new Date(this.clock.nowMs()).toISOString()
    const value = encodeRecord(
      { id: id.slice(0, 100), source: '/test', time, cause: null },
      payload
    )
    await this.log.append(topics.control, [{ id: id.slice(0, 100), key: 'control', value }])
  }

  async incident(
    theatre: string,
    payload: TheatrePayload,
    id: string,
    time = new Date(this.clock.nowMs()).toISOString()
  ): Promise<void> {
    const value = encodeRecord({ id, source: '/test', time, cause: null, theatre }, payload)
    await this.log.append(topics.incidents, [{ id, key: theatre, value }])
  }
}

export function configOf(replaced: Readonly<Record<string, unknown>>) {
  // Most tests are not about the consent of endpoints.
  return defaultConfig(
    { ...baseSettings, ...notifierSettings },
    { 'webhooks.consent': 'never', ...replaced }
  )
}
