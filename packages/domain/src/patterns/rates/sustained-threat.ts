// Sustained threat: for four weeks an area has had at least twice its usual number of attacks,
// measured against the year before. Slower than a surge: it reports a persistent state.

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

const source = 'patterns.md#sustained-threat'

export interface SustainedThreatParameters {
  readonly windowDays: number
  readonly baseDays: number
  readonly factor: number
  readonly countMin: number
  readonly escalateDays: number
  readonly leaveFactor: number
  readonly leaveDays: number
}

const inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const usual = ['2024-08-10', '2024-11-20', '2025-02-05']
const month = ['2025-05-02', '2025-05-08', '2025-05-15', '2025-05-20', '2025-05-26']
const further = [
  '2025-06-02',
  '2025-06-09',
  '2025-06-16',
  '2025-06-23',
  '2025-06-30',
  '2025-07-07',
  '2025-07-14',
  '2025-07-21'
]

export const sustainedThreat: MachinePattern<SustainedThreatParameters> = {
  id: 'sustained-threat',
  words: {
    says: 'Far more attacks in an area than in the year before, for weeks.',
    levels: 'It has lasted `escalateDays` days.',
    ends: '`leaveDays` consecutive calm days, each below `leaveFactor` times the usual.',
    ...comesBackWithItsReports
  },
  parameters: {
    windowDays: {
      default: 28,
      unit: 'days',
      meaning: 'the window',
      source,
      min: 1,
      max: windowDaysMax
    },
    baseDays: {
      default: 364,
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
    countMin: {
      default: 5,
      unit: 'incidents',
      meaning: 'minimum number of attacks in the window for entry',
      source
    },
    escalateDays: {
      default: 60,
      unit: 'days',
      meaning: 'duration at which it escalates',
      source: 'patterns.md#sustained-threat (2 months)',
      min: 1
    },
    leaveFactor: {
      default: 1.5,
      unit: 'ratio',
      meaning: 'multiple of the usual below which a day is calm',
      source
    },
    leaveDays: {
      default: 28,
      unit: 'days',
      meaning: 'consecutive calm days that end it',
      source,
      min: 1
    }
  },
  examples: [
    {
      name: 'five attacks in four weeks after three in a year',
      given: [...usual, ...month].map(inSegou),
      horizon: '2025-05-27',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: true }]
    },
    {
      name: 'four attacks in four weeks are not enough, however quiet it was',
      given: [...usual, ...month.slice(1)].map(inSegou),
      horizon: '2025-05-27',
      expect: []
    },
    {
      name: 'two months escalate it',
      given: [...usual, ...month, ...further].map(inSegou),
      horizon: '2025-07-27',
      expect: [{ group: { admin1: 'ML-4' }, level: 2, open: true }]
    },
    {
      name: 'four calm weeks end it',
      given: [...usual, ...month].map(inSegou),
      horizon: '2025-08-10',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: false }]
    }
  ],
  baselineDays: ({ windowDays, baseDays }) => windowDays + baseDays,
  endsByBaseline: true,
  looksBack: ({ windowDays, baseDays, leaveDays, escalateDays }) => ({
    baseDays,
    windowDays,
    ...(escalateDays > leaveDays ? { escalateDays } : { leaveDays })
  }),
  placeNeeds: areaNeeds,
  scopesOf: areaScopesOf,
  machine: rateMachine(ruleOf)
}

const rules = recentCache<SustainedThreatParameters, RateRule>(4)

function ruleOf(parameters: SustainedThreatParameters): RateRule {
  return rules(parameters, () => makeRule(parameters))
}

function makeRule(parameters: SustainedThreatParameters): RateRule {
  const { windowDays, baseDays, factor, countMin, escalateDays, leaveFactor, leaveDays } =
    parameters
  return {
    windowDays,
    baseDays,
    threshold: mean => Math.max(countMin, factor * mean),
    steepFrom: () => Number.POSITIVE_INFINITY,
    steepReason: '',
    goesOn: () => true,
    runDays: escalateDays,
    runReason: `${escalateDays} days`,
    // With a baseline of zero, only a count of zero is calm.
    isCalm: ({ count, mean }) => count === 0 || count < leaveFactor * mean,
    calmDays: leaveDays,
    entryReason: 'sustained',
    words: told => wordsOf(told, parameters)
  }
}

function wordsOf(
  { area, peak, triggers }: Omit<RateStory, 'support'>,
  parameters: SustainedThreatParameters
): RateWords {
  const { windowDays, baseDays, factor, countMin, leaveFactor, leaveDays } = parameters
  const lastDay = formatDay(peak.day * dayMs)
  const usually =
    peak.mean === 0
      ? `none in the ${baseDays} days before`
      : `mean of the ${baseDays} days before: ${countText(peak.mean)} per ${countedText(windowDays, 'day')}`
  return {
    headline: `Attacks in ${areaInCountry(area)} stay high: ${roundedCountText(peak.count)} in the ${windowDays} days to ${lastDay}; ${usually}`,
    explanation:
      `Peak: ${countText(peak.count)} ${peak.count === 1 ? 'attack' : 'attacks'} in the ${windowDays} days to ${lastDay}. Threshold: ${countText(peak.threshold)}, ` +
      `which is ${factor} times the mean of the ${baseDays} days before (${countText(peak.mean)} per ${countedText(windowDays, 'day')}), and at least ${countMin}. ` +
      `An attack counts once, and only if its area is certain; others are supporting evidence. The alert ends after ${countedText(leaveDays, 'day')} below ${leaveFactor} times the usual number.` +
      intervalNote(triggers.kept)
  }
}
