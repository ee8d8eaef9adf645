// One connection of the stream: authentication, its subscriptions, patience with slow clients, and how it ends. It talks to a small socket port
// and a clock, so that tests and the simulator can host it; the real socket is stream-routes.ts, what a subscription does stream-subscription.ts.

import { mayUse, type Principal } from '@tocsin/service-kit/principal'
import type { Stale } from './liveness.ts'
import { viewOf } from './reader-view.ts'
import type { StreamHub } from './stream-hub.ts'
import {
  authenticatedFrame,
  type ClientMessage,
  type CloseCode,
  noticeFrame,
  readMessage,
  unsubscribedFrame
} from './stream-protocol.ts'
import { StreamSubscription } from './stream-subscription.ts'

/** A connection as the session sees it. None of these throws; after `close` nothing is sent. */
export interface StreamSocket {
  send(text: string): void
  /** Bytes that were handed over and are not on the wire yet. */
  bufferedBytes(): number
  ping(): void
  close(code: number, reason: string): void
  /** Ends it at once, without a word. */
  terminate(): void
}

export interface Connection {
  readonly socket: StreamSocket
  /** Who came with a key or a cookie; null for those who will send a token. */
  readonly principal: Principal | null
  readonly address: string
}

/** Messages of one client that wait to be handled; more at once is a flood. */
export const waitingMessagesMax = 32
/** How long a client may take to answer the close frame, ms. */
const closeGraceMs = 2_000
/** How often a full socket is looked at while catching up, ms. */
const drainLookMs = 5

type Phase = 'open' | 'ended'

export class StreamSession {
  readonly #hub: StreamHub
  readonly #socket: StreamSocket
  readonly #address: string
  readonly #openedMs: number
  readonly #subscriptions = new Map<string, StreamSubscription>()
  readonly #gone = new AbortController()
  #principal: Principal | null
  #phase: Phase = 'open'
  #queue: Promise<void> = Promise.resolve()
  #waiting = 0
  #pingedMs: number
  #awaitsPong = false
  /** Least that waited for the client since it last read something, bytes, and since when. */
  #waitingBytes = 0
  #waitingSinceMs = 0

  constructor(hub: StreamHub, { socket, principal, address }: Connection) {
    this.#hub = hub
    this.#socket = socket
    this.#principal = principal
    this.#address = address
    this.#openedMs = hub.deps.clock.monotonicMs()
    this.#pingedMs = this.#openedMs
    hub.sessions.add(this)
    if (hub.isClosing) this.end(4000, 'the service is shutting down')
    else if (hub.sessions.size > hub.deps.settings.connectionsMax) this.end(4029, 'too many connections')
    else if (principal !== null) this.#admit(principal)
  }

  get isOpen(): boolean {
    return this.#phase === 'open'
  }

  get gone(): AbortSignal {
    return this.#gone.signal
  }

  get hub(): StreamHub {
    return this.#hub
  }

