// Questions about rules that only the folds can answer: status, near misses, previews. Everything
// passed is plain data, so that the folds may run in a thread other than the routes'.

import type { NearMiss } from '@tocsin/domain/detection/near-miss'
import type { PreviewBase } from '@tocsin/domain/rule/rule-preview'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { RuleAsk } from './rule-operations.ts'
import type { SeenStandings } from './rule-standings.ts'

export interface FoldAnswers {
  /** Status of these rules, as far as the principal may see it. */
  standings(principal: Principal, ruleIds: readonly string[]): Promise<SeenStandings>
  /** Rejects with a ProblemError as `preview` does. `isGone`: the client has disconnected. */
  near(principal: Principal, ruleId: string, isGone: () => boolean): Promise<NearAnswer>
  /** Rejects with a ProblemError: see preview-operations.ts. */
  preview(principal: Principal, body: PreviewBody, isGone: () => boolean): Promise<PreviewAnswer>
  /** How far the preview that this principal waits for is; null if there is none. */
  previewing(principal: Principal): Promise<PreviewProgress | null>
}

export interface PreviewBody {
  readonly rules: readonly (Partial<RuleAsk> & { readonly id: string })[]
  readonly theatres?: readonly string[]
  /** Default: `in-force`. */
  readonly against?: PreviewBase
}

/** Near misses of the theatres folded here, the nearest first. */
export interface NearAnswer {
  readonly items: readonly ShownNearMiss[]
  readonly next: null
  /** False if the pattern of the rule cannot report near misses. */
  readonly canSay: boolean
}

export interface ShownNearMiss {
  readonly theatre: string
  readonly group: NearMiss['group']
  readonly measure: NearMiss['measure']
  readonly lacks: NearMiss['lacks']
  /** Left out if it is no exercise. */
  readonly drill?: true
  /** How many there are. */
  readonly incidents: number
  /** ISO 8601. */
  readonly lastAt: string
}

export interface PreviewAnswer {
  /** The differences, by theatre. */
  readonly theatres: readonly object[]
  /** Theatres that are not folded here. */
  readonly elsewhere: readonly string[]
  readonly complete: boolean
}

/** Of the theatres that are folded here, from 0 to 1 each. */
export interface PreviewProgress {
  /** ISO 8601. */
  readonly startedAt: string
  readonly theatres: readonly { readonly theatre: string; readonly share: number }[]
}
