import type { Principal } from '@tocsin/auth/access/principal'
import { Quota } from '@tocsin/auth/access/quota'
import { makeRenderingKey, makeScopeKey } from '@tocsin/auth/access/reader-view'
import type { CloseCode } from '@tocsin/contracts/asyncapi/close-codes'
import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { topics } from '@tocsin/event-log/topics'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { noteSpan } from '@tocsin/service/telemetry/tracing'
import { LRUCache } from 'lru-cache'
import type { AlertCursors } from '../alerts/alert-cursors.ts'
import type { AlertIndex } from '../alerts/alert-index.ts'
import { type AlertJournal, behind, furthest, type Positions } from '../alerts/alert-journal.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import { type Detail, encodeEvent, headlineBytesBeside } from '../alerts/detail.ts'
import type { Stale } from '../alerts/liveness.ts'
import { type Audience, AudienceJudge, renderFor, type Verdict } from '../alerts/record-judging.ts'
import type { ScanScheduler } from '../alerts/scan-scheduler.ts'
import type { SignOfLife, SignsOfLife } from '../alerts/sign-of-life.ts'
import type { NotifierConfig } from '../wiring/config.ts'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { ChangedLists, type ListChange, quarantineChange, takeAct } from './changed-lists.ts'
import type { SharedFrame } from './shared-frame.ts'
import type { StreamRefusal } from './stream-protocol.ts'

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

/** What a client subscribed to. */
export interface Subscribed {
  readonly id: string
  readonly audience: Audience
  readonly detail: Detail
  /** Null: as often as the setting states. */
  readonly heartbeatMs: number | null
}

/** A subscription as the hub sees it. */
export interface Subscriber {
  readonly asked: Subscribed
  /** Of the frame that was sent last. All subscribers at one place may share the object. */
  readonly place: Place
  /** Everything visible before this has been delivered. */
  readonly scanned: Positions
  /** When it was last sent a heartbeat, monotonic. */
  readonly beatMs: number
  push(record: AlertRecord, event: string, step: Step): void
  heartbeat(to: Place, life: SignOfLife): void
}

/** A connection as the hub sees it. */
export interface Attendant {
  /** Checks its deadlines. */
  look(): void
  sendAway(stale: Stale): void
  checkPrincipal(): void
  tellChanged(changes: readonly ListChange[]): void
  end(code: CloseCode, detail: string): void
  crowdOut(reason: StreamRefusal): void
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
  /** By form, detail and id of the subscription. */
  readonly frames: Map<string, SharedFrame>
}

/**
 * Characters of cached texts, of some thousand events: clients that resume lack the newest. Each
 * entry has some in addition to its text.
 */
const textsMax = 16_777_216
const entryCharacters = 200

/** Interval between deadline checks, ms. */
const lookMs = 1_000

class Channel extends AudienceJudge {
  readonly subscribers = new Set<Subscriber>()
}

