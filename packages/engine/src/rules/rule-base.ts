// What the rules of all kinds have in common.

import type { Incidents } from '../data/incidents.ts'
import type { PredicateFailures } from './predicate.ts'

/** Requirements on one place; all that are given must hold. */
export interface PlaceNeed {
  /** Coordinates precise to this many kilometres. */
  readonly withinKm?: number
  readonly settlement?: true
  /** A certain first-level area. */
  readonly area?: true
}

/** What `make` of a definition spreads into the rule. */
export interface RuleName {
  /** Id of the rule in its pack. */
  readonly id: string
  /** Id of its definition, such as `surge`. */
  readonly pattern: string
}

/** What every rule states, whichever way it computes. */
export interface RuleBase extends RuleName {
  /**
   * A finding of the same group that begins within so many days of the end of the last one reopens
   * its alert. For a settlement or a hub.
   */
  readonly identityDays?: number
  /**
   * Days of the theatre's own past before an entry. Until the theatre has them the rule is warming:
   * its findings are not published.
   */
  readonly warmUpDays?: number
  /** Counts evaluations of its predicates that failed. Left out: it has none. */
  readonly failures?: PredicateFailures
  /**
   * What a place of an incident must be known to for the rule to see the incident: one of these. None
   * if the rule does not look at it, or needs no place. For people only.
   */
  readonly listPlaceNeeds?: (incidents: Incidents, row: number) => readonly PlaceNeed[]
  /** True if silence does not end it: while open it is news, even with old triggers. */
  readonly outlastsSilence?: boolean
  /** True if it is no news once it is over: what is over when it is found is not published. */
  readonly isNewsWhileOpen?: boolean
}
