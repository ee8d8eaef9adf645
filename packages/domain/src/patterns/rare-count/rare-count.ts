// Rare count: more attacks within a week, in an area or in the whole theatre, than its year
// explains. The tail is exact: the rate of the base is not known but learned from it, so the count
// is gamma-Poisson, and a short or quiet past makes the test milder.

import type { MachinePattern } from '../../detection/pattern.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { binomialTail, leastFrom } from '../episode/binomial-tail.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { recentCache } from '../episode/recent-cache.ts'
import { countedText, intervalNote } from '../episode/wording.ts'
import * as rate from '../rates/area-rate.ts'

const source = 'patterns.md#rare-count'

export interface RareCountParameters {
  readonly windowDays: number
  readonly baseDays: number
  readonly alpha: number
  readonly countMin: number
  readonly escalateAlpha: number
  readonly leaveAlpha: number
}

const inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const quiet = ['2024-07-10', '2024-11-20', '2025-02-05'].map(inSegou)
const burst = ['2025-05-20', '2025-05-21', '2025-05-22']
const apart = burst.map((at, i) => ({ ...inSegou(at), admin1: `ML-${4 + i}` }))
const everywhere = { group: { theatre: 'all' }, level: 2, open: true }
const days = { unit: 'days', source, min: 1 } as const
const probability = { unit: 'probability', source, min: 0, max: 1 } as const

export const rareCount: MachinePattern<RareCountParameters> = {
  id: 'rare-count',
  words: {
    says: 'More attacks in an area, or in the theatre, than its past year explains by chance.',
    levels: 'The probability is at most `escalateAlpha`.',
    ends: '`windowDays` consecutive days on which so many are likelier than `leaveAlpha`.',
    ...comesBackWithItsReports
  },
  parameters: {
    windowDays: { ...days, default: 7, meaning: 'the window', max: rate.windowDaysMax },
    baseDays: {
      ...days,
      default: 364,
      meaning: 'length of the baseline before the window',
      max: rate.baseDaysMax
    },
    alpha: {
      ...probability,
      default: 0.001,
      meaning: 'maximum probability of so many attacks by chance for entry'
    },
    countMin: {
      default: 3,
      unit: 'incidents',
      meaning: 'minimum number of attacks in the window for entry',
      source,
      min: 1
    },
    escalateAlpha: {
      ...probability,
      default: 0.0001,
      meaning: 'probability at which it escalates'
    },
    leaveAlpha: { ...probability, default: 0.1, meaning: 'probability above which a day is calm' }
  },
  examples: [
    {
      name: 'three attacks in a week after three in a year, and the same in the theatre',
      given: [...quiet, ...burst.map(inSegou)],
      horizon: '2025-05-23',
      expect: [
        { group: { admin1: 'ML-4' }, level: 1, open: true },
        { ...everywhere, level: 1 }
      ]
    },
    {
      name: 'three attacks in three areas are rare in the theatre alone',
      given: apart,
      horizon: '2025-05-23',
      expect: [everywhere]
    },
    {
      name: 'two attacks are not enough',
      given: apart.slice(1),
      horizon: '2025-05-23',
      expect: []
    },
    {
      name: 'a calm week ends it',
      given: apart,
      horizon: '2025-06-10',
      expect: [{ ...everywhere, open: false }]
    }
  ],
  baselineDays: ({ windowDays, baseDays }) => windowDays + baseDays,
  endsByBaseline: true,
  // It ends after as many calm days as its window has.
  looksBack: ({ windowDays, baseDays }) => ({
    baseDays,
    windowDays,
    'windowDays again, to end': windowDays
  }),
  placeNeeds: rate.areaNeeds,
  scopesOf: rate.areaAndTheatreScopesOf,
  machine: rate.rateMachine(parameters => rules(parameters, () => makeRule(parameters)))
}

const rules = recentCache<RareCountParameters, rate.RateRule>(4)
/** Numbers of past attacks of which the limits are kept. */
const limitsMax = 10_000

/**
 * The least count that is so rare, by the mean of the base in attacks per window. Never falls as
 * the mean rises.
 */
export function leastRare(
  { windowDays, baseDays }: RareCountParameters,
  alpha: number,
  atLeast: number
) {
  const share = windowDays / (windowDays + baseDays)
  const known = new Map<number, number>()
  return (mean: number): number => {
    // Means are rounded; shares of intervals make a whole attack.
    const past = Math.max(0, Math.ceil((mean * baseDays) / windowDays - 0.001))
    const found = known.get(past)
    if (found !== undefined) return found
    // With one attack more, the gamma-Poisson tail over a base is that of a binomial over base and
    // window.
    const least = leastFrom(atLeast, count => binomialTail(past + count, share, count) <= alpha)
    if (known.size >= limitsMax) known.clear()
    known.set(past, least)
    return least
  }
}

function makeRule(parameters: RareCountParameters): rate.RateRule {
  const { windowDays, baseDays, alpha, countMin, escalateAlpha, leaveAlpha } = parameters
  const threshold = leastRare(parameters, alpha, countMin)
  const calmBelow = leastRare(parameters, leaveAlpha, 1)
  return {
    windowDays,
    baseDays,
    threshold,
    steepFrom: leastRare(parameters, escalateAlpha, countMin),
    steepReason: `probability at most ${escalateAlpha}`,
    goesOn: () => false,
    runDays: Number.POSITIVE_INFINITY,
    runReason: '',
    isCalm: ({ count, mean }) => count < calmBelow(mean),
    calmDays: windowDays,
    entryReason: 'rare',
    words: told => wordsOf(told, parameters)
  }
}

function wordsOf(
  told: Omit<rate.RateStory, 'support'>,
  parameters: RareCountParameters
): rate.RateWords {
  const { windowDays, baseDays, alpha, countMin, leaveAlpha } = parameters
  const { peak } = told
  const window = `the ${windowDays} days to ${formatDay(peak.day * dayMs)}`
  const usually = `mean of the ${baseDays} days before: ${rate.countText(peak.mean)} per ${countedText(windowDays, 'day')}`
  return {
    headline: `Attacks in ${rate.areaName(told)} are rarely so many: ${rate.roundedCountText(peak.count)} in ${window}; ${usually}`,
    explanation:
      `Peak: ${rate.countText(peak.count)} in ${window}; ${usually}. At least ${rate.countText(peak.threshold)} are rarer by chance than ${alpha} ` +
      `(exact tail, the rate learned from the days before, at least ${countMin}). Season and trend are not part of it. An attack counts once, ` +
      `and only if its area is certain; others are supporting evidence. The alert ends after ${countedText(windowDays, 'day')} with no more than chance gives with a probability above ${leaveAlpha}.` +
      intervalNote(told.triggers.kept)
  }
}
