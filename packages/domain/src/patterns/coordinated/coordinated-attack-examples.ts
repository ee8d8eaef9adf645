// Worked examples of coordinated attack: tests run them, and RULES.md shows them.

import type { PatternExample } from '../../detection/pattern.ts'

export const coordinatedAttackExamples: readonly PatternExample[] = [
  {
    name: 'three sites far apart on one day',
    given: [
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.83,
        lon: -5.25,
        actor: 'JNIM'
      },
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Boulkessi',
        admin1: 'ML-5',
        lat: 14.44,
        lon: -0.67,
        actor: 'JNIM'
      },
      {
        at: '2025-06-01',
        category: 'ambush',
        settlement: 'Sirakorola',
        admin1: 'ML-2',
        lat: 13.29,
        lon: -7.57,
        actor: 'JNIM'
      }
    ],
    horizon: '2025-06-02',
    expect: [{ group: { actor: 'JNIM' }, level: 1, open: true }]
  },
  {
    name: 'three sites on three days are not enough, nor are dates not known to the day',
    given: [
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.83,
        lon: -5.25,
        actor: 'JNIM'
      },
      {
        at: '2025-06-02',
        category: 'attack',
        settlement: 'Boulkessi',
        admin1: 'ML-5',
        lat: 14.44,
        lon: -0.67,
        actor: 'JNIM'
      },
      {
        at: '2025-06-01',
        to: '2025-06-03',
        category: 'ambush',
        settlement: 'Sirakorola',
        admin1: 'ML-2',
        lat: 13.29,
        lon: -7.57,
        actor: 'JNIM'
      }
    ],
    horizon: '2025-06-04',
    expect: []
  },
  {
    name: 'the capital escalates it',
    given: [
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.83,
        lon: -5.25,
        actor: 'JNIM'
      },
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Boulkessi',
        admin1: 'ML-5',
        lat: 14.44,
        lon: -0.67,
        actor: 'JNIM'
      },
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Bamako',
        admin1: 'ML-BKO',
        lat: 12.65,
        lon: -8,
        actor: 'JNIM',
        seat: 'country'
      }
    ],
    horizon: '2025-06-02',
    expect: [{ group: { actor: 'JNIM' }, level: 2, open: true }]
  },
  {
    name: 'three days without another end it',
    given: [
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.83,
        lon: -5.25,
        actor: 'JNIM'
      },
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Boulkessi',
        admin1: 'ML-5',
        lat: 14.44,
        lon: -0.67,
        actor: 'JNIM'
      },
      {
        at: '2025-06-01',
        category: 'ambush',
        settlement: 'Sirakorola',
        admin1: 'ML-2',
        lat: 13.29,
        lon: -7.57,
        actor: 'JNIM'
      }
    ],
    horizon: '2025-06-06',
    expect: [{ group: { actor: 'JNIM' }, level: 1, open: false }]
  }
]
