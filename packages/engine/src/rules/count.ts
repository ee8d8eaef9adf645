// Building block: a number of incidents in a window. The rule's `where` selects the incidents.

import { findGroupFaults, groupByParameter, nameGroup } from './block-groups.ts'
import {
  type BlockParameters,
  findThresholdFaults,
  makeBlockRule,
  thresholdParameters
} from './block-law.ts'
import { findWindowFaults, listWindowDays, nameWindow, windowParameters } from './block-windows.ts'
import { type AnyRuleDefinition, defineRule, type TextsByLanguage } from './definition.ts'
import { expectEnded, expectOpen, makeExample } from './examples.ts'
import { comesBackWithItsSettlement, eachOfLevels, fallsBelowLeave } from './handbook.ts'
import { reachParameter } from './regions.ts'

const inMarch = (day: number, category: 'attack' | 'looting' | 'ambush' = 'attack') => ({
  at: `2025-03-${String(day).padStart(2, '0')}`,
  category
})

function makeTexts(parameters: BlockParameters): TextsByLanguage {
  const group = nameGroup(parameters.groupBy)
  const within = nameWindow(parameters, 'en')
  const en = `{value} {value:incident|incidents} ${within}`
  const dans = nameWindow(parameters, 'fr')
  const fr = `{value} {value:incident|incidents} ${dans}`
  return {
    en: {
      headline: `${group}: ${en}`,
      why: `${en}. Threshold: {threshold}.`,
      ends: fallsBelowLeave.en,
      measure: `incidents ${within}`
    },
    fr: {
      headline: `${group} : ${fr}`,
      why: `${fr}. Seuil : {threshold}.`,
      ends: fallsBelowLeave.fr,
      measure: `incidents ${dans}`
    }
  }
}

export const count: AnyRuleDefinition = defineRule<BlockParameters>({
  id: 'count',
  handbook: {
    says: 'A number of incidents within a window, per group.',
    levels: eachOfLevels,
    ends: fallsBelowLeave.handbook,
    comesBack: comesBackWithItsSettlement
  },
  parameters: {
    groupBy: groupByParameter,
    reachKm: reachParameter,
    ...windowParameters,
    ...thresholdParameters
  },
  examples: [
    makeExample(
      'three incidents within two weeks raise it, and it stays open while the window contains them',
      [
        { ...inMarch(1), settlement: 'Dioura', admin1: 'ML-5' },
        { ...inMarch(5, 'looting'), settlement: 'Tenenkou', admin1: 'ML-5' },
        { ...inMarch(9, 'ambush'), settlement: 'Boulkessi', admin1: 'ML-5' }
      ],
      '2025-03-10',
      expectOpen({ theatre: 'all' })
    ),
    makeExample(
      'it ends when the first of three is more than two weeks old',
      [inMarch(1), inMarch(5, 'looting'), inMarch(9, 'ambush')],
      '2025-03-16',
      expectEnded({ theatre: 'all' })
    ),
    makeExample(
      'three incidents two weeks apart are not enough',
      [inMarch(1), inMarch(16), inMarch(31)],
      '2025-04-01'
    )
  ],
  texts: makeTexts,
  looksBack: listWindowDays,
  faultsOf: parameters => [
    ...findGroupFaults(parameters),
    ...findWindowFaults(parameters),
    ...findThresholdFaults(parameters)
  ],
  make: (parameters, base) =>
    makeBlockRule(base, parameters, () => {
      let value = 0
      return () => ++value
    })
})
