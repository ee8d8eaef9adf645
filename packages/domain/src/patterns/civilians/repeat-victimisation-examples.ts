// Worked examples of repeat victimisation: tests run them, and RULES.md shows them.

import type { PatternExample } from '../../detection/pattern.ts'

export const repeatVictimisationExamples: readonly PatternExample[] = [
  {
    name: 'a third attack on the civilians of one settlement within 90 days',
    given: [
      {
        at: '2025-03-01',
        category: 'attack-on-civilians',
        settlement: 'Ogossagou',
        admin1: 'ML-5'
      },
      {
        at: '2025-04-01',
        category: 'looting',
        targets: ['civilians'],
        settlement: 'Ogossagou',
        admin1: 'ML-5'
      },
      { at: '2025-05-01', category: 'attack-on-civilians', settlement: 'Ogossagou', admin1: 'ML-5' }
    ],
    horizon: '2025-05-10',
    expect: [{ group: { admin1: 'ML-5', settlement: 'Ogossagou' }, level: 1, open: true }]
  },
  {
    name: 'two settlements of one area within 45 days by the same perpetrator',
    given: [
      {
        at: '2025-10-01',
        category: 'attack-on-civilians',
        settlement: 'Kamona',
        admin1: 'ML-4',
        actor: 'Dozo militia'
      },
      {
        at: '2025-11-10',
        category: 'attack-on-civilians',
        settlement: 'Balle',
        admin1: 'ML-4',
        lat: 13,
        actor: 'dozo militia'
      }
    ],
    horizon: '2025-11-20',
    expect: [{ group: { admin1: 'ML-4', perpetrator: 'dozo militia' }, level: 1, open: true }]
  },
  {
    name: 'two settlements hit by unknown perpetrators are not enough',
    given: [
      {
        at: '2025-10-01',
        category: 'attack-on-civilians',
        settlement: 'Kamona',
        admin1: 'ML-4',
        actor: 'unknown'
      },
      {
        at: '2025-10-10',
        category: 'attack-on-civilians',
        settlement: 'Balle',
        admin1: 'ML-4',
        lat: 13,
        actor: 'unknown'
      }
    ],
    horizon: '2025-11-20',
    expect: []
  },
  {
    name: 'another place and more deaths escalate it',
    given: [
      {
        at: '2025-10-01',
        category: 'attack-on-civilians',
        settlement: 'Kamona',
        admin1: 'ML-4',
        actor: 'Dozo militia',
        deaths: [2, 2, 2]
      },
      {
        at: '2025-10-10',
        category: 'attack-on-civilians',
        settlement: 'Balle',
        admin1: 'ML-4',
        lat: 13,
        actor: 'Dozo militia'
      },
      {
        at: '2025-12-10',
        category: 'attack-on-civilians',
        settlement: 'Niono',
        admin1: 'ML-4',
        lat: 14.25,
        actor: 'Dozo militia',
        deaths: [5, 6, 9]
      }
    ],
    horizon: '2025-12-20',
    expect: [{ group: { admin1: 'ML-4' }, level: 3, open: true }]
  },
  {
    name: '90 quiet days end it',
    given: [
      {
        at: '2025-03-01',
        category: 'attack-on-civilians',
        settlement: 'Ogossagou',
        admin1: 'ML-5'
      },
      {
        at: '2025-04-01',
        category: 'attack-on-civilians',
        settlement: 'Ogossagou',
        admin1: 'ML-5'
      },
      { at: '2025-05-01', category: 'attack-on-civilians', settlement: 'Ogossagou', admin1: 'ML-5' }
    ],
    horizon: '2025-08-10',
    expect: [{ group: { settlement: 'Ogossagou' }, level: 1, open: false }]
  }
]
