// One connection of the stream: authentication, subscriptions, backpressure for slow clients, and
// closing. It uses a small socket port and a clock, so that tests and the simulator can host it.
// The real socket is stream-routes.ts; a subscription is stream-subscription.ts.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { filterCost } from '@tocsin/contracts/alert/alert-filter'
import type { CloseCode } from '@tocsin/contracts/asyncapi/close-codes'
import type { Stale } from '../alerts/liveness.ts'
import { isToldOf, type ListChange } from './changed-lists.ts'
import type { SharedFrame } from './shared-frame.ts'
import type { Attendant, StreamHub } from './stream-hub.ts'
import {
  type Frame,
  type FrameForm,
  findCloseReason,
  formatCloseLabel,
  makeNotice,
  readMessage,
  refusalWords,
  type SocketEnd,
  type StreamRefusal,
  type SubscribeMessage,
  socketForm
} from './stream-protocol.ts'
import {
  partBytesMax,
  StreamSubscription,
  type SubscribedConnection
} from './stream-subscription.ts'

/** A connection as the session sees it. None of these throws; after `close` no frame is sent. */
export interface StreamSocket {
  /** `shared`: the same text, where other clients get it too. */
  send(text: string, shared?: SharedFrame): void
  /** Bytes accepted for sending and not yet on the wire. */
  bufferedBytes(): number
  /** Bytes accepted for sending so far. */
  sentBytes(): number
  ping(): void
  /** Answers a ping. */
  pong(data: Uint8Array): void
  close(code: number, reason: string): void
  /**
   * What the client still sends is left where it is: reading a flood costs as much once it is
   * closed as before.
   */
  stopReading(): void
  /** Terminates immediately, without a close frame. */
  terminate(): void
}

export interface Connection {
  readonly socket: StreamSocket
  /** The principal of a key or cookie; null for clients that will send a token. */
  readonly principal: Principal | null
  readonly address: string
  /** The form of the transport; default that of the WebSocket. */
  readonly form?: FrameForm
}

/** Messages of one client waiting to be handled, and their characters; more counts as a flood. */
const waitingMessagesMax = 32
const waitingCharactersMax = 131_072
/** Time for a client to answer the close frame, ms. */
const closeGraceMs = 2_000
/**
 * Polling intervals for a full socket, ms: short at first, then longer, since there may be
 * thousands.
 */
const drainLookMs = { first: 5, most: 200 }
/**
 * A short queue, bytes: two parts of a snapshot. Past events and snapshots of two thousand clients
 * are 128 MiB.
 */
const shortQueueBytes = 2 * partBytesMax
const minuteMs = 60_000
/**
 * A ping queues behind what was sent before it: its client gets more time, for at most so many bytes
 * at half the speed of the slowest link on which the stream is to be live.
 */
const pingedBytesMax = 262_144
const pingedBytesPerMs = 2.048

export class StreamSession implements Attendant, SubscribedConnection {
  readonly hub: StreamHub
  readonly form: FrameForm
  readonly #socket: StreamSocket
  readonly #address: string
  readonly #openedMs: number
  readonly #subscriptions = new Map<string, StreamSubscription>()
  readonly #gone = new AbortController()
  /** A field: each delivery asks. */
  isOpen = true
  #principal: Principal | null
  /** The key of this connection; null: it has none yet. */
  #keyId: string | null = null
  #queue: Promise<void> = Promise.resolve()
  #waiting = 0
  #waitingCharacters = 0
  /** Remaining message budget and when it was computed. It refills over a minute. */
  #allowance: { readonly left: number; readonly atMs: number }
  #draining: Promise<void> | null = null
  /** The last ping, or the beginning; `answeredBytes`: sent before the last that was answered. */
  #ping: { readonly atMs: number; readonly bytes: number; readonly isAnswered: boolean }
  #answeredBytes = 0
  /**
   * Bytes last seen waiting for the client, and when the client was last seen to have read some.
   */
  #waitingBytes = 0
  #readMs: number

