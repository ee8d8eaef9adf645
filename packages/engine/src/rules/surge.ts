// Surge: an area has at least twice the attacks of its usual week. The usual is its own last four
// weeks, and at least one attack a week, so that a second attack in a quiet place is no surge.

import { defineParameters, defineRule } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample } from './examples.ts'
import { attacksByArea } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { makeRateRows, makeRateRule } from './rates.ts'

const source = 'patterns.md#surge'

const quiet = ['2025-04-01', '2025-04-15', '2025-04-28']
const burst = ['2025-05-20', '2025-05-21', '2025-05-22']
const inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const inMopti = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-5' })

export const surge = defineRule({
  id: 'surge',
  handbook: {
    says: 'Many more attacks in an area within days than in the weeks before.',
    levels:
      '`escalateFactor` times the usual; `escalateWindows` consecutive windows that would each enter.',
    ends: '`leaveDays` consecutive calm days, each below `leaveFactor` times the usual.',
    comesBack: comesBackWithItsReports
  },
  parameters: defineParameters(source, {
    ...makeRateRows(7, 28),
    factor: [2, 'ratio', 'multiple of the usual needed for entry', { notBelow: 'leaveFactor' }],
    floorMean: [1, 'incidents per window', 'minimum of the usual'],
    countMin: [3, 'incidents', 'minimum number of attacks in the window for entry'],
    escalateFactor: [
      4,
      'ratio',
      'multiple of the usual at which it escalates',
      { notBelow: 'factor' }
    ],
    escalateWindows: [
      2,
      'windows',
      'consecutive windows after which it escalates, if entry conditions hold on every day',
      { min: 2 }
    ],
    leaveFactor: [1.5, 'ratio', 'multiple of the usual below which a day is calm'],
    leaveDays: [14, 'days', 'consecutive calm days that end it', { min: 1 }]
  }),
  examples: [
    makeExample(
      'three attacks in three days after one every two weeks',
      [...quiet, ...burst].map(inSegou),
      expectOpen('2025-05-23', { admin1: 'ML-4' })
    ),
    makeExample(
      'two attacks in a week are not a surge, however quiet it was',
      [...quiet, ...burst.slice(1)].map(inSegou),
      expectNone('2025-05-23')
    ),
    makeExample(
      'three attacks in one area, a week apart, and two in another are not a surge',
      [...['2025-05-01', '2025-05-09', '2025-05-17'].map(inSegou), ...burst.slice(1).map(inMopti)],
      expectNone('2025-05-23')
    ),
    makeExample(
      'four times the usual escalates it',
      [...quiet, ...burst, '2025-05-23'].map(inSegou),
      expectOpen('2025-05-24', { admin1: 'ML-4' }, 2)
    ),
    makeExample(
      'two consecutive weeks escalate it',
      [...burst, '2025-05-27', '2025-05-28', '2025-05-29'].map(inSegou),
      expectOpen('2025-05-30', { admin1: 'ML-4' }, 2)
    ),
    makeExample(
      'two calm weeks end it',
      [...quiet, ...burst].map(inSegou),
      expectEnded('2025-06-20', { admin1: 'ML-4' })
    )
  ],
  texts: {
    en: {
      headline: 'Attacks in {area} surge: {value}[ in {windowDays} days]',
      why: '{value} {value:attack|attacks} in the {windowDays} days to {peakDay}. Threshold: {threshold}, which is {factor} times the mean of the {baseDays} days before ({baseline} per {windowDays} days, taken as at least {floorMean}), and at least {countMin}. An attack counts once, and only if its area is certain.',
      ends: '{leaveDays} days in a row below {leaveFactor} times the usual number',
      measure: 'attacks in {windowDays} days',
      levels: [
        'surge',
        '{escalateFactor} times the usual number',
        'high for {escalateWindows} windows in a row'
      ]
    },
    fr: {
      headline: 'Attaques en hausse à {area} : {value}[ en {windowDays} jours]',
      why: '{value} {value:attaque|attaques} dans les {windowDays} jours jusqu’au {peakDay}. Seuil : {threshold}, soit {factor} fois la moyenne des {baseDays} jours précédents ({baseline} par {windowDays} jours, comptée au moins {floorMean}), et au moins {countMin}. Une attaque compte une fois, et seulement si sa région est certaine.',
      ends: '{leaveDays} jours de suite sous {leaveFactor} fois le nombre habituel',
      measure: 'attaques en {windowDays} jours',
      levels: [
        'hausse',
        '{escalateFactor} fois le nombre habituel',
        'élevé pendant {escalateWindows} fenêtres de suite'
      ]
    }
  },
  looksBack: ({ windowDays, baseDays, leaveDays }) => ({ baseDays, windowDays, leaveDays }),
  make(parameters, base) {
    const { windowDays, factor, floorMean, countMin } = parameters
    const { escalateFactor, escalateWindows, leaveFactor, leaveDays } = parameters
    const applyFloor = (mean: number) => Math.max(floorMean, mean)
    const getThreshold = (mean: number) => Math.max(countMin, factor * applyFloor(mean))
    return makeRateRule(base, parameters, {
      family: attacksByArea,
      getThreshold,
      getSteepThreshold: mean => escalateFactor * applyFloor(mean),
      extendsRun: (count, mean) => count >= getThreshold(mean),
      runDays: windowDays * (escalateWindows - 1) + 1,
      isCalm: (count, mean) => count < leaveFactor * applyFloor(mean),
      calmDays: leaveDays
    })
  }
})
