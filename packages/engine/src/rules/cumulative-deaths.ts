// Cumulative deaths: attacks in a country have killed a number of people within a month, or within
// a year. A country that stays above the limit is one alert.

import type { DayView } from './day-view.ts'
import { defineParameters, defineRule, type LookBack, splitWords } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { attacksByCountry } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { checkedDay, type DayRule, firstSlot, openedDay, type State } from './rule.ts'

const source = 'patterns.md#cumulative-deaths'
const viewsSource = `${source} (VIEWS)`

const windowDaysMax = 90
const yearDaysMax = 730

const peak = firstSlot
const peakDay = firstSlot + 1
/** Day on which the deaths of the longer window reached its limit. */
const yearDay = firstSlot + 2
const stateSize = firstSlot + 3

const killing = (day: string, deaths: number) =>
  reportOn(day, 'attack', { deaths: [deaths, deaths, deaths] })
const enoughInMarch = [
  killing('2025-03-01', 10),
  killing('2025-03-15', 8),
  killing('2025-03-30', 7)
]

export const cumulativeDeaths = defineRule({
  id: 'cumulative-deaths',
  handbook: {
    says: 'Attacks in a country have killed a number of people within a month, or a year. One alert while it stays above.',
    levels: '`yearLimit` deaths within `yearDays`.',
    ends: 'The window falls below `leaveShare` of its limit.',
    comesBack: comesBackWithItsReports
  },
  parameters: defineParameters(source, {
    windowDays: [30, 'days', 'the window', { source: viewsSource, min: 1, max: windowDaysMax }],
    limit: [25, 'deaths', 'deaths in the window for entry', { source: viewsSource, min: 1 }],
    yearDays: [365, 'days', 'the longer window', { min: 1, max: yearDaysMax }],
    yearLimit: [
      1000,
      'deaths',
      'deaths in the longer window at which it escalates',
      { min: 1, notBelow: 'limit' }
    ],
    leaveShare: [0.8, 'ratio', 'share of the limit below which the window ends it', { max: 1 }]
  }),
  examples: [
    makeExample(
      'twenty-five deaths within a month',
      enoughInMarch,
      expectOpen('2025-03-31', { country: 'ML' })
    ),
    makeExample(
      'twenty-four within a month, and one a day later, are not enough',
      [killing('2025-03-01', 10), killing('2025-03-15', 14), killing('2025-03-31', 1)],
      expectNone('2025-04-01')
    ),
    makeExample(
      'a thousand within a year escalate it',
      splitWords('01-10 02-01 02-20 03-10 04-01 04-20 05-10 06-01 06-20 07-10').map(day =>
        killing(`2025-${day}`, 100)
      ),
      expectOpen('2025-07-11', { country: 'ML' }, 2)
    ),
    makeExample(
      'it ends below four fifths of the limit',
      enoughInMarch,
      expectEnded('2025-04-10', { country: 'ML' })
    )
  ],
  texts: {
    en: {
      headline: 'Attacks in {area}: {value} {value:death|deaths}[ in {days} days]',
      why: 'Attacks in {area} killed up to {value} {value:person|people} in the {days} days to {peakDay}, by the highest figure of each incident. Threshold: {threshold}. Deaths reported without a number are not counted, nor are statistics.',
      ends: 'the deaths of {windowDays} days fall below {leaveShare} of the limit of {limit}',
      measure: 'deaths in {days} days',
      levels: ['{limit} deaths in {windowDays} days', '{yearLimit} deaths in {yearDays} days']
    },
    fr: {
      headline: 'Attaques ({area}) : {value} {value:mort|morts}[ en {days} jours]',
      why: 'Les attaques ({area}) ont fait jusqu’à {value} {value:mort|morts} dans les {days} jours jusqu’au {peakDay}, selon le chiffre le plus élevé de chaque incident. Seuil : {threshold}. Les morts sans nombre et les statistiques ne sont pas comptées.',
      ends: 'le nombre de morts en {windowDays} jours passe sous {leaveShare} de la limite de {limit}',
      measure: 'morts en {days} jours',
      levels: ['{limit} morts en {windowDays} jours', '{yearLimit} morts en {yearDays} jours']
    }
  },
  looksBack: ({ windowDays, yearDays }): LookBack =>
    yearDays > windowDays ? { yearDays } : { windowDays },
  make(parameters, base): DayRule {
    const { windowDays, limit, yearDays, yearLimit, leaveShare } = parameters
    const isOver = (state: State, view: DayView) =>
      view.countDeaths(windowDays) < leaveShare * limit &&
      (state[yearDay] === 0 || view.countBestDeaths(yearDays) < leaveShare * yearLimit)
    return {
      ...base,
      family: attacksByCountry,
      stateSize,
      reachDays: Math.max(windowDays, yearDays),
      canOpen: view =>
        view.countDeaths(windowDays) >= limit || view.countBestDeaths(yearDays) >= yearLimit,
      applyDay(state, view) {
        const deaths = view.countDeaths(windowDays)
        // A sum of a year's highest figures has no source, so the year counts the best ones.
        const isYear = view.countBestDeaths(yearDays) >= yearLimit
        if (state[openedDay] === 0) {
          if (deaths < limit && !isYear) return
          state[openedDay] = view.day
        }
        if (deaths > state[peak]!) {
          state[peak] = deaths
          state[peakDay] = view.day
        }
        if (isYear && state[yearDay] === 0) state[yearDay] = view.day
      },
      closeDay: isOver,
      // Without another report, only days that leave the window lower its deaths.
      getEarliestEndDay(state, view) {
        view.day = state[checkedDay]! + 1
        const lastDay = view.day + windowDays
        while (view.day < lastDay && !isOver(state, view)) view.day += 1
        return view.day
      },
      listLevelDays: state => [state[yearDay]!],
      measure: state => ({ value: state[peak]!, threshold: limit, baseline: null }),
      computeCertainty(state, view) {
        view.day = state[peakDay]!
        return view.rateDeaths(windowDays, limit)
      },
      listFacts: state => ({ peakDay: state[peakDay]!, days: windowDays }),
      listTriggers: (state, view) =>
        view.listOverlapping(state[peakDay]! - windowDays + 1, state[peakDay]!),
      assessDays: windowDays,
      assess: view => ({ value: view.countDeaths(windowDays), threshold: limit, baseline: null })
    }
  }
})
