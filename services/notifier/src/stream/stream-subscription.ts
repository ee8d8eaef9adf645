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
import { behind, furthest, hasPassed, type Positions } from '../alerts/alert-journal.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import { prevIn } from '../alerts/detail.ts'
import type { GravePlace } from '../alerts/list-queries.ts'
import { type Candidates, listCandidates, makePart } from '../alerts/open-alerts.ts'
import { AudienceJudge } from '../alerts/record-judging.ts'
import { SharedFrame } from './shared-frame.ts'
import type { Place, Step, StreamHub, Subscribed, Subscriber } from './stream-hub.ts'
import { type Frame, type FrameForm, type FrameLink, makeSubscribed } from './stream-protocol.ts'

/** Records of catching up before others have their turn. */
const catchUpStep = 100
/**
 * Largest part, bytes: a client gets a WebSocket frame only once all bytes have arrived, here after
 * 8 s at 4 kB/s.
 */
export const partBytesMax = 32_768

/** The connection as its subscriptions see it. */
export interface SubscribedConnection {
  readonly hub: StreamHub
  readonly form: FrameForm
  readonly isOpen: boolean
  readonly isFull: boolean
  readonly isDrained: boolean
  drained(): Promise<void>
  send(frame: Frame): void
  sendShared(frame: SharedFrame, atMs: number): boolean
  end(code: CloseCode, detail: string): void
}

export class StreamSubscription implements Subscriber {
  readonly asked: Subscribed
  place: Place = { positions: [], cursor: '' }
  scanned: Positions = []
  beatMs: number
  readonly #session: SubscribedConnection
  /** The client lacks the open alerts after this place; null when it lacks none. */
  #rest: GravePlace | null = null
  #isEnded = false

  constructor(session: SubscribedConnection, asked: Subscribed) {
    this.#session = session
    this.asked = asked
    this.beatMs = session.hub.deps.clock.monotonicMs()
  }

  /**
   * Answers `subscribed` and starts delivery. If the log can't be queried, asks the client to
   * reconnect.
   */
  async begin(from: string): Promise<void> {
    const { cursors, metrics } = this.#hub.deps
    const start = from === 'latest' ? null : await this.#startAt(from)
    if (this.#isEnded) return
    metrics.recoveries.inc({ recovered: String(start !== null) })
    if (start === null) return this.#beginWithSnapshot()
    const { positions, rest, cursor } = start
    this.#rest = rest
    this.place = { positions, cursor: cursor ?? cursors.seal(positions, rest) }
    this.scanned = positions
    this.#session.send(makeSubscribed(this.asked.id, this.place.cursor, null, false))
    void this.#bringUp()
  }

  /**
   * The newest event, encoded; `step` leads to the place behind it. For a client that is too slow
   * events are read from the log from here on, at its pace.
   */
  push({ partition, position }: AlertRecord, event: string, { to, frames, ...at }: Step): void {
    const { id, detail } = this.asked
    const { form } = this.#session
    // From one place all have the same `prev`: equal form, detail and id make equal frames.
    const name = `${form.name} ${detail} ${id}`
    let frame = frames.get(name)
    if (frame === undefined) {
      const link = this.#makeLink(to, detail === 'full' ? at.sentAt : null)
      const members = `"event":${event}`
      frame = new SharedFrame(form.write({ type: 'alert', of: { id, link }, members }))
      frames.set(name, frame)
    }
    if (this.#session.sendShared(frame, at.atMs)) this.place = to
    else {
      this.#hub.leave(this)
      this.scanned = this.#hub.deps.journal().end.with(partition, position)
      void this.#bringUp()
    }
  }

  heartbeat(to: Place, life: object): void {
    if (this.#session.isFull) return
    this.beatMs = this.#hub.deps.clock.monotonicMs()
    this.#send('heartbeat', to, JSON.stringify(life).slice(1, -1))
  }

  end(): void {
    this.#isEnded = true
    this.#hub.leave(this)
  }

  get #hub(): StreamHub {
    return this.#session.hub
  }

  get #isOver(): boolean {
    return this.#isEnded || !this.#session.isOpen
  }

  /** Where to resume; null if the client can't resume from there and needs a new snapshot. */
  async #startAt(from: string) {
    const { cursors, journal, settings } = this.#hub.deps
    const { view } = this.asked.audience
    try {
      const start = await cursors.resume(from, view)
      if (start.kind === 'forged') this.#session.end(4500, `the cursor ${start.fault}`)
      if (start.kind !== 'from') return null
      const isNear =
        start.cursor === null ||
        hasPassed(start.positions, journal().endInView(view)) ||
        journal().eventsFrom(view, start.positions) <= settings.catchUpRecordsMax
      return isNear ? start : null
    } catch (error) {
      this.#lose(error)
      return null
    }
  }