  constructor(hub: StreamHub, { socket, principal, address, form = socketForm }: Connection) {
    this.form = form
    this.hub = hub
    this.#socket = socket
    this.#principal = principal
    this.#address = address
    this.#openedMs = hub.deps.clock.monotonicMs()
    this.#ping = { atMs: this.#openedMs, bytes: 0, isAnswered: true }
    this.#readMs = this.#openedMs
    this.#allowance = { left: hub.deps.settings.messagesPerMinuteMax, atMs: this.#openedMs }
    hub.sessions.add(this)
    if (hub.isClosing) this.end(4000, 'the service is shutting down')
    else if (principal !== null) this.#admit(principal)
    else hub.admitStranger(this)
  }

  /**
   * A text message arrived. Messages are handled in sequence, and none while the client leaves much
   * unread.
   */
  receive(text: string): void {
    if (!this.#mayTalk() || !this.isOpen) return
    this.#waiting++
    this.#waitingCharacters += text.length
    if (this.#waiting > waitingMessagesMax || this.#waitingCharacters > waitingCharactersMax) {
      this.crowdOut('messages-waiting')
      return
    }
    this.#queue = this.#queue.then(async () => {
      while (!this.isDrained) await this.drained()
      this.#waiting--
      this.#waitingCharacters -= text.length
      if (this.isOpen) await this.#handle(text)
    })
  }

  /**
   * Begins a subscription for a client that does not send messages. Requires a connection with a
   * principal.
   */
  subscribe(asked: SubscribeMessage): Promise<void> {
    if (this.#principal === null) throw new Error('the connection is not authenticated')
    return this.#subscribe(asked, this.#principal)
  }

  /**
   * A ping from the client. It counts as a message, because its answer is queued like any other.
   */
  pinged(data: Uint8Array): void {
    if (this.#mayTalk() && this.isOpen && !this.isFull) this.#socket.pong(data)
  }

  /** Counts a message against the client's limit per minute, also while it is being closed. */
  #mayTalk(): boolean {
    const { clock, settings } = this.hub.deps
    const most = settings.messagesPerMinuteMax
    const atMs = clock.monotonicMs()
    const left =
      Math.min(most, this.#allowance.left + ((atMs - this.#allowance.atMs) * most) / minuteMs) - 1
    this.#allowance = { left, atMs }
    if (left >= 0) return true
    this.#socket.stopReading()
    this.crowdOut('messages-a-minute')
    return false
  }

  /**
   * A pong from the client. An unsolicited one counts as a message: RFC 6455 allows it, and a flood
   * of them as well.
   */
  pong(): void {
    if (this.#ping.isAnswered) this.#mayTalk()
    this.#ping = { ...this.#ping, isAnswered: true }
    this.#answeredBytes = this.#ping.bytes
  }

  /** The socket is closed, by either side. `how`: unless the server ended the session. */
  closed(how: SocketEnd = { code: 1006, by: 'network' }): void {
    if (this.isOpen)
      this.hub.deps.metrics.closes.inc({ code: formatCloseLabel(how.code), by: how.by })
    this.#leave()
  }

  /** Checks the deadlines. */
  look(): void {
    if (!this.isOpen) return
    const { clock, settings } = this.hub.deps
    const nowMs = clock.monotonicMs()
    if (this.#principal === null && nowMs - this.#openedMs >= settings.authenticateMs) {
      this.end(4501, `no authenticate message arrived within ${settings.authenticateMs / 1000} s`)
    } else if (this.#readsNothing(nowMs))
      this.end(4001, `the client read nothing for ${settings.slowMs / 1000} s`)
    else if (!this.#ping.isAnswered) {
      const before = Math.min(pingedBytesMax, this.#ping.bytes - this.#answeredBytes)
      if (nowMs - this.#ping.atMs >= settings.pongMs + before / pingedBytesPerMs)
        this.end(4002, 'no pong came')
    } else if (nowMs - this.#ping.atMs >= settings.pingMs) this.#sendPing(nowMs)
    this.checkPrincipal()
  }

  /** A client that answers pings can still leave everything else unread. */
  #readsNothing(nowMs: number): boolean {
    this.#seeWaiting(nowMs)
    return this.#waitingBytes > 0 && nowMs - this.#readMs >= this.hub.deps.settings.slowMs
  }

  /**
   * Reading shows as fewer bytes waiting than the last write left, whatever is added to the queue.
   */
  #seeWaiting(nowMs: number): void {
    const bytes = this.#socket.bufferedBytes()
    if (bytes === 0 || bytes < this.#waitingBytes) this.#readMs = nowMs
    this.#waitingBytes = bytes
  }

  #hand(text: string): void {
    this.#seeWaiting(this.hub.deps.clock.monotonicMs())
    this.#socket.send(text)
    this.#waitingBytes = this.#socket.bufferedBytes()
  }

  checkPrincipal(): void {
    if (this.isOpen && this.#principal !== null && !this.hub.deps.isStillGood(this.#principal)) {
      this.end(4504, 'the key was revoked or has expired, or the session has ended')
    }
  }

  tellChanged(changes: readonly ListChange[]): void {
    const principal = this.#principal
    if (principal === null || this.#subscriptions.size === 0 || this.isFull) return
    const lists = changes.filter(change => isToldOf(principal, change)).map(({ list }) => list)
    for (const list of new Set(lists))
      this.send({ type: 'changed', members: JSON.stringify({ list }).slice(1, -1) })
  }

  crowdOut(reason: StreamRefusal): void {
    if (!this.isOpen) return
    this.hub.deps.metrics.refusals.inc({ reason })
    this.end(4029, refusalWords[reason])
  }

  /**
   * The state here may be out of date: clients that follow it are sent to another instance, or come
   * back here with their cursor.
   */
  sendAway(stale: Stale): void {
    if (this.#subscriptions.size > 0) this.#endStale(stale)
  }

  #endStale({ since, detail }: Stale): void {
    this.end(4000, `not live since ${since}: ${detail}`, since)
  }

  /**
   * Sends the reason, closes, and after a grace period terminates. `staleSince`: since when the
   * client may have missed events. Idempotent.
   */
  end(code: CloseCode, detail: string, staleSince: string | null = null): void {
    if (!this.isOpen) return
    const { clock, metrics, random } = this.hub.deps
    const spreadMs =
      code === 4000 ? Math.floor(random.next() * 2_000) : code === 4029 ? 5_000 : null
    this.send(makeNotice(code, detail, spreadMs, staleSince))
    metrics.closes.inc({ code: String(code), by: 'server' })
    this.#leave()
    void clock.sleep(closeGraceMs).then(() => this.#socket.terminate())
    this.#socket.close(code, findCloseReason(detail))
  }

  /** Hands a frame to the socket. */
  send(frame: Frame): void {
    if (!this.isOpen) return
    this.#hand(this.form.write(frame))
    this.hub.deps.metrics.frames.add(frame.type)
  }

  /**
   * An alert frame that other connections get too, at `atMs` (monotonic). False: it does not fit
   * into the queue.
   */
  sendShared(frame: SharedFrame, atMs: number): boolean {
    if (!this.isOpen) return true
    this.#seeWaiting(atMs)
    if (!this.#hasRoomFor(frame.text, this.#waitingBytes)) return false
    this.#socket.send(frame.text, frame)
    this.#waitingBytes = this.#socket.bufferedBytes()
    this.hub.deps.metrics.frames.add('alert')
    return true
  }

  /**
   * The queue is over its limit: further events are read from the log once the client has caught
   * up.
   */
  get isFull(): boolean {
    return this.#socket.bufferedBytes() > this.hub.deps.settings.queueBytesMax
  }

  /** Whether this much more fits into the queue. A frame larger than the limit goes alone. */
  #hasRoomFor(text: string, buffered: number): boolean {
    if (buffered === 0) return true
    const left = this.hub.deps.settings.queueBytesMax - buffered
    // A character takes at most three bytes: small texts need not be measured.
    return text.length * 3 <= left || Buffer.byteLength(text) <= left
  }

  /** The queue is short or the client is gone: data from log or state may follow. */
  get isDrained(): boolean {
    const { queueBytesMax } = this.hub.deps.settings
    const shortBytes = Math.min(queueBytesMax / 4, shortQueueBytes)
    return !this.isOpen || this.#socket.bufferedBytes() <= shortBytes
  }

  /**
   * Waits until the queue is short or the client is gone. Several may wait in parallel: check
   * `isDrained` again before sending, because another may have sent something meanwhile.
   */
  async drained(): Promise<void> {
    while (!this.isDrained) {
      this.#draining ??= this.#drain()
      await this.#draining
    }
  }

  async #drain(): Promise<void> {
    const { clock } = this.hub.deps
    for (let ms = drainLookMs.first; !this.isDrained; ms = Math.min(ms * 2, drainLookMs.most))
      await clock.sleep(ms, this.#gone.signal)
    this.#draining = null
  }

  async #handle(text: string): Promise<void> {
    const message = readMessage(text)
    if (typeof message === 'string') return this.end(4500, message)
    if (message.type === 'authenticate') return this.#authenticate(message.token)
    if (this.#principal === null) return this.end(4501, 'the first message must be authenticate')
    if (message.type === 'unsubscribe') return this.#unsubscribe(message.id)
    return this.#subscribe(message, this.#principal)
  }

  async #authenticate(token: string): Promise<void> {
    if (this.#principal !== null) {
      this.end(4500, 'the connection is already authenticated')
      return
    }
    const asked = this.hub.deps.authenticate(token, this.#address)
    const principal = await asked.catch(() => 'not known' as const)
    if (!this.isOpen) return
    if (principal === 'not known') this.end(4029, 'the token cannot be verified at the moment')
    else if (principal === null) this.end(4501, 'the token is invalid')
    else this.#admit(principal)
    if (this.isOpen) this.#hand('{"type":"authenticated"}')
  }

  #admit(principal: Principal): void {
    this.#principal = principal
    if (!mayUse(principal, ['alerts:read'])) {
      this.end(4503, 'this needs the scope alerts:read')
      return
    }
    this.hub.strangers.delete(this)
    const over = this.hub.connections.acquire(principal.id)
    if (over === null) this.#keyId = principal.id
    else this.crowdOut(over === 'key' ? 'connections-of-key' : 'connections')
  }

  async #subscribe(
    { id, filter, from, detail, heartbeatSeconds }: SubscribeMessage,
    principal: Principal
  ): Promise<void> {
    if (this.#subscriptions.has(id)) return this.end(4500, `subscription ${id} already exists`)
    if (this.#subscriptions.size >= this.hub.deps.settings.subscriptionsMax)
      return this.crowdOut('subscriptions')
    const stale = this.hub.deps.stale()
    if (stale !== null) return this.#endStale(stale)
    const over = this.hub.filters.acquire(principal.id, filterCost(filter))
    if (over !== null) return this.crowdOut(over === 'key' ? 'filters-of-key' : 'filters')
    const audience = { view: makeView(principal), filter, holdsQuiet: false }
    const heartbeatMs = heartbeatSeconds === null ? null : heartbeatSeconds * 1000
    const subscription = new StreamSubscription(this, { id, detail, heartbeatMs, audience })
    this.#subscriptions.set(id, subscription)
    await subscription.begin(from)
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id)
    if (subscription !== undefined) this.#drop(id, subscription)
    this.#hand(JSON.stringify({ type: 'unsubscribed', id }))
  }

  #drop(id: string, subscription: StreamSubscription): void {
    subscription.end()
    this.#subscriptions.delete(id)
    if (this.#principal !== null)
      this.hub.filters.release(this.#principal.id, filterCost(subscription.asked.audience.filter))
  }

  #sendPing(nowMs: number): void {
    // Behind a full queue a ping would measure the queue, not the client.
    if (this.#socket.bufferedBytes() > this.hub.deps.settings.queueBytesMax / 4) return
    this.#ping = { atMs: nowMs, bytes: this.#socket.sentBytes(), isAnswered: false }
    this.#socket.ping()
  }

  #leave(): void {
    this.isOpen = false
    this.#gone.abort()
    for (const [id, subscription] of this.#subscriptions) this.#drop(id, subscription)
    this.hub.strangers.delete(this)
    if (this.#keyId !== null) this.hub.connections.release(this.#keyId)
    this.#keyId = null
    this.hub.sessions.delete(this)
  }
}
