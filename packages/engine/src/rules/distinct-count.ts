// Building block: a number of different areas, settlements, actors and so on in a window.

import type { GroupKey } from '@tocsin/contracts/theatre/theatre-record'
import type { Incidents } from '../data/incidents.ts'
import { listTacticNames } from '../data/vocabulary.ts'
import { listGroupValues, blockSource as source } from './block-groups.ts'
import { type BlockParameters, defineBlock } from './block-law.ts'
import { defineParameters, type Language } from './definition.ts'
import { expectNone, expectOpen, makeExample } from './examples.ts'
import { listCertainAreas } from './families.ts'

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

const attackIn = (at: string, admin1: string) => ({ at, category: 'attack' as const, admin1 })

export const distinctCount = defineBlock<DistinctCountParameters>({
  id: 'distinct-count',
  says: 'A number of different values of `field` within a window, per group.',
  parameters: defineParameters(source, {
    field: ['admin1', 'field', `what is counted: ${fieldNames.join(', ')}`, { words: fieldNames }]
  }),
  examples: [
    makeExample(
      'three different areas within two weeks',
      [
        attackIn('2025-03-01', 'ML-5'),
        attackIn('2025-03-05', 'ML-2'),
        attackIn('2025-03-09', 'ML-4')
      ],
      expectOpen('2025-03-10', { theatre: 'all' })
    ),
    makeExample(
      'one area counts once, however often it is hit',
      ['2025-03-01', '2025-03-05', '2025-03-09'].map(at => attackIn(at, 'ML-5')),
      expectNone('2025-03-10')
    )
  ],
  words({ field }) {
    const { en, fr } = fieldWords[field] ?? { en: field, fr: field }
    return {
      en: { counted: `{value} different ${en}`, measure: `different ${en}` },
      fr: { counted: `{value} ${fr} {value:différent|différents}`, measure: fr }
    }
  },
  startMeasure({ field }, { incidents }) {
    const list = makeFieldList(field)
    const values = new Set<number | string>()
    return row => {
      for (const value of list(incidents, row)) values.add(value)
      return values.size
    }
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
