// Interface of an overlap rule (level 1): it reads findings of other rules as intervals of days in
// the areas that they touch, and finds where some that cut people off coincide with others. The
// executor is fold/overlaps.ts.

import type { DayRule } from './rule.ts'
import type { RuleBase } from './rule-base.ts'

/** A kind of situation: findings of several patterns may be of one kind. */
export interface SituationKind {
  readonly name: string
  /** True if it cuts people off. An overlap needs one that does, and one that does not. */
  readonly cutsOff: boolean
}

export interface OverlapRule extends RuleBase {
  /** The kind of the findings of a pattern; null if the rule does not read them. */
  readonly getKind: (pattern: string) => SituationKind | null
  /** Days from its entry for which a finding counts at least. */
  readonly leastDays: number
  /** Number of concurrent kinds that raises the level. */
  readonly escalationKinds: number
  /** Rules over incidents: only this rule reads their findings. */
  readonly ownRules: readonly DayRule[]
}
