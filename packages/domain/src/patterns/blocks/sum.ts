// Building block: a number of deaths in a window. An unknown toll adds nothing and is not zero:
// such incidents only support.

import type { MachinePattern, Parameter, ParameterFault } from '../../detection/pattern.ts'
import { addedDeaths } from '../../incident/possible-duplicates.ts'
import type { Fatalities } from '../../report/report.ts'
import { reachParameter } from '../episode/reach-parameter.ts'
import { countedText } from '../episode/wording.ts'
import type { BlockMeasure, BlockParameters } from './block-finding.ts'
import {
  blockScopes,
  blockSettlement,
  findBlockReach,
  groupByParameter,
  groupFaults
} from './block-groups.ts'
import { blockMachine } from './block-machine.ts'
import { comesBackWithItsSettlement, eachOfLevels, fallsBelowLeave } from './block-words.ts'
import { windowFaults, windowLookBack, windowParameters, windowWords } from './event-window.ts'
import { thresholdFaults, thresholdParameters } from './threshold-parameters.ts'

const bounds: Readonly<Record<string, { readonly of: keyof Fatalities; readonly words: string }>> =
  {
    'deaths.low': { of: 'low', words: 'lowest estimate' },
    'deaths.best': { of: 'best', words: 'best estimate' },
    'deaths.high': { of: 'high', words: 'highest estimate' }
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

/** Exported for the comparison with the fold of the first engine. */
export const sumMeasure: BlockMeasure<SumParameters> = {
  parametersOf: parameters => parameters,
  amountOf: (incident, _scope, { field }) => {
    const bound = bounds[field]
    return bound === undefined ? null : addedDeaths(incident)[bound.of]
  },
  deathsOf: incident => addedDeaths(incident),
  words: (value, { field }) => `${countedText(value, 'death')} (${bounds[field]?.words ?? field})`,
  name: parameters =>
    `deaths (${bounds[parameters.field]?.words ?? parameters.field}) ${windowWords(parameters)}`,
  windowWords
}

export const sum: MachinePattern<SumParameters> = {
  id: 'sum',
  words: {
    says: 'A sum of `field` within a window, per group.',
    levels: eachOfLevels,
    ends: fallsBelowLeave,
    ...comesBackWithItsSettlement
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
      name: 'an unknown number adds nothing',
      given: [
        { at: '2025-03-01', category: 'attack', deaths: [12, 12, 12] },
        { at: '2025-03-05', category: 'attack', deaths: [null, 20, 30] }
      ],
      horizon: '2025-03-10',
      expect: []
    }
  ],
  looksBack: windowLookBack,
  findReach: findBlockReach(windowLookBack),
  faultsOf: p => [...groupFaults(p), ...fieldFaults(p), ...windowFaults(p), ...thresholdFaults(p)],
  scopesOf: (incident, { groupBy }) => blockScopes(incident, groupBy),
  settlementOf: blockSettlement,
  ...blockMachine(sumMeasure)
}

function fieldFaults({ field }: SumParameters): readonly ParameterFault[] {
  return field in bounds
    ? []
    : [{ path: ['field'], detail: `must be one of ${Object.keys(bounds).join(', ')}` }]
}
