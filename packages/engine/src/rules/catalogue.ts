// All rule definitions, in the order of the catalogue.

import { cumulativeDeaths } from './cumulative-deaths.ts'
import type { AnyRuleDefinition } from './definition.ts'
import { newActor } from './new-actor.ts'
import { newTactic } from './new-tactic.ts'
import { rareCount } from './rare-count.ts'
import { surge } from './surge.ts'
import { sustainedThreat } from './sustained-threat.ts'

export const ruleDefinitions: ReadonlyMap<string, AnyRuleDefinition> = new Map(
  [surge, sustainedThreat, rareCount, cumulativeDeaths, newActor, newTactic].map(definition => [
    definition.id,
    definition
  ])
)
