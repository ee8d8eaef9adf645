// Worked examples of widening arc: tests run them, and RULES.md shows them.

import type { PatternExample } from '../../detection/pattern.ts'

export const wideningArcExamples: readonly PatternExample[] = [
  {
    name: 'three distant places in two areas within a week',
    given: [
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.8252,
        lon: -5.2547
      },
      {
        at: '2025-06-03',
        category: 'attack',
        settlement: 'Sirakorola',
        admin1: 'ML-2',
        lat: 13.28671,
        lon: -7.56982
      },
      {
        at: '2025-06-04',
        category: 'attack',
        settlement: 'Boulkessi',
        admin1: 'ML-5',
        lat: 14.437,
        lon: -0.665
      }
    ],
    horizon: '2025-06-05',
    expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
  },
  {
    name: 'three attacks in one town are not an arc',
    given: [
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.8252,
        lon: -5.2547
      },
      {
        at: '2025-06-03',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.8252,
        lon: -5.2547
      },
      {
        at: '2025-06-05',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.8252,
        lon: -5.2547
      }
    ],
    horizon: '2025-06-06',
    expect: []
  },
  {
    name: 'a second country escalates it',
    given: [
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.8252,
        lon: -5.2547
      },
      {
        at: '2025-06-03',
        category: 'attack',
        settlement: 'Sirakorola',
        admin1: 'ML-2',
        lat: 13.28671,
        lon: -7.56982
      },
      {
        at: '2025-06-04',
        category: 'attack',
        settlement: 'Boulkessi',
        admin1: 'ML-5',
        lat: 14.437,
        lon: -0.665
      },
      {
        at: '2025-06-05',
        category: 'attack',
        settlement: 'Djibo',
        admin1: 'BF-12',
        country: 'BF',
        lat: 14.0994,
        lon: -1.62554
      }
    ],
    horizon: '2025-06-06',
    expect: [{ group: { theatre: 'all' }, level: 2, open: true }]
  },
  {
    name: 'it ends within three weeks of the last attack',
    given: [
      {
        at: '2025-06-01',
        category: 'attack',
        settlement: 'Dioura',
        admin1: 'ML-5',
        lat: 14.8252,
        lon: -5.2547
      },
      {
        at: '2025-06-03',
        category: 'attack',
        settlement: 'Sirakorola',
        admin1: 'ML-2',
        lat: 13.28671,
        lon: -7.56982
      },
      {
        at: '2025-06-04',
        category: 'attack',
        settlement: 'Boulkessi',
        admin1: 'ML-5',
        lat: 14.437,
        lon: -0.665
      }
    ],
    horizon: '2025-06-30',
    expect: [{ group: { theatre: 'all' }, level: 1, open: false }]
  }
]
