// from the states. `refold` is the only code of all day rules for reports that come late, are
// corrected or are withdrawn.
//
// I1  The stored states equal a fold from the first day on: a state depends only on the state before
//     it and on the incidents up to its day.
// I2  Only days with incidents have a state, and a blank state is not stored.
// I3  A fold may stop on the first day after the last changed day + reachDays whose new state equals
//     the stored one: all later states follow from what has not changed.
// I4  An episode that overlaps one before the fold is the same object, so it keeps its alert.
// I5  While an episode is open, a timer is set for the first day on which time alone can end it or
//     raise its level.
// I6  A rule never clears an `openedDay` that has come: an episode ends by `getEndDay` or `closeDay`,
//     an absence by the next incidents.
// I7  Days before the cut-off are not folded again. Only their last state is stored; of an absence, as
//     many as incidents end it.
// I8  A state that may open by time alone is read again when the watermark reaches the day that
//     `confirm` has returned for it, and when what `confirm` reads changes on a day before.

import { never } from '../../data/time.ts'
import type { DayView } from '../day-view.ts'
import type { FindingListener, Measure } from '../finding.ts'
import { checkedDay, type DayRule, openedDay, type State } from '../rule.ts'
import type { Scope } from '../scope.ts'
import { DayStates, isBlank } from './day-states.ts'
import { Episode } from './episode.ts'

/** The states of the fold in progress. One fold runs at a time, so all tracks share them. */
const foldedDays: number[] = []
const foldedNumbers: number[] = []

/** Work done by all tracks, for benchmarks. */
export const foldWork = { folds: 0, days: 0 }

/** An episode as the states tell it: `day` is that of its last state. */
interface Span {
  readonly startDay: number
  readonly endDay: number
  readonly state: State
  readonly day: number
}

export class Track {
  readonly rule: DayRule
  readonly scope: Scope
  readonly #view: DayView
  readonly #listener: FindingListener
  readonly #states: DayStates
  /** In order of their first day. */
  episodes: Episode[] = []
  #timerDay = never
  /** The first watermark on which a state may open. */
  #awaitedDay = never
  /** First and last day whose incidents have changed since the last fold. */
  #foldFrom = never
  #foldTo = 0
  /** First day on which they, or what confirms episodes, have changed. */
  #readFrom = never

  constructor(rule: DayRule, scope: Scope, view: DayView, listener: FindingListener) {
    this.rule = rule
    this.scope = scope
    this.#view = view
    this.#listener = listener
    this.#states = new DayStates(rule.stateSize)
  }

