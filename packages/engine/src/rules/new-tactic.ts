// New tactic: a way to fight is reported in an area where it was not for a year, and in none of the
// areas that touch it.

import { tactics as allTactics } from '../data/vocabulary.ts'
import { defineParameters, splitWords } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { defineFirstSeen, firstSeenParameters, kayes, nioro } from './first-seen.ts'

const inKayes = reportOn('2025-03-01', 'attack', { tactics: ['drone'] }, kayes)
const droneInKayes = { tactic: 'drone', admin1: 'ML-1' }

export const newTactic = defineFirstSeen({
  id: 'new-tactic',
  says: 'A way to fight or to rule appears in an area where it was not known, nor in the areas that touch it.',
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
  name: 'tactic',
  seen: { en: 'reported', fr: 'signalé', first: 'premier signalement' },
  makeList(parameters) {
    const watched = allTactics.map(one => parameters.tactics.includes(one))
    const listByBits = new Map<number, readonly number[]>()
    return ({ columns }, row) => {
      const bits = columns.tactics[row]!
      let found = listByBits.get(bits)
      if (found === undefined) {
        found = watched.flatMap((isWatched, i) => (isWatched && (bits & (1 << i)) !== 0 ? [i] : []))
        listByBits.set(bits, found)
      }
      return found
    }
  },
  read: (_, tactic) => allTactics[tactic]!
})
