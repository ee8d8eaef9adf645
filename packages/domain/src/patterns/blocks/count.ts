// Building block: a number of incidents in a window. The rule's `where` selects the incidents.

import type { MachinePattern } from '../../detection/pattern.ts'
import { reachParameter } from '../episode/reach-parameter.ts'
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

/** Exported for the comparison with the fold of the first engine. */
export const countMeasure: BlockMeasure<BlockParameters> = {
  parametersOf: parameters => parameters,
  amountOf: () => 1,
  words: value => (value === 1 ? '1 incident' : `${value} incidents`),
  name: parameters => `incidents ${windowWords(parameters)}`,
  windowWords
}

export const count: MachinePattern<BlockParameters> = {
  id: 'count',
  words: {
    says: 'A number of incidents within a window, per group.',
    levels: eachOfLevels,
    ends: fallsBelowLeave,
    ...comesBackWithItsSettlement
  },
  parameters: {
    groupBy: groupByParameter,
    reachKm: reachParameter,
    ...windowParameters,
    ...thresholdParameters
  },
  examples: [
    {
      name: 'three incidents within two weeks raise it, and it stays open while the window contains them',
      given: [
        { at: '2025-03-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-05', category: 'looting', settlement: 'Tenenkou', admin1: 'ML-5' },
        { at: '2025-03-09', category: 'ambush', settlement: 'Boulkessi', admin1: 'ML-5' }
      ],
      horizon: '2025-03-10',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'it ends when the first of three is more than two weeks old',
      given: [
        { at: '2025-03-01', category: 'attack' },
        { at: '2025-03-05', category: 'looting' },
        { at: '2025-03-09', category: 'ambush' }
      ],
      horizon: '2025-03-16',
      expect: [{ group: { theatre: 'all' }, level: 1, open: false }]
    },
    {
      name: 'three incidents two weeks apart are not enough',
      given: [
        { at: '2025-03-01', category: 'attack' },
        { at: '2025-03-16', category: 'attack' },
        { at: '2025-03-31', category: 'attack' }
      ],
      horizon: '2025-04-01',
      expect: []
    }
  ],
  looksBack: windowLookBack,
  findReach: findBlockReach(windowLookBack),
  faultsOf: p => [...groupFaults(p), ...windowFaults(p), ...thresholdFaults(p)],
  scopesOf: (incident, { groupBy }) => blockScopes(incident, groupBy),
  settlementOf: blockSettlement,
  ...blockMachine(countMeasure)
}
