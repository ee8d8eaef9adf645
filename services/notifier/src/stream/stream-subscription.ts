// One subscription of a connection: it first catches up, from the log or by a snapshot in parts,
// then it is live; if its client reads too slowly it catches up again. Every frame carries its
// cursor and that of the previous frame.
//
// A snapshot part shows its alerts as of its own cursor, and all events up to there were sent
// before it. So a client that applies frames in order never gets an older state after a newer one:
// an alert that changes between two parts is sent as an event with its whole state, and one that
// closed meanwhile is in no later part.

import type { CloseCode } from '@tocsin/contracts/asyncapi/close-codes'
import { EventLogError } from '@tocsin/event-log/errors'
import { isHeld } from '../alerts/alert-cursors.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import type { Audience } from '../alerts/audience.ts'
import { type Detail, prevIn } from '../alerts/detail.ts'
import type { GravePlace } from '../alerts/list-queries.ts'
import {
  type Candidates,
  listCandidates,
  makePart,
  type SnapshotPart
} from '../alerts/open-alerts.ts'
import { behind, furthest, hasPassed, type Positions } from '../alerts/positions.ts'
import { AudienceJudge } from '../alerts/record-judging.ts'
import type { SignOfLife } from '../alerts/sign-of-life.ts'
import type { SharedFrame } from './shared-frame.ts'
import type { Place, Step, StreamHub, Subscriber } from './stream-hub.ts'
import type { FrameForms, FrameLink } from './stream-protocol.ts'
import type { StreamRefusal } from './stream-refusal.ts'

/** The connection as its subscriptions see it. */
export interface SubscribedConnection {
  readonly hub: StreamHub
  /** The form of the transport. */
  readonly frames: FrameForms
  readonly isOpen: boolean
  /** The queue is over its limit. */
  readonly isFull: boolean
  /** The queue is short or the client is gone. */
  readonly isDrained: boolean
  /** Waits until the queue is short or the client is gone. */
  drained(): Promise<void>
  send(text: string, frame: 'alert' | 'heartbeat' | 'subscribed' | 'snapshot'): void
  /**
   * An alert frame that other connections get too, at `atMs` (monotonic). False: it does not fit
   * into the queue.
   */
  sendShared(frame: SharedFrame, atMs: number): boolean
  end(code: CloseCode, detail: string): void
  /** It is over a limit. */
  crowdOut(reason: StreamRefusal): void
}

/** Records of catching up before others have their turn. */
const catchUpStep = 100
/** Share of a client's queue that one snapshot part may fill. */
const queuePartOfSnapshot = 1 / 4
/**
 * Largest part, bytes: a client gets a WebSocket frame only once all bytes have arrived, here after
 * 8 s at 4 kB/s.
 */
export const partBytesMax = 32_768

/** Limits of one snapshot part. */
export function computePartLimits({ deps: { settings }, headlineBytes }: StreamHub) {
  const bytesMax = Math.min(partBytesMax, settings.queueBytesMax * queuePartOfSnapshot)
  return { countMax: settings.snapshotAlertsMax, bytesMax, headlineBytes }
}

/** Where a client resumes. */
interface Start {
  readonly positions: Positions
  /** The snapshot after this place is missing; null if no part is missing. */
  readonly rest: GravePlace | null
  /**
   * As the client gave it, who compares: of a log that was copied, the same place has other bytes.
   * Null: it gave none.
   */
  readonly cursor: string | null
}

/** What a client subscribed to. */
export interface Subscribed {
  readonly id: string
  readonly audience: Audience
  readonly detail: Detail
  readonly heartbeatMs: number | null
}

export class StreamSubscription implements Subscriber {
  readonly audience: Audience
  readonly detail: Detail
  readonly heartbeatMs: number | null
  readonly #session: SubscribedConnection
  readonly #id: string
  #positions: Positions = []
  #scanned: Positions = []
  #cursor = ''
  /** The client lacks the open alerts after this place; null when it lacks none. */
  #rest: GravePlace | null = null
  #isEnded = false

  constructor(session: SubscribedConnection, { id, audience, detail, heartbeatMs }: Subscribed) {
    this.#session = session
    this.#id = id
    this.audience = audience
    this.detail = detail
    this.heartbeatMs = heartbeatMs
  }

  get positions(): Positions {
    return this.#positions
  }

  get scanned(): Positions {
    return this.#scanned
  }

