// A subscription with a policy: what is told, and when, is a function of the log, of silences and
// of the time. Its cursor holds the positions and the time up to which all of that was told, so at
// any instance the client goes on where it was. Source: decision 0087.
//
// It goes forward in two kinds of steps. Over events: each counts from then on, and one that comes
// later than its own time says at once what it changed. Over time: what is told by then goes, in
// the order of its times. A place between two steps is exact.

import { filterCost } from '@tocsin/domain/alert/alert-filter'
import type { TellReason } from '@tocsin/domain/notification/notification-decision'
import { EventLogError } from '@tocsin/event-log/errors'
import { isHeld, type ToldMark } from '../cursor/alert-cursors.ts'
import type { AlertRecord } from '../projection/alert-entry.ts'
import {
  type Candidates,
  nextOpen,
  partOf,
  type SnapshotPart,
  type SnapshotPlace
} from '../projection/open-alerts.ts'
import {
  behind,
  furthest,
  hasPassed,
  type Positions,
  samePositions
} from '../projection/positions.ts'
import { judgeRecord, standingBefore } from '../projection/record-judging.ts'
import type { ReaderStanding } from '../reader/audience.ts'
import { type Detail, prevIn } from '../reader/detail.ts'
import type { BookMember, News, PolicyBook } from './policy-book.ts'
import type { StreamHub } from './stream-hub.ts'
import type { FrameLink, Why } from './stream-protocol.ts'
import { partLimitsOf, type Subscribed, type SubscribedConnection } from './stream-subscription.ts'
import { compareTold, isToldBy, lastToldBy, type Told, type ToldPlace } from './told.ts'

/** Records per step of catching up. */
const catchUpStep = 200
/** Cost of reading and judging one record, in scan units, in addition to its filter. */
const recordUnits = 100
/** Alerts with a changed past that a cursor names; with more the state is taken anew. */
const alsoMax = 32
/**
 * Alerts due that are remembered by name while the client reads nothing; with more all are looked
 * at.
 */
const dueMax = 5_000
/** By how much the clocks of instances may differ, ms. */
const clocksApartMs = 5_000
/** Before the first alert of a snapshot. */
const firstPlace: SnapshotPlace = { severity: 'extreme', firstTime: '\uffff', alertId: '' }

interface Start {
  readonly positions: Positions
  readonly rest: SnapshotPlace | null
  readonly told: ToldMark
  readonly cursor: string
}

export class PolicySubscription implements BookMember {
  readonly keyId: string
  readonly detail: Detail
  readonly heartbeatMs: number | null
  readonly book: PolicyBook
  readonly #session: SubscribedConnection
  readonly #id: string
  /** Events before them count. */
  #positions: Positions = []
  #scanned: Positions = []
  /** While it is live, all that its book has handed out was told. */
  #place: ToldPlace = { atMs: 0, after: null }
  /**
   * Told though the policy says otherwise, since events came late: they are told of at once until
   * they end.
   */
  readonly #also = new Set<string>()
  #cursor = ''
  #rest: SnapshotPlace | null = null
  #state: 'behind' | 'live' | 'ended' = 'behind'
  /** Alerts of which something may be due. */
  readonly #due = new Set<string>()
  /** It must look at all alerts for what is due. */
  #looksAtAll = true

  constructor(
    session: SubscribedConnection,
    book: PolicyBook,
    { id, keyId, detail, heartbeatMs }: Omit<Subscribed, 'audience'>
  ) {
    this.#session = session
    this.book = book
    this.#id = id
    this.keyId = keyId
    this.detail = detail
    this.heartbeatMs = heartbeatMs
  }

  get audience() {
    return this.book.reader.audience
  }

