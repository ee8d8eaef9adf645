// How each rule fares in the theatres that this instance folds: where its predicate gave no answer, and where it has not enough past yet.

import type { WhereFailures } from '@tocsin/domain/rule-lens'
import type { RulesEngine } from './rules-engine.ts'

export interface RuleStandings {
  /** Since the theatres were taken up. */
  failing(ruleId: string): WhereFailures
  /** Theatres in which nothing that happens now could enter. */
  warming(ruleId: string): readonly string[]
  /** Failures by rule. */
  failures(): ReadonlyMap<string, number>
}

export function ruleStandings(engine: () => RulesEngine): RuleStandings {
  const standing = (ruleId: string) =>
    engine().owners.flatMap(({ fold }) => {
      const one = fold.ruleStanding(ruleId)
      return one === null ? [] : [{ theatre: fold.id, ...one }]
    })
  const failing = (ruleId: string): WhereFailures => {
    const all = standing(ruleId).map(one => one.failures)
    return {
      count: all.reduce((sum, { count }) => sum + count, 0),
      lastMessage: all.findLast(({ lastMessage }) => lastMessage !== null)?.lastMessage ?? null
    }
  }
  return {
    failing,
    warming: ruleId => standing(ruleId).flatMap(({ theatre, isWarming }) => (isWarming ? [theatre] : [])),
    failures: () => {
      const ids = new Set(engine().owners.flatMap(({ fold }) => fold.rules.map(rule => rule.ruleId)))
      return new Map([...ids].map(id => [id, failing(id).count] as const).filter(([, count]) => count > 0))
    }
  }
}
