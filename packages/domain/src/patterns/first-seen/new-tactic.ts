// New tactic: a way to fight is reported in an area where it was not for a year, and in none of the
// areas that touch it.

import type { Parameter } from '../../detection/pattern.ts'
import { tacticName } from '../../incident/incident-names.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { capitalised } from '../episode/wording.ts'
import { firstSeen } from './first-seen.ts'
import type { FirstSeenParameters } from './first-seen-episode.ts'

export interface NewTacticParameters extends FirstSeenParameters {
  readonly tactics: readonly string[]
}

const parameters: { readonly tactics: Parameter<readonly string[]> } = {
  tactics: {
    default: [
      'base-overrun',
      'encirclement',
      'fuel-blockade',
      'road-block',
      'convoy',
      'ied',
      'suicide',
      'drone',
      'execution',
      'hostage-video',
      'tax',
      'leader-killed'
    ],
    unit: 'tactics',
    meaning:
      'tactics that count: ways to fight or to rule, without their effects on people; others (`other:…`) count if listed here',
    source: 'patterns.md#tactics; our choice: effects are left out'
  }
}

export const newTactic = firstSeen<NewTacticParameters>({
  id: 'new-tactic',
  words: {
    says: 'A way to fight or to rule appears in an area where it was not known, nor in the areas that touch it.',
    levels: '`sourcesMin` independent sources, one of them of known grade.',
    ends: 'It has been known there for `agesOutDays`.',
    ...comesBackWithItsReports
  },
  word: 'tactic',
  parameters,
  examples: [
    {
      name: 'a tactic never seen there',
      given: [
        {
          at: '2025-03-01',
          category: 'attack',
          tactics: ['drone'],
          settlement: 'Kayes',
          admin1: 'ML-1'
        }
      ],
      horizon: '2025-03-02',
      expect: [{ group: { tactic: 'drone', admin1: 'ML-1' }, level: 1, open: true }]
    },
    {
      name: 'hunger is not a listed tactic, and a doubtful report does not count',
      given: [
        {
          at: '2025-03-01',
          category: 'food-insecurity',
          tactics: ['hunger'],
          settlement: 'Kayes',
          admin1: 'ML-1'
        },
        {
          at: '2025-03-01',
          category: 'attack',
          tactics: ['drone'],
          settlement: 'Kayes',
          admin1: 'ML-1',
          credibility: 5
        }
      ],
      horizon: '2025-03-02',
      expect: []
    },
    {
      name: 'a second independent source escalates it',
      given: [
        {
          at: '2025-03-01',
          category: 'attack',
          tactics: ['drone'],
          settlement: 'Kayes',
          admin1: 'ML-1'
        },
        {
          at: '2025-03-09',
          category: 'attack',
          tactics: ['drone'],
          settlement: 'Nioro',
          admin1: 'ML-1',
          source: 'b'
        }
      ],
      horizon: '2025-03-20',
      expect: [{ group: { tactic: 'drone', admin1: 'ML-1' }, level: 2, open: true }]
    },
    {
      name: 'after a year it is no longer new',
      given: [
        {
          at: '2025-03-01',
          category: 'attack',
          tactics: ['drone'],
          settlement: 'Kayes',
          admin1: 'ML-1'
        }
      ],
      horizon: '2026-03-02',
      expect: [{ group: { tactic: 'drone', admin1: 'ML-1' }, level: 1, open: false }]
    }
  ],
  shownBy: (incident, { tactics }) =>
    incident.tactics.filter(t => tactics.includes(t)).map(t => ({ key: t, name: t })),
  nameOf: tactic => capitalised(tacticName(tactic)),
  verb: 'reported'
})
