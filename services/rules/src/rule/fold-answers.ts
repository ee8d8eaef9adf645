// Questions about rules that only the folds can answer: status, near misses, previews. Everything
// passed is plain data, so that the folds may run in a thread other than the routes'.

import type { Principal } from '@tocsin/auth/access/principal'
import type { NearMiss } from '@tocsin/engine/theatre/near-misses'
import type { PreviewBase } from '@tocsin/engine/theatre/preview'
import type { RuleAsk } from './rule-operations.ts'

export interface FoldAnswers {
  /** Status of these rules, where the principal may see it. */
  standings(principal: Principal, ruleIds: readonly string[]): Promise<SeenStandings>
  /** Rejects with a ProblemError as `preview` does. `isGone`: the client has disconnected. */
  near(principal: Principal, ruleId: string, isGone: () => boolean): Promise<NearAnswer>
  /** Rejects with a ProblemError: see rule-previews.ts. */
  preview(principal: Principal, body: PreviewBody, isGone: () => boolean): Promise<PreviewAnswer>
  /** How far the preview that this principal waits for is; null if there is none. */
  previewing(principal: Principal): Promise<PreviewProgress | null>
}

/** By rule, from the theatres and incidents that one reader may see. */
export type SeenStandings = ReadonlyMap<string, SeenStanding>

export interface SeenStanding {
  /** Since this instance loaded the theatres. */
  readonly failing: FailureCount
  /** Theatres with too short a past for the rule's baseline. */
  readonly warming: readonly string[]
}

/** Evaluations of predicates that failed. */
export interface FailureCount {
  readonly count: number
  readonly lastMessage: string | null
}

export interface PreviewBody {
  readonly rules: readonly (Partial<RuleAsk> & { readonly id: string })[]
  readonly theatres?: readonly string[]
  /** Default: `in-force`. */
  readonly against?: PreviewBase
}

/** Near misses of the theatres folded here, the nearest first. */
export interface NearAnswer {
  readonly items: readonly TheatreNearMiss[]
  readonly next: null
  /** False if the pattern of the rule cannot report near misses. */
  readonly canSay: boolean
}

export interface TheatreNearMiss extends NearMiss {
  readonly theatre: string
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
