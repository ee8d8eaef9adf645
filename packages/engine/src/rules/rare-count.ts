// Rare count: more attacks within a week, in an area or in the whole theatre, than its year
// explains. The tail is exact: the rate of the base is not known but learned from it, so the count
// is gamma-Poisson, and a short or quiet past makes the test milder.

import { binomialTail } from './binomial-tail.ts'
import { cacheByNumber } from './cache.ts'
import { defineParameters, defineRule } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample } from './examples.ts'
import { attacksByAreaAndTheatre, attacksOfTheatre } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { makeRateRows, makeRateRule, type RateParameters } from './rates.ts'

const source = 'patterns.md#rare-count'

const inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const quiet = ['2024-07-10', '2024-11-20', '2025-02-05'].map(inSegou)
const burst = ['2025-05-20', '2025-05-21', '2025-05-22']
const apart = burst.map((at, i) => ({ ...inSegou(at), admin1: `ML-${4 + i}` }))
const share = { min: 0, max: 1 }

export const rareCount = defineRule({
  id: 'rare-count',
  handbook: {
    says: 'More attacks in an area, or in the theatre, than its past year explains by chance.',
    levels: 'The probability is at most `escalateAlpha`.',
    ends: '`windowDays` consecutive days on which so many are likelier than `leaveAlpha`.',
    comesBack: comesBackWithItsReports
  },
  parameters: defineParameters(source, {
    ...makeRateRows(7, 364),
    alpha: [0.001, 'probability', 'maximum probability of so many by chance, for entry', share],
    countMin: [3, 'incidents', 'minimum number of attacks in the window for entry', { min: 1 }],
    escalateAlpha: [0.0001, 'probability', 'probability at which it escalates', share],
    leaveAlpha: [0.1, 'probability', 'probability above which a day is calm', share],
    byArea: [true, 'true or false', 'also in each first-level area, not only in the theatre']
  }),
  examples: [
    makeExample(
      'three attacks in a week after three in a year, and the same in the theatre',
      [...quiet, ...burst.map(inSegou)],
      expectOpen('2025-05-23', { admin1: 'ML-4' }),
      expectOpen('2025-05-23', { theatre: 'all' })
    ),
    makeExample(
      'three attacks in three areas are rare in the theatre alone',
      apart,
      expectOpen('2025-05-23', { theatre: 'all' }, 2)
    ),
    makeExample('two attacks are not enough', apart.slice(1), expectNone('2025-05-23')),
    makeExample('a calm week ends it', apart, expectEnded('2025-06-10', { theatre: 'all' }, 2))
  ],
  texts: {
    en: {
      headline: 'Rarely so many attacks in {area}: {value}[ in {windowDays} days]',
      why: '{value} {value:attack|attacks} in the {windowDays} days to {peakDay}; mean of the {baseDays} days before: {baseline} per {windowDays} days. {threshold} or more come by chance with a probability of at most {alpha} (exact tail, the rate learned from the days before, at least {countMin}). Season and trend are not part of it.',
      ends: '{windowDays} days in a row with no more than chance gives with a probability above {leaveAlpha}',
      measure: 'attacks in {windowDays} days',
      levels: ['rarely so many', 'so many with a probability of at most {escalateAlpha}']
    },
    fr: {
      headline: 'Rarement autant d’attaques à {area} : {value}[ en {windowDays} jours]',
      why: '{value} {value:attaque|attaques} dans les {windowDays} jours jusqu’au {peakDay} ; moyenne des {baseDays} jours précédents : {baseline} par {windowDays} jours. Le hasard en donne {threshold} ou plus avec une probabilité d’au plus {alpha} (loi exacte, taux appris des jours précédents, au moins {countMin}). La saison et la tendance n’y entrent pas.',
      ends: '{windowDays} jours de suite sans plus que ce que le hasard donne avec une probabilité supérieure à {leaveAlpha}',
      measure: 'attaques en {windowDays} jours',
      levels: ['rarement autant', 'autant avec une probabilité d’au plus {escalateAlpha}']
    }
  },
  looksBack: ({ windowDays, baseDays }) => ({
    baseDays,
    windowDays,
    'windowDays again, to end': windowDays
  }),
  make(parameters, base) {
    const { windowDays, alpha, countMin, escalateAlpha, leaveAlpha, byArea } = parameters
    const calmBelow = makeRareLimit(parameters, leaveAlpha, 1)
    return makeRateRule(base, parameters, {
      family: byArea ? attacksByAreaAndTheatre : attacksOfTheatre,
      getThreshold: makeRareLimit(parameters, alpha, countMin),
      getSteepThreshold: makeRareLimit(parameters, escalateAlpha, countMin),
      extendsRun: () => false,
      runDays: Number.POSITIVE_INFINITY,
      isCalm: (count, mean) => count < calmBelow(mean),
      calmDays: windowDays
    })
  }
})

/**
 * The least count that chance gives with a probability of at most `alpha`, by the mean of the base in
 * attacks per window.
 */
function makeRareLimit(
  { windowDays, baseDays }: RateParameters,
  alpha: number,
  countMin: number
): (mean: number) => number {
  const share = windowDays / (windowDays + baseDays)
  const findLimit = cacheByNumber(past => {
    // With one more attack, the gamma-Poisson tail is a binomial one over base and window.
    let count = countMin
    while (binomialTail(past + count, share, count) > alpha) count += 1
    return count
  })
  // Means are rounded to six digits; shares of intervals make a whole attack.
  return mean => findLimit(Math.max(0, Math.ceil((mean * baseDays) / windowDays - 0.001)))
}
