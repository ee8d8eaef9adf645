// New tactic: a way to fight is reported in an area where it was not for a year, and in none of the
// areas that touch it.

import { tactics as allTactics } from '../data/vocabulary.ts'
import { type AnyRuleDefinition, defineParameters, defineRule, splitWords } from './definition.ts'
import { expectEnded, expectOpen, makeExample, reportOn } from './examples.ts'
import { firstSeenParameters, makeFirstSeenRule } from './first-seen.ts'
import { comesBackWithItsReports } from './handbook.ts'

export const newTactic: AnyRuleDefinition = defineRule({
  id: 'new-tactic',
  handbook: {
    says: 'A way to fight or to rule appears in an area where it was not known, nor in the areas that touch it.',
    levels: '`sourcesMin` independent sources, one of them of known grade.',
    ends: 'It has been known there for `agesOutDays`.',
    comesBack: comesBackWithItsReports
  },
  parameters: {
    ...firstSeenParameters,
    ...defineParameters('patterns.md#new-tactic', {
      tactics: [
        splitWords(
          'base-overrun encirclement fuel-blockade road-block convoy ied suicide drone execution hostage-video tax leader-killed'
        ),
        'tactics',
        'tactics that count: ways to fight or to rule, without their effects on people; others (`other:…`) count if listed here',
        { source: 'patterns.md#tactics; our choice: effects are left out' }
      ]
    })
  },
  examples: [
    makeExample(
      'a tactic never seen there',
      [
        reportOn('2025-03-01', 'attack', {
          tactics: ['drone'],
          settlement: 'Kayes',
          admin1: 'ML-1'
        })
      ],
      '2025-03-02',
      expectOpen({ tactic: 'drone', admin1: 'ML-1' })
    ),
    makeExample(
      'hunger is not a listed tactic, and a doubtful report does not count',
      [
        reportOn('2025-03-01', 'food-insecurity', {
          tactics: ['hunger'],
          settlement: 'Kayes',
          admin1: 'ML-1'
        }),
        reportOn('2025-03-01', 'attack', {
          tactics: ['drone'],
          settlement: 'Kayes',
          admin1: 'ML-1',
          credibility: 5
        })
      ],
      '2025-03-02'
    ),
    makeExample(
      'a second independent source escalates it',
      [
        reportOn('2025-03-01', 'attack', {
          tactics: ['drone'],
          settlement: 'Kayes',
          admin1: 'ML-1'
        }),
        reportOn('2025-03-09', 'attack', {
          tactics: ['drone'],
          settlement: 'Nioro',
          admin1: 'ML-1',
          source: 'b'
        })
      ],
      '2025-03-20',
      expectOpen({ tactic: 'drone', admin1: 'ML-1' }, 2)
    ),
    makeExample(
      'after a year it is no longer new',
      [
        reportOn('2025-03-01', 'attack', {
          tactics: ['drone'],
          settlement: 'Kayes',
          admin1: 'ML-1'
        })
      ],
      '2026-03-02',
      expectEnded({ tactic: 'drone', admin1: 'ML-1' })
    )
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
