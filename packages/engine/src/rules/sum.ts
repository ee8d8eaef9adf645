// Building block: a number of deaths in a window. An unknown toll is not zero, and does not count.

import { computeAddedToll } from '../data/added-toll.ts'
import { blockSource as source } from './block-groups.ts'
import { type BlockParameters, defineBlock } from './block-law.ts'
import { defineParameters, type Language } from './definition.ts'
import { expectNone, expectOpen, makeExample } from './examples.ts'

interface SumParameters extends BlockParameters {
  readonly field: string
}

interface Bound {
  readonly column: 'low' | 'best' | 'high'
  /** Its place in a toll. */
  readonly index: 0 | 1 | 2
  readonly words: Readonly<Record<Language, string>>
}

const bounds: Readonly<Record<string, Bound>> = {
  'deaths.low': {
    column: 'low',
    index: 0,
    words: { en: 'lowest estimate', fr: 'l’estimation la plus basse' }
  },
  'deaths.best': {
    column: 'best',
    index: 1,
    words: { en: 'best estimate', fr: 'la meilleure estimation' }
  },
  'deaths.high': {
    column: 'high',
    index: 2,
    words: { en: 'highest estimate', fr: 'l’estimation la plus haute' }
  }
}
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
    field: [
      'deaths.low',
      'field',
      `what is added up: ${fieldNames.join(', ')}`,
      { words: fieldNames }
    ]
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
    const { en, fr } = getBound(field).words
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
    const { index } = getBound(field)
    let value = 0
    const isCounted = (row: number) => view.getMark(row) > 0
    return row => {
      value += Math.max(0, computeAddedToll(view.incidents, row, isCounted)[index])
      return value
    }
  },
  makeMark({ field }) {
    const { column } = getBound(field)
    return ({ columns }, row) => (columns[column][row]! > 0 ? 1 : 0)
  }
})

function getBound(field: string): Bound {
  return bounds[field] ?? bounds['deaths.low']!
}
