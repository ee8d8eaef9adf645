// The machine of patterns that compare windows of days with a threshold: an episode begins when a window holds enough, grows with
// the incidents that follow, and ends after days on which it holds too little. A change of the rows is looked at only if some
// window around it may hold enough, or an episode is within reach; then from the change on, until all is as it was.

import type { NearMiss } from '../../detection/near-miss.ts'
import type { MakeMachine, ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import type { Span } from '../../space-time/event-time.ts'
import { type DaySums, dayEndMs, dayOf } from './day-sums.ts'
import { areSame } from './recent-cache.ts'
import { type Counting, type PassedRows, WindowRows } from './window-rows.ts'

/** An episode after one of its incidents. Never changes. */
interface Episode {
  /** The last whole day that was evaluated. */
  readonly walkedDay: number
}

/** What a pattern over windows of days decides. `E`: its episode, plain data. Pure. */
export interface WindowRule<E extends Episode> extends Counting {
  /** False if no window that ends with one of these days holds enough to begin an episode. The sums may be too high. */
  mayEnter(sums: readonly DaySums[], fromDay: number, toDay: number): boolean
  /** The episode that a counted incident begins; null if it begins none. */
  enter(rows: WindowRows): E | null
  /** The episode with a counted incident. */
  grow(episode: E, rows: WindowRows): E
  /** The episode with an incident that does not count. */
  support(episode: E, incident: Incident): E
  /** The episode after one more day without a further incident. */
  afterDay(episode: E, sums: readonly DaySums[]): E
  /** True if its last day has ended it. */
  isOver(episode: E): boolean
  /** The day that may end or change it next, if nothing more comes. */
  nextDay(episode: E, sums: readonly DaySums[]): number
  /** Its finding; open if `toMs` is null. */
  describe(episode: E, toMs: number | null): Finding
  /** True if both have the same finding. */
  isSame(a: E, b: E): boolean
  /** Near misses of the windows that end with a day. */
  nearly(lastDay: number, rows: WindowRows): readonly NearMiss[]
}

interface Ended<E> {
  readonly episode: E
  readonly toMs: number
}

/** A finding, and what it was made from. */
interface Shown<E> {
  readonly episode: E
  readonly toMs: number | null
  readonly finding: Finding
}

/** An episode along the rows. */
interface Run<E> {
  /** Index of its first row; −1 if that has left the rows. */
  start: number
  readonly startDay: number
  /** Index of the row before which it was over; infinity while none shows that. */
  endAt: number
  ended: Ended<E> | null
  /** The episode after its last row. */
  episode: E
  /** The episode after some of its rows, by their distance from the first: a late incident goes on from there. */
  places: { readonly row: number; readonly episode: E }[]
  shown: Shown<E> | null
}

interface Base<E> {
  readonly passed?: PassedRows
  readonly ended: readonly Ended<E>[]
  readonly open: E | null
}

/** Near the last row each place is kept, further back every so manieth. */
const placesNear = 16

/** Makes the machine of a pattern over windows. `ruleOf`: what it decides in a scope. */
export function windowMachine<P, E extends Episode>(ruleOf: (scope: string, parameters: P) => WindowRule<E>): MakeMachine<P> {
  return ground => new WindowMachine(ground, ruleOf(ground.scope, ground.parameters))
}

class WindowMachine<P, E extends Episode> implements ScopeMachine {
  readonly #ground: ScopeGround<P>
  readonly #rule: WindowRule<E>
  readonly #rows: WindowRows
  /** Number of rows when they were last looked at. */
  #known = 0
  /** In order; only the last may be open. */
  #runs: Run<E>[] = []
  /** Episodes whose end has left the rows. */
  #passedRuns: { readonly ended: Ended<E>; shown: Shown<E> | null }[]
  /** The open episode as it left the rows. */
  #passedOpen: E | null
  /** What came or went since the last look. */
  readonly #changed = { any: false, counted: false, less: false, beside: false }
  /** The last run as it is when days have passed without an incident. */
  #now: { readonly run: Run<E>; readonly throughDay: number; readonly at: E | Ended<E> } | null = null
  #findings: readonly Finding[] = []
  #base: Base<E> | null | undefined

  constructor(ground: ScopeGround<P>, rule: WindowRule<E>) {
    this.#ground = ground
    this.#rule = rule
    const base = ground.base as Base<E> | undefined
    this.#rows = new WindowRows(rule, ground.rows, base?.passed)
    this.#passedRuns = (base?.ended ?? []).map(ended => ({ ended, shown: null }))
    this.#passedOpen = base?.open ?? null
    if (this.#passedOpen !== null) this.#runs = [this.#begun(-1, Number.NEGATIVE_INFINITY, this.#passedOpen)]
  }

  put(incident: Incident): void {
    this.#changed.any = true
    if (this.#isBeside(incident)) this.#rows.putBeside(incident)
    else if (this.#rule.counts(incident)) {
      this.#changed.counted = true
      this.#rows.put(incident)
    }
  }

  take(incident: Incident): void {
    this.#changed.any = true
    if (this.#isBeside(incident)) this.#rows.takeBeside(incident)
    else if (this.#rule.counts(incident)) {
      this.#changed.counted = this.#changed.less = true
      this.#rows.take(incident)
    }
  }

  refold(from: number, { fromMs, toMs }: Span): boolean {
    const { any, counted, less, beside } = this.#changed
    Object.assign(this.#changed, { any: false, counted: false, less: false, beside: false })
    const more = this.#ground.rows.length - this.#known
    this.#known = this.#ground.rows.length
    const day = dayOf(fromMs)
    const lastDay = dayOf(toMs)
    // Windows up to here hold what came, or hold less; bases up to there, and with less in its base a window may be enough.
    const { sumDays, reachDays } = this.#rule
    const seenDay = lastDay + (less ? reachDays : sumDays) - 1
    const isNews = !any || beside || this.#isWithinReach(day, lastDay + reachDays) || (counted && this.#mayEnter(day, seenDay))
    if (!isNews) return this.#shiftRuns(from, more)
    // What is read beside the windows may be read by all that follow.
    this.#lookAgain(from, more, beside ? Number.POSITIVE_INFINITY : toMs)
    return true
  }

  findings({ horizonMs }: Moment): readonly Finding[] {
    const findings: Finding[] = []
    for (const one of this.#passedRuns) {
      one.shown = this.#shownOf(one.shown, one.ended.episode, one.ended.toMs)
      findings.push(one.shown.finding)
    }
    for (const run of this.#runs) {
      const at = run.ended ?? this.#walkedTo(run, dayOf(horizonMs) - 1)
      run.shown = 'toMs' in at ? this.#shownOf(run.shown, at.episode, at.toMs) : this.#shownOf(run.shown, at, null)
      findings.push(run.shown.finding)
    }
    if (!areSame(findings, this.#findings)) this.#findings = findings
    return this.#findings
  }

  nextChangeMs({ horizonMs }: Moment): number | null {
    const open = this.#openAt(dayOf(horizonMs) - 1)
    return open === null ? null : dayEndMs(this.#rule.nextDay(open, this.#rows.sums))
  }

  nearly({ horizonMs }: Moment): readonly NearMiss[] {
    const day = dayOf(horizonMs)
    if (this.#openAt(day - 1) !== null) return []
    this.#rows.lookAt(this.#known - 1)
    return this.#rule.nearly(day, this.#rows)
  }

  passBefore(count: number): void {
    const run = this.#runs.findLast(r => r.start < count)
    const open = run !== undefined && run.endAt >= count ? this.#after(run, count - 1) : null
    this.#rows.passBefore(count)
    this.#known -= count
    this.#passedOpen = open
    this.#base = undefined
    const left: Run<E>[] = []
    for (const one of this.#runs) {
      if (one.ended !== null && one.endAt < count) this.#passedRuns.push({ ended: one.ended, shown: one.shown })
      else left.push(one)
      one.endAt -= count
      one.start -= count
    }
    this.#runs = left
    const [first] = left
    if (open === null || first === undefined) return
    const later = first.places.filter(p => first.start + p.row >= 0).map(p => ({ ...p, row: first.start + p.row + 1 }))
    first.places = [{ row: 0, episode: open }, ...later]
    first.start = -1
  }

  forget(beforeMs: number): void {
    this.#rows.forget(dayOf(beforeMs))
    this.#passedRuns = this.#passedRuns.filter(({ ended }) => ended.toMs >= beforeMs)
    this.#base = undefined
  }

  base(): unknown {
    this.#base ??= this.#madeBase()
    return this.#base ?? undefined
  }

  isBlank(): boolean {
    return this.base() === undefined
  }

  #madeBase(): Base<E> | null {
    const passed = this.#rows.passed()
    const ended = this.#passedRuns.map(r => r.ended)
    const open = this.#passedOpen
    if (passed === undefined && ended.length === 0 && open === null) return null
    return { ...(passed === undefined ? {} : { passed }), ended, open }
  }

  #begun(start: number, startDay: number, episode: E): Run<E> {
    const endAt = Number.POSITIVE_INFINITY
    return { start, startDay, endAt, ended: null, episode, places: [{ row: 0, episode }], shown: null }
  }

  /** Notes a change of what is read beside the windows. */
  #isBeside(incident: Incident): boolean {
    if (!this.#rule.isBeside?.(incident)) return false
    this.#changed.beside = true
    return true
  }

  #mayEnter(fromDay: number, toDay: number): boolean {
    return this.#rule.mayEnter(this.#rows.sums, fromDay, toDay)
  }

  /** True if a change from one day to before another may be seen by an episode. */
  #isWithinReach(day: number, untilDay: number): boolean {
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const { ended, startDay } = this.#runs[i] as Run<E>
      if (ended !== null && dayOf(ended.toMs) <= day) return false
      if (startDay < untilDay) return true
    }
    return false
  }

  /** Rows from an index on came or went, outside of every episode. Gives whether one is no longer over by them. */
  #shiftRuns(from: number, more: number): boolean {
    let isOpen = false
    const { rows } = this.#ground
    let next = from
    while (next < rows.length && this.#rule.isBeside?.(rows[next] as Incident)) next += 1
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const run = this.#runs[i] as Run<E>
      if (run.endAt < from) break
      if (run.start >= from) {
        run.start += more
        run.endAt += more
      } else if (next < rows.length) run.endAt = next
      else {
        run.endAt = Number.POSITIVE_INFINITY
        run.ended = null
        isOpen = true
      }
    }
    return isOpen
  }

  /** Looks at all rows from an index on, until no more can differ. `more`: rows added less rows gone; `toMs`: end of changes. */
  #lookAgain(from: number, more: number, toMs: number): void {
    const { rows, work } = this.#ground
    this.#now = null
    const old = this.#runs
    const at = old.findLastIndex(r => r.start < from)
    const before = old[at]
    let open: Run<E> | null = null
    let index = from
    if (before !== undefined && before.endAt >= from) {
      open = this.#upTo(before, from - 1)
      index = open.start + (open.places.at(-1) as Run<E>['places'][number]).row + 1
    }
    const kept = old.slice(0, open === null ? at + 1 : at)
    const gone = old.slice(kept.length)
    const fresh: Run<E>[] = []
    const stillDay = dayOf(toMs) + this.#rule.reachDays
    for (; index < rows.length; index++) {
      const row = rows[index] as Incident
      if (this.#rule.isBeside?.(row)) continue
      const day = dayOf(row.fromMs)
      if (open !== null && this.#endsBefore(open, day)) {
        open.endAt = index
        fresh.push(open)
        open = null
      }
      const was = index - more
      if (open === null && day >= stillDay && row.fromMs > toMs && !gone.some(r => r.start < was && r.endAt > was)) break
      work.steps += 1
      if (open !== null) this.#growRun(open, index)
      else if (this.#rule.counts(row)) {
        this.#rows.lookAt(index)
        const episode = this.#rule.enter(this.#rows)
        if (episode !== null) open = this.#begun(index, day, episode)
      }
    }
    this.#rows.release()
    if (open !== null) fresh.push(open)
    for (const run of fresh) run.shown ??= gone.find(r => r.startDay === run.startDay)?.shown ?? null
    const later = index < rows.length ? gone.filter(r => r.start >= index - more) : []
    for (const run of later) {
      run.start += more
      run.endAt += more
    }
    this.#runs = [...kept, ...fresh, ...later]
  }

  /** The run as it was after its last place up to a row. Takes its later places. */
  #upTo(run: Run<E>, index: number): Run<E> {
    const { places } = run
    let last = places.at(-1) as Run<E>['places'][number]
    while (run.start + last.row > index) {
      places.pop()
      last = places.at(-1) as Run<E>['places'][number]
    }
    return { ...run, endAt: Number.POSITIVE_INFINITY, ended: null, episode: last.episode }
  }

  /** The episode of a run after one of its rows. */
  #after(run: Run<E>, index: number): E {
    const open = this.#upTo({ ...run, places: [...run.places] }, index)
    const last = open.places.at(-1) as Run<E>['places'][number]
    for (let at = open.start + last.row + 1; at <= index; at++) {
      const row = this.#ground.rows[at] as Incident
      if (this.#rule.isBeside?.(row)) continue
      this.#endsBefore(open, dayOf(row.fromMs))
      this.#growRun(open, at)
    }
    this.#rows.release()
    return open.episode
  }

  #growRun(run: Run<E>, index: number): void {
    const row = this.#ground.rows[index] as Incident
    const counts = this.#rule.counts(row)
    if (counts) this.#rows.lookAt(index)
    run.episode = counts ? this.#rule.grow(run.episode, this.#rows) : this.#rule.support(run.episode, row)
    const { places } = run
    places.push({ row: index - run.start, episode: run.episode })
    if (places.length % (2 * placesNear) !== 0) return
    run.places = places.filter(({ row }, i) => i === 0 || i >= places.length - placesNear || row % placesNear === 0)
  }

  /** Evaluates the days before one. True if that ends the run. */
  #endsBefore(run: Run<E>, day: number): boolean {
    const at = this.#walked(run.episode, day - 1)
    if (!('toMs' in at)) {
      run.episode = at
      return false
    }
    run.ended = at
    return true
  }

  /** The episode when whole days up to one are over without a further incident. */
  #walked(episode: E, throughDay: number): E | Ended<E> {
    let at = episode
    while (at.walkedDay < throughDay) {
      at = this.#rule.afterDay(at, this.#rows.sums)
      if (this.#rule.isOver(at)) return { episode: at, toMs: dayEndMs(at.walkedDay) }
    }
    return at
  }

  #walkedTo(run: Run<E>, throughDay: number): E | Ended<E> {
    const now = this.#now
    const isOnTheWay = now !== null && now.run === run && now.throughDay <= throughDay
    if (isOnTheWay && (now.throughDay === throughDay || 'toMs' in now.at)) return now.at
    const at = this.#walked(isOnTheWay ? (now.at as E) : run.episode, throughDay)
    this.#now = { run, throughDay, at }
    return at
  }

  /** The episode that is open when a day is over; null if there is none. */
  #openAt(throughDay: number): E | null {
    const run = this.#runs.at(-1)
    if (run === undefined || run.ended !== null) return null
    const at = this.#walkedTo(run, throughDay)
    return 'toMs' in at ? null : at
  }

  #shownOf(known: Shown<E> | null, episode: E, toMs: number | null): Shown<E> {
    if (known !== null && known.toMs === toMs) {
      if (known.episode === episode) return known
      if (this.#rule.isSame(known.episode, episode)) return { ...known, episode }
    }
    return { episode, toMs, finding: this.#rule.describe(episode, toMs) }
  }
}
