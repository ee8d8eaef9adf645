// New tactic: a way to fight is reported in an area where it was not for a year, and in none of the
// areas that touch it.

import { tactics as allTactics } from '../data/vocabulary.ts'
import { defineParameters, defineRule, splitWords } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { firstSeenParameters, kayes, makeFirstSeenRule, nioro } from './first-seen.ts'
import { comesBackWithItsReports } from './handbook.ts'

const inKayes = reportOn('2025-03-01', 'attack', { tactics: ['drone'] }, kayes)
const droneInKayes = { tactic: 'drone', admin1: 'ML-1' }

export const newTactic = defineRule({
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
    makeExample('a tactic never seen there', [inKayes], expectOpen('2025-03-02', droneInKayes)),
    makeExample(
      'hunger is not a listed tactic, and a doubtful report does not count',
      [
        reportOn('2025-03-01', 'food-insecurity', { tactics: ['hunger'] }, kayes),
        { ...inKayes, credibility: 5 }
      ],
      expectNone('2025-03-02')
    ),
    makeExample(
      'a second independent source escalates it',
      [inKayes, reportOn('2025-03-09', 'attack', { tactics: ['drone'] }, nioro, { source: 'b' })],
      expectOpen('2025-03-20', droneInKayes, 2)
    ),
    makeExample(
      'after a year it is no longer new',
      [inKayes],
      expectEnded('2026-03-02', droneInKayes)
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
  // A single sighting by one source is news, and does not page.
  pagesFrom: 'severe',
  looksBack: ({ absentDays, agesOutDays }) => ({ absentDays, agesOutDays }),
  make(parameters, base) {
    const watched = allTactics.map(name => parameters.tactics.includes(name))
    const listByBits = new Map<number, readonly number[]>()
    const list = (bits: number) => {
      let found = listByBits.get(bits)
      if (found === undefined) {
        found = watched.flatMap((isWatched, i) => (isWatched && (bits & (1 << i)) !== 0 ? [i] : []))
        listByBits.set(bits, found)
      }
      return found
    }
    return makeFirstSeenRule(
      base,
      {
        name: 'tactic',
        list: ({ columns }, row) => list(columns.tactics[row]!),
        read: (_, tactic) => allTactics[tactic]!
      },
      parameters
    )
  }
})