  /**
   * The first part states its position. Position and data are read synchronously, so no event falls
   * between them.
   */
  async #beginWithSnapshot(): Promise<void> {
    let candidates: Candidates | null
    do {
      while (!this.#session.isDrained) await this.#session.drained()
      candidates = await this.#findCandidates()
      if (candidates === null || this.#isOver) return
      // What is raised during a wait would be in neither the snapshot nor a frame.
    } while (!this.#session.isDrained)
    const { cursors } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    const part = this.#makePart(candidates)
    this.#rest = part.next
    const positions = journal.endInView(this.asked.audience.view)
    this.place = { positions, cursor: cursors.seal(positions, part.next) }
    this.scanned = journal.end
    const { cursor } = this.place
    this.#session.send(makeSubscribed(this.asked.id, cursor, part.texts, part.next !== null))
    if (this.#isEnded) return
    if (this.#rest === null) this.#hub.join(this)
    else void this.#bringUp(part.left)
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
          this.scanned = furthest(this.scanned, this.#hub.deps.journal().end)
          this.#hub.join(this)
          return
        }
        // No event is buffered across waits. After each wait everything is checked again: events
        // that came meanwhile go first, because a part reflects the cursor it carries.
        if (!this.#session.isDrained) {
          candidates = null
          await this.#session.drained()
        } else if (candidates === null) candidates = await this.#findCandidates()
        else candidates = this.#sendPart(candidates)
      }
    } catch (error) {
      this.#lose(error)
    }
  }

  async #catchUp(): Promise<void> {
    const { alerts, cursors, journal, scans } = this.#hub.deps
    const { audience, detail } = this.asked
    const judge = new AudienceJudge(alerts, audience)
    while (!this.#isEnded && !this.#isLevel()) {
      // The first step waits as well: many may begin together.
      await scans.next()
      if (this.#isOver) return
      const page = await journal().read(this.scanned, catchUpStep, audience.view)
      for (const record of page.records) {
        while (!this.#session.isDrained) await this.#session.drained()
        if (this.#isOver) return
        const verdict = judge.judge(record)
        if (verdict === null) continue
        const positions = behind(this.place.positions, record.partition, record.position)
        const event = this.#hub.formatText(record, audience, verdict, detail)
        const to = { positions, cursor: cursors.seal(positions, this.#rest) }
        this.#send('alert', to, `"event":${event}`)
      }
      this.scanned = page.next
    }
  }

  /** Null when the subscription is over. */
  async #findCandidates(): Promise<Candidates | null> {
    const { alerts, scans, settings } = this.#hub.deps
    await scans.next()
    if (this.#isEnded) return null
    return listCandidates(alerts, this.asked.audience, this.#rest, settings.snapshotAlertsMax)
  }

  #makePart(candidates: Candidates) {
    const { headlineBytes, deps } = this.#hub
    // A part may fill a quarter of the queue.
    const bytesMax = Math.min(partBytesMax, deps.settings.queueBytesMax / 4)
    const limits = { countMax: deps.settings.snapshotAlertsMax, bytesMax, headlineBytes }
    return makePart(deps.alerts, this.asked, candidates, limits)
  }

  /** Returns the candidates that did not fit. */
  #sendPart(candidates: Candidates): Candidates | null {
    const { texts, next, left } = this.#makePart(candidates)
    const { cursors } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    const positions = furthest(this.place.positions, journal.endInView(this.asked.audience.view))
    this.#rest = next
    this.scanned = furthest(this.scanned, journal.end)
    const to = { positions, cursor: cursors.seal(positions, next) }
    this.#send('snapshot', to, `"more":${next !== null},"snapshot":[${texts.join()}]`)
    return left
  }

  /**
   * The log did not answer: the position stays valid and the client resumes with it. Throws other
   * errors, which are defects.
   */
  #lose(error: unknown): void {
    if (!(error instanceof EventLogError)) throw error
    if (!this.#isEnded) this.#session.end(4003, 'the log could not be read from this position')
  }

  /** True if no event between here and the end could concern this reader. */
  #isLevel(): boolean {
    const journal = this.#hub.deps.journal()
    return (
      hasPassed(this.scanned, journal.end) ||
      hasPassed(this.scanned, journal.endInView(this.asked.audience.view))
    )
  }

  #send(type: 'alert' | 'heartbeat' | 'snapshot', to: Place, members: string): void {
    const { id, detail } = this.asked
    const now = new Date(this.#hub.deps.clock.nowMs()).toISOString()
    const link = this.#makeLink(to, type === 'alert' && detail !== 'full' ? null : now)
    this.place = to
    this.#session.send({ type, of: { id, link }, members })
  }

  #makeLink({ cursor }: Place, sentAt: string | null): FrameLink {
    return { cursor, prev: prevIn(this.asked.detail, this.place.cursor), sentAt }
  }
}
