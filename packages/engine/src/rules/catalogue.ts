// All rule definitions, in the order of the catalogue.

import { abductionToKilling } from './abduction-to-killing.ts'
import { coordinatedAttack } from './coordinated-attack.ts'
import { cumulativeDeaths } from './cumulative-deaths.ts'
import type { AnyRuleDefinition } from './definition.ts'
import { front } from './front.ts'
import { massCasualty } from './mass-casualty.ts'
import { nearRepeat } from './near-repeat.ts'
import { newActor } from './new-actor.ts'
import { newTactic } from './new-tactic.ts'
import { rareCount } from './rare-count.ts'
import { repeatVictimisation } from './repeat-victimisation.ts'
import { siege } from './siege.ts'
import { supplyLineInterdiction } from './supply-line-interdiction.ts'
import { surge } from './surge.ts'
import { sustainedThreat } from './sustained-threat.ts'
import { territoryLost } from './territory-lost.ts'
import { thirdPartyConvergence } from './third-party-convergence.ts'
import { wideningArc } from './widening-arc.ts'

const definitions: readonly AnyRuleDefinition[] = [
  surge,
  sustainedThreat,
  rareCount,
  front,
  nearRepeat,
  repeatVictimisation,
  wideningArc,
  siege,
  supplyLineInterdiction,
  abductionToKilling,
  massCasualty,
  cumulativeDeaths,
  coordinatedAttack,
  newActor,
  newTactic,
  thirdPartyConvergence,
  territoryLost
]

export const ruleDefinitions: ReadonlyMap<string, AnyRuleDefinition> = new Map(
  definitions.map(definition => [definition.id, definition])
)
