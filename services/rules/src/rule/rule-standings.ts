// Status of each rule in the theatres that this instance folds: predicate failures, and baselines
// that are too short. Incidents that a reader may not see do not affect what the reader is told.

import {
  bothFailures,
  failuresSeen,
  noFailures,
  type PredicateFailures
} from '@tocsin/domain/predicate/predicate-failures'
import { mayReadTheatre, type Principal } from '@tocsin/service-kit/access/principal'
import type { RulesEngine } from '../partition/rules-engine.ts'

export interface RuleStandings {
  /** Status of these rules. */
  readonly seenBy: (
    principal: Pick<Principal, 'theatres' | 'handling'>,
    ruleIds: readonly string[]
  ) => SeenStandings
  /** Failures by rule. */
  readonly failures: () => ReadonlyMap<string, number>
}

/** By rule, from the theatres and incidents that one reader may see. Plain data. */
export type SeenStandings = ReadonlyMap<string, SeenStanding>

export interface SeenStanding {
  /** Since this instance loaded the theatres. */
  readonly failing: Pick<PredicateFailures, 'count' | 'lastMessage'>
  /** Theatres whose past is too short for the rule's baseline. */
  readonly warming: readonly string[]
}

export function ruleStandings(engine: () => RulesEngine): RuleStandings {
  return {
    seenBy(principal, ruleIds) {
      const folds = engine().owners.flatMap(({ fold }) =>
        fold !== null && mayReadTheatre(principal, fold.id) ? [fold] : []
      )
      const warming = folds.map(fold => ({
        theatre: fold.id,
        rules: fold.warmingRules(principal.handling)
      }))
      const standingOf = (ruleId: string): SeenStanding => {
        const all = folds.map(fold => fold.ruleStanding(ruleId)?.failures ?? noFailures)
        const { count, lastMessage } = failuresSeen(
          all.reduce(bothFailures, noFailures),
          principal.handling
        )
        const theatres = warming.flatMap(({ theatre, rules }) =>
          rules.has(ruleId) ? [theatre] : []
        )
        return { failing: { count, lastMessage }, warming: theatres }
      }
      return new Map(ruleIds.map(ruleId => [ruleId, standingOf(ruleId)]))
    },
    failures() {
      const counts = new Map<string, number>()
      for (const { fold } of engine().owners) {
        if (fold === null) continue
        for (const { ruleId } of fold.rules)
          counts.set(
            ruleId,
            (counts.get(ruleId) ?? 0) + (fold.ruleStanding(ruleId)?.failures.count ?? 0)
          )
      }
      return new Map([...counts].filter(([, count]) => count > 0))
    }
  }
}
