// Building block: so many incidents in a window. What is counted, a rule says by its `where`.

import type { Pattern } from '../../detection/pattern.ts'
import { blockScopes, groupByParameter, groupFaults } from './block-groups.ts'
import { windowFaults, windowParameters, windowWords } from './event-window.ts'
import { thresholdFaults, thresholdParameters } from './threshold-parameters.ts'
import { type BlockMeasure, type BlockParameters, type BlockState, windowFold } from './window-block.ts'

const measure: BlockMeasure<BlockParameters> = {
  parametersOf: parameters => parameters,
  amountOf: () => 1,
  words: value => (value === 1 ? '1 incident' : `${value} incidents`),
  name: parameters => `incidents ${windowWords(parameters)}`,
  windowWords
}

export const count: Pattern<BlockParameters, BlockState> = {
  id: 'count',
  parameters: { groupBy: groupByParameter, ...windowParameters, ...thresholdParameters },
  examples: [
    {
      name: 'three incidents within two weeks enter, and are open while the window holds them',
      given: [
        { at: '2025-03-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-05', category: 'looting', settlement: 'Tenenkou', admin1: 'ML-5' },
        { at: '2025-03-09', category: 'ambush', settlement: 'Boulkessi', admin1: 'ML-5' }
      ],
      horizon: '2025-03-10',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'they leave when the first of three is more than two weeks old',
      given: [
        { at: '2025-03-01', category: 'attack' },
        { at: '2025-03-05', category: 'looting' },
        { at: '2025-03-09', category: 'ambush' }
      ],
      horizon: '2025-03-16',
      expect: [{ group: { theatre: 'all' }, level: 1, open: false }]
    },
    {
      name: 'three incidents a fortnight apart are not enough',
      given: [
        { at: '2025-03-01', category: 'attack' },
        { at: '2025-03-16', category: 'attack' },
        { at: '2025-03-31', category: 'attack' }
      ],
      horizon: '2025-04-01',
      expect: []
    }
  ],
  faultsOf: p => [...groupFaults(p), ...windowFaults(p), ...thresholdFaults(p, true)],
  scopesOf: (incident, { groupBy }) => blockScopes(incident, groupBy),
  ...windowFold(measure)
}
