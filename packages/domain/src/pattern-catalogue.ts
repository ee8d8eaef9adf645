// The patterns that rules can name. To add one: a file under patterns/, and its line here.

import type { AnyPattern } from './pattern.ts'
import { abductionToKilling } from './patterns/abduction-to-killing.ts'
import { absence } from './patterns/blocks/absence.ts'
import { allOf } from './patterns/blocks/all-of.ts'
import { count } from './patterns/blocks/count.ts'
import { distinctCount } from './patterns/blocks/distinct-count.ts'
import { sequence } from './patterns/blocks/sequence.ts'
import { sum } from './patterns/blocks/sum.ts'
import { coordinatedAttack } from './patterns/coordinated-attack.ts'
import { cumulativeDeaths } from './patterns/cumulative-deaths.ts'
import { front } from './patterns/front.ts'
import { massCasualty } from './patterns/mass-casualty.ts'
import { nearRepeat } from './patterns/near-repeat.ts'
import { newActor } from './patterns/new-actor.ts'
import { newTactic } from './patterns/new-tactic.ts'
import { repeatVictimisation } from './patterns/repeat-victimisation.ts'
import { siege } from './patterns/siege.ts'
import { supplyLineInterdiction } from './patterns/supply-line-interdiction.ts'
import { surge } from './patterns/surge.ts'
import { sustainedThreat } from './patterns/sustained-threat.ts'
import { territoryLost } from './patterns/territory-lost.ts'
import { thirdPartyConvergence } from './patterns/third-party-convergence.ts'
import { wideningArc } from './patterns/widening-arc.ts'
import type { RuleVersion } from './theatre-record.ts'

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