  /**
   * Answers `subscribed` and starts delivery. If the log can't be queried, asks the client to
   * reconnect.
   */
  async begin(from: string): Promise<void> {
    const { metrics } = this.#hub.deps
    const start =
      from === 'latest'
        ? null
        : await this.#startAt(from).catch((error: unknown) => this.#lost(error))
    if (this.#isEnded) return
    metrics.recoveries.inc({ recovered: String(start !== null) })
    if (start === null) await this.#beginWithSnapshot()
    else this.#beginAt(start)
  }

  push(record: AlertRecord, encodedEvent: string, step: Step): void {
    const { to, sentAt, frames } = step
    const form = this.#session.frames
    // Subscribers at the same place have the same `prev`: equal form, detail and id make equal
    // frames.
    const frame = frames.of(form, `${this.detail} ${this.#id}`, () => {
      const link = {
        cursor: to.cursor,
        prev: prevIn(this.detail, this.#cursor),
        sentAt: this.detail === 'full' ? sentAt : null
      }
      return form.alert(this.#id, link, encodedEvent)
    })
    if (!this.#session.sendShared(frame, step.atMs)) {
      this.#fallBehind(record)
      return
    }
    this.#positions = to.positions
    this.#cursor = to.cursor
  }

  /** The client is too slow: from here on events are read from the log at its pace. */
  #fallBehind({ partition, position }: AlertRecord): void {
    this.#hub.leave(this)
    this.#scanned = this.#hub.deps.journal().end.map((end, i) => (i === partition ? position : end))
    void this.#bringUp()
  }

  #tell(encodedEvent: string, positions: Positions, cursor: string): void {
    const link = this.#link(positions, cursor)
    const bare = this.detail === 'full' ? link : { ...link, sentAt: null }
    this.#session.send(this.#session.frames.alert(this.#id, bare, encodedEvent), 'alert')
  }

  heartbeat({ positions, cursor }: Place, life: SignOfLife): void {
    if (this.#session.isFull) return
    const link = this.#link(positions, cursor)
    this.#positions = positions
    this.#session.send(this.#session.frames.heartbeat(this.#id, link, life), 'heartbeat')
  }

  end(): void {
    this.#isEnded = true
    this.#hub.leave(this)
  }

  get #hub(): StreamHub {
    return this.#session.hub
  }

  /** Where to resume; null if the client can't resume from there and needs a new snapshot. */
  async #startAt(from: string): Promise<Start | null> {
    const { log, cursors, settings } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    if (from === 'earliest') return { positions: journal.start, rest: null, cursor: null }
    const opened = cursors.open(from)
    if (opened.kind === 'forged') {
      this.#session.end(4500, `the cursor ${opened.fault}`)
      return null
    }
    if (opened.kind === 'lost' || !(await isHeld(log, journal, opened.positions))) return null
    const start = { positions: opened.positions, rest: opened.rest, cursor: from }
    if (hasPassed(opened.positions, journal.endInView(this.audience.view))) return start
    return journal.eventsFrom(this.audience.view, opened.positions) > settings.catchUpRecordsMax
      ? null
      : start
  }

