// New tactic: a way to fight is reported in an area where it was not for a year, and in none of the
// areas that touch it.

import { tactics as allTactics } from '../data/vocabulary.ts'
import { type AnyRuleDefinition, defineRule } from './definition.ts'
import { type FirstSeenParameters, firstSeenParameters, makeFirstSeenRule } from './first-seen.ts'
import { comesBackWithItsReports } from './handbook.ts'

interface NewTacticParameters extends FirstSeenParameters {
  readonly tactics: readonly string[]
}

export const newTactic: AnyRuleDefinition = defineRule<NewTacticParameters>({
  id: 'new-tactic',
  handbook: {
    says: 'A way to fight or to rule appears in an area where it was not known, nor in the areas that touch it.',
    levels: '`sourcesMin` independent sources, one of them of known grade.',
    ends: 'It has been known there for `agesOutDays`.',
    comesBack: comesBackWithItsReports
  },
  parameters: {
    ...firstSeenParameters,
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
  },
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
  texts: {
    en: {
      headline: '{tactic} first reported in {area} {when}',
      why: '{tactic} was not reported in {area}, nor in the areas that touch it, for {absentDays} days before {from}. Independent sources: {value}.',
      ends: 'it has been known there for {agesOutDays} days',
      measure: 'independent sources',
      levels: ['first reported', '{sourcesMin} independent sources']
    },
    fr: {
      headline: '{tactic} : première apparition à {area} {when}',
      why: '{tactic} n’avait pas été signalé à {area}, ni dans les régions voisines, pendant {absentDays} jours avant le {from}. Sources indépendantes : {value}.',
      ends: 'il y est connu depuis {agesOutDays} jours',
      measure: 'sources indépendantes',
      levels: ['premier signalement', '{sourcesMin} sources indépendantes']
    }
  },
  // A single sighting by one source is news and pages nobody.
  pagesFrom: 'severe',
  looksBack: ({ absentDays, agesOutDays }) => ({ absentDays, agesOutDays }),
  make(parameters, base) {
    const watched = new Set(parameters.tactics)
    const list = (bits: number) =>
      allTactics.flatMap((name, i) => ((bits & (1 << i)) !== 0 && watched.has(name) ? [i] : []))
    const listByBits = new Map<number, readonly number[]>()
    return makeFirstSeenRule(
      base,
      {
        name: 'tactic',
        list(incidents, row) {
          const bits = incidents.columns.tactics[row]!
          let found = listByBits.get(bits)
          if (found === undefined) {
            found = list(bits)
            listByBits.set(bits, found)
          }
          return found
        },
        read: (_, tactic) => allTactics[tactic]!
      },
      parameters
    )
  }
})
