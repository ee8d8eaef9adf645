// The machine of patterns that compare windows of days with a threshold: an episode begins when a
// window holds enough, grows with the incidents that follow, and ends after days on which it holds
// too little. A change of the rows is looked at only if some window around it may hold enough, or
// an episode is within reach; then from the change on, until all is as it was.

import type { NearMiss } from '../../detection/near-miss.ts'
import type { MakeMachine, ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import type { Span } from '../../space-time/event-time.ts'
import { dayEndMs, dayOf } from '../episode/day-sums.ts'
import { WindowRows } from '../episode/window-rows.ts'
import type { WindowEpisode, WindowRule } from './window-rule.ts'
import type { Base, PassedRun, Run, Shown } from './window-runs.ts'

/**
 * What came or went, as bits: counted incidents, those that only support, and those that are read
 * beside the windows.
 */
const nothing = 0
const more = 1
const less = 2
const support = 4
const beside = 8

/** Near the last row each place is kept, further back every so manieth. */
const placesNear = 16

/** Makes the machine of a pattern over windows. `ruleOf`: what it decides in a scope. */
export function windowMachine<P, E extends WindowEpisode>(
  ruleOf: (scope: string, parameters: P) => WindowRule<E>
): MakeMachine<P> {
  return ground => new WindowMachine(ground, ruleOf(ground.scope, ground.parameters))
}

class WindowMachine<P, E extends WindowEpisode> implements ScopeMachine {
  readonly #ground: ScopeGround<P>
  readonly #rule: WindowRule<E>
  readonly #rows: WindowRows
  /** Number of rows when they were last looked at. */
  #known = 0
  /** In order; only the last may be open. */
  #runs: Run<E>[] = []
  /** Episodes whose end has left the rows. */
  #passedRuns: PassedRun<E>[]
  /** The open episode as it left the rows. */
  #passedOpen: E | null
  /** What came or went since the last look. */
  #changed = nothing
  /** The last run as it is when days have passed without an incident. */
  #now: { readonly run: Run<E>; readonly throughDay: number; readonly episode: E } | null = null
  #findings: readonly Finding[] = []
  /** How many of them, from the first, can't have become others since. */
  #settled = 0
  #base: Base<E> | null | undefined

  constructor(ground: ScopeGround<P>, rule: WindowRule<E>) {
    this.#ground = ground
    this.#rule = rule
    const base = ground.base as Base<E> | undefined
    this.#rows = new WindowRows(rule, ground.rows, base?.passed)
    this.#passedRuns = (base?.ended ?? []).map(ended => ({ ended, shown: null }))
    this.#passedOpen = base?.open ?? null
    if (this.#passedOpen !== null)
      this.#runs = [this.#begun(-1, Number.NEGATIVE_INFINITY, this.#passedOpen)]
  }

  put(incident: Incident): void {
    if (this.#rule.isBeside?.(incident)) {
      this.#changed |= beside
      this.#rows.putBeside(incident)
    } else if (this.#rule.counts(incident)) {
      this.#changed |= more
      this.#rows.put(incident)
    } else this.#changed |= support
  }

  take(incident: Incident): void {
    if (this.#rule.isBeside?.(incident)) {
      this.#changed |= beside
      this.#rows.takeBeside(incident)
    } else if (this.#rule.counts(incident)) {
      this.#changed |= less
      this.#rows.take(incident)
    } else this.#changed |= support
  }

  refold(from: number, { fromMs, toMs }: Span): boolean {
    const { length } = this.#ground.rows
    const changed = this.#changed
    const by = length - this.#known
    this.#changed = nothing
    this.#known = length
    if (by === 1 && from === length - 1 && (changed & beside) === 0) return this.#goOn(from)
    const day = dayOf(fromMs)
    const lastDay = dayOf(toMs)
    // Windows up to here hold what came, or hold less; bases up to there, and with less in its base
    // a window may be enough.
    const { sumDays, reachDays } = this.#rule
    const seenDay = lastDay + ((changed & less) === 0 ? sumDays : reachDays) - 1
    const isNews =
      changed === nothing ||
      (changed & beside) !== 0 ||
      this.#isWithinReach(day, lastDay + reachDays) ||
      ((changed & (more | less)) !== 0 && this.#mayEnter(day, seenDay))
    if (!isNews) return this.#shiftRuns(from, by)
    // What is read beside the windows may be read by all that follow.
    this.#lookAgain(from, by, (changed & beside) === 0 ? toMs : Number.POSITIVE_INFINITY)
    return true
  }

  findings({ horizonMs }: Moment): readonly Finding[] {
    const passed = this.#passedRuns.length
    const count = passed + this.#runs.length
    let list: Finding[] | null =
      count === this.#findings.length ? null : this.#findings.slice(0, this.#settled)
    for (let i = this.#settled; i < count; i++) {
      const gone = this.#passedRuns[i]
      const finding = gone
        ? this.#shown(gone, gone.ended.episode, gone.ended.toMs)
        : this.#findingOf(this.#runs[i - passed] as Run<E>, horizonMs)
      if (list === null && finding !== this.#findings[i]) list = this.#findings.slice(0, i)
      list?.push(finding)
    }
    this.#settled = this.#runs.at(-1)?.ended === null ? count - 1 : count
    if (list !== null) this.#findings = list
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
      if (one.ended !== null && one.endAt < count)
        this.#passedRuns.push({ ended: one.ended, shown: one.shown })
      else left.push(one)
      one.endAt -= count
      one.start -= count
    }
    this.#runs = left
    const [first] = left
    if (open === null || first === undefined) return
    const later = first.places
      .filter(p => first.start + p.row >= 0)
      .map(p => ({ ...p, row: first.start + p.row + 1 }))
    first.places = [{ row: 0, episode: open }, ...later]
    first.start = -1
  }

  forget(beforeMs: number): void {
    this.#rows.forget(dayOf(beforeMs))
    const young = this.#passedRuns.filter(({ ended }) => ended.toMs >= beforeMs)
    if (young.length < this.#passedRuns.length) this.#settled = 0
    this.#passedRuns = young
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
    return {
      start,
      startDay,
      endAt,
      ended: null,
      episode,
      places: [{ row: 0, episode }],
      shown: null
    }
  }

  /** False if no row has a window that ends with one of these days and holds enough. */
  #mayEnter(fromDay: number, toDay: number): boolean {
    const last = this.#ground.rows.at(-1)
    const untilDay =
      last === undefined ? Number.NEGATIVE_INFINITY : Math.min(toDay, this.#rows.lastEnd(last))
    return fromDay <= untilDay && this.#rule.mayEnter(this.#rows.sums, fromDay, untilDay)
  }

  /** The usual: one more row at the end. Gives whether a finding may be another. */
  #goOn(index: number): boolean {
    const row = this.#ground.rows[index] as Incident
    const day = dayOf(row.fromMs)
    const run = this.#runs.at(-1)
    const isOpen = run !== undefined && run.endAt > index
    if (isOpen && !this.#endsBefore(run, index, this.#walkedTo(run, day - 1)))
      this.#growRun(run, index)
    else if (this.#rule.counts(row)) {
      const episode = this.#entered(index, day)
      if (episode !== null) this.#runs.push(this.#begun(index, day, episode))
      else if (!isOpen) return false
    } else if (!isOpen) return false
    this.#rows.release()
    return true
  }

  /** The episode that a counted row begins; null if it begins none. */
  #entered(index: number, day: number): E | null {
    this.#rows.lookAt(index)
    return this.#rule.mayEnter(this.#rows.sums, day, this.#rows.lastEnd())
      ? this.#rule.enter(this.#rows)
      : null
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

  /**
   * Rows from an index on came or went, outside of every episode. Gives whether one is no longer
   * over by them.
   */
  #shiftRuns(from: number, by: number): boolean {
    let isOpen = false
    const { rows } = this.#ground
    let next = from
    while (next < rows.length && this.#rule.isBeside?.(rows[next] as Incident)) next += 1
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const run = this.#runs[i] as Run<E>
      if (run.endAt < from) break
      if (run.start >= from) {
        run.start += by
        run.endAt += by
      } else if (next < rows.length) run.endAt = next
      else {
        run.endAt = Number.POSITIVE_INFINITY
        run.ended = null
        isOpen = true
        this.#unsettle(i)
      }
    }
    return isOpen
  }

  /**
   * Looks at all rows from an index on, until no more can differ. `by`: rows added less rows gone;
   * `toMs`: end of changes.
   */
  #lookAgain(from: number, by: number, toMs: number): void {
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
    this.#unsettle(kept.length)
    const gone = old.slice(kept.length)
    const fresh: Run<E>[] = []
    const stillDay = dayOf(toMs) + this.#rule.reachDays
    for (; index < rows.length; index++) {
      const row = rows[index] as Incident
      if (this.#rule.isBeside?.(row)) continue
      const day = dayOf(row.fromMs)
      if (
        open !== null &&
        this.#endsBefore(open, index, this.#rule.walk(open.episode, this.#rows.sums, day - 1))
      ) {
        fresh.push(open)
        open = null
      }
      const was = index - by
      if (
        open === null &&
        day >= stillDay &&
        row.fromMs > toMs &&
        !gone.some(r => r.start < was && r.endAt > was)
      )
        break
      if (open !== null) this.#growRun(open, index)
      else if (this.#rule.counts(row)) {
        work.steps += 1
        const episode = this.#entered(index, day)
        if (episode !== null) open = this.#begun(index, day, episode)
      }
    }
    this.#rows.release()
    if (open !== null) fresh.push(open)
    for (const run of fresh)
      run.shown ??= gone.find(r => r.startDay === run.startDay)?.shown ?? null
    const later = index < rows.length ? gone.filter(r => r.start >= index - by) : []
    for (const run of later) {
      run.start += by
      run.endAt += by
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
      this.#endsBefore(
        open,
        at,
        this.#rule.walk(open.episode, this.#rows.sums, dayOf(row.fromMs) - 1)
      )
      this.#growRun(open, at)
    }
    this.#rows.release()
    return open.episode
  }

  #growRun(run: Run<E>, index: number): void {
    this.#ground.work.steps += 1
    this.#now = null
    const row = this.#ground.rows[index] as Incident
    const counts = this.#rule.counts(row)
    if (counts) this.#rows.lookAt(index)
    run.episode = counts
      ? this.#rule.grow(run.episode, this.#rows)
      : this.#rule.support(run.episode, row)
    const { places } = run
    places.push({ row: index - run.start, episode: run.episode })
    if (places.length % (2 * placesNear) !== 0) return
    run.places = places.filter(
      ({ row }, i) => i === 0 || i >= places.length - placesNear || row % placesNear === 0
    )
  }

  /** Takes the episode as it is before a row. True if that ends the run. */
  #endsBefore(run: Run<E>, index: number, episode: E): boolean {
    if (!this.#rule.isOver(episode)) {
      run.episode = episode
      return false
    }
    run.ended = { episode, toMs: dayEndMs(episode.walkedDay) }
    run.endAt = index
    return true
  }

  /** A run that has not ended, when whole days up to one are over without a further incident. */
  #walkedTo(run: Run<E>, throughDay: number): E {
    const now = this.#now
    const isOnTheWay = now !== null && now.run === run && now.throughDay <= throughDay
    if (isOnTheWay && (now.throughDay === throughDay || this.#rule.isOver(now.episode)))
      return now.episode
    const episode = this.#rule.walk(
      isOnTheWay ? now.episode : run.episode,
      this.#rows.sums,
      throughDay
    )
    this.#now = { run, throughDay, episode }
    return episode
  }

  /** The episode that is open when a day is over; null if there is none. */
  #openAt(throughDay: number): E | null {
    const run = this.#runs.at(-1)
    if (run === undefined || run.ended !== null) return null
    const episode = this.#walkedTo(run, throughDay)
    return this.#rule.isOver(episode) ? null : episode
  }

  /** The runs from an index on may have other findings. */
  #unsettle(at: number): void {
    this.#settled = Math.min(this.#settled, this.#passedRuns.length + at)
  }

  #findingOf(run: Run<E>, horizonMs: number): Finding {
    const episode = run.ended?.episode ?? this.#walkedTo(run, dayOf(horizonMs) - 1)
    return this.#shown(
      run,
      episode,
      this.#rule.isOver(episode) ? dayEndMs(episode.walkedDay) : null
    )
  }

  /** The finding of a run; the same object while it tells the same. */
  #shown(run: { shown: Shown<E> | null }, episode: E, toMs: number | null): Finding {
    const { shown } = run
    const isSame =
      shown !== null && shown.toMs === toMs && this.#rule.isSame(shown.episode, episode)
    const finding = isSame ? shown.finding : this.#rule.describe(episode, toMs)
    if (shown?.episode !== episode || !isSame) run.shown = { episode, toMs, finding }
    return finding
  }
}
