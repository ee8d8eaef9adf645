import type { Principal } from '@tocsin/auth/access/principal'
import { Quota } from '@tocsin/auth/access/quota'
import { makeScopeKey } from '@tocsin/auth/access/reader-view'
import type { CloseCode } from '@tocsin/contracts/asyncapi/close-codes'
import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { topics } from '@tocsin/event-log/topics'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { noteSpan } from '@tocsin/service/telemetry/tracing'
import type { AlertCursors } from '../alerts/alert-cursors.ts'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertJournal } from '../alerts/alert-journal.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import type { Audience, Verdict } from '../alerts/audience.ts'
import type { Detail } from '../alerts/detail.ts'
import { headlineBytesBeside } from '../alerts/detail.ts'
import type { Stale } from '../alerts/liveness.ts'
import { behind, furthest, type Positions } from '../alerts/positions.ts'
import { AudienceJudge } from '../alerts/record-judging.ts'
import type { ScanScheduler } from '../alerts/scan-scheduler.ts'
import type { SignOfLife, SignsOfLife } from '../alerts/sign-of-life.ts'
import type { NotifierConfig } from '../wiring/config.ts'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { ChangedLists, type ListChange, quarantineChange, takeAct } from './changed-lists.ts'
import { EncodedEvents } from './encoded-events.ts'
import { SharedFrames } from './shared-frame.ts'
import type { StreamRefusal } from './stream-refusal.ts'

export interface StreamDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'random'> {
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly cursors: AlertCursors
  readonly scans: ScanScheduler
  readonly metrics: NotifierMetrics
  readonly settings: NotifierConfig['stream']
  /** The principal of a token; null if invalid. Rejects if that can't be determined now. */
  readonly authenticate: (token: string, address: string) => Promise<Principal | null>
  /** Whether a principal could still authenticate now. */
  readonly isStillGood: (principal: Principal) => boolean
  /** Whether a theatre runs on the wall clock. */
  readonly isOnWallClock: (theatre: string) => boolean
  /** Since when the state here may be out of date; null while it is current. */
  readonly stale: () => Stale | null
  readonly signs: SignsOfLife
}

/** A subscription as the hub sees it. */
export interface Subscriber {
  readonly audience: Audience
  readonly detail: Detail
  /** Interval at which it wants heartbeats, ms; null: that of the settings. */
  readonly heartbeatMs: number | null
  /**
   * The newest event, already encoded; `step` leads to the place after it. The subscriber may skip
   * it and read it from the log later.
   */
  push(record: AlertRecord, encodedEvent: string, step: Step): void
  heartbeat(place: Place, life: SignOfLife): void
  /** The position of the cursor it was last sent. */
  readonly positions: Positions
  /** Everything visible before this has been delivered. */
  readonly scanned: Positions
}

/** A place of subscribers: all at the same place share one object. */
export interface Place {
  readonly positions: Positions
  readonly cursor: string
}

/** From one place to the next, for all subscribers who take it together. */
export interface Step {
  readonly to: Place
  /** ISO 8601. */
  readonly sentAt: string
  /** The same moment, monotonic. */
  readonly atMs: number
  readonly frames: SharedFrames
}

/** A connection as the hub sees it. */
export interface Attendant {
  /** Checks its deadlines. */
  look(): void
  /** Notifies the client that the state here may be out of date. */
  sendAway(stale: Stale): void
  checkPrincipal(): void
  /** Notifies the client of the changes that concern it. */
  tellChanged(changes: readonly ListChange[]): void
  end(code: CloseCode, detail: string): void
  /** It is over a limit: it closes itself. */
  crowdOut(reason: StreamRefusal): void
}

/** Interval between deadline checks, ms. */
const lookMs = 1_000

class Channel extends AudienceJudge {
  readonly subscribers = new Set<Subscriber>()
}

export class StreamHub {
  readonly deps: StreamDeps
  readonly sessions = new Set<Attendant>()
  readonly events: EncodedEvents
  /** Authenticated connections. */
  readonly connections: Quota
  /** Judging cost of the filters of all subscriptions. */
  readonly filters: Quota
  /** Connections that have not authenticated, oldest first. */
  readonly strangers = new Set<Attendant>()
  readonly #channels = new Map<string, Channel>()
  readonly #stop = new AbortController()
  #lastHeartbeatMs: number
  /**
   * When those who asked for an interval were last sent one, monotonic ms, by interval; as many as
   * the protocol allows.
   */
  readonly #lastBeatMs = new Map<number, number>()
  #lists: ChangedLists | null = null
  readonly #changes: ListChange[] = []
  /** Null: not known yet. */
  #quarantineEnd: string | null = null
  #isLooking = false
  #isClosing = false