export class StreamHub {
  readonly deps: StreamDeps
  readonly sessions = new Set<Attendant>()
  /** Authenticated connections. */
  readonly connections: Quota
  /** Judging cost of the filters of all subscriptions. */
  readonly filters: Quota
  /** Connections that have not authenticated, oldest first. */
  readonly strangers = new Set<Attendant>()
  readonly #channels = new Map<string, Channel>()
  readonly #stop = new AbortController()
  /**
   * Events as readers of equal view and detail get them; `state`: the statement in it while incidents
   * may change it, null for one that is fixed.
   */
  readonly #texts = new LRUCache<string, { readonly text: string; readonly state: unknown }>({
    maxSize: textsMax,
    sizeCalculation: ({ text }) => text.length + entryCharacters
  })
  #lastHeartbeatMs: number
  #lists: ChangedLists | null = null
  readonly #changes: ListChange[] = []
  /** Null: not known yet. */
  #quarantineEnd: string | null = null
  #isLooking = false
  isClosing = false

  constructor(deps: StreamDeps) {
    this.deps = deps
    const { settings } = deps
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
    const { audience } = subscriber.asked
    const key = makeAudienceKey(audience)
    const channel = this.#channels.get(key) ?? new Channel(this.deps.alerts, audience)
    this.#channels.set(key, channel)
    channel.subscribers.add(subscriber)
  }

  leave(subscriber: Subscriber): void {
    const key = makeAudienceKey(subscriber.asked.audience)
    const channel = this.#channels.get(key)
    channel?.subscribers.delete(subscriber)
    if (channel?.subscribers.size === 0) this.#channels.delete(key)
  }

  /**
   * An event as an audience gets it. Encoded once for all readers of equal view and detail, live and
   * when they resume; again where an incident that it names changed, or evidence was taken back.
   */
  formatText(record: AlertRecord, audience: Audience, verdict: Verdict, detail: Detail): string {
    const { alerts } = this.deps
    const { event, sum, partition, position } = record
    const { view, filter } = audience
    // Drills notify only those who ask for them.
    const forDrills = filter.drill === true
    const key = `${partition} ${position} ${verdict} ${makeRenderingKey(view)} ${forDrills} ${detail} ${alerts.takenBackCount}`
    const isFixed = sum === null || event.type === 'alert.action-refused'
    const state = isFixed ? null : alerts.restate(view.level, event.data, sum)
    const known = this.#texts.get(key)
    if (known !== undefined && known.state === state) return known.text
    const shown = renderFor(alerts, audience, verdict, record)
    const text = encodeEvent(shown, detail, this.headlineBytes)
    this.#texts.set(key, { text, state })
    return text
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
    noteSpan('send frames', record.envelope.traceparent, { kind: 'PRODUCER', agoMs })
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

  /** Moves the cursors of live subscriptions to where they have been judged, of all by default. */
  heartbeat(isDue: (subscriber: Subscriber) => boolean = () => true): void {
    for (const channel of this.#channels.values()) {
      const due = [...channel.subscribers].filter(isDue)
      if (due.length === 0) continue
      const { view } = channel.audience
      const end = this.deps.journal().endInView(view)
      const life = this.deps.signs.make(view)
      const placeAt = this.#makePlaces()
      for (const subscriber of due)
        subscriber.heartbeat(placeAt(furthest(subscriber.place.positions, end)), life)
    }
  }

  /** All together, and between two of these who asked for an interval of their own. */
  #beatWhoIsDue(): void {
    const nowMs = this.deps.clock.monotonicMs()
    const isForAll = nowMs - this.#lastHeartbeatMs >= this.deps.settings.heartbeatMs
    if (isForAll) this.#lastHeartbeatMs = nowMs
    // Half a look early rather than a look late: a client waits for its interval.
    this.heartbeat(
      ({ asked: { heartbeatMs }, beatMs }) =>
        isForAll || (heartbeatMs !== null && nowMs - beatMs >= heartbeatMs - lookMs / 2)
    )
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
    this.isClosing = true
    this.#stop.abort()
    for (const session of [...this.sessions]) session.end(4000, 'the service is shutting down')
  }

  #fanOut(channel: Channel, record: AlertRecord, verdict: Verdict): void {
    const texts = new Map<Detail, string>()
    const end = this.deps.journal().endInView(channel.audience.view)
    const sentAt = new Date(this.deps.clock.nowMs()).toISOString()
    const atMs = this.deps.clock.monotonicMs()
    const placeAt = this.#makePlaces()
    // Subscribers at the same place take one step together: it is computed once, and so are its
    // frames.
    const steps = new Map<Place, Step>()
    for (const subscriber of [...channel.subscribers]) {
      if (record.position < (subscriber.scanned[record.partition] ?? 0n)) continue
      const { place, asked } = subscriber
      let step = steps.get(place)
      if (step === undefined) {
        const { partition, position } = record
        const positions = behind(furthest(place.positions, end), partition, position)
        step = { to: placeAt(positions), sentAt, atMs, frames: new Map() }
        steps.set(place, step)
      }
      const { detail } = asked
      const text = texts.get(detail) ?? this.formatText(record, channel.audience, verdict, detail)
      texts.set(detail, text)
      subscriber.push(record, text, step)
    }
  }

  /** Makes equal places the same object, so that subscribers who meet go on together. */
  #makePlaces(): (positions: Positions) => Place {
    const byCursor = new Map<string, Place>()
    return positions => {
      const cursor = this.deps.cursors.seal(positions)
      const known = byCursor.get(cursor) ?? { positions, cursor }
      byCursor.set(cursor, known)
      return known
    }
  }

  #observeDelay({ envelope, event }: AlertRecord): void {
    if (!this.deps.isOnWallClock(event.data.theatre)) return
    const delayMs = this.deps.clock.nowMs() - Date.parse(envelope.time)
    if (delayMs < 0 || !('severity' in event.data)) return
    this.deps.metrics.pushDelay.observe({ severity: event.data.severity }, delayMs / 1000)
  }
}

/** Equal for audiences that get the same events of the same. */
function makeAudienceKey({ view, filter }: Audience): string {
  const sorted = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${makeScopeKey(view)}|${JSON.stringify(sorted)}`
}
