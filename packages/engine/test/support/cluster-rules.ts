// All cluster rules, for tests.

import { abductionToKilling } from '../../src/rules/abduction-to-killing.ts'
import type { ClusterRule } from '../../src/rules/cluster-rule.ts'
import type { AnyRuleDefinition } from '../../src/rules/definition.ts'
import { front } from '../../src/rules/front.ts'
import { massCasualty } from '../../src/rules/mass-casualty.ts'
import { nearRepeat } from '../../src/rules/near-repeat.ts'
import { refineRule } from '../../src/rules/refine.ts'
import { repeatVictimisation } from '../../src/rules/repeat-victimisation.ts'

export const definitions = [
  front,
  nearRepeat,
  repeatVictimisation,
  massCasualty,
  abductionToKilling
]

/** The rules with their defaults, and some with what random courses seldom reach. */
export function makeRules(): ClusterRule[] {
  return [
    ...definitions.map(definition => makeRule(definition, {})),
    makeRule(front, { epsilonKm: 9, epsilonDays: 9, hotRate: 100 }, 'front-thin'),
    makeRule(front, { epsilonKm: 5, epsilonDays: 20, minPoints: 4, hotRate: 100 }, 'front-long'),
    makeRule(front, { hotRate: 0.1, minPointsHot: 5, epsilonDays: 5 }, 'front-hot'),
    makeRule(nearRepeat, { hotRate: 0.2, longestDays: 30, quietDays: 20 }, 'repeat-hot'),
    makeRule(repeatVictimisation, { settlementsMin: 3, incidentsMin: 4 }, 'harm-three'),
    makeRule(abductionToKilling, { proofOfLifeDays: 20 }, 'abduction-proof'),
    refineRule(makeRule(nearRepeat, {}, 'repeat-by-actor'), {
      where: 'deaths.high == null || deaths.high < 40',
      groupBy: ['actor']
    }) as ClusterRule
  ]
}

export function makeRule(
  { id, parameters, make }: AnyRuleDefinition,
  changes: object,
  as = id
): ClusterRule {
  const defaults = Object.entries(parameters).map(([name, one]) => [name, one.default])
  return make(
    { ...Object.fromEntries(defaults), ...changes },
    { id: as, pattern: id }
  ) as ClusterRule
}
