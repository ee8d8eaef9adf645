// All rule definitions, in the order of the catalogue.

import { abductionToKilling } from './abduction-to-killing.ts'
import { absence } from './absence.ts'
import { allOf } from './all-of.ts'
import { cluster } from './cluster.ts'
import { compoundCrisis } from './compound-crisis.ts'
import { coordinatedAttack } from './coordinated-attack.ts'
import { count } from './count.ts'
import { cumulativeDeaths } from './cumulative-deaths.ts'
import type { AnyRuleDefinition } from './definition.ts'
import { distinctCount } from './distinct-count.ts'
import { front } from './front.ts'
import { massCasualty } from './mass-casualty.ts'
import { nearRepeat } from './near-repeat.ts'
import { newActor } from './new-actor.ts'
import { newTactic } from './new-tactic.ts'
import { makeFindingsDefinition } from './over-findings.ts'
import { rareCount } from './rare-count.ts'
import { repeatVictimisation } from './repeat-victimisation.ts'
import { reportingBlackout } from './reporting-blackout.ts'
import { retaliationWatch } from './retaliation-watch.ts'
import { sequence } from './sequence.ts'
import { siege } from './siege.ts'
import { sum } from './sum.ts'
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
  cluster,
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
  reportingBlackout,
  retaliationWatch,
  territoryLost,
  compoundCrisis
]

/** The patterns without the building blocks, in the order of documents. */
export const cataloguedPatterns: readonly string[] = definitions.map(({ id }) => id)

/** Building blocks for rule authors: a rule states what they look for. */
export const blockDefinitions: readonly AnyRuleDefinition[] = [
  count,
  distinctCount,
  sum,
  sequence,
  allOf,
  absence
]

/** Patterns that read findings of others: a rule over findings never reads theirs. */
const level1 = new Set([
  'compound-crisis',
  'reporting-blackout',
  'retaliation-watch',
  ...blockDefinitions.map(({ id }) => `findings-${id}`)
])

function isLevel1(pattern: string): boolean {
  return level1.has(pattern)
}

const findingsDefinitions = blockDefinitions.map(block => makeFindingsDefinition(block, isLevel1))

export const ruleDefinitions: ReadonlyMap<string, AnyRuleDefinition> = new Map(
  [...definitions, ...blockDefinitions, ...findingsDefinitions].map(definition => [
    definition.id,
    definition
  ])
)
