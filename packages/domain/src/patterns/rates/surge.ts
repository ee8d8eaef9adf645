// Surge: an area has at least twice the attacks of its usual week. The usual is its own last four
// weeks, and at least one attack a week, so that a second attack in a quiet place is no surge.

import type { MachinePattern } from '../../detection/pattern.ts'
import { areaInCountry } from '../../space-time/area-names.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { recentCache } from '../episode/recent-cache.ts'
import { countedText, intervalNote } from '../episode/wording.ts'
import {
  areaNeeds,
  areaScopesOf,
  baseDaysMax,
  countText,
  type RateRule,
  type RateStory,
  type RateWords,
  rateMachine,
  roundedCountText,
  windowDaysMax
} from './area-rate.ts'

const source = 'patterns.md#surge'

export interface SurgeParameters {
  readonly windowDays: number
  readonly baseDays: number
  readonly factor: number
  readonly floorMean: number
  readonly countMin: number
  readonly escalateFactor: number
  readonly escalateWindows: number
  readonly leaveFactor: number
  readonly leaveDays: number
}

const quiet = ['2025-04-01', '2025-04-15', '2025-04-28']
const burst = ['2025-05-20', '2025-05-21', '2025-05-22']
const inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const inMopti = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-5' })

export const surge: MachinePattern<SurgeParameters> = {
  id: 'surge',
  words: {
    says: 'Many more attacks in an area within days than in the weeks before.',
    levels:
      '`escalateFactor` times the usual; `escalateWindows` consecutive windows that would each enter.',
    ends: '`leaveDays` consecutive calm days, each below `leaveFactor` times the usual.',
    ...comesBackWithItsReports
  },
  parameters: {
    windowDays: {
      default: 7,
      unit: 'days',
      meaning: 'the window',
      source,
      min: 1,
      max: windowDaysMax
    },
    baseDays: {
      default: 28,
      unit: 'days',
      meaning: 'length of the baseline before the window',
      source,
      min: 1,
      max: baseDaysMax
    },
    factor: {
      default: 2,
      unit: 'ratio',
      meaning: 'multiple of the usual needed for entry',
      source
    },
    floorMean: {
      default: 1,
      unit: 'incidents per window',
      meaning: 'minimum of the usual',
      source
    },
    countMin: {
      default: 3,
      unit: 'incidents',
      meaning: 'minimum number of attacks in the window for entry',
      source
    },
    escalateFactor: {
      default: 4,
      unit: 'ratio',
      meaning: 'multiple of the usual at which it escalates',
      source
    },
    escalateWindows: {
      default: 2,
      unit: 'windows',
      meaning:
        'consecutive windows after which it escalates, if entry conditions hold on every day',
      source,
      min: 2
    },
    leaveFactor: {
      default: 1.5,
      unit: 'ratio',
      meaning: 'multiple of the usual below which a day is calm',
      source
    },
    leaveDays: {
      default: 14,
      unit: 'days',
      meaning: 'consecutive calm days that end it',
      source,
      min: 1
    }
  },
  examples: [
    {
      name: 'three attacks in three days after one every two weeks',
      given: [...quiet, ...burst].map(inSegou),
      horizon: '2025-05-23',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: true }]
    },
    {
      name: 'two attacks in a week are not a surge, however quiet it was',
      given: [...quiet, ...burst.slice(1)].map(inSegou),
      horizon: '2025-05-23',
      expect: []
    },
    {
      name: 'three attacks in one area, a week apart, and two in another are not a surge',
      given: [
        ...['2025-05-01', '2025-05-09', '2025-05-17'].map(inSegou),
        ...burst.slice(1).map(inMopti)
      ],
      horizon: '2025-05-23',
      expect: []
    },
    {
      name: 'four times the usual escalates it',
      given: [...quiet, ...burst, '2025-05-23'].map(inSegou),
      horizon: '2025-05-24',
      expect: [{ group: { admin1: 'ML-4' }, level: 2, open: true }]
    },
    {
      name: 'two consecutive weeks escalate it',
      given: [...burst, '2025-05-27', '2025-05-28', '2025-05-29'].map(inSegou),
      horizon: '2025-05-30',
      expect: [{ group: { admin1: 'ML-4' }, level: 2, open: true }]
    },
    {
      name: 'two calm weeks end it',
      given: [...quiet, ...burst].map(inSegou),
      horizon: '2025-06-20',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: false }]
    }
  ],
  baselineDays: ({ windowDays, baseDays }) => windowDays + baseDays,
  endsByBaseline: true,
  looksBack: ({ windowDays, baseDays, leaveDays }) => ({ baseDays, windowDays, leaveDays }),
  placeNeeds: areaNeeds,
  scopesOf: areaScopesOf,
  machine: rateMachine(ruleOf)
}
const rules = recentCache<SurgeParameters, RateRule>(4)

function ruleOf(parameters: SurgeParameters): RateRule {
  return rules(parameters, () => makeRule(parameters))
}

function makeRule(parameters: SurgeParameters): RateRule {
  const {
    windowDays,
    baseDays,
    factor,
    floorMean,
    countMin,
    escalateFactor,
    escalateWindows,
    leaveFactor,
    leaveDays
  } = parameters
  const usual = (mean: number) => Math.max(floorMean, mean)
  const threshold = (mean: number) => Math.max(countMin, factor * usual(mean))
  return {
    windowDays,
    baseDays,
    threshold,
    steepFrom: mean => escalateFactor * usual(mean),
    steepReason: `${escalateFactor} times the usual`,
    goesOn: ({ count, mean }) => count >= threshold(mean),
    runDays: windowDays * (escalateWindows - 1) + 1,
    runReason: `${escalateWindows * windowDays} days running`,
    isCalm: ({ count, mean }) => count < leaveFactor * usual(mean),
    calmDays: leaveDays,
    entryReason: 'surge',
    words: told => wordsOf(told, parameters)
  }
}

function wordsOf(
  { area, peak, triggers }: Omit<RateStory, 'support'>,
  parameters: SurgeParameters
): RateWords {
  const { windowDays, baseDays, factor, countMin, floorMean, leaveFactor, leaveDays } = parameters
  const lastDay = formatDay(peak.day * dayMs)
  const before =
    peak.mean === 0
      ? `none in the ${baseDays} days before`
      : `mean of the ${baseDays} days before: ${countText(peak.mean)} per ${countedText(windowDays, 'day')}`
  return {
    headline: `Attacks in ${areaInCountry(area)} surge: ${roundedCountText(peak.count)} in the ${windowDays} days to ${lastDay}; ${before}`,
    explanation:
      `Peak: ${countText(peak.count)} ${peak.count === 1 ? 'attack' : 'attacks'} in the ${windowDays} days to ${lastDay}. Threshold: ${countText(peak.threshold)}, ` +
      `which is ${factor} times the mean of the ${baseDays} days before (${countText(peak.mean)} per ${countedText(windowDays, 'day')}, taken as ${countText(Math.max(floorMean, peak.mean))}), and at least ${countMin}. ` +
      `An attack counts once, and only if its area is certain; others are supporting evidence. The alert ends after ${countedText(leaveDays, 'day')} below ${leaveFactor} times the usual number.` +
      intervalNote(triggers.kept)
  }
}