  /**
   * Answers `subscribed` and starts delivery. If the log can't be queried, the client is told to
   * reconnect.
   */
  async begin(from: string): Promise<void> {
    this.book.members.add(this)
    this.#hub.noteInterval(this)
    const { metrics } = this.#hub.deps
    const start =
      from === 'latest'
        ? null
        : await this.#startAt(from).catch((error: unknown) => this.#lost(error))
    if (this.#isOver) return
    await this.book.built()
    if (this.#isOver) return
    metrics.recoveries.inc({ recovered: String(start !== null) })
    if (start === null) await this.#beginWithSnapshot()
    else this.#beginAt(start)
  }

  end(): void {
    this.#state = 'ended'
    this.#hub.books.leave(this)
  }

  crowdOut(): void {
    this.#session.crowdOut('held')
  }

  stir(alertIds: readonly string[], toldMs: number, next: AlertRecord | null): void {
    if (this.#due.size + alertIds.length > dueMax) {
      this.#due.clear()
      this.#looksAtAll = true
    } else for (const alertId of alertIds) this.#due.add(alertId)
    if (this.#state !== 'live') return
    this.#place = { atMs: toldMs, after: null }
    this.#goBehind(next)
  }

  news({ record, verdict, tells, isOff }: News): void {
    if (this.#state !== 'live') return
    const { alertId } = record.event.data
    const why = tells === null ? null : whyOf(tells)
    if (why === null && !isOff && !this.#also.has(alertId)) return
    this.#place = { atMs: this.book.atMs, after: null }
    if (this.#session.isFull) this.#goBehind(record)
    else {
      this.#positions = furthest(
        this.#positions,
        this.#hub.deps.journal().endInView(this.audience.view)
      )
      this.#tellAnyway(record, verdict, why, isOff)
    }
  }

  heartbeat(end: Positions): void {
    if (this.#state !== 'live' || this.#session.isFull) return
    this.#place = { atMs: this.book.atMs, after: null }
    this.#positions = furthest(this.#positions, end)
    this.#session.send(
      this.#session.frames.heartbeat(this.#id, this.#link(), this.#hub.deps.ageSeconds()),
      'heartbeat'
    )
  }

  get #hub(): StreamHub {
    return this.#session.hub
  }

  get #isOver(): boolean {
    return this.#state === 'ended' || !this.#session.isOpen
  }

  get #mark(): ToldMark {
    const { atMs, after } = this.#place
    return {
      of: this.book.reader.name,
      at: atMs,
      after: after === null ? null : [after.alertId, String(after.position)],
      also: this.#also.size > alsoMax ? null : [...this.#also]
    }
  }

  /** It reads events from the log, from `next` on if that is given, and then tells what is due. */
  #goBehind(next: AlertRecord | null): void {
    this.#state = 'behind'
    this.#scanned = this.#hub.deps
      .journal()
      .end.map((end, i) => (i === next?.partition ? next.position : end))
    // One client a turn: what is due at the end of a night is due for all at once, and must not
    // hold up what else there is.
    void this.#scans.next().then(() => this.#bringUp())
  }

  async #startAt(from: string): Promise<Start | null> {
    const { log, cursors, settings, clock } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    const opened = cursors.open(from)
    if (opened.kind === 'forged') {
      this.#session.end(4500, `the cursor ${opened.fault}`)
      return null
    }
    if (opened.kind === 'lost' || !(await isHeld(log, journal, opened.positions))) return null
    const { told, positions, rest } = opened
    // Of no policy or another one: what its reader was told is not what this one would have been.
    if (told === null || told.of !== this.book.reader.name || told.also === null) return null
    // Told by a clock that is ahead of this one: what comes until then would count as told.
    if (told.at > Math.max(clock.nowMs(), this.book.atMs) + clocksApartMs) return null
    const start = { positions, rest, told, cursor: from }
    if (hasPassed(positions, journal.endInView(this.audience.view))) return start
    return journal.eventsFrom(this.audience.view, positions) > settings.catchUpRecordsMax
      ? null
      : start
  }

  async #beginWithSnapshot(): Promise<void> {
    const { cursors, clock } = this.#hub.deps
    const { view } = this.audience
    const journal = this.#hub.deps.journal()
    const atMs = this.book.advance(clock.nowMs())
    this.#place = { atMs, after: null }
    this.#due.clear()
    this.#looksAtAll = false
    const end = journal.endInView(view)
    const candidates = await this.#candidates()
    while (!this.#session.isDrained) await this.#session.drained()
    if (candidates === null || this.#isOver) return
    // If something came meanwhile it may be missing here: then all parts follow behind it.
    const isWhole = samePositions(end, journal.endInView(view))
    const part = isWhole ? this.#partOf(candidates) : { texts: [], next: firstPlace, left: null }
    this.#rest = part.next
    this.#positions = journal.endInView(view)
    this.#scanned = journal.end
    this.#cursor = cursors.seal(this.#positions, this.#rest, this.#mark)
    this.#session.send(
      this.#session.frames.subscribed(this.#id, this.#cursor, part.texts, this.#rest !== null),
      'subscribed'
    )
    void this.#bringUp(part.left)
  }

