// One connection of the stream: authentication, subscriptions, catching up, patience with slow clients, and how it ends. It talks to a small
// socket port and a clock, so that tests and the simulator can host it; the real socket is stream-routes.ts.

import { matchesFilter } from '@tocsin/domain/alert-filter'
import { EventLogError } from '@tocsin/event-log/errors'
import { mayUse, type Principal } from '@tocsin/service-kit/principal'
import { isHeld, recordsBehind } from './alert-cursors.ts'
import type { AlertRecord } from './alert-index.ts'
import type { Audience, Standing } from './audience.ts'
import { behind, furthest, hasPassed, type Positions } from './positions.ts'
import { alertInView, isInView, type VisibleAlert, viewOf } from './reader-view.ts'
import { encodeFor, judgeRecord, type StreamHub, type Subscriber, standingBefore } from './stream-hub.ts'
import {
  alertFrame,
  authenticatedFrame,
  type ClientMessage,
  type CloseCode,
  heartbeatFrame,
  noticeFrame,
  readMessage,
  subscribedFrame,
  unsubscribedFrame
} from './stream-protocol.ts'

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
/** Records of one step of catching up. */
const catchUpStep = 200
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
  readonly #subscriptions = new Map<string, Subscription>()
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

  /** Says why, closes, and after a grace cuts the line. Idempotent. */
  end(code: CloseCode, detail: string): void {
    if (!this.isOpen) return
    const { clock, metrics, random } = this.#hub.deps
    const spreadMs = code === 4000 ? Math.floor(random.next() * 2_000) : code === 4029 ? 5_000 : null
    this.#socket.send(noticeFrame(code, detail, spreadMs))
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

  #authenticate(token: string): void {
    if (this.#principal !== null) {
      this.end(4500, 'the connection is authenticated already')
      return
    }
    const principal = this.#hub.deps.authenticate(token, this.#address)
    if (principal === null) this.end(4501, 'the token is not good')
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
    const subscription = new Subscription(this, id, { view: viewOf(principal), filter, holdsQuiet: false })
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

/** One subscription of a connection: first it catches up from the log, then it is live. */
class Subscription implements Subscriber {
  readonly audience: Audience
  readonly #session: StreamSession
  readonly #id: string
  #positions: Positions = []
  #scanned: Positions = []
  #cursor = ''
  #isEnded = false

  constructor(session: StreamSession, id: string, audience: Audience) {
    this.#session = session
    this.#id = id
    this.audience = audience
  }

  get positions(): Positions {
    return this.#positions
  }

  get scanned(): Positions {
    return this.#scanned
  }

  /** Answers `subscribed` and lets events follow. Where the log can't be asked, the client is told to come back. */
  async begin(from: string): Promise<void> {
    const { metrics } = this.#hub.deps
    const start = from === 'latest' ? null : await this.#startAt(from).catch((error: unknown) => this.#lost(error))
    if (this.#isEnded) return
    metrics.recoveries.inc({ recovered: String(start !== null) })
    if (start === null) this.#beginWithSnapshot()
    else this.#beginAt(start)
  }

  push(record: AlertRecord, encodedEvent: string, positions: Positions, cursor: string): void {
    if (this.#session.isFull) this.#fallBehind(record)
    else this.#tell(encodedEvent, positions, cursor)
  }

  /** The client reads more slowly than events come: they are read from the log from here on, as it takes them. */
  #fallBehind({ partition, position }: AlertRecord): void {
    this.#hub.leave(this)
    this.#scanned = this.#hub.deps.journal().end.map((end, i) => (i === partition ? position : end))
    void this.#catchUp()
  }

  #tell(encodedEvent: string, positions: Positions, cursor: string): void {
    const { clock } = this.#hub.deps
    const prev = this.#cursor
    this.#move(positions, cursor)
    this.#session.send(alertFrame(this.#id, encodedEvent, cursor, prev, new Date(clock.nowMs()).toISOString()), 'alert')
  }

  heartbeat(positions: Positions, cursor: string): void {
    if (this.#session.isFull) return
    const prev = this.#cursor
    this.#move(positions, cursor)
    this.#session.send(heartbeatFrame(this.#id, cursor, prev, new Date(this.#hub.deps.clock.nowMs()).toISOString()), 'heartbeat')
  }

  end(): void {
    this.#isEnded = true
    this.#hub.leave(this)
  }

  get #hub(): StreamHub {
    return this.#session.hub
  }

  /** Where to go on from; null when the client can't be brought up from there and must take the state anew. */
  async #startAt(from: string): Promise<Positions | null> {
    const { log, cursors, settings } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    if (from === 'earliest') return journal.start
    const opened = cursors.open(from)
    if (opened.kind === 'foreign' || !(await isHeld(log, journal, opened.positions))) return null
    if (hasPassed(opened.positions, journal.endInView(this.audience.view))) return opened.positions
    return recordsBehind(journal, opened.positions) > settings.catchUpRecordsMax ? null : opened.positions
  }

  /** Position first, then the data: both are read in one go, so nothing falls between them. */
  #beginWithSnapshot(): void {
    const { settings, cursors, alerts } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    const { view, filter } = this.audience
    const snapshot: VisibleAlert[] = []
    for (const { state } of alerts.openAlerts()) {
      if (!isInView(view, state) || !matchesFilter(filter, state)) continue
      if (snapshot.length >= settings.snapshotAlertsMax) {
        this.#session.end(4500, `more than ${settings.snapshotAlertsMax} open alerts pass this filter: narrow it`)
        return
      }
      snapshot.push(alertInView(view, state))
    }
    const positions = journal.endInView(view)
    this.#move(positions, cursors.seal(positions))
    this.#scanned = journal.end
    const frame = subscribedFrame(this.#id, false, this.#cursor, snapshot)
    this.#session.send(frame, 'subscribed')
    if (!this.#isEnded) this.#hub.join(this)
  }

  #beginAt(start: Positions): void {
    this.#move(start, this.#hub.deps.cursors.seal(start))
    this.#scanned = start
    this.#session.send(subscribedFrame(this.#id, true, this.#cursor, null), 'subscribed')
    void this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    const standings = new Map<string, Standing>()
    try {
      while (!this.#isEnded && !this.#isLevel()) {
        const page = await this.#hub.deps.journal().read(this.#scanned, catchUpStep)
        if (this.#isEnded) return
        for (const record of page.records) {
          if (!(await this.#session.drained()) || this.#isEnded) return
          this.#replay(record, standings)
        }
        this.#scanned = page.next
      }
      if (this.#isEnded) return
      // Nothing is awaited between the look at the journal's end and joining: no event falls between the two.
      this.#scanned = furthest(this.#scanned, this.#hub.deps.journal().end)
      this.#hub.join(this)
    } catch (error) {
      this.#lost(error)
    }
  }

  /** The log did not answer: a position is never given up for that, the client comes back with it. Throws what is a defect of ours. */
  #lost(error: unknown): null {
    if (!(error instanceof EventLogError)) throw error
    if (!this.#isEnded) this.#session.end(4003, 'the log could not be read from this position')
    return null
  }

  /** True when nothing is left between here and the end that could mean anything to this reader. */
  #isLevel(): boolean {
    const journal = this.#hub.deps.journal()
    return hasPassed(this.#scanned, journal.end) || hasPassed(this.#scanned, journal.endInView(this.audience.view))
  }

  #replay(record: AlertRecord, standings: Map<string, Standing>): void {
    const { alerts, cursors } = this.#hub.deps
    const { alertId } = record.event.data
    const before = standings.get(alertId) ?? standingBefore(alerts, this.audience, record)
    const judged = judgeRecord(alerts, before, record, this.audience)
    standings.set(alertId, judged.standing)
    if (judged.verdict === 'nothing') return
    const positions = behind(this.#positions, record.partition, record.position)
    this.#tell(encodeFor(this.audience, judged.verdict, record), positions, cursors.seal(positions))
  }

  #move(positions: Positions, cursor: string): void {
    this.#positions = furthest(this.#positions.length === 0 ? positions : this.#positions, positions)
    this.#cursor = cursor
  }
}