  /**
   * The first part states its position. Position and data are read synchronously, so no event falls
   * between them.
   */
  async #beginWithSnapshot(): Promise<void> {
    let candidates: Candidates | null
    do {
      while (!this.#session.isDrained) await this.#session.drained()
      candidates = await this.#candidates()
      if (candidates === null || this.#isOver) return
      // What is raised during a wait would be in neither the snapshot nor a frame.
    } while (!this.#session.isDrained)
    const { cursors } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    const part = this.#makePart(candidates)
    this.#rest = part.next
    const positions = journal.endInView(this.audience.view)
    this.#move(positions, cursors.seal(positions, this.#rest))
    this.#scanned = journal.end
    this.#session.send(
      this.#session.frames.subscribed(this.#id, this.#cursor, part.texts, this.#rest !== null),
      'subscribed'
    )
    if (this.#isEnded) return
    if (this.#rest === null) this.#hub.join(this)
    else void this.#bringUp(part.left)
  }

  #beginAt({ positions, rest, cursor }: Start): void {
    this.#rest = rest
    this.#move(positions, cursor ?? this.#hub.deps.cursors.seal(positions, rest))
    this.#scanned = positions
    this.#session.send(this.#session.frames.recovered(this.#id, this.#cursor), 'subscribed')
    void this.#bringUp()
  }

  /**
   * Sends what the client lacks: events first, then the next snapshot part, until none is left.
   * Then the subscription is live.
   */
  async #bringUp(found: Candidates | null = null): Promise<void> {
    try {
      let candidates = found
      while (!this.#isEnded) {
        await this.#catchUp()
        if (this.#isOver) return
        if (!this.#isLevel()) continue
        if (this.#rest === null) {
          // No await between checking the journal's end and joining: no event falls between the
          // two.
          this.#scanned = furthest(this.#scanned, this.#hub.deps.journal().end)
          this.#hub.join(this)
          return
        }
        // No event is buffered across waits. After each wait everything is checked again: events
        // that came meanwhile go first, because a part reflects the cursor it carries.
        if (!this.#session.isDrained) {
          candidates = null
          await this.#session.drained()
        } else if (candidates === null) candidates = await this.#candidates()
        else {
          const part = this.#makePart(candidates)
          this.#sendPart(part)
          candidates = part.left
        }
      }
    } catch (error) {
      this.#lost(error)
    }
  }

  /** Null when the subscription is over. */
  async #candidates(): Promise<Candidates | null> {
    const { alerts, scans, settings } = this.#hub.deps
    await scans.next()
    if (this.#isEnded) return null
    return listCandidates(alerts, this.audience, this.#rest, settings.snapshotAlertsMax)
  }

  #makePart(candidates: Candidates): SnapshotPart {
    return makePart(this.#hub.deps.alerts, this, candidates, computePartLimits(this.#hub))
  }

  #sendPart({ texts, next }: SnapshotPart): void {
    const { cursors } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    const positions = furthest(this.#positions, journal.endInView(this.audience.view))
    this.#rest = next
    const link = this.#link(positions, cursors.seal(positions, next))
    this.#scanned = furthest(this.#scanned, journal.end)
    this.#session.send(
      this.#session.frames.snapshot(this.#id, link, texts, next !== null),
      'snapshot'
    )
  }

  get #isOver(): boolean {
    return this.#isEnded || !this.#session.isOpen
  }

  async #catchUp(): Promise<void> {
    const judge = new AudienceJudge(this.#hub.deps.alerts, this.audience)
    const { journal, scans } = this.#hub.deps
    while (!this.#isEnded && !this.#isLevel()) {
      // The first step waits as well: many may begin together.
      await scans.next()
      if (this.#isOver) return
      const page = await journal().read(this.#scanned, catchUpStep, this.audience.view)
      for (const record of page.records) {
        // Checked again after each wait: another subscription of the client may have used the
        // queue.
        while (!this.#session.isDrained) await this.#session.drained()
        if (this.#isOver) return
        this.#replay(record, judge)
      }
      this.#scanned = page.next
    }
  }

  /**
   * The log did not answer: the position stays valid and the client resumes with it. Throws other
   * errors, which are defects.
   */
  #lost(error: unknown): null {
    if (!(error instanceof EventLogError)) throw error
    if (!this.#isEnded) this.#session.end(4003, 'the log could not be read from this position')
    return null
  }

  /** True if no event between here and the end could concern this reader. */
  #isLevel(): boolean {
    const journal = this.#hub.deps.journal()
    return (
      hasPassed(this.#scanned, journal.end) ||
      hasPassed(this.#scanned, journal.endInView(this.audience.view))
    )
  }

  #replay(record: AlertRecord, judge: AudienceJudge): void {
    const { cursors } = this.#hub.deps
    const verdict = judge.judge(record)
    if (verdict === null) return
    const positions = behind(this.#positions, record.partition, record.position)
    const text = this.#hub.events.formatText(record, this.audience, verdict, this.detail)
    this.#tell(text, positions, cursors.seal(positions, this.#rest))
  }

  /** Advances, and returns the positions for the next frame. */
  #link(positions: Positions, cursor: string): FrameLink {
    const prev = prevIn(this.detail, this.#cursor)
    this.#move(positions, cursor)
    return { cursor, prev, sentAt: new Date(this.#hub.deps.clock.nowMs()).toISOString() }
  }

  #move(positions: Positions, cursor: string): void {
    this.#positions = furthest(
      this.#positions.length === 0 ? positions : this.#positions,
      positions
    )
    this.#cursor = cursor
  }
}
