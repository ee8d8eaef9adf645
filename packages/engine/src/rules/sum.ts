// Building block: a number of deaths in a window. An unknown toll is not zero, and does not count.

import { computeAddedToll } from '../data/added-toll.ts'
import { blockSource as source } from './block-groups.ts'
import { type BlockParameters, defineBlock } from './block-law.ts'
import { defineParameters, type Language } from './definition.ts'
import { expectNone, expectOpen, makeExample } from './examples.ts'

interface SumParameters extends BlockParameters {
  readonly field: string
}

/** By field: its place in a toll, and its words. */
const bounds: Readonly<Record<string, readonly [0 | 1 | 2, Readonly<Record<Language, string>>]>> = {
  'deaths.low': [0, { en: 'lowest estimate', fr: 'l’estimation la plus basse' }],
  'deaths.best': [1, { en: 'best estimate', fr: 'la meilleure estimation' }],
  'deaths.high': [2, { en: 'highest estimate', fr: 'l’estimation la plus haute' }]
}
const columns = ['low', 'best', 'high'] as const
const fieldNames = Object.keys(bounds)

const killing = (at: string, deaths: readonly [number | null, number | null, number | null]) => ({
  at,
  category: 'attack' as const,
  deaths
})

export const sum = defineBlock<SumParameters>({
  id: 'sum',
  says: 'A sum of `field` within a window, per group.',
  parameters: defineParameters(source, {
    field: ['deaths.low', 'field', `what it adds: ${fieldNames.join(', ')}`, { words: fieldNames }]
  }),
  threshold: { default: 25, unit: 'deaths' },
  examples: [
    makeExample(
      'thirty deaths within two weeks',
      [killing('2025-03-01', [12, 12, 12]), killing('2025-03-05', [18, 20, 30])],
      expectOpen('2025-03-10', { theatre: 'all' })
    ),
    makeExample(
      'an unknown number adds nothing',
      [killing('2025-03-01', [12, 12, 12]), killing('2025-03-05', [null, 20, 30])],
      expectNone('2025-03-10')
    )
  ],
  words({ field }) {
    const [, { en, fr }] = bounds[field]!
    return {
      en: {
        counted: '{value} {value:death|deaths}',
        measure: `deaths (${en})`,
        how: `, by the ${en} of each incident`,
        remark: ' An unknown number adds nothing.'
      },
      fr: {
        counted: '{value} {value:mort|morts}',
        measure: `morts (${fr})`,
        how: `, selon ${fr} de chaque incident`,
        remark: ' Un nombre inconnu n’ajoute rien.'
      }
    }
  },
  startMeasure({ field }, view) {
    const [index] = bounds[field]!
    let value = 0
    const isCounted = (row: number) => view.getMark(row) > 0
    return row => {
      value += Math.max(0, computeAddedToll(view.incidents, row, isCounted)[index])
      return value
    }
  },
  makeMark({ field }) {
    const column = columns[bounds[field]![0]]
    return (incidents, row) => (incidents.columns[column][row]! > 0 ? 1 : 0)
  }
})
