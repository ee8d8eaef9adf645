// Interface of a block over findings (level 1). The executor is theatre/finding-fold.ts.

import type { DayRule } from './rule.ts'
import type { RuleBase } from './rule-base.ts'

export interface FindingsRule extends RuleBase {
  /** Patterns or rules whose findings count; if empty, all of level 0. */
  readonly readsFindingsOf: readonly string[]
  /** The block itself, over findings as incidents. */
  readonly block: DayRule
}
