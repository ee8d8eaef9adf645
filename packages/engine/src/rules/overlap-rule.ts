// Interface of an overlap rule (level 1): it reads findings of other rules as intervals of days in
// an area, and finds where two kinds of them overlap. The executor is fold/overlaps.ts.

import type { RuleBase } from './rule-base.ts'

export interface OverlapRule extends RuleBase {
  /** Two sets of rule ids: an overlap needs a finding of each. */
  readonly isolationRules: ReadonlySet<string>
  readonly violenceRules: ReadonlySet<string>
  /** Days for which a finding of violence still counts after its end. */
  readonly graceDays: number
  /** Kinds of finding at once from which the level rises. */
  readonly escalationKinds: number
}
