// Sustained threat: for four weeks an area has had at least twice its usual number of attacks,
// measured against the year before. Slower than a surge: it reports a persistent state.

import { type AnyRuleDefinition, defineRule } from './definition.ts'
import { attacksByArea } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { baseDaysMax, makeRateRule, windowDaysMax } from './rates.ts'

const source = 'patterns.md#sustained-threat'

interface SustainedThreatParameters {
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

export const sustainedThreat: AnyRuleDefinition = defineRule<SustainedThreatParameters>({
  id: 'sustained-threat',
  handbook: {
    says: 'Far more attacks in an area than in the year before, for weeks.',
    levels: 'It has lasted `escalateDays` days.',
    ends: '`leaveDays` consecutive calm days, each below `leaveFactor` times the usual.',
    comesBack: comesBackWithItsReports
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
  texts: {
    en: {
      headline: 'Attacks in {area} stay high: {value} in {windowDays} days',
      why: '{value} {value:attack|attacks} in the {windowDays} days to {peakDay}. Threshold: {threshold}, which is {factor} times the mean of the {baseDays} days before ({baseline} per {windowDays} days), and at least {countMin}. An attack counts once, and only if its area is certain.',
      ends: '{leaveDays} days in a row below {leaveFactor} times the usual number',
      measure: 'attacks in {windowDays} days',
      levels: ['above the usual number', 'high for {escalateDays} days']
    },
    fr: {
      headline: 'Attaques toujours nombreuses à {area} : {value} en {windowDays} jours',
      why: '{value} {value:attaque|attaques} dans les {windowDays} jours jusqu’au {peakDay}. Seuil : {threshold}, soit {factor} fois la moyenne des {baseDays} jours précédents ({baseline} par {windowDays} jours), et au moins {countMin}. Une attaque compte une fois, et seulement si sa région est certaine.',
      ends: '{leaveDays} jours de suite sous {leaveFactor} fois le nombre habituel',
      measure: 'attaques en {windowDays} jours',
      levels: ['au-dessus du nombre habituel', 'élevé pendant {escalateDays} jours']
    }
  },
  looksBack: ({ windowDays, baseDays, leaveDays, escalateDays }) => ({
    baseDays,
    windowDays,
    ...(escalateDays > leaveDays ? { escalateDays } : { leaveDays })
  }),
  make(parameters, base) {
    const { windowDays, baseDays, factor, countMin, escalateDays, leaveFactor, leaveDays } =
      parameters
    return makeRateRule(base, {
      family: attacksByArea,
      windowDays,
      baseDays,
      countMin,
      getThreshold: mean => Math.max(countMin, factor * mean),
      getSteepThreshold: () => Number.POSITIVE_INFINITY,
      extendsRun: () => true,
      runDays: escalateDays,
      // Where the usual is 0, only a day without attacks in its window is calm.
      isCalm: (count, mean) => count === 0 || count < leaveFactor * mean,
      calmDays: leaveDays
    })
  }
})
