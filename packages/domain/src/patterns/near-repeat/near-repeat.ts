// Near repeat: attacks by the same actor, or of the same kind, recur at the same spot within weeks.
// Each incident counts in one episode. A spot where three in four weeks are usual raises nothing;
// an episode ends by quiet, or when it has become the usual.

import type { MachinePattern } from '../../detection/pattern.ts'
import { attackCategories } from '../../report/report.ts'
import { NearRepeatMachine } from './near-repeat-machine.ts'
import {
  isExplosion,
  type NearRepeatParameters,
  nearRepeatParameters,
  reachOf
} from './near-repeat-parameters.ts'

export const nearRepeat: MachinePattern<NearRepeatParameters> = {
  id: 'near-repeat',
  words: {
    says: 'The same actor, or attacks of the same kind, return to one neighbourhood.',
    levels: 'One attack more than `incidentsMin`; a death.',
    ends: '`quietDays` without another attack, or an age of `longestDays`.',
    comesBack:
      'A repeat of its kind within `radiusKm` (explosions: `explosionKm`) of its first attack, before it would have ended.',
    comesBackBy: { km: 'radiusKm', days: ['quietDays'] }
  },
  severities: ['minor', 'moderate', 'severe'],
  parameters: nearRepeatParameters,
  examples: [
    {
      name: 'a third attack by the same actor within four weeks and 20 km',
      given: [
        {
          at: '2025-03-01',
          category: 'attack',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.94,
          lon: -3.89,
          actor: 'JNIM'
        },
        {
          at: '2025-03-10',
          category: 'ambush',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.99,
          lon: -3.85,
          actor: 'jnim '
        },
        {
          at: '2025-03-25',
          category: 'shelling',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.95,
          lon: -3.89,
          actor: 'JNIM'
        }
      ],
      horizon: '2025-04-01',
      expect: [{ group: { near: 'Konna' }, level: 1, open: true }]
    },
    {
      name: 'different kinds by unknown perpetrators are not a repeat',
      given: [
        {
          at: '2025-03-01',
          category: 'attack',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.94,
          lon: -3.89,
          actor: 'unknown'
        },
        {
          at: '2025-03-10',
          category: 'ambush',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.99,
          lon: -3.85,
          actor: 'unknown'
        },
        {
          at: '2025-03-25',
          category: 'shelling',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.95,
          lon: -3.89,
          actor: 'unknown'
        }
      ],
      horizon: '2025-04-01',
      expect: []
    },
    {
      name: 'a fourth attack and deaths escalate it',
      given: [
        {
          at: '2025-03-01',
          category: 'attack',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.94,
          lon: -3.89
        },
        {
          at: '2025-03-10',
          category: 'attack',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.99,
          lon: -3.85
        },
        {
          at: '2025-03-25',
          category: 'attack',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.95,
          lon: -3.89
        },
        {
          at: '2025-05-01',
          category: 'attack',
          settlement: 'Konna',
          admin1: 'ML-5',
          lat: 14.95,
          lon: -3.89,
          deaths: [1, 2, 2]
        }
      ],
      horizon: '2025-05-10',
      expect: [{ group: { near: 'Konna' }, level: 3, open: true }]
    },
    {
      name: 'three explosions within a kilometre and two days; ten quiet weeks end it',
      given: [
        {
          at: '2025-03-01',
          category: 'explosion',
          settlement: 'Boni',
          admin1: 'ML-5',
          lat: 15.07,
          lon: -2.22,
          radiusKm: 0.5
        },
        {
          at: '2025-03-02',
          category: 'explosion',
          settlement: 'Boni',
          admin1: 'ML-5',
          lat: 15.071,
          lon: -2.22,
          radiusKm: 0.5
        },
        {
          at: '2025-03-03',
          category: 'explosion',
          settlement: 'Boni',
          admin1: 'ML-5',
          lat: 15.07,
          lon: -2.222,
          radiusKm: 0.5
        }
      ],
      horizon: '2025-06-01',
      expect: [{ group: { near: 'Boni' }, level: 1, open: false }]
    }
  ],
  pastDays: ({ rateDays, windowDays, explosionDays }) =>
    rateDays + Math.max(windowDays, explosionDays),
  looksBack: ({ rateDays, windowDays, explosionDays, quietDays }) => ({
    rateDays,
    ...(explosionDays > windowDays ? { explosionDays } : { windowDays }),
    quietDays
  }),
  placeNeeds: (incident, parameters) =>
    attackCategories.has(incident.category)
      ? [{ withinKm: reachOf(isExplosion(incident), parameters).km }]
      : [],
  scopesOf: incident =>
    attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : [],
  machine: ground => new NearRepeatMachine(ground)
}