  #beginAt({ positions, rest, told, cursor }: Start): void {
    const { at, after, also } = told
    this.book.advance(at)
    this.#place = {
      atMs: at,
      after: after === null ? null : { alertId: after[0], position: BigInt(after[1]) }
    }
    for (const alertId of also ?? []) this.#also.add(alertId)
    this.#rest = rest
    this.#positions = positions
    this.#scanned = positions
    this.#cursor = cursor
    this.#session.send(this.#session.frames.recovered(this.#id, cursor), 'subscribed')
    void this.#bringUp()
  }

  /**
   * Events first, then what is due, then the next snapshot part, until nothing is left. Then it is
   * live.
   */
  async #bringUp(found: Candidates | null = null): Promise<void> {
    try {
      let candidates = found
      while (!this.#isOver) {
        await this.#catchUp()
        if (this.#isOver) return
        if (!this.#isLevel()) continue
        if (this.#looksAtAll) await this.#lookAtAll()
        else if (!this.#isTimely()) await this.#tellDue()
        else if (this.#rest === null) {
          // No await between the last look and here: nothing falls between the two.
          this.#scanned = furthest(this.#scanned, this.#hub.deps.journal().end)
          this.#state = 'live'
          return
        } else if (!this.#session.isDrained) {
          candidates = null
          await this.#session.drained()
        } else if (candidates === null) candidates = await this.#candidates()
        else {
          const part = this.#partOf(candidates)
          this.#sendPart(part)
          candidates = part.left
        }
      }
    } catch (error) {
      this.#lost(error)
    }
  }

  get #scans() {
    return this.#hub.deps.scans.of(this.keyId)
  }

  #candidates(): Promise<Candidates | null> {
    const { alerts, settings } = this.#hub.deps
    const { atMs } = this.#place
    const isTold = (alertId: string) => this.book.isTold(alertId, atMs)
    const deps = { alerts, scans: this.#scans, isTold }
    return nextOpen(deps, this.audience, this.#rest, settings.snapshotAlertsMax, () => this.#isOver)
  }

  #partOf(candidates: Candidates): SnapshotPart {
    return partOf(this.#hub.deps.alerts, this, candidates, partLimitsOf(this.#hub))
  }

  #sendPart({ texts, next }: SnapshotPart): void {
    const journal = this.#hub.deps.journal()
    this.#rest = next
    this.#positions = furthest(this.#positions, journal.endInView(this.audience.view))
    this.#session.send(
      this.#session.frames.snapshot(this.#id, this.#link(), texts, next !== null),
      'snapshot'
    )
  }

  async #catchUp(): Promise<void> {
    const standings = new Map<string, ReaderStanding>()
    const scan = this.#scans.begin()
    const { audience } = this
    if (!this.#isLevel()) await scan.yieldTurn()
    while (!this.#isOver && !this.#isLevel()) {
      const page = await this.#hub.deps.journal().read(this.#scanned, catchUpStep)
      for (const record of page.records) {
        while (!this.#session.isDrained) await this.#session.drained()
        if (this.#isOver) return
        const { alertId } = record.event.data
        const { alerts } = this.#hub.deps
        const before = standings.get(alertId) ?? standingBefore(alerts, audience, record)
        const judged = judgeRecord(alerts, before, record, audience)
        standings.set(alertId, judged.standing)
        if (judged.verdict !== 'nothing' && record.event.type !== 'alert.action-refused')
          this.#pass(record, judged.verdict)
        scan.units += recordUnits + filterCost(audience.filter)
        if (scan.mustYield) await scan.yieldTurn()
      }
      this.#scanned = page.next
    }
    if (!this.#isOver)
      this.#positions = furthest(this.#positions, this.#hub.deps.journal().endInView(audience.view))
  }

  /**
   * From its record on an event counts. What it tells by where the client stands is told with it,
   * the rest in its time.
   */
  #pass(record: AlertRecord, verdict: Told['verdict']): void {
    const { alertId } = record.event.data
    this.#due.add(alertId)
    const before = lastToldBy(this.book.courseOf(alertId, record.position), this.#place)
    const after = lastToldBy(this.book.courseOf(alertId, record.position + 1n), this.#place)
    const why = after?.position === record.position ? whyOf(after) : null
    const isOff =
      why === null && before !== null && (after === null || after.position < before.position)
    if (why !== null || isOff || this.#also.has(alertId))
      this.#tellAnyway(record, verdict, why, isOff)
  }

  /**
   * `isOff`: it stays told though the policy has it otherwise now, so whatever comes of it is told
   * as well, to its end.
   */
  #tellAnyway(
    record: AlertRecord,
    verdict: Told['verdict'],
    why: Why | null,
    isOff: boolean
  ): void {
    const { alertId } = record.event.data
    const reason = endingReason(record, verdict)
    if (isOff) this.#also.add(alertId)
    if (reason !== null) this.#also.delete(alertId)
    this.#positions = behind(this.#positions, record.partition, record.position)
    this.#tell(record, verdict, why ?? { because: reason ?? 'update', held: null })
  }

  #tell(record: AlertRecord, verdict: Told['verdict'], why: Why): void {
    const { metrics } = this.#hub.deps
    const text = this.#hub.events.textOf(record, this.audience, verdict, this.detail)
    const link = this.#link()
    const bare = this.detail === 'full' ? link : { ...link, sentAt: null }
    this.#session.send(this.#session.frames.alert(this.#id, bare, text, why), 'alert')
    metrics.streamTold.inc({ reason: why.because })
  }

  async #lookAtAll(): Promise<void> {
    this.#looksAtAll = false
    const place = this.#place
    const visit = ({ alertId }: { readonly alertId: string }) => {
      const last = this.book.courseOf(alertId).at(-1)
      if (last !== undefined && !isToldBy(last, place)) this.#due.add(alertId)
    }
    await this.book.scan(place.atMs, visit, () => this.#isOver)
  }

  /** Goes on to the time of the book if nothing is due by then. */
  #isTimely(): boolean {
    const toMs = this.book.advance(this.#hub.deps.clock.nowMs())
    if (this.#looksAtAll || this.#dueBy(toMs).length > 0) return false
    this.#due.clear()
    if (toMs > this.#place.atMs) this.#place = { atMs: toMs, after: null }
    return true
  }

  #dueBy(toMs: number): readonly Told[] {
    const all = [...this.#due].flatMap(alertId =>
      this.#also.has(alertId) ? [] : this.#courseHere(alertId)
    )
    const to = { atMs: toMs, after: null }
    return all.filter(each => isToldBy(each, to) && !isToldBy(each, this.#place)).sort(compareTold)
  }

  /** By the events that count here. */
  #courseHere(alertId: string): readonly Told[] {
    const moment = this.#hub.deps.alerts.get(alertId)?.moments[0]
    return moment === undefined
      ? []
      : this.book.courseOf(alertId, this.#positions[moment.partition])
  }

  /** Tells what is due by the time of the book, in the order of its times. */
  async #tellDue(): Promise<void> {
    const toMs = this.book.atMs
    const list = this.#dueBy(toMs)
    const scan = this.#scans.begin()
    // What becomes due from here on is named anew.
    this.#due.clear()
    for (const each of list) {
      while (!this.#session.isDrained) await this.#session.drained()
      const record = await this.#hub.deps.journal().at(each.partition, each.position)
      scan.units += recordUnits
      if (scan.mustYield) await scan.yieldTurn()
      if (this.#isOver) return
      this.#place = { atMs: each.atMs, after: each }
      if (record !== null) this.#tell(record, each.verdict, whyOf(each))
    }
    if (toMs > this.#place.atMs || this.#place.after !== null)
      this.#place = { atMs: toMs, after: null }
  }

  /**
   * The log did not answer: the position stays valid and the client resumes with it. Throws other
   * errors, which are defects.
   */
  #lost(error: unknown): null {
    if (!(error instanceof EventLogError)) throw error
    if (this.#state !== 'ended')
      this.#session.end(4003, 'the log could not be read from this position')
    return null
  }

  #isLevel(): boolean {
    const journal = this.#hub.deps.journal()
    return (
      hasPassed(this.#scanned, journal.end) ||
      hasPassed(this.#scanned, journal.endInView(this.audience.view))
    )
  }

  /** Moves on to where it stands, and returns what the next frame says of it. */
  #link(): FrameLink {
    const { cursors, clock } = this.#hub.deps
    const prev = prevIn(this.detail, this.#cursor)
    this.#cursor = cursors.seal(this.#positions, this.#rest, this.#mark)
    return { cursor: this.#cursor, prev, sentAt: new Date(clock.nowMs()).toISOString() }
  }
}

function whyOf({ reason, held }: Told): Why {
  return { because: reason, held }
}

/** Null: the alert stands. */
function endingReason({ event }: AlertRecord, verdict: Told['verdict']): TellReason | null {
  if (verdict === 'left-view' || event.type === 'alert.retracted') return 'retracted'
  return 'status' in event.data && event.data.status === 'resolved' ? 'ended' : null
}
