// Building block: a number of different areas, settlements, actors and so on in a window.

import type { Incidents } from '../data/incidents.ts'
import { listTacticNames } from '../data/vocabulary.ts'
import {
  findGroupFaults,
  type GroupKey,
  groupByParameter,
  listGroupValues,
  nameGroup,
  blockSource as source
} from './block-groups.ts'
import {
  type BlockParameters,
  findThresholdFaults,
  makeBlockRule,
  thresholdParameters
} from './block-law.ts'
import { findWindowFaults, listWindowDays, nameWindow, windowParameters } from './block-windows.ts'
import {
  type AnyRuleDefinition,
  defineRule,
  type Language,
  type Parameter,
  type ParameterFault,
  type TextsByLanguage
} from './definition.ts'
import { expectOpen, makeExample } from './examples.ts'
import { listCertainAreas } from './families.ts'
import { comesBackWithItsSettlement, eachOfLevels, fallsBelowLeave } from './handbook.ts'
import { reachParameter } from './regions.ts'

interface DistinctCountParameters extends BlockParameters {
  readonly field: string
}

/** What can be counted, with its words for one and for several. */
const fieldWords: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  admin1: { en: '{value:area|areas}', fr: '{value:région|régions}' },
  settlement: { en: '{value:settlement|settlements}', fr: '{value:localité|localités}' },
  country: { en: '{value:country|countries}', fr: 'pays' },
  actor: { en: '{value:actor|actors}', fr: '{value:acteur|acteurs}' },
  category: { en: '{value:kind|kinds} of incident', fr: '{value:type|types} d’incident' },
  target: { en: '{value:kind|kinds} of target', fr: '{value:type|types} de cible' },
  tactic: { en: '{value:tactic|tactics}', fr: '{value:tactique|tactiques}' },
  source: { en: '{value:source|sources}', fr: '{value:source|sources}' }
}
const fieldNames = Object.keys(fieldWords)

const field: Parameter<string> = {
  default: 'admin1',
  unit: 'field',
  meaning: `what is counted: ${fieldNames.join(', ')}`,
  source
}

const attackIn = (at: string, admin1: string) => ({ at, category: 'attack' as const, admin1 })

function makeTexts(parameters: DistinctCountParameters): TextsByLanguage {
  const group = nameGroup(parameters.groupBy)
  const words = fieldWords[parameters.field] ?? { en: parameters.field, fr: parameters.field }
  const en = `{value} different ${words.en} ${nameWindow(parameters, 'en')}`
  const fr = `{value} ${words.fr} {value:différent|différents} ${nameWindow(parameters, 'fr')}`
  return {
    en: {
      headline: `${group}: ${en}`,
      why: `${en}. Threshold: {threshold}.`,
      ends: fallsBelowLeave.en,
      measure: `different ${words.en} ${nameWindow(parameters, 'en')}`
    },
    fr: {
      headline: `${group} : ${fr}`,
      why: `${fr}. Seuil : {threshold}.`,
      ends: fallsBelowLeave.fr,
      measure: `${words.fr} ${nameWindow(parameters, 'fr')}`
    }
  }
}

export const distinctCount: AnyRuleDefinition = defineRule<DistinctCountParameters>({
  id: 'distinct-count',
  handbook: {
    says: 'A number of different values of `field` within a window, per group.',
    levels: eachOfLevels,
    ends: fallsBelowLeave.handbook,
    comesBack: comesBackWithItsSettlement
  },
  parameters: {
    groupBy: groupByParameter,
    reachKm: reachParameter,
    field,
    ...windowParameters,
    ...thresholdParameters
  },
  examples: [
    makeExample(
      'three different areas within two weeks',
      [
        attackIn('2025-03-01', 'ML-5'),
        attackIn('2025-03-05', 'ML-2'),
        attackIn('2025-03-09', 'ML-4')
      ],
      '2025-03-10',
      expectOpen({ theatre: 'all' })
    ),
    makeExample(
      'one area counts once, however often it is hit',
      ['2025-03-01', '2025-03-05', '2025-03-09'].map(at => attackIn(at, 'ML-5')),
      '2025-03-10'
    )
  ],
  texts: makeTexts,
  looksBack: listWindowDays,
  faultsOf: parameters => [
    ...findGroupFaults(parameters),
    ...findFieldFaults(parameters),
    ...findWindowFaults(parameters),
    ...findThresholdFaults(parameters)
  ],
  make(parameters, base) {
    const list = makeFieldList(parameters.field)
    return makeBlockRule(base, parameters, ({ incidents }) => {
      const values = new Set<number | string>()
      return row => {
        for (const value of list(incidents, row)) values.add(value)
        return values.size
      }
    })
  }
})

function makeFieldList(
  name: string
): (incidents: Incidents, row: number) => readonly (number | string)[] {
  if (name === 'admin1') return listCertainAreas
  if (name === 'tactic')
    return (incidents, row) => [
      ...listTacticNames(incidents.columns.tactics[row]!),
      ...incidents.listOtherTactics(row)
    ]
  return fieldNames.includes(name) ? listGroupValues(name as GroupKey) : () => []
}

function findFieldFaults({ field: name }: DistinctCountParameters): readonly ParameterFault[] {
  return fieldNames.includes(name)
    ? []
    : [{ path: ['field'], detail: `must be one of ${fieldNames.join(', ')}` }]
}
