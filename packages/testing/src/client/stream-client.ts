// The published client in a wrapper that checks every frame of /v1/stream on arrival: its schema,
// an unbroken chain of cursors, no repeat. It also checks that the client hands on each event once,
// in order. The client reconnects by itself, sooner than outside tests.

import { TocsinClient } from '@tocsin/client'
import { platformPorts, type SocketLike } from '@tocsin/client/ports'
import { WebSocket } from 'ws'
import { waitFor } from '../process/wait-for.ts'
import { checkFrame } from './documented-frames.ts'
import {
  type AlertFrame,
  type HeartbeatFrame,
  type SnapshotFrame,
  StreamChain,
  type SubscribedFrame
} from './stream-chain.ts'

export interface StreamClientOptions {
  /** `http://127.0.0.1:8080`. Read at each connection, so that a getter can rotate instances. */
  readonly url: string
  readonly key: string
  readonly filter?: Readonly<Record<string, unknown>>
  readonly from?: 'latest' | 'earliest'
  /** True (the default) for a reader who sees everything. */
  readonly seesAll?: boolean
  /** Checks each frame against its published schema; default true. False where time is measured. */
  readonly checksSchemas?: boolean
  /** Called as each alert frame arrives, after its checks. */
  readonly onAlert?: (frame: AlertFrame) => void
}

type ServerFrame =
  | AlertFrame
  | HeartbeatFrame
  | SubscribedFrame
  | SnapshotFrame
  | { readonly type: 'notice'; readonly [name: string]: unknown }

/** Longest wait before the client reconnects or checks its link, ms. */
const waitMaxMs = 250

export class StreamClient {
  readonly frames: AlertFrame[] = []
  readonly notices: Readonly<Record<string, unknown>>[] = []
  /** When each heartbeat came, ms of `performance.now()`. */
  readonly heartbeatsMs: number[] = []
  readonly chain: StreamChain
  readonly #options: StreamClientOptions
  readonly #client: TocsinClient
  #socket: WebSocket | null = null
  #subscriptions = 0
  #handedOn = 0

  constructor(options: StreamClientOptions) {
    this.#options = options
    this.chain = new StreamChain({ seesAll: options.seesAll ?? true })
    this.#client = new TocsinClient({
      url: options.url,
      token: options.key,
      transports: ['websocket'],
      ports: {
        openSocket: (url, protocol, headers) => this.#openSocket(url, protocol, headers),
        later: (ms, act) => platformPorts.later(Math.min(ms, waitMaxMs), act),
        random: () => 0
      }
    })
  }

  /** Subscribes; then reconnects until `close`. Resolves at the first `subscribed`. */
  async open(): Promise<this> {
    const { filter = {}, from = 'latest' } = this.#options
    this.#client.subscribe(
      { filter, from },
      { snapshot: () => {}, alert: event => this.#checkHandedOn(event.id) }
    )
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
    this.#client.close()
    this.#socket?.terminate()
  }

  #openSocket(url: URL, protocol: string, headers: Readonly<Record<string, string>>): SocketLike {
    const target = new URL(url)
    target.host = new URL(this.#options.url).host
    const socket = new WebSocket(target, protocol, { headers, perMessageDeflate: false })
    this.#socket = socket
    const from = this.chain.cursor
    let isClosed = false
    const adapter: SocketLike = {
      send: text => socket.send(text),
      close: () => {
        isClosed = true
        socket.close()
      },
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null
    }
    socket.on('open', () => adapter.onopen?.())
    socket.on('message', bytes => {
      if (isClosed) return
      const data = String(bytes)
      this.#check(JSON.parse(data) as ServerFrame, from)
      adapter.onmessage?.({ data })
    })
    socket.on('error', () => adapter.onerror?.())
    socket.on('close', (code, reason) => adapter.onclose?.({ code, reason: String(reason) }))
    return adapter
  }

  #check(frame: ServerFrame, from: string | null): void {
    if (this.#options.checksSchemas !== false) this.chain.violations.push(...checkFrame(frame))
    if (frame.type === 'subscribed') {
      this.chain.checkSubscribed(frame as SubscribedFrame, from)
      this.#subscriptions++
    } else if (frame.type === 'heartbeat') {
      this.heartbeatsMs.push(performance.now())
      this.chain.checkHeartbeat(frame as HeartbeatFrame)
    } else if (frame.type === 'snapshot') this.chain.checkSnapshot(frame as SnapshotFrame)
    else if (frame.type === 'notice') this.notices.push(frame)
    else if (frame.type === 'alert') {
      this.chain.checkAlert(frame as AlertFrame)
      this.frames.push(frame as AlertFrame)
      this.#options.onAlert?.(frame as AlertFrame)
    }
  }

  #checkHandedOn(id: string): void {
    const expected = this.frames[this.#handedOn++]?.event.id
    if (id !== expected)
      this.chain.violations.push(`the client handed on ${id} in place of ${expected}`)
  }
}
