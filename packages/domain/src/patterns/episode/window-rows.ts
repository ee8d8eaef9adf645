// The counted incidents of a scope as windows of days see them: sums by day, which incidents lie in
// a window, and which windows may hold a maximum. One incident after the other is looked at; what
// follows it in the fold does not count yet.

import { compareIncidents, type Incident } from '../../incident/incident.ts'
import { type Handling, handlings } from '../../report/handling.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { strictestSince, triggersWith, withCounted } from './counted-handling.ts'
import { DaySums, dayOf } from './day-sums.ts'
import type { Evidence } from './episode-evidence.ts'
import { LongIncidents } from './long-incidents.ts'

/** How long what has left the rows is kept, days before the first of them. */
export interface KeptDays {
  readonly sums: number
  readonly recent: number
  readonly marked: number
}

/** What is counted in a scope. Pure. */
export interface Counting {
  /** The window whose incidents are evidence. */
  readonly windowDays: number
  /** The longest window. */
  readonly sumDays: number
  /** Days after which an incident is in no window and no base of one. */
  readonly reachDays: number
  readonly keptDays: KeptDays
  /** Number of sums. */
  readonly sumsCount: number
  /** What a counted incident adds to each sum, in parts. */
  amountsOf(incident: Incident): readonly number[]
  /** True if an incident counts; else it may only support. */
  counts(incident: Incident): boolean
  /**
   * True for an incident that is read beside the windows: it neither counts nor supports. Left out:
   * none is.
   */
  isBeside?(incident: Incident): boolean
  /** Those of them that may still be read, in their order. Left out: none is kept. */
  besideKept?(incidents: readonly Incident[]): readonly Incident[]
}

/** What left the rows, as plain data. */
export interface PassedRows {
  readonly sums: readonly (readonly number[])[]
  /** Those that a window may still contain. */
  readonly recent: readonly Incident[]
  /** Of each handling, the incident that ends last. */
  readonly marked: readonly Incident[]
  /** Those that are read beside the windows. */
  readonly beside: readonly Incident[]
}

export class WindowRows {
  readonly #counting: Counting
  readonly #rows: readonly Incident[]
  /** Of all that counts, except what stands aside. */
  readonly sums: readonly DaySums[]
  /** The part of the sums that left the rows. */
  readonly #passedSums: readonly DaySums[]
  #recent: readonly Incident[]
  /** The last day that any of them reaches. */
  #recentReach = Number.NEGATIVE_INFINITY
  #marked: readonly Incident[]
  readonly #long = new LongIncidents()
  #passedBeside: readonly Incident[]
  /** Rows that are read beside the windows, in order of the fold. */
  readonly #beside: Incident[] = []
  /** Number of counted rows of each handling. */
  readonly #byHandling = handlings.map(() => 0)
  /** The row that is looked at. */
  #at = -1
  /** Rows that stand aside: they follow it, and are not in the sums. */
  #asideFrom = 0
  #asideTo = 0

  constructor(counting: Counting, rows: readonly Incident[], passed: PassedRows | undefined) {
    this.#counting = counting
    this.#rows = rows
    this.sums = Array.from({ length: counting.sumsCount }, () => new DaySums())
    this.#passedSums = this.sums.map(() => new DaySums())
    this.#recent = passed?.recent ?? []
    this.#measureRecent()
    this.#marked = passed?.marked ?? []
    this.#passedBeside = passed?.beside ?? []
    for (const [i, data] of (passed?.sums ?? []).entries()) {
      this.sums[i]?.addData(data)
      this.#passedSums[i]?.addData(data)
    }
  }

  put(incident: Incident): void {
    this.#sum(incident, 1)
    this.#long.add(incident)
    this.#countHandling(incident, 1)
  }

  take(incident: Incident): void {
    this.#sum(incident, -1)
    this.#long.remove(incident)
    this.#countHandling(incident, -1)
  }