  /** The day that the rule's clock has reached. */
  get #now(): number {
    return this.rule.clock === 'watermark' ? this.#listener.watermarkDay : this.#listener.today
  }

  /** Marks days whose incidents have changed. Returns true if none was marked before. */
  markDirty(from: number, to: number): boolean {
    if (from < this.#foldFrom) this.#foldFrom = from
    if (to > this.#foldTo) this.#foldTo = to
    return this.markForReading(from)
  }

  /** Marks days on which what confirms episodes has changed. Returns true if none was marked before. */
  markForReading(from: number): boolean {
    const wasClean = this.#readFrom === never
    if (from < this.#readFrom) this.#readFrom = from
    return wasClean
  }

  #markClean(): void {
    this.#foldFrom = never
    this.#foldTo = 0
    this.#readFrom = never
  }

  /** True if what confirms episodes may decide one on these days. (I8) */
  isConfirmedOn(from: number, to: number): boolean {
    if (from > this.#listener.watermarkDay) return false
    const { days } = this.#states
    let index = Math.max(0, this.#states.findIndex(from) - 1)
    for (; index < days.length && days[index]! <= to; index++)
      if (this.#states.getOpenedDay(index) <= to) return true
    return false
  }

  /** Folds again from the first changed day on, and reads the episodes. (I1) */
  refold(): void {
    const { redactedDay, cutOffDay } = this.#listener
    const firstDay = redactedDay ?? cutOffDay
    const foldFrom = Math.max(this.#foldFrom, firstDay) // I7
    const readFrom = Math.max(this.#readFrom, firstDay)
    const foldTo = this.#foldTo
    this.#markClean()
    if (foldFrom !== never && this.#foldDays(foldFrom, foldTo)) return
    this.#rebuildEpisodes(readFrom)
  }

  /** Returns true if the episodes are up to date with the states. */
  #foldDays(from: number, to: number): boolean {
    foldWork.folds += 1
    const states = this.#states
    const index = states.findIndex(from)
    const endIndex = this.#fold(index, from, to + this.rule.reachDays)
    const hasNoStates = endIndex === index && foldedDays.length === 0
    if (
      hasNoStates &&
      this.rule.returnsToEnd === undefined &&
      (this.episodes.at(-1)?.endDay ?? 0) < Math.min(from, this.#now)
    )
      return true
    const isLastDay =
      endIndex === states.length &&
      (index === states.length || (index === states.length - 1 && states.days[index] === from))
    states.replace(index, endIndex, foldedDays, foldedNumbers)
    return isLastDay && this.#tryExtendLast()
  }

  /**
   * Folds the days from `from` on into the shared buffers. Returns the index of the first stored
   * state that remains. (I3)
   */
  #fold(index: number, from: number, lastAffectedDay: number): number {
    const { scope } = this
    const states = this.#states
    const view = this.#placeView(from)
    const state = states.copyState(index - 1)
    let endIndex = index
    foldedDays.length = 0
    foldedNumbers.length = 0
    for (let day = scope.findNextDay(from); day >= 0; day = scope.findNextDay(day + 1)) {
      foldWork.days += 1
      this.#applyDay(state, view, day)
      while (endIndex < states.length && states.days[endIndex]! < day) endIndex += 1
      if (day > lastAffectedDay && states.isEqualOn(day, endIndex, state)) return endIndex // I3
      if (isBlank(state)) continue // I2
      foldedDays.push(day)
      for (const number of state) foldedNumbers.push(number)
    }
    return states.length
  }

  #applyDay(state: State, view: DayView, day: number): void {
    const { rule } = this
    if (state[openedDay] !== 0 && this.#findEndDay(state, day - 1) !== 0)
      clearEnded(state, rule.lastingSlots)
    view.day = day
    const isQuiet = state[openedDay] === 0 && rule.canOpen?.(view) === false
    if (!isQuiet || !isBlank(state)) rule.applyDay(state, view)
    if (state[openedDay] !== 0 && state[checkedDay] === 0) state[checkedDay] = day - 1
  }

  /** The day on which the open episode of a state ends, if that is by `until`; else 0. */
  #findEndDay(state: State, until: number): number {
    const { rule } = this
    if (rule.getEndDay !== undefined) {
      const day = rule.getEndDay(state)
      if (day <= until) return day
    }
    if (rule.closeDay === undefined) return 0
    const view = this.#placeView(state[checkedDay]!)
    while (state[checkedDay]! < until) {
      state[checkedDay]! += 1
      view.day = state[checkedDay]!
      if (rule.closeDay(state, view)) return view.day
    }
    return 0
  }

  /** The frequent case: the last episode is open and has one day more, or one day has changed. */
  #tryExtendLast(): boolean {
    const index = this.#states.length - 1
    const last = this.episodes.at(-1)
    if (last === undefined || last.endDay !== never || index < 0) return false
    if (this.rule.returnsToEnd !== undefined) return false
    if (this.#states.getOpenedDay(index) !== last.startDay) return false
    const day = this.#states.days[index]!
    const state = this.#states.copyState(index)
    const lastClosedDay = this.#getLastClosedDay(this.#findNextDay(day))
    if (this.#findEndDay(state, lastClosedDay) !== 0) return false
    this.#reportEpisode(last, state, never, day)
    return true
  }

  /** Reads the episodes again that end on or after a day. (I4) */
  #rebuildEpisodes(from: number): void {
    const { episodes } = this
    // What ended on or after the clock's day ended by a later incident, which may have gone.
    const firstEnd = Math.min(from, this.#now)
    let kept = episodes.length
    while (kept > 0 && episodes[kept - 1]!.endDay >= firstEnd) kept -= 1
    const before = episodes.splice(kept)
    const lastKept = episodes.at(-1)
    this.#timerDay = never
    const reused = new Set<Episode>()
    const first = this.#findFirstIndex(Math.min(from, before[0]?.startDay ?? never))
    for (let index = first; index < this.#states.length; index++) {
      const span = this.#readSpan(index)
      if (span === null || span.startDay === lastKept?.startDay) continue
      const { startDay, endDay, state, day } = span
      const known = before.find(e => !reused.has(e) && e.startDay <= endDay && startDay <= e.endDay)
      const episode = known ?? new Episode(this.rule, this.scope, this.#view)
      reused.add(episode) // I4
      episode.startDay = startDay
      episodes.push(episode)
      this.#reportEpisode(episode, state, endDay, day)
    }
    for (const episode of before) if (!reused.has(episode)) this.#listener.onVanished(episode)
  }

  /** Index of the first state that an episode on or after a day can have. */
  #findFirstIndex(day: number): number {
    const states = this.#states
    let index = states.findIndex(day)
    // The state that opens an absence comes before its first day, and before those that end it.
    const { returnsToEnd } = this.rule
    if (returnsToEnd !== undefined) return Math.max(0, index - returnsToEnd)
    while (index > 0) {
      const [opened, next] = [states.getOpenedDay(index - 1), states.getOpenedDay(index)]
      // An episode may open after the day of its state.
      const opensBefore = opened < day
      if (opened === 0 || (opensBefore && next !== 0 && opened !== next)) break
      index -= 1
      if (opensBefore && next === 0) break
    }
    return index
  }

  /** The episode of the state with this index; null if there is none, or a later one is its last. */
  #readSpan(index: number): Span | null {
    const states = this.#states
    const { confirm, returnsToEnd } = this.rule
    const opened = states.getOpenedDay(index)
    const day = states.days[index]!
    if (opened === 0) return null
    const isPassed =
      returnsToEnd === undefined
        ? states.getOpenedDay(index + 1) === opened
        : day < (this.episodes.at(-1)?.endDay ?? 0)
    if (isPassed) return null
    const nextDay = this.#findNextDay(day)
    if (confirm !== undefined && opened >= nextDay) return null
    const state = states.copyState(index)
    if (confirm !== undefined && !this.#hasOpened(state, day, nextDay)) return null
    const endDay =
      returnsToEnd === undefined
        ? this.#findEndDay(state, this.#getLastClosedDay(nextDay)) || never
        : this.#findReturnDay(day, returnsToEnd)
    return { startDay: state[openedDay]!, endDay, state, day }
  }

  /** True if the state of a day has opened by time alone, before anything else came. (I8) */
  #hasOpened(state: State, day: number, nextDay: number): boolean {
    const { watermarkDay } = this.#listener
    const until = Math.min(nextDay, watermarkDay + 1)
    const askDay = this.rule.confirm!(state, this.#placeView(day), until)
    if (askDay >= until && askDay < Math.min(nextDay, this.#awaitedDay)) {
      this.#awaitedDay = askDay
      this.#listener.scheduleTimer(this, askDay, 'watermark')
    }
    return state[openedDay]! < until
  }

  #findNextDay(day: number): number {
    const next = this.scope.findNextDay(day + 1)
    return next < 0 ? never : next
  }

  /** The day of the incident that is so many after a day. */
  #findReturnDay(day: number, count: number): number {
    const { rows } = this.scope
    const row = rows[this.scope.findIndex(day + 1) + count - 1]
    return row === undefined ? never : this.#view.incidents.columns.fromDay[row]!
  }

  /** The last day on which nothing more can come: by the next incident, or by the clock. */
  #getLastClosedDay(nextDay: number): number {
    return (nextDay === never ? this.#now : nextDay) - 1
  }

  #reportEpisode(episode: Episode, state: State, endDay: number, lastDay: number): void {
    const until = endDay === never ? Math.max(this.#now, lastDay) : endDay
    episode.state = state
    episode.endDay = endDay
    episode.level = this.#findLevel(state, until)
    this.#listener.onChanged(episode)
    if (endDay === never) this.#scheduleTimer(this.#computeTimerDay(state, until)) // I5
  }

  #findLevel(state: State, until: number): number {
    let level = 1
    for (const day of this.rule.listLevelDays(state)) if (day !== 0 && day <= until) level += 1
    return level
  }

  #computeTimerDay(state: State, until: number): number {
    const { rule } = this
    const view = this.#placeView(until)
    let day =
      rule.getEarliestEndDay?.(state, view) ?? (rule.closeDay === undefined ? never : this.#now)
    day = Math.min(day, rule.getEndDay?.(state) ?? never) + 1
    for (const levelDay of rule.listLevelDays(state))
      if (levelDay > until && levelDay < day) day = levelDay
    return Math.max(this.#now + 1, day)
  }

  #scheduleTimer(day: number): void {
    if (day === this.#timerDay || day >= never) return
    this.#timerDay = day
    this.#listener.scheduleTimer(this, day, this.rule.clock ?? 'ticks')
  }

  /** Time alone opens an episode (I8), ends it or raises its level (I5). */
  onTimer(): void {
    if (this.#awaitedDay <= this.#listener.watermarkDay) {
      const from = this.#awaitedDay
      this.#awaitedDay = never
      this.#rebuildEpisodes(from)
      return
    }
    if (this.#timerDay > this.#now) return
    this.#timerDay = never
    const last = this.episodes.at(-1)
    const index = this.#states.length - 1
    if (last?.endDay !== never) return
    const day = this.#states.days[index] ?? 0
    const end = this.#findEndDay(last.state, this.#getLastClosedDay(this.#findNextDay(day)))
    const until = Math.max(this.#now, day)
    if (end !== 0 || this.#findLevel(last.state, until) !== last.level)
      this.#reportEpisode(last, last.state, end === 0 ? never : end, day)
    else this.#scheduleTimer(this.#computeTimerDay(last.state, until)) // I5
  }

  /**
   * The measure of the scope on the last day, and the rows that it counts; null while an episode is
   * open, or if the rule measures no idle scope.
   */
  assess(): { readonly measure: Measure; readonly rows: readonly number[] } | null {
    const { rule } = this
    if (rule.assess === undefined || this.episodes.at(-1)?.endDay === never) return null
    const measure = rule.assess(this.#placeView(this.#now))
    const view = this.#placeView(this.#now)
    return { measure, rows: view.listOverlapping(view.day - (rule.assessDays ?? 0) + 1, view.day) }
  }

  get isEmpty(): boolean {
    return this.#states.length === 0 && this.episodes.length === 0
  }

  /**
   * Removes what can no longer change. The last state before the day is closed up to it first: to
   * close its days later would need incidents that are removed by then.
   */
  evictBefore(day: number): void {
    const { rule } = this
    const states = this.#states
    const index = states.findIndex(day) - 1
    if (rule.returnsToEnd !== undefined) {
      const count = index + 1 - rule.returnsToEnd
      if (count > 0) states.replace(0, count, [], [])
    } else if (index >= 0) {
      const state = states.copyState(index)
      if (state[openedDay] !== 0 && this.#findEndDay(state, day - 1) !== 0)
        clearEnded(state, rule.lastingSlots)
      if (isBlank(state)) states.replace(0, index + 1, [], [])
      else states.replace(0, index + 1, [states.days[index]!], state)
    }
    this.#evictEpisodes(day)
  }

  #evictEpisodes(day: number): void {
    let count = 0
    while (count < this.episodes.length && this.episodes[count]!.endDay < day) count += 1
    for (const episode of this.episodes.splice(0, count)) this.#listener.onEvicted(episode)
  }

  /** The states before a day: a restored track goes on from them. */
  exportCheckpoint(day: number): readonly [days: readonly number[], numbers: readonly number[]] {
    return this.#states.exportBefore(day)
  }

  loadCheckpoint(days: readonly number[], numbers: readonly number[]): void {
    this.#states.replace(0, this.#states.length, days, numbers)
  }

  /** After a restore: folds the days from the cut-off on. (I7) */
  foldFromCheckpoint(): void {
    const { cutOffDay } = this.#listener
    this.#markClean()
    const index = this.#states.length
    this.#fold(index, cutOffDay, never)
    this.#states.replace(index, index, foldedDays, foldedNumbers)
    this.#rebuildEpisodes(0)
    this.#evictEpisodes(cutOffDay)
  }

  /** Folds all days of a track that has folded none: its rule is new. */
  foldAll(): void {
    this.#markClean()
    this.#fold(0, 0, never)
    this.#states.replace(0, 0, foldedDays, foldedNumbers)
    this.#rebuildEpisodes(0)
    this.evictBefore(this.#listener.cutOffDay)
  }

  /** Its rule is gone: a timer that is set has no effect. Returns its episodes. */
  clear(): readonly Episode[] {
    this.#states.replace(0, this.#states.length, [], [])
    this.#timerDay = never
    this.#awaitedDay = never
    return this.episodes.splice(0)
  }

  #placeView(day: number): DayView {
    this.#view.scope = this.scope
    this.#view.day = day
    return this.#view
  }
}

/** Clears the state of an episode that has ended, except the slots that outlast it. */
function clearEnded(state: State, [first, count]: DayRule['lastingSlots'] = [0, 0]): void {
  state.fill(0, 0, first)
  state.fill(0, first + count)
}
