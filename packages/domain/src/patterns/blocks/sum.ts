// Building block: so many deaths in a window. What is not known adds nothing, and is no zero: such incidents only support.

import type { Parameter, ParameterFault, Pattern } from '../../detection/pattern.ts'
import { addedDeaths } from '../../incident/told-twice.ts'
import type { Fatalities } from '../../report/report.ts'
import { blockScopes, groupByParameter, groupFaults } from './block-groups.ts'
import { windowFaults, windowParameters, windowWords } from './event-window.ts'
import { thresholdFaults, thresholdParameters } from './threshold-parameters.ts'
import { type BlockMeasure, type BlockParameters, type BlockState, windowFold } from './window-block.ts'

const bounds: Readonly<Record<string, { readonly of: keyof Fatalities; readonly words: string }>> = {
  'deaths.low': { of: 'low', words: 'deaths at least' },
  'deaths.best': { of: 'best', words: 'deaths by the best count' },
  'deaths.high': { of: 'high', words: 'deaths at most' }
}

interface SumParameters extends BlockParameters {
  readonly field: string
}

const field: Parameter<string> = {
  default: 'deaths.low',
  unit: 'field',
  meaning: `what is added up: ${Object.keys(bounds).join(', ')}`,
  source: 'patterns.md#building-blocks'
}

const measure: BlockMeasure<SumParameters> = {
  parametersOf: parameters => parameters,
  amountOf: (incident, _scope, { field }) => {
    const bound = bounds[field]
    return bound === undefined ? null : addedDeaths(incident)[bound.of]
  },
  deathsOf: counted => {
    const added = counted.map(incident => addedDeaths(incident))
    const [low, best] = [sumOf(added, 'low'), sumOf(added, 'best')]
    // What one of them may have in common with others may leave less of the best than of the least.
    return { low, best: best === null ? null : Math.max(low ?? 0, best), high: sumOf(added, 'high') }
  },
  words: (value, { field }) => `${value} ${(bounds[field]?.words ?? field).replace('deaths', value === 1 ? 'death' : 'deaths')}`,
  name: parameters => `${bounds[parameters.field]?.words ?? parameters.field} ${windowWords(parameters)}`,
  windowWords
}

/** The least of what is known; of the others nothing, where one of them is not known. */
function sumOf(tolls: readonly Fatalities[], bound: keyof Fatalities): number | null {
  const known = tolls.flatMap(toll => toll[bound] ?? [])
  const isUnknown = bound === 'low' ? known.length === 0 : known.length < tolls.length
  return isUnknown ? null : known.reduce((sum, deaths) => sum + deaths, 0)
}

export const sum: Pattern<SumParameters, BlockState> = {
  id: 'sum',
  parameters: {
    groupBy: groupByParameter,
    field,
    ...windowParameters,
    ...thresholdParameters,
    threshold: { ...thresholdParameters.threshold, default: 25, unit: 'deaths' }
  },
  examples: [
    {
      name: 'thirty deaths within two weeks',
      given: [
        { at: '2025-03-01', category: 'attack', deaths: [12, 12, 12] },
        { at: '2025-03-05', category: 'attack', deaths: [18, 20, 30] }
      ],
      horizon: '2025-03-10',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'a number that is not known is no number',
      given: [
        { at: '2025-03-01', category: 'attack', deaths: [12, 12, 12] },
        { at: '2025-03-05', category: 'attack', deaths: [null, 20, 30] }
      ],
      horizon: '2025-03-10',
      expect: []
    }
  ],
  faultsOf: p => [...groupFaults(p), ...fieldFaults(p), ...windowFaults(p), ...thresholdFaults(p, false)],
  scopesOf: (incident, { groupBy }) => blockScopes(incident, groupBy),
  ...windowFold(measure)
}

function fieldFaults({ field }: SumParameters): readonly ParameterFault[] {
  return field in bounds ? [] : [{ path: ['field'], detail: `must be one of ${Object.keys(bounds).join(', ')}` }]
}
