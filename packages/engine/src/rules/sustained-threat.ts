// Sustained threat: for four weeks an area has had at least twice its usual number of attacks,
// measured against the year before. Slower than a surge: it reports a persistent state.

import { defineParameters, defineRule, splitWords } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample } from './examples.ts'
import { attacksByArea } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { makeRateRows, makeRateRule } from './rates.ts'

const source = 'patterns.md#sustained-threat'

const inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const usual = ['2024-08-10', '2024-11-20', '2025-02-05']
const month = ['2025-05-02', '2025-05-08', '2025-05-15', '2025-05-20', '2025-05-26']
const further = splitWords('06-02 06-09 06-16 06-23 06-30 07-07 07-14 07-21').map(
  day => `2025-${day}`
)

export const sustainedThreat = defineRule({
  id: 'sustained-threat',
  handbook: {
    says: 'Far more attacks in an area than in the year before, for weeks.',
    levels: 'It has lasted `escalateDays` days.',
    ends: '`leaveDays` consecutive calm days, each below `leaveFactor` times the usual.',
    comesBack: comesBackWithItsReports
  },
  parameters: defineParameters(source, {
    ...makeRateRows(28, 364),
    factor: [2, 'ratio', 'multiple of the usual needed for entry', { notBelow: 'leaveFactor' }],
    countMin: [5, 'incidents', 'minimum number of attacks in the window for entry'],
    escalateDays: [
      60,
      'days',
      'duration at which it escalates',
      { source: 'patterns.md#sustained-threat (2 months)', min: 1 }
    ],
    leaveFactor: [1.5, 'ratio', 'multiple of the usual below which a day is calm'],
    leaveDays: [28, 'days', 'consecutive calm days that end it', { min: 1 }]
  }),
  examples: [
    makeExample(
      'five attacks in four weeks after three in a year',
      [...usual, ...month].map(inSegou),
      expectOpen('2025-05-27', { admin1: 'ML-4' })
    ),
    makeExample(
      'four attacks in four weeks are not enough, however quiet it was',
      [...usual, ...month.slice(1)].map(inSegou),
      expectNone('2025-05-27')
    ),
    makeExample(
      'two months escalate it',
      [...usual, ...month, ...further].map(inSegou),
      expectOpen('2025-07-27', { admin1: 'ML-4' }, 2)
    ),
    makeExample(
      'four calm weeks end it',
      [...usual, ...month].map(inSegou),
      expectEnded('2025-08-10', { admin1: 'ML-4' })
    )
  ],
  texts: {
    en: {
      headline: 'Attacks in {area} stay high: {value}[ in {windowDays} days]',
      why: '{value} {value:attack|attacks} in the {windowDays} days to {peakDay}. Threshold: {threshold}, which is {factor} times the mean of the {baseDays} days before ({baseline} per {windowDays} days), and at least {countMin}. An attack counts once, and only if its area is certain.',
      ends: '{leaveDays} days in a row below {leaveFactor} times the usual number',
      measure: 'attacks in {windowDays} days',
      levels: ['above the usual number', 'high for {escalateDays} days']
    },
    fr: {
      headline: 'Attaques toujours nombreuses à {area} : {value}[ en {windowDays} jours]',
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
    const { factor, countMin, escalateDays, leaveFactor, leaveDays } = parameters
    return makeRateRule(base, parameters, {
      family: attacksByArea,
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
