// The patterns that rules can name. To add one: a file under patterns/, and its line here.

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
import { thirdPartyConvergence } from './convergence/third-party-convergence.ts'
import { coordinatedAttack } from './coordinated/coordinated-attack.ts'
import { cumulativeDeaths } from './deaths/cumulative-deaths.ts'
import { massCasualty } from './deaths/mass-casualty.ts'
import { newActor } from './first-seen/new-actor.ts'
import { newTactic } from './first-seen/new-tactic.ts'
import { front } from './front/front.ts'
import { nearRepeat } from './near-repeat/near-repeat.ts'
import { abductionToKilling } from './people/abduction-to-killing.ts'
import { surge } from './rates/surge.ts'
import { sustainedThreat } from './rates/sustained-threat.ts'
import { siege } from './siege/siege.ts'
import { supplyLineInterdiction } from './supply/supply-line-interdiction.ts'
import { territoryLost } from './territory/territory-lost.ts'

const catalogue = [
  surge,
  sustainedThreat,
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
] as unknown as readonly AnyPattern[]

/** Building blocks for rule authors: of no use until a rule says what they look for. */
export const blocks = [count, distinctCount, sum, sequence, allOf, absence] as unknown as readonly AnyPattern[]

export const patterns: ReadonlyMap<string, AnyPattern> = new Map([...catalogue, ...blocks].map(pattern => [pattern.id, pattern]))

/** The rules that a theatre starts with: every pattern but the building blocks, with its defaults. */
export const defaultRules: readonly RuleVersion[] = catalogue.map(pattern => ({
  ruleId: pattern.id,
  ruleVersion: 1,
  pattern: pattern.id,
  parameters: {}
}))
