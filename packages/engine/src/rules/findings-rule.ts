// Interface of a block over findings (level 1): a day rule over findings as incidents. The executor is
// theatre/finding-fold.ts.

import type { DayRule } from './rule.ts'

export interface FindingsRule extends DayRule {
  /** Patterns or rules that it reads; if empty, all of level 0. */
  readonly readsFindingsOf: readonly string[]
}