  constructor(deps: StreamDeps) {
    this.deps = deps
    const { settings } = deps
    this.events = new EncodedEvents(deps.alerts, () => this.headlineBytes)
    this.connections = new Quota({
      total: settings.connectionsMax,
      perKey: Math.ceil(settings.connectionsMax * 0.75)
    })
    this.filters = new Quota({
      total: settings.filterCostMax,
      perKey: settings.filterCostPerKeyMax
    })
    this.#lastHeartbeatMs = deps.clock.monotonicMs()
  }

  /** Room for an event of `headline` in its frame. */
  get headlineBytes(): number {
    return headlineBytesBeside(this.deps.cursors.length)
  }

  get isClosing(): boolean {
    return this.#isClosing
  }

  get subscriptionCount(): number {
    let count = 0
    for (const channel of this.#channels.values()) count += channel.subscribers.size
    return count
  }

  /**
   * A connection that has not authenticated. Beyond the limit the oldest is closed: clients
   * authenticate within one exchange, and idle connections displace each other.
   */
  admitStranger(session: Attendant): void {
    this.strangers.add(session)
    const [oldest] = this.strangers
    if (this.strangers.size > this.deps.settings.strangersMax) oldest?.crowdOut('strangers')
  }

  /** Sends a subscriber every event from now on. */
  join(subscriber: Subscriber): void {
    const key = makeAudienceKey(subscriber.audience)
    const channel = this.#channels.get(key) ?? new Channel(this.deps.alerts, subscriber.audience)
    this.#channels.set(key, channel)
    channel.subscribers.add(subscriber)
    const { heartbeatMs } = subscriber
    if (heartbeatMs !== null && !this.#lastBeatMs.has(heartbeatMs))
      this.#lastBeatMs.set(heartbeatMs, this.deps.clock.monotonicMs())
  }

  leave(subscriber: Subscriber): void {
    const key = makeAudienceKey(subscriber.audience)
    const channel = this.#channels.get(key)
    channel?.subscribers.delete(subscriber)
    if (channel?.subscribers.size === 0) this.#channels.delete(key)
  }

  /** The next accepted event. In order; does not wait. */
  take(record: AlertRecord): void {
    this.#note(takeAct(record))
    const beganMs = this.deps.clock.monotonicMs()
    let told = false
    for (const channel of this.#channels.values()) {
      const verdict = channel.judge(record)
      if (verdict === null) continue
      this.#fanOut(channel, record, verdict)
      told = true
    }
    if (!told) return
    this.#observeDelay(record)
    const agoMs = this.deps.clock.monotonicMs() - beganMs
    noteSpan('send frames', record.envelope.traceparent, { kind: 'producer', agoMs })
  }

  /**
   * Checks deadlines and sends heartbeats until closed. A stale instance sends no heartbeats and
   * redirects its clients.
   */
  async run(): Promise<void> {
    const { clock, settings } = this.deps
    while (!this.#stop.signal.aborted) {
      await clock.sleep(Math.min(lookMs, settings.heartbeatMs), this.#stop.signal)
      if (this.#stop.signal.aborted) return
      for (const session of [...this.sessions]) session.look()
      const stale = this.deps.stale()
      if (stale !== null) for (const session of [...this.sessions]) session.sendAway(stale)
      else this.#beatWhoIsDue()
      this.#tellChanged()
      // Not awaited: a log that does not answer must not delay the deadlines.
      void this.#lookAtQuarantine()
    }
  }

  /** All changes since the last check together: many records may come at once. */
  #tellChanged(): void {
    const changes = this.#changes.splice(0)
    if (changes.length > 0) for (const session of [...this.sessions]) session.tellChanged(changes)
  }

  /** Moves every live subscription's cursor to where it has been judged. */
  heartbeat(): void {
    const nowMs = this.deps.clock.monotonicMs()
    this.#lastHeartbeatMs = nowMs
    for (const intervalMs of this.#lastBeatMs.keys()) this.#lastBeatMs.set(intervalMs, nowMs)
    this.#beat(() => true)
  }

  /** Those who asked for an interval of their own between the heartbeats of all. */
  #beatWhoIsDue(): void {
    const nowMs = this.deps.clock.monotonicMs()
    if (nowMs - this.#lastHeartbeatMs >= this.deps.settings.heartbeatMs) {
      this.heartbeat()
      return
    }
    // Half a look early rather than a look late: a client waits for its interval.
    const due = [...this.#lastBeatMs].filter(
      ([intervalMs, lastMs]) => nowMs - lastMs >= intervalMs - lookMs / 2
    )
    if (due.length === 0) return
    const intervals = new Set(due.map(([intervalMs]) => intervalMs))
    for (const intervalMs of intervals) this.#lastBeatMs.set(intervalMs, nowMs)
    this.#beat(({ heartbeatMs }) => heartbeatMs !== null && intervals.has(heartbeatMs))
  }

  #beat(isDue: (subscriber: { readonly heartbeatMs: number | null }) => boolean): void {
    for (const channel of this.#channels.values()) {
      const due = [...channel.subscribers].filter(isDue)
      if (due.length === 0) continue
      const { view } = channel.audience
      const end = this.deps.journal().endInView(view)
      const life = this.deps.signs.make(view)
      const places = new SharedPlaces(this.deps.cursors)
      for (const subscriber of due)
        subscriber.heartbeat(places.at(furthest(subscriber.positions, end)), life)
    }
  }

  /** Call this with the state before the first change: the end of an entry does not describe it. */
  watchLists(control: ControlView): void {
    this.#lists = new ChangedLists(control)
  }

  /**
   * Closes connections whose principal is no longer valid, and notes which lists have changed.
   * Called whenever the control log has grown.
   */
  takeControl(records: readonly ControlRecord[]): void {
    this.#changes.push(...(this.#lists?.takeControl(records) ?? []))
    for (const session of [...this.sessions]) session.checkPrincipal()
  }

  /** Subscriptions have deliveries more, or some have another state. */
  takeDeliveries(subscriptionIds: ReadonlySet<string>): void {
    for (const id of subscriptionIds) this.#note(this.#lists?.takeDelivery(id))
  }

  #note(change: ListChange | null | undefined): void {
    if (change != null && this.sessions.size > 0) this.#changes.push(change)
  }

  /** Other processes write to the quarantine too: its end is asked for. */
  async #lookAtQuarantine(): Promise<void> {
    if (this.sessions.size === 0 || this.#isLooking) return
    this.#isLooking = true
    try {
      const { positions } = await this.deps.log.cursorAt(topics.quarantine, 'latest')
      const end = positions.join()
      if (this.#quarantineEnd !== null && this.#quarantineEnd !== end) this.#note(quarantineChange)
      this.#quarantineEnd = end
    } catch (error) {
      if (!(error instanceof EventLogError)) throw error
    } finally {
      this.#isLooking = false
    }
  }

  /** Asks every client to reconnect, and closes its connection. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#stop.abort()
    for (const session of [...this.sessions]) session.end(4000, 'the service is shutting down')
  }

  #fanOut(channel: Channel, record: AlertRecord, verdict: Verdict): void {
    const texts = new Map<Detail, string>()
    const end = this.deps.journal().endInView(channel.audience.view)
    const sentAt = new Date(this.deps.clock.nowMs()).toISOString()
    const atMs = this.deps.clock.monotonicMs()
    const places = new SharedPlaces(this.deps.cursors)
    // Subscribers at the same place take one step together: it is computed once, and so are its
    // frames.
    const steps = new Map<Positions, Step>()
    for (const subscriber of [...channel.subscribers]) {
      if (record.position < (subscriber.scanned[record.partition] ?? 0n)) continue
      let step = steps.get(subscriber.positions)
      if (step === undefined) {
        const positions = behind(
          furthest(subscriber.positions, end),
          record.partition,
          record.position
        )
        step = { to: places.at(positions), sentAt, atMs, frames: new SharedFrames() }
        steps.set(subscriber.positions, step)
      }
      const { detail } = subscriber
      const text =
        texts.get(detail) ?? this.events.formatText(record, channel.audience, verdict, detail)
      texts.set(detail, text)
      subscriber.push(record, text, step)
    }
  }

  #observeDelay({ envelope, event }: AlertRecord): void {
    if (!this.deps.isOnWallClock(event.data.theatre)) return
    const delayMs = this.deps.clock.nowMs() - Date.parse(envelope.time)
    if (delayMs < 0 || !('severity' in event.data)) return
    this.deps.metrics.pushDelay.observe({ severity: event.data.severity }, delayMs / 1000)
  }
}

/** Makes equal places the same object, so that subscribers who meet go on together. */
class SharedPlaces {
  readonly #cursors: AlertCursors
  readonly #byCursor = new Map<string, Place>()

  constructor(cursors: AlertCursors) {
    this.#cursors = cursors
  }

  at(positions: Positions): Place {
    const cursor = this.#cursors.seal(positions)
    const known = this.#byCursor.get(cursor) ?? { positions, cursor }
    this.#byCursor.set(cursor, known)
    return known
  }
}

/** Equal for audiences that get the same events of the same. */
function makeAudienceKey({ view, filter }: Audience): string {
  const sorted = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${makeScopeKey(view)}|${JSON.stringify(sorted)}`
}
