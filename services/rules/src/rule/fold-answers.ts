// What only the folds can answer of rules: how they fare, what nearly fired, what a change would do. All of it is plain data, so that the folds may run in
// another thread than the routes.

import type { Principal } from '@tocsin/service-kit/access/principal'
import type { RuleAsk } from './rule-desk.ts'
import type { SeenStandings } from './rule-standings.ts'

export interface FoldAnswers {
  /** How these rules fare, as far as the principal may see it. */
  standings(principal: Principal, ruleIds: readonly string[]): Promise<SeenStandings>
  /** Rejects with a ProblemError as a preview does. `isGone`: nobody waits any more. */
  near(principal: Principal, ruleId: string, isGone: () => boolean): Promise<object>
  /** Rejects with a ProblemError: see preview-desk.ts. */
  preview(principal: Principal, body: PreviewBody, isGone: () => boolean): Promise<object>
}

export interface PreviewBody {
  readonly rules: readonly (Partial<RuleAsk> & { readonly id: string })[]
  readonly theatres?: readonly string[]
}
