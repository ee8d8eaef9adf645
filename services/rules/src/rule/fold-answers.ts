// Questions about rules that only the folds can answer: status, near misses, previews. Everything passed is plain data, so that
// the folds may run in a thread other than the routes'.

import type { Principal } from '@tocsin/service-kit/access/principal'
import type { RuleAsk } from './rule-operations.ts'
import type { SeenStandings } from './rule-standings.ts'

export interface FoldAnswers {
  /** Status of these rules, as far as the principal may see it. */
  standings(principal: Principal, ruleIds: readonly string[]): Promise<SeenStandings>
  /** Rejects with a ProblemError as `preview` does. `isGone`: the client has disconnected. */
  near(principal: Principal, ruleId: string, isGone: () => boolean): Promise<object>
  /** Rejects with a ProblemError: see preview-operations.ts. */
  preview(principal: Principal, body: PreviewBody, isGone: () => boolean): Promise<object>
}

export interface PreviewBody {
  readonly rules: readonly (Partial<RuleAsk> & { readonly id: string })[]
  readonly theatres?: readonly string[]
}
