// A finding: what a rule sees in the incidents of a theatre. There are three kinds: an episode of a
// day rule, a cluster of a cluster rule, an overlap of an overlap rule. An alert publishes one
// finding.

import { never } from '../data/time.ts'
import type { RuleBase } from './rule-base.ts'

/** Names the subject of a finding for people: `{ admin1: 'ML-4' }`. Empty: its incidents name it. */
export type Group = Readonly<Record<string, string>>

/** What a rule measured, at the last trigger. */
export interface Measure {
  readonly value: number
  readonly threshold: number
  /** The usual value; null without a baseline. */
  readonly baseline: number | null
}

/**
 * Further numbers and texts of an alert by name, for its words. A name that ends in `Day` is a day,
 * in `Years` a span of time, in `Area` a first-level area, in `Countries` codes of countries.
 * `sinceDay`: the situation began before the entry, on this day.
 */
export type Facts = Readonly<Record<string, number | string>>

export type Certainty = 'observed' | 'likely' | 'possible'

/** What rules need to know about the alert of a finding. */
export interface AlertLink {
  readonly id: string
  /** Order of creation in the theatre: the lower one is older. */
  readonly seq: number
}

export interface Finding {
  readonly rule: RuleBase
  startDay: number
  /** `never` while it is open. */
  endDay: number
  /** 1 or higher: the number of `listLevelDays` that have come. */
  level: number
  /** The level that decides the severity. Left out: `level`. */
  readonly severityLevel?: number
  alert: AlertLink | null
  readonly group: Group
  readonly isDrill: boolean
  /** The value of `measure`, where that alone is cheaper. */
  getValue(): number
  measure(): Measure
  listFacts(): Facts
  /** Null: the certainty of its triggers. */
  computeCertainty(): Certainty | null
  /** The day on which each level was reached, level 1 first. */
  listLevelDays(): readonly number[]
  /** Rows of the incidents that caused it, each once. */
  listTriggers(): readonly number[]
}

export interface Timer {
  onTimer(): void
}

/** Receives the changes of findings. The engine of a theatre implements it. */
export interface FindingListener {
  /** Day of the last clock tick. */
  readonly today: number
  /** Day up to which all reports are assumed to have arrived. 0: no source is live yet. */
  readonly watermarkDay: number
  /** Incidents and states of earlier days can no longer change. */
  readonly cutOffDay: number
  /** Before the cut-off: the first day that is folded again nevertheless. */
  readonly redactedDay?: number | null
  /** First day on which anything occurred. */
  readonly earliestDay: number
  onChanged(finding: Finding): void
  onVanished(finding: Finding): void
  /** The finding ended before the retained days, so it can no longer change. */
  onEvicted(finding: Finding): void
  /** `into` has the incidents of `from` now. */
  onMerged(from: Finding, into: Finding): void
  /** Calls the timer when the rule's clock reaches the day. */
  scheduleTimer(timer: Timer, day: number, clock: RuleClock): void
}

/**
 * `ticks`: windows close and ages are reached by ticks. `watermark`: for absences, which count only
 * once all live sources have reported later.
 */
export type RuleClock = 'ticks' | 'watermark'

/** True for what is over, of a rule that does not publish that: it gets no alert then. */
export function isOldNews({ rule, endDay }: Finding): boolean {
  return rule.isNewsWhileOpen === true && endDay !== never
}

/**
 * Which of the rule's texts names each level after the first, in order of their days: `2 0`. Null if
 * they come in the order of the texts.
 */
export function nameLevelKinds(days: readonly number[], count: number): string | null {
  const kinds = days.flatMap((day, kind) => (day === 0 ? [] : [kind]))
  kinds.sort((a, b) => days[a]! - days[b]! || a - b)
  const reached = kinds.slice(0, count)
  return reached.every((kind, i) => kind === i) ? null : reached.join(' ')
}
