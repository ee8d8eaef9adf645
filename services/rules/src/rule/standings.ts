// Status of each rule in the theatres that this instance folds: predicate failures, and baselines
// that are too short. A reader gets that of the fold that it reads.

import { isClearedForAll, mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import type { RuleBase } from '@tocsin/engine/rules/rule-base'
import type { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import { listWarmingRules } from '@tocsin/engine/theatre/warming-rules'
import type { RulesEngine } from '../partition/rules-engine.ts'
import type { FailureCount, SeenStandings } from './fold-answers.ts'

export interface RuleStandings {
  /** Status of these rules. */
  readonly seenBy: (principal: Principal, ruleIds: readonly string[]) => SeenStandings
  /** Failures by rule. */
  readonly failures: () => ReadonlyMap<string, number>
}

const noFailures: FailureCount = { count: 0, lastMessage: null }

export function addFailures(a: FailureCount, b: FailureCount): FailureCount {
  return { count: a.count + b.count, lastMessage: b.lastMessage ?? a.lastMessage }
}

export function makeStandings(getEngine: () => RulesEngine): RuleStandings {
  return {
    seenBy(principal, ruleIds) {
      const { handling } = principal
      const seen = getEngine().owners.flatMap(({ theatre, engine }) =>
        engine !== null && mayReadTheatre(principal, theatre) ? [{ theatre, engine }] : []
      )
      const warming = seen.map(({ theatre, engine }) => {
        return { theatre, ids: new Set(listWarmingRules(engine.getFold(handling).engine)) }
      })
      // All folds of a theatre count together: any count would reveal hidden reports.
      const counted = isClearedForAll(principal) ? seen : []
      return new Map(
        ruleIds.map(ruleId => {
          const failures = counted.map(({ engine }) => readFailures(engine, ruleId))
          const theatres = warming.flatMap(({ theatre, ids }) => (ids.has(ruleId) ? [theatre] : []))
          return [
            ruleId,
            { failing: failures.reduce(addFailures, noFailures), warming: theatres }
          ] as const
        })
      )
    },
    failures() {
      const counts = new Map<string, number>()
      for (const { engine } of getEngine().owners)
        for (const { id, failures } of engine === null ? [] : listRules(engine))
          if (failures !== undefined && failures.count > 0)
            counts.set(id, (counts.get(id) ?? 0) + failures.count)
      return counts
    }
  }
}

/** Evaluations that failed since this instance loaded the theatre. */
function readFailures(engine: TheatreEngine, ruleId: string): FailureCount {
  const rule = listRules(engine).find(({ id }) => id === ruleId)
  const { count, lastMessage } = rule?.failures ?? noFailures
  return { count, lastMessage }
}

/** All folds have the same rules. */
function listRules(engine: TheatreEngine): readonly RuleBase[] {
  const { rules } = engine.getFold('restricted').engine
  return Array.from(rules.byId.values(), ({ rule }) => rule)
}
