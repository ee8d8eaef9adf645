// Worked examples of siege: tests run them, and RULES.md shows them.

import type { PatternExample } from '../../detection/pattern.ts'

export const siegeExamples: readonly PatternExample[] = [
  {
    name: 'two criteria that hold for a week are a partial siege, and silence does not end it',
    given: [
      {
        at: '2024-01-01',
        to: '2024-01-12',
        category: 'blockade',
        settlement: 'Diosso',
        admin1: 'ML-4'
      },
      {
        at: '2024-01-01',
        to: '2024-01-12',
        category: 'movement-denied',
        settlement: 'Diosso',
        admin1: 'ML-4',
        source: 'b'
      }
    ],
    horizon: '2024-01-20',
    expect: [{ group: { settlement: 'Diosso' }, level: 1, open: true }]
  },
  {
    name: 'one criterion alone is not a siege',
    given: [
      {
        at: '2024-01-01',
        to: '2024-02-12',
        category: 'blockade',
        settlement: 'Diosso',
        admin1: 'ML-4'
      }
    ],
    horizon: '2024-03-01',
    expect: []
  },
  {
    name: 'the third criterion, hunger and thirty days escalate it',
    given: [
      {
        at: '2024-01-01',
        to: '2024-01-12',
        category: 'blockade',
        settlement: 'Diosso',
        admin1: 'ML-4'
      },
      {
        at: '2024-01-01',
        to: '2024-01-12',
        category: 'movement-denied',
        settlement: 'Diosso',
        admin1: 'ML-4',
        source: 'b'
      },
      {
        at: '2024-01-15',
        category: 'aid-denied',
        tactics: ['hunger'],
        settlement: 'Diosso',
        admin1: 'ML-4'
      }
    ],
    horizon: '2024-02-20',
    expect: [{ group: { settlement: 'Diosso' }, level: 4, open: true }]
  },
  {
    name: 'access reported by two independent sources ends it two weeks later',
    given: [
      {
        at: '2024-01-01',
        to: '2024-01-12',
        category: 'blockade',
        settlement: 'Diosso',
        admin1: 'ML-4'
      },
      {
        at: '2024-01-01',
        to: '2024-01-12',
        category: 'movement-denied',
        settlement: 'Diosso',
        admin1: 'ML-4',
        source: 'b'
      },
      { at: '2024-01-15', category: 'access-restored', settlement: 'Diosso', admin1: 'ML-4' },
      {
        at: '2024-01-17',
        category: 'access-restored',
        settlement: 'Diosso',
        admin1: 'ML-4',
        source: 'b'
      }
    ],
    horizon: '2024-02-01',
    expect: [{ group: { settlement: 'Diosso' }, level: 1, open: false }]
  }
]