  putBeside(incident: Incident): void {
    let at = this.#beside.length
    while (at > 0 && compareIncidents(this.#beside[at - 1] as Incident, incident) > 0) at -= 1
    this.#beside.splice(at, 0, incident)
  }

  takeBeside({ id }: Incident): void {
    this.#beside.splice(
      this.#beside.findIndex(one => one.id === id),
      1
    )
  }

  /** Looks at a row. Between calls of `release` rows are looked at in order. */
  lookAt(at: number): void {
    while (this.#asideFrom < this.#asideTo && this.#asideFrom <= at) this.#comeBack()
    if (this.#asideFrom >= this.#asideTo) this.#asideFrom = this.#asideTo = at + 1
    this.#at = at
  }

  /** All rows are in the sums again. */
  release(): void {
    while (this.#asideFrom < this.#asideTo) this.#comeBack()
  }

  /** The incident that is looked at. */
  get incident(): Incident {
    return this.#rows[this.#at] as Incident
  }

  /**
   * Last days of the windows that contain the incident and may hold a maximum: windows that end
   * with its day, with the end of an interval, or that begin with one. Ascending; its own day alone
   * if no interval extends beyond it, or if no later day may matter. `mayMatter` is asked with sums
   * that are too high, if anything. Afterwards the sums up to these days are exact.
   */
  ends(mayMatter: (fromDay: number, toDay: number) => boolean): readonly number[] {
    const { incident } = this
    const day = dayOf(incident.fromMs)
    const last = this.lastEnd()
    const isLate = last > day && mayMatter(day + 1, last)
    this.#standAside(isLate ? last : day)
    if (!isLate || !mayMatter(day + 1, last)) return [day]
    return [day, ...this.#laterEnds(day, last)]
  }

  /**
   * Those of `ends` after its own day. Where much happens the first rows give every day there is,
   * and no further one is read.
   */
  #laterEnds(day: number, last: number): readonly number[] {
    const { windowDays } = this.#counting
    const ends = new Set<number>()
    const note = (end: number) => {
      if (end > day && end <= last) ends.add(end)
    }
    const noteEnds = ({ fromMs, toMs }: Incident) => {
      note(dayOf(toMs))
      note(dayOf(fromMs) + windowDays - 1)
      return ends.size === last - day
    }
    const areAll =
      this.#recent.some(noteEnds) ||
      this.#long.reaching(day - windowDays + 1, this.incident).some(noteEnds) ||
      this.#someSince(day - windowDays + 1, noteEnds)
    return areAll
      ? Array.from({ length: last - day }, (_, i) => day + 1 + i)
      : [...ends].sort((a, b) => a - b)
  }

  /** The last of the days that `ends` may give for a row. */
  lastEnd(incident = this.incident): number {
    const day = dayOf(incident.fromMs)
    const reached = Math.max(this.#recentReach, this.#long.reachedBy(incident))
    return Math.max(day, Math.min(reached, day + this.#counting.windowDays - 1))
  }

  /** The incidents before it that may be read beside the windows, in order of the fold. */
  beside(): readonly Incident[] {
    if (this.#beside.length + this.#passedBeside.length === 0) return this.#passedBeside
    const before = this.#beside.filter(one => compareIncidents(one, this.incident) < 0)
    return this.#kept([...this.#passedBeside, ...before])
  }

  /**
   * What lies between two days, both included, at least in part, up to the incident. In order of
   * the fold.
   */
  inWindow(firstDay: number, lastDay: number): readonly Incident[] {
    return [
      ...this.#recent.filter(i => dayOf(i.toMs) >= firstDay),
      ...this.#inRows(firstDay)
    ].filter(i => dayOf(i.fromMs) <= lastDay)
  }

  /**
   * The triggers, and with them an incident that is counted from a day on and has a stricter
   * handling than theirs.
   */
  withStrictest(triggers: Evidence, firstDay: number): Evidence {
    const rows = this.#byHandling.findLastIndex(count => count > 0)
    const strictest = this.#marked.reduce((most, i) => Math.max(most, rankOf(i.handling)), rows)
    if (triggers.kept.some(i => rankOf(i.handling) >= strictest)) return triggers
    const marked = this.#inRows(firstDay).reduce(withCounted, this.#marked)
    return triggersWith(triggers, strictestSince(marked, firstDay * dayMs))
  }

  /** The first rows leave the list next. */
  passBefore(count: number): void {
    const { windowDays, reachDays } = this.#counting
    let recent = [...this.#recent]
    let lastDay = Number.NaN
    for (let at = 0; at < count; at++) {
      const incident = this.#rows[at] as Incident
      if (this.#counting.isBeside?.(incident)) {
        this.takeBeside(incident)
        this.#passedBeside = this.#kept([...this.#passedBeside, incident])
        continue
      }
      if (!this.#counting.counts(incident)) continue
      const day = dayOf(incident.fromMs)
      this.#dropBefore(day - reachDays)
      const amounts = this.#counting.amountsOf(incident)
      for (let i = 0; i < amounts.length; i++)
        this.#passedSums[i]?.add(incident, amounts[i] as number)
      this.#long.remove(incident)
      this.#countHandling(incident, -1)
      if (day !== lastDay) recent = recent.filter(i => dayOf(i.toMs) > day - windowDays)
      lastDay = day
      recent.push(incident)
      this.#marked = withCounted(this.#marked, incident)
    }
    this.#recent = recent
    this.#measureRecent()
  }

  /** Drops what no window from a day on needs. */
  forget(day: number): void {
    const { sums, recent, marked } = this.#counting.keptDays
    this.#dropBefore(day - sums)
    this.#recent = this.#recent.filter(i => dayOf(i.toMs) > day - recent)
    this.#measureRecent()
    this.#marked = this.#marked.filter(i => dayOf(i.toMs) > day - marked)
    this.#passedBeside = this.#passedBeside.filter(i => dayOf(i.toMs) > day - sums)
  }

  /** What left the rows; undefined if nothing is kept of it. */
  passed(): PassedRows | undefined {
    const recent = this.#recent
    const marked = this.#marked
    const beside = this.#passedBeside
    if (
      recent.length + marked.length + beside.length === 0 &&
      this.#passedSums.every(s => s.isEmpty)
    )
      return undefined
    return { sums: this.#passedSums.map(s => s.data()), recent, marked, beside }
  }

  #measureRecent(): void {
    this.#recentReach = this.#recent.reduce(
      (most, i) => Math.max(most, dayOf(i.toMs)),
      Number.NEGATIVE_INFINITY
    )
  }

  #kept(beside: readonly Incident[]): readonly Incident[] {
    return this.#counting.besideKept?.(beside) ?? []
  }

  #sum(incident: Incident, sign: 1 | -1): void {
    const amounts = this.#counting.amountsOf(incident)
    for (let i = 0; i < amounts.length; i++)
      this.sums[i]?.add(incident, sign * (amounts[i] as number))
  }

  #countHandling({ handling }: Incident, by: number): void {
    const rank = rankOf(handling)
    this.#byHandling[rank] = (this.#byHandling[rank] as number) + by
  }

  /** Rows after the incident that begin by a day stand aside. */
  #standAside(day: number): void {
    for (; this.#asideTo < this.#rows.length; this.#asideTo++) {
      const row = this.#rows[this.#asideTo] as Incident
      if (dayOf(row.fromMs) > day) return
      if (this.#counting.counts(row)) this.#sum(row, -1)
    }
  }

  #comeBack(): void {
    const row = this.#rows[this.#asideFrom++] as Incident
    if (this.#counting.counts(row)) this.#sum(row, 1)
  }

  /**
   * Counted rows up to the incident that lie on a day or later, at least in part. In order of the
   * fold.
   */
  #inRows(firstDay: number): readonly Incident[] {
    if (this.#at < 0) return []
    const found: Incident[] = []
    this.#someSince(firstDay, i => {
      found.push(i)
      return false
    })
    // Of equal intervals those that come later in the fold are not counted yet.
    for (const one of this.#long.reaching(firstDay, this.incident))
      if (dayOf(one.fromMs) < firstDay && compareIncidents(one, this.incident) <= 0) found.push(one)
    return found.reverse()
  }

  /**
   * Visits counted rows that begin on a day or later, up to the incident, the last first, until
   * true: whether it was.
   */
  #someSince(firstDay: number, visit: (incident: Incident) => boolean): boolean {
    const fromMs = firstDay * dayMs
    for (let at = this.#at; at >= 0; at--) {
      const row = this.#rows[at] as Incident
      if (row.fromMs < fromMs) return false
      if (this.#counting.counts(row) && visit(row)) return true
    }
    return false
  }

  #dropBefore(day: number): void {
    for (let i = 0; i < this.#passedSums.length; i++)
      this.#passedSums[i]?.dropBefore(day, (on, amount) => this.sums[i]?.addOn(on, -amount))
  }
}

function rankOf(handling: Handling): number {
  return handlings.indexOf(handling)
}
