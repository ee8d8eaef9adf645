// Front: attacks that are dense in space and time (incremental ST-DBSCAN). An incident with enough
// neighbours is a core; cores that are neighbours form one front. A front grows, merges with
// others, and ends when its last member has aged out and nothing came during the hold.

import type { MachinePattern } from '../../detection/pattern.ts'
import { attackCategories } from '../../report/report.ts'
import { rateDays } from './cell-rates.ts'
import { FrontMachine } from './front-machine.ts'
import { type FrontParameters, frontParameters } from './front-parameters.ts'

export const front: MachinePattern<FrontParameters> = {
  id: 'front',
  words: {
    says: 'Attacks so close together in space and time that they are one fight, across borders too.',
    levels: 'Twice as many members as at the level before; a merger with another front.',
    ends: 'All members are older than `epsilonDays` and `holdDays` together.',
    comesBack: 'An attack within `epsilonKm` of its first one, before it would have ended.',
    comesBackBy: { km: 'epsilonKm', days: ['epsilonDays', 'holdDays'] }
  },
  parameters: frontParameters,
  examples: [
    {
      name: 'three attacks within 20 km and two weeks are a front',
      given: [
        { at: '2025-03-01', category: 'attack', lat: 14.0, lon: -5.0 },
        { at: '2025-03-05', category: 'ambush', lat: 14.05, lon: -5.05 },
        { at: '2025-03-09', category: 'explosion', lat: 14.1, lon: -5.0 }
      ],
      horizon: '2025-03-10',
      expect: [{ group: { cell: '70:-25' }, level: 1, open: true }]
    },
    {
      name: 'three attacks three weeks apart are not a front',
      given: [
        { at: '2025-03-01', category: 'attack', lat: 14.0, lon: -5.0 },
        { at: '2025-03-22', category: 'attack', lat: 14.05, lon: -5.05 },
        { at: '2025-04-12', category: 'attack', lat: 14.1, lon: -5.0 }
      ],
      horizon: '2025-04-13',
      expect: []
    }
  ],
  pastDays: ({ epsilonDays }) => rateDays + epsilonDays,
  looksBack: ({ epsilonDays, holdDays }) => ({
    'the usual rate of a cell': rateDays,
    epsilonDays,
    'epsilonDays again, to end': epsilonDays,
    holdDays
  }),
  placeNeeds: ({ category }, { epsilonKm }) =>
    attackCategories.has(category) ? [{ withinKm: epsilonKm }] : [],
  scopesOf: incident =>
    attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : [],
  machine: ground => new FrontMachine(ground)
}
