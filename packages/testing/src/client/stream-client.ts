// A WebSocket client of /v1/stream that checks every frame on arrival and resumes from its last
// cursor when the connection breaks.

import { WebSocket } from 'ws'
import { waitFor } from '../process/wait-for.ts'
import { frameFaults } from './documented-frames.ts'
import {
  type AlertFrame,
  type HeartbeatFrame,
  type SnapshotFrame,
  StreamChain,
  type SubscribedFrame
} from './stream-chain.ts'

export interface StreamClientOptions {
  /** `http://127.0.0.1:8080` */
  readonly url: string
  readonly key: string
  readonly filter?: Readonly<Record<string, unknown>>
  readonly from?: 'latest' | 'earliest'
  /** True (the default) for a reader who sees everything. */
  readonly seesAll?: boolean
  /** Holds each frame to its published schema; default true. False where its time is measured. */
  readonly holdsToSchemas?: boolean
  /** Called as each alert frame arrives, after its checks. */
  readonly onAlert?: (frame: AlertFrame) => void
}

export interface StreamClose {
  readonly code: number
  readonly reason: string
}

type ServerFrame =
  | AlertFrame
  | HeartbeatFrame
  | SubscribedFrame
  | SnapshotFrame
  | { readonly type: 'notice'; readonly [name: string]: unknown }

export class StreamClient {
  readonly frames: AlertFrame[] = []
  readonly notices: Readonly<Record<string, unknown>>[] = []
  readonly closes: StreamClose[] = []
  /** When each heartbeat came, ms of `performance.now()`. */
  readonly heartbeatsMs: number[] = []
  readonly chain: StreamChain
  readonly #options: StreamClientOptions
  #socket: WebSocket | null = null
  #subscriptions = 0
  #stopped = false

  constructor(options: StreamClientOptions) {
    this.#options = options
    this.chain = new StreamChain({ seesAll: options.seesAll ?? true })
  }

  /**
   * Connects and subscribes; then reconnects automatically until `close`. Resolves at the first
   * `subscribed`.
   */
  async open(): Promise<this> {
    this.#connect()
    await waitFor(() => this.#subscriptions > 0, {
      what: 'subscription to the stream',
      timeoutMs: 15_000
    })
    return this
  }

  get subscriptions(): number {
    return this.#subscriptions
  }

  get violations(): readonly string[] {
    return this.chain.violations
  }

  /** The first alert frame, past or future, that `accept` matches. */
  async waitForAlert(
    what: string,
    accept: (frame: AlertFrame) => boolean,
    timeoutMs = 60_000
  ): Promise<AlertFrame> {
    return waitFor(() => this.frames.find(accept), { what, timeoutMs })
  }

  /** Drops the connection without a close frame, like a broken network. */
  cut(): void {
    this.#socket?.terminate()
  }

  close(): void {
    this.#stopped = true
    this.#socket?.terminate()
  }

  #connect(): void {
    const url = `${this.#options.url.replace(/^http/, 'ws')}/v1/stream`
    const socket = new WebSocket(url, 'tocsin.v1', {
      headers: { authorization: `Bearer ${this.#options.key}` },
      perMessageDeflate: false
    })
    this.#socket = socket
    const from = this.chain.cursor
    socket.on('open', () => {
      const start = from ?? this.#options.from ?? 'latest'
      socket.send(
        JSON.stringify({
          type: 'subscribe',
          id: 's1',
          filter: this.#options.filter ?? {},
          from: start
        })
      )
    })
    socket.on('message', bytes => this.#take(JSON.parse(String(bytes)) as ServerFrame, from))
    // Expected here: `close` follows an error and reconnects.
    socket.on('error', () => undefined)
    socket.on('close', (code, reason) => {
      this.closes.push({ code, reason: reason.toString() })
      if (!this.#stopped) setTimeout(() => this.#stopped || this.#connect(), 25)
    })
  }

  #take(frame: ServerFrame, from: string | null): void {
    if (this.#options.holdsToSchemas !== false) this.chain.violations.push(...frameFaults(frame))
    if (frame.type === 'subscribed') {
      this.chain.subscribed(frame as SubscribedFrame, from)
      this.#subscriptions++
    } else if (frame.type === 'heartbeat') {
      this.heartbeatsMs.push(performance.now())
      this.chain.heartbeat(frame as HeartbeatFrame)
    } else if (frame.type === 'snapshot') this.chain.snapshot(frame as SnapshotFrame)
    else if (frame.type === 'notice') this.notices.push(frame)
    else if (frame.type === 'alert') {
      this.chain.alert(frame as AlertFrame)
      this.frames.push(frame as AlertFrame)
      this.#options.onAlert?.(frame as AlertFrame)
    }
  }
}
