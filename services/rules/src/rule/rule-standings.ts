// Status of each rule in the theatres that this instance folds: predicate failures, and baselines
// that are too short. Incidents that a reader may not see do not affect what the reader is told.

import { bothFailures, failuresSeen, noFailures } from '@tocsin/domain/predicate/predicate-failures'
import { mayReadTheatre } from '@tocsin/service-kit/access/principal'
import type { RulesEngine } from '../partition/rules-engine.ts'
import type { SeenStanding } from './fold-answers.ts'
import type { RuleStandings } from './standings.ts'

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
