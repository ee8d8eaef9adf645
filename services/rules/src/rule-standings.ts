// How each rule fares in the theatres that this instance folds: where its predicates gave no answer, and where it has not enough past yet.

import type { PredicateFailures } from '@tocsin/domain/incident-predicate'
import type { RulesEngine } from './rules-engine.ts'

/** Whether a reader may know of a theatre. */
export type Sees = (theatre: string) => boolean
const all: Sees = () => true

export interface RuleStandings {
  /** Since the theatres were taken up; of those that `sees` lets through. */
  failing(ruleId: string, sees: Sees): PredicateFailures
  /** Theatres in which nothing that happens now could enter, of those that `sees` lets through. */
  warming(ruleId: string, sees: Sees): readonly string[]
  /** Failures by rule. */
  failures(): ReadonlyMap<string, number>
}

export function ruleStandings(engine: () => RulesEngine): RuleStandings {
  const standing = (ruleId: string, sees: Sees) =>
    engine().owners.flatMap(({ fold }) => {
      const one = sees(fold.id) ? fold.ruleStanding(ruleId) : null
      return one === null ? [] : [{ theatre: fold.id, ...one }]
    })
  const failing = (ruleId: string, sees: Sees): PredicateFailures => {
    const told = standing(ruleId, sees).map(one => one.failures)
    return {
      count: told.reduce((sum, { count }) => sum + count, 0),
      lastMessage: told.findLast(({ lastMessage }) => lastMessage !== null)?.lastMessage ?? null
    }
  }
  return {
    failing,
    warming: (ruleId, sees) => standing(ruleId, sees).flatMap(({ theatre, isWarming }) => (isWarming ? [theatre] : [])),
    failures: () => {
      const ids = new Set(engine().owners.flatMap(({ fold }) => fold.rules.map(rule => rule.ruleId)))
      return new Map([...ids].map(id => [id, failing(id, all).count] as const).filter(([, count]) => count > 0))
    }
  }
}
