// All subscriptions of one audience with one policy: which alert is told when, looked at once for
// all of them. A book has a time, which only goes forward. Whatever is told by that time was handed
// to every member; the telling is policy-subscription.ts.

import { Deadlines } from '@tocsin/domain/fold/deadlines'
import type { Clock } from '@tocsin/domain/ports'
import type { AlertEntry, AlertRecord } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import type { Positions } from '../projection/positions.ts'
import { alertUnits, type ScanScheduler } from '../projection/scan-scheduler.ts'
import type { Place } from '../reader/level-order.ts'
import { isTheatreInView } from '../reader/reader-view.ts'
import type { AudienceJudge } from './audience-judge.ts'
import type { PolicyCourses, PolicyCoursesDeps, PolicyReader } from './policy-courses.ts'
import { lastToldBy, type Told } from './told.ts'

/** What a new event means for those who were told of all before. */
export interface News {
  readonly record: AlertRecord
  readonly verdict: Told['verdict']
  /** It is told now; null: later, with what replaces it, or never. */
  readonly tells: Told | null
  /** What was told before would not have been, had the event come in time. */
  readonly isOff: boolean
}

/** A subscription as its book sees it. */
export interface BookMember {
  /** The key that follows it. */
  readonly keyId: string
  /** Interval at which it wants heartbeats, ms; null: that of the settings. */
  readonly heartbeatMs: number | null
  /**
   * Alerts of which something is due after `toldMs`, up to where it was told of all. `next`: an
   * event that the log has and that is handed out after this.
   */
  stir(alertIds: readonly string[], toldMs: number, next: AlertRecord | null): void
  news(news: News): void
  heartbeat(end: Positions): void
  /** The policy holds back more alerts than there is room for. */
  crowdOut(): void
}

export interface PolicyBookDeps extends Pick<PolicyCoursesDeps, 'silences' | 'isOnWallClock'> {
  readonly alerts: AlertIndex
  readonly courses: PolicyCourses
  readonly scans: ScanScheduler
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * Longest that anything but a silence holds an alert back after an event, with room: quiet hours
 * behind an interval, ms.
 */
const waitMaxMs = 3 * 86_400_000
/** Cost of computing a course, in scan units. */
const courseUnits = 50

export class PolicyBook {
  readonly reader: PolicyReader
  readonly members = new Set<BookMember>()
  readonly #deps: PolicyBookDeps
  readonly #judge: AudienceJudge
  /** When the next telling of an alert is due. */
  readonly #deadlines = new Deadlines()
  #atMs: number
  #built: Promise<void> | null = null

  constructor(reader: PolicyReader, judge: AudienceJudge, deps: PolicyBookDeps) {
    this.reader = reader
    this.#judge = judge
    this.#deps = deps
    this.#atMs = deps.clock.nowMs()
  }

  /** Everything that is due by then was handed to the members, ms. */
  get atMs(): number {
    return this.#atMs
  }

  /** Alerts of which something waits for its time. */
  get heldCount(): number {
    return this.#deadlines.size
  }

  /** Tellings of an alert, by its events before `before` if that is given. */
  courseOf(alertId: string, before?: bigint): readonly Told[] {
    return this.#deps.courses.of(this.reader, alertId, before)
  }

  /** Whether an alert that stands was told by a time. */
  isTold(alertId: string, toMs: number): boolean {
    return lastToldBy(this.courseOf(alertId), { atMs: toMs, after: null })?.ends === false
  }

  /** Resolves once everything that is due later is known here. */
  built(): Promise<void> {
    if (this.#built === null) {
      // What becomes due while it looks counts from where it began.
      const fromMs = this.#atMs
      this.#built = this.scan(
        fromMs,
        ({ alertId }) => this.#plan(alertId, fromMs),
        () => this.members.size === 0
      )
    }
    return this.#built
  }

  /** Goes on to a time, unless it is there already, and returns where it then is. */
  advance(toMs: number, next: AlertRecord | null = null): number {
    const fromMs = this.#atMs
    if (toMs <= fromMs) return fromMs
    this.#atMs = toMs
    const due = this.#deadlines.reachedAt(toMs)
    for (const alertId of due) this.#plan(alertId, toMs)
    if (due.length > 0) for (const member of [...this.members]) member.stir(due, fromMs, next)
    return toMs
  }

  /** The next accepted event. In order; does not wait. */
  take(record: AlertRecord): void {
    const verdict = this.#judge.judge(this.#deps.alerts, record)
    // A refused action changes no alert: it is no news of one.
    if (verdict === 'nothing' || record.event.type === 'alert.action-refused') return
    const { alertId, theatre } = record.event.data
    const before = lastToldBy(this.courseOf(alertId, record.position), {
      atMs: this.#atMs,
      after: null
    })
    const atMs = this.#deps.isOnWallClock(theatre) ? Date.parse(record.envelope.time) : 0
    // The clock of another instance may run ahead: who is told at once does not wait for this one.
    this.advance(Math.max(this.#deps.clock.nowMs(), atMs), record)
    this.#plan(alertId, this.#atMs)
    const last = lastToldBy(this.courseOf(alertId), { atMs: this.#atMs, after: null })
    const tells = last?.position === record.position ? last : null
    const isOff =
      tells === null && before !== null && (last === null || last.position < before.position)
    for (const member of [...this.members]) member.news({ record, verdict, tells, isOff })
  }

  /**
   * Silences have changed: what they hold back is due at other times. It yields to other work; a
   * silence that is new or ends early counts only later.
   */
  async refresh(): Promise<void> {
    const scan = this.#deps.scans.begin()
    for (const alertId of this.#deadlines.names()) {
      this.#plan(alertId, this.#atMs)
      scan.units += courseUnits
      if (scan.mustYield) await scan.yieldTurn()
    }
  }

  /** Visits every alert of which anything might be told after a time. It yields to other work. */
  async scan(
    afterMs: number,
    visit: (entry: AlertEntry) => void,
    isOver = () => false
  ): Promise<void> {
    const { alerts, scans, silences } = this.#deps
    const scan = scans.begin()
    const { view } = this.reader.audience
    const sinceMs =
      waitMaxMs +
      Math.max(
        0,
        ...silences().map(({ startsMs, endsMs }) =>
          endsMs + waitMaxMs > afterMs ? afterMs - startsMs : 0
        )
      )
    let last: Place | null = null
    await scan.yieldTurn()
    if (isOver()) return
    for (let isDone = false; !isDone; ) {
      isDone = true
      for (const { place, entry } of alerts.walk(view.handling, last)) {
        last = place
        scan.units += alertUnits
        const newestMs = entry.moments.at(-1)?.atMs ?? 0
        if (newestMs > afterMs - sinceMs && isTheatreInView(view, entry.theatre)) {
          visit(entry)
          scan.units += courseUnits
        }
        if (!scan.mustYield) continue
        // The rest is looked up again after each yield: the order may have changed.
        isDone = false
        break
      }
      if (!isDone) await scan.yieldTurn()
      if (isOver()) return
    }
  }

  #plan(alertId: string, afterMs: number): void {
    this.#deadlines.set(
      alertId,
      this.courseOf(alertId).find(({ atMs }) => atMs > afterMs)?.atMs ?? null
    )
  }
}
