// Interface of a day rule: a state machine over the days of a scope. Its state is a short list of
// numbers. The executor (fold/track.ts) calls it day by day, and folds again from an earlier day
// when a report comes late, is corrected or is withdrawn. A rule needs no code for that.
//
// Two obligations: the order of a day's incidents must not change the result, and triggers must lie
// between the days that the state stores.

import type { DayView, InputScopes } from './day-view.ts'
import type { Family } from './family.ts'
import type { Certainty, Facts, Measure, RuleClock } from './finding.ts'
import type { RuleBase } from './rule-base.ts'

/** Numbers that a rule keeps from day to day in one scope. All 0: no memory. */
export type State = number[]

/** Slot of the day on which the open episode began; 0 if none is open. */
export const openedDay = 0
/** Slot of the last day that `closeDay` has checked. The executor writes it. */
export const checkedDay = 1
/** First slot of the rule's own numbers. */
export const firstSlot = 2

export interface DayRule extends RuleBase {
  readonly family: Family
  /** Length of the state, with the two slots of the executor. */
  readonly stateSize: number
  /** Slots that outlast an episode: the first one and their number. The end clears all others. */
  readonly lastingSlots?: readonly [first: number, count: number]
  /** Days for which `applyDay` can see an earlier incident. A fold that goes again may stop after them. */
  readonly reachDays: number
  /** Default: `ticks`. */
  readonly clock?: RuleClock
  /** Patterns whose episodes it reads by `view.listInputs`. A change of an episode folds it again. */
  readonly inputPatterns?: readonly string[]
  /** Which episodes: in scopes with its own key, which is the default, or in the area of its family. */
  readonly inputScopes?: InputScopes
  /** A cheap test before `applyDay`: false if no episode can open on this day. */
  canOpen?(view: DayView): boolean
  /** Applies a day with incidents. Writes the day to `state[openedDay]` when an episode opens. */
  applyDay(state: State, view: DayView): void
  /** Closes a day of an open episode; true ends the episode. Left out if `getEndDay` is enough. */
  closeDay?(state: State, view: DayView): boolean
  /** Day on which the episode ends unless an incident comes first; `never`: silence does not end it. */
  getEndDay?(state: State): number
  /** A day before which neither time alone ends it nor `closeDay` reaches a level. Saves timers. */
  getEarliestEndDay?(state: State, view: DayView): number
  /**
   * For a rule that opens by time alone, once the watermark has reached the day. The state is one of
   * `applyDay`, as a copy: it writes the day to `state[openedDay]`, `never` if it does not open, and
   * may add numbers. Up to the day before `until` all is known, and the scope has no incident.
   * Returns the day from which it may answer differently, if none comes first.
   */
  confirm?(state: State, view: DayView, until: number): number
  /** For an absence: it ends once so many incidents have come after the day of its state. */
  readonly returnsToEnd?: number
  /** Days on which level 2 and further ones were or will be reached, in any order; 0: not reached. */
  listLevelDays(state: State): readonly number[]
  measure(state: State, view: DayView): Measure
  listFacts?(state: State, view: DayView): Facts
  /** Its own certainty, if its numbers decide it; else that of its triggers. */
  computeCertainty?(state: State, view: DayView): Certainty
  /** Rows of the incidents that caused the episode. */
  listTriggers(state: State, view: DayView): readonly number[]
  /** The measure of a scope without an open episode, at the view's day. For near misses. */
  assess?(view: DayView): Measure
  /** Share of its threshold from which the measure is near. Default: 0.8. */
  readonly nearShare?: number
  /** Days up to the view's whose incidents it assesses. */
  readonly assessDays?: number
}

/** A block over findings (level 1): a day rule over findings as incidents. Folded by theatre/finding-fold.ts. */
export interface FindingsRule extends DayRule {
  /** Patterns or rules that it reads; if empty, all of level 0. */
  readonly readsFindingsOf: readonly string[]
}