  /** A text message came. Messages are handled one after the other. */
  receive(text: string): void {
    if (!this.isOpen) return
    if (++this.#waiting > waitingMessagesMax) {
      this.end(4029, 'too many messages at once')
      return
    }
    this.#queue = this.#queue.then(async () => {
      this.#waiting--
      if (this.isOpen) await this.#handle(text)
    })
  }

  /** A message came that is no text, or is too long. */
  receiveWrong(detail: string): void {
    this.end(4500, detail)
  }

  pong(): void {
    this.#awaitsPong = false
  }

  /** The socket is closed, whoever closed it. */
  closed(): void {
    this.#phase = 'ended'
    this.#leave()
  }

  /** Resolves when all that came so far is handled. */
  async settled(): Promise<void> {
    await this.#queue
  }

  /** Looks at the deadlines. */
  look(): void {
    if (!this.isOpen) return
    const { clock, settings } = this.#hub.deps
    const nowMs = clock.monotonicMs()
    if (this.#principal === null && nowMs - this.#openedMs >= settings.authenticateMs) {
      this.end(4501, `no authenticate message came within ${settings.authenticateMs / 1000} s`)
    } else if (this.#readsNothing(nowMs))
      this.end(4001, `nothing was read for ${settings.slowMs / 1000} s of what waits for the client`)
    else if (this.#awaitsPong && nowMs - this.#pingedMs >= settings.pongMs) this.end(4002, 'no pong came')
    else if (!this.#awaitsPong && nowMs - this.#pingedMs >= settings.pingMs) this.#ping(nowMs)
    this.checkPrincipal()
  }

  /** A client that answers pings can still leave everything else unread. */
  #readsNothing(nowMs: number): boolean {
    const bytes = this.#socket.bufferedBytes()
    if (bytes === 0 || bytes < this.#waitingBytes || this.#waitingBytes === 0) {
      this.#waitingBytes = bytes
      this.#waitingSinceMs = nowMs
    }
    return bytes > 0 && nowMs - this.#waitingSinceMs >= this.#hub.deps.settings.slowMs
  }

  checkPrincipal(): void {
    if (this.isOpen && this.#principal !== null && !this.#hub.deps.isStillGood(this.#principal)) {
      this.end(4504, 'the key was revoked or has expired, or the session is over')
    }
  }

  /** What is known here may be out of date: a client that follows it is sent to another instance, or comes back here with its cursor. */
  sendAway(stale: Stale): void {
    if (this.#subscriptions.size > 0) this.#endStale(stale)
  }

  #endStale({ since, detail }: Stale): void {
    this.end(4000, `not live since ${since}: ${detail}`, since)
  }

  /** Says why, closes, and after a grace cuts the line. `staleSince`: from when on the client was not told what is true. Idempotent. */
  end(code: CloseCode, detail: string, staleSince: string | null = null): void {
    if (!this.isOpen) return
    const { clock, metrics, random } = this.#hub.deps
    const spreadMs = code === 4000 ? Math.floor(random.next() * 2_000) : code === 4029 ? 5_000 : null
    this.#socket.send(noticeFrame(code, detail, spreadMs, staleSince))
    metrics.frames.inc({ frame: 'notice' })
    metrics.closes.inc({ code: String(code) })
    this.#phase = 'ended'
    this.#leave()
    this.#socket.close(code, detail.slice(0, 100))
    void clock.sleep(closeGraceMs).then(() => this.#socket.terminate())
  }

  /** Hands a frame to the socket. */
  send(text: string, frame: 'alert' | 'heartbeat' | 'subscribed'): void {
    if (!this.isOpen) return
    this.#socket.send(text)
    this.#hub.deps.metrics.frames.inc({ frame })
  }

  /** More waits for the client than may be held for it: what comes now is read from the log when it has caught up. */
  get isFull(): boolean {
    return this.#socket.bufferedBytes() > this.#hub.deps.settings.queueBytesMax
  }

  /** Waits until little is on its way. False when the client is gone. */
  async drained(): Promise<boolean> {
    const { clock, settings } = this.#hub.deps
    while (this.isOpen && this.#socket.bufferedBytes() > settings.queueBytesMax / 4) await clock.sleep(drainLookMs, this.gone)
    return this.isOpen
  }

  async #handle(text: string): Promise<void> {
    const read = readMessage(text)
    if (!read.ok) return this.end(4500, read.detail)
    const { message } = read
    if (message.type === 'authenticate') return this.#authenticate(message.token)
    if (this.#principal === null) return this.end(4501, 'the first message must be authenticate')
    if (message.type === 'unsubscribe') return this.#unsubscribe(message.id)
    return this.#subscribe(message, this.#principal)
  }

  async #authenticate(token: string): Promise<void> {
    if (this.#principal !== null) {
      this.end(4500, 'the connection is authenticated already')
      return
    }
    const asked = this.#hub.deps.authenticate(token, this.#address)
    const principal = await asked.catch(() => 'not known' as const)
    if (!this.isOpen) return
    if (principal === 'not known') this.end(4029, 'whether the token is good is not known here at the moment')
    else if (principal === null) this.end(4501, 'the token is not good')
    else this.#admit(principal)
    if (this.isOpen) this.#socket.send(authenticatedFrame())
  }

  #admit(principal: Principal): void {
    this.#principal = principal
    if (!mayUse(principal, ['alerts:read'])) this.end(4503, 'this needs the scope alerts:read')
  }

  async #subscribe({ id, filter, from }: Extract<ClientMessage, { type: 'subscribe' }>, principal: Principal): Promise<void> {
    if (this.#subscriptions.has(id)) return this.end(4500, `there is a subscription ${id} already`)
    if (this.#subscriptions.size >= this.#hub.deps.settings.subscriptionsMax)
      return this.end(4029, 'too many subscriptions on this connection')
    const stale = this.#hub.deps.stale()
    if (stale !== null) return this.#endStale(stale)
    const subscription = new StreamSubscription(this, id, { view: viewOf(principal), filter, holdsQuiet: false })
    this.#subscriptions.set(id, subscription)
    await subscription.begin(from)
  }

  #unsubscribe(id: string): void {
    this.#subscriptions.get(id)?.end()
    this.#subscriptions.delete(id)
    this.#socket.send(unsubscribedFrame(id))
  }

  #ping(nowMs: number): void {
    // Behind a full queue a ping would say nothing of the client, only of the queue.
    if (this.#socket.bufferedBytes() > this.#hub.deps.settings.queueBytesMax / 4) return
    this.#awaitsPong = true
    this.#pingedMs = nowMs
    this.#socket.ping()
  }

  #leave(): void {
    this.#gone.abort()
    for (const subscription of this.#subscriptions.values()) subscription.end()
    this.#hub.sessions.delete(this)
  }
}
