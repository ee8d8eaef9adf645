// The patterns that rules can name. To add one: its folder here, and its line in `catalogue`.

import type { AnyCompoundPattern } from '../detection/compound.ts'
import type { AnyPattern } from '../detection/pattern.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import { wideningArc } from './arc/widening-arc.ts'
import { absence } from './blocks/absence.ts'
import { allOf } from './blocks/all-of.ts'
import { count } from './blocks/count.ts'
import { distinctCount } from './blocks/distinct-count.ts'
import { sequence } from './blocks/sequence.ts'
import { sum } from './blocks/sum.ts'
import { repeatVictimisation } from './civilians/repeat-victimisation.ts'
import { compoundCrisis } from './compound/compound-crisis.ts'
import { overFindings } from './compound/over-findings.ts'
import { reportingBlackout } from './compound/reporting-blackout.ts'
import { retaliationWatch } from './compound/retaliation-watch.ts'
import { thirdPartyConvergence } from './convergence/third-party-convergence.ts'
import { coordinatedAttack } from './coordinated/coordinated-attack.ts'
import { cumulativeDeaths } from './deaths/cumulative-deaths.ts'
import { massCasualty } from './deaths/mass-casualty.ts'
import { newActor } from './first-seen/new-actor.ts'
import { newTactic } from './first-seen/new-tactic.ts'
import { front } from './front/front.ts'
import { nearRepeat } from './near-repeat/near-repeat.ts'
import { abductionToKilling } from './people/abduction-to-killing.ts'
import { rareCount } from './rare-count/rare-count.ts'
import { surge } from './rates/surge.ts'
import { sustainedThreat } from './rates/sustained-threat.ts'
import { siege } from './siege/siege.ts'
import { supplyLineInterdiction } from './supply/supply-line-interdiction.ts'
import { territoryLost } from './territory/territory-lost.ts'

/** Level 0 and level 1 in the order in which documents list them. */
const catalogue = [
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
  territoryLost,
  reportingBlackout,
  compoundCrisis,
  retaliationWatch
] as unknown as readonly (AnyPattern | AnyCompoundPattern)[]

/**
 * Patterns that run only where a rule of a pack asks for them: surge and sustained threat see much
 * of the same.
 */
const onRequest: ReadonlySet<string> = new Set([rareCount.id])

/** The names of all patterns but the building blocks, in the order of documents. */
export const cataloguedPatterns: readonly string[] = catalogue.map(({ id }) => id)

/** Building blocks for rule authors: of no use until a rule says what they look for. */
export const blocks = [
  count,
  distinctCount,
  sum,
  sequence,
  allOf,
  absence
] as unknown as readonly AnyPattern[]

const isOfIncidents = (pattern: AnyPattern | AnyCompoundPattern): pattern is AnyPattern =>
  'step' in pattern || 'machine' in pattern
const ofIncidents = catalogue.filter(isOfIncidents)
const ofFindings = catalogue.filter(
  (pattern): pattern is AnyCompoundPattern => !isOfIncidents(pattern)
)

/** Level 0: patterns over incidents, by name. */
export const patterns: ReadonlyMap<string, AnyPattern> = new Map(
  [...ofIncidents, ...blocks].map(pattern => [pattern.id, pattern])
)

/** Level 1: patterns over findings, by name; the building blocks run over findings too. */
export const compoundPatterns: ReadonlyMap<string, AnyCompoundPattern> = new Map(
  [...ofFindings, ...blocks.map(block => overFindings(block, isLevel1))].map(pattern => [
    pattern.id,
    pattern
  ])
)

function isLevel1(name: string): boolean {
  return compoundPatterns.has(name)
}

/** The level-0 rules that a theatre starts with: patterns with their defaults. */
export const defaultRules: readonly RuleVersion[] = ofIncidents
  .filter(({ id }) => !onRequest.has(id))
  .map(ruleOf)

/** The level-1 rules that it starts with. */
export const defaultCompoundRules: readonly RuleVersion[] = ofFindings.map(ruleOf)

function ruleOf({ id }: Pick<AnyPattern, 'id'>): RuleVersion {
  return { ruleId: id, ruleVersion: 1, pattern: id, parameters: {} }
}
