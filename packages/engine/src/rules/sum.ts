// Building block: a number of deaths in a window. An unknown toll is not zero, and does not count.

import { computeAddedToll } from '../data/added-toll.ts'
import {
  findGroupFaults,
  groupByParameter,
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
import { comesBackWithItsSettlement, eachOfLevels, fallsBelowLeave } from './handbook.ts'
import { reachParameter } from './regions.ts'

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

const field: Parameter<string> = {
  default: 'deaths.low',
  unit: 'field',
  meaning: `what is added up: ${fieldNames.join(', ')}`,
  source
}

const killing = (at: string, deaths: readonly [number | null, number | null, number | null]) => ({
  at,
  category: 'attack' as const,
  deaths
})

function makeTexts(parameters: SumParameters): TextsByLanguage {
  const group = nameGroup(parameters.groupBy)
  const { en: bound = '', fr: borne = '' } = bounds[parameters.field]?.words ?? {}
  const within = nameWindow(parameters, 'en')
  const dans = nameWindow(parameters, 'fr')
  return {
    en: {
      headline: `${group}: {value} {value:death|deaths} ${within}`,
      why: `{value} {value:death|deaths} ${within}, by the ${bound} of each incident. Threshold: {threshold}. An unknown number adds nothing.`,
      ends: fallsBelowLeave.en,
      measure: `deaths (${bound}) ${within}`
    },
    fr: {
      headline: `${group} : {value} {value:mort|morts} ${dans}`,
      why: `{value} {value:mort|morts} ${dans}, selon ${borne} de chaque incident. Seuil : {threshold}. Un nombre inconnu n’ajoute rien.`,
      ends: fallsBelowLeave.fr,
      measure: `morts (${borne}) ${dans}`
    }
  }
}

export const sum: AnyRuleDefinition = defineRule<SumParameters>({
  id: 'sum',
  handbook: {
    says: 'A sum of `field` within a window, per group.',
    levels: eachOfLevels,
    ends: fallsBelowLeave.handbook,
    comesBack: comesBackWithItsSettlement
  },
  parameters: {
    groupBy: groupByParameter,
    reachKm: reachParameter,
    field,
    ...windowParameters,
    ...thresholdParameters,
    threshold: { ...thresholdParameters.threshold, default: 25, unit: 'deaths' }
  },
  examples: [
    makeExample(
      'thirty deaths within two weeks',
      [killing('2025-03-01', [12, 12, 12]), killing('2025-03-05', [18, 20, 30])],
      '2025-03-10',
      expectOpen({ theatre: 'all' })
    ),
    makeExample(
      'an unknown number adds nothing',
      [killing('2025-03-01', [12, 12, 12]), killing('2025-03-05', [null, 20, 30])],
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
    const { column, index } = bounds[parameters.field] ?? bounds['deaths.low']!
    return makeBlockRule(
      base,
      parameters,
      view => {
        let value = 0
        const isCounted = (row: number) => view.getMark(row) > 0
        return row => {
          value += Math.max(0, computeAddedToll(view.incidents, row, isCounted)[index])
          return value
        }
      },
      ({ columns }, row) => (columns[column][row]! > 0 ? 1 : 0)
    )
  }
})

function findFieldFaults({ field: name }: SumParameters): readonly ParameterFault[] {
  return fieldNames.includes(name)
    ? []
    : [{ path: ['field'], detail: `must be one of ${fieldNames.join(', ')}` }]
}
