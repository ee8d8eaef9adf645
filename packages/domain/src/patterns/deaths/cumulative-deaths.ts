// Cumulative deaths: attacks in a country have killed a number of people within a month, or within
// a year. A country that stays above the limit is one episode, updated only when it reaches the
// next step, is better known, or has doubled.

import type { LookBack, MachinePattern } from '../../detection/pattern.ts'
import { attackCategories } from '../../report/report.ts'
import { countryName } from '../../space-time/country-names.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { capitalised, countedText, intervalNote } from '../episode/wording.ts'
import { windowMachine } from '../machine/window-machine.ts'
import { baselineText, tellsUsualDeaths } from './death-baseline.ts'
import { highestOf } from './death-sums.ts'
import {
  type CumulativeDeathsParameters,
  countriesOf,
  type DeathsTold,
  type DeathsWords,
  DeathWindows,
  drillMark,
  windowDaysMax,
  yearDaysMax
} from './death-windows.ts'
import { certaintyOf, countText, deathsText } from './measured-deaths.ts'

const source = 'patterns.md#cumulative-deaths'
const viewsSource = `${source} (VIEWS)`

const killing = (at: string, best: number) => ({
  at,
  category: 'attack' as const,
  deaths: [best, best, best] as const
})

export const cumulativeDeaths: MachinePattern<CumulativeDeathsParameters> = {
  id: 'cumulative-deaths',
  words: {
    says: 'Attacks in a country have killed a number of people within a month, or a year. One alert while it stays above.',
    levels: '`yearLimit` deaths within `yearDays`.',
    ends: 'The window falls below `leaveShare` of its limit.',
    ...comesBackWithItsReports
  },
  parameters: {
    windowDays: {
      default: 30,
      unit: 'days',
      meaning: 'the window',
      source: viewsSource,
      min: 1,
      max: windowDaysMax
    },
    limit: {
      default: 25,
      unit: 'deaths',
      meaning: 'deaths in the window at which it enters',
      source: viewsSource,
      min: 1
    },
    yearDays: {
      default: 365,
      unit: 'days',
      meaning: 'the longer window',
      source,
      min: 1,
      max: yearDaysMax
    },
    yearLimit: {
      default: 1000,
      unit: 'deaths',
      meaning: 'deaths in the longer window at which it escalates',
      source,
      min: 1
    },
    leaveShare: {
      default: 0.8,
      unit: 'ratio',
      meaning: 'share of the limit below which the window must fall to end it',
      source,
      max: 1
    }
  },
  examples: [
    {
      name: 'twenty-five deaths within a month',
      given: [killing('2025-03-01', 10), killing('2025-03-15', 8), killing('2025-03-30', 7)],
      horizon: '2025-03-31',
      expect: [{ group: { country: 'ML' }, level: 1, open: true }]
    },
    {
      name: 'twenty-four within a month, and one a day later, are not enough',
      given: [killing('2025-03-01', 10), killing('2025-03-15', 14), killing('2025-03-31', 1)],
      horizon: '2025-04-01',
      expect: []
    },
    {
      name: 'a thousand within a year escalate it',
      given: [
        '01-10',
        '02-01',
        '02-20',
        '03-10',
        '04-01',
        '04-20',
        '05-10',
        '06-01',
        '06-20',
        '07-10'
      ].map(day => killing(`2025-${day}`, 100)),
      horizon: '2025-07-11',
      expect: [{ group: { country: 'ML' }, level: 2, open: true }]
    },
    {
      name: 'it ends below four fifths of the limit',
      given: [killing('2025-03-01', 10), killing('2025-03-15', 8), killing('2025-03-30', 7)],
      horizon: '2025-04-10',
      expect: [{ group: { country: 'ML' }, level: 1, open: false }]
    }
  ],
  readsStatistics: true,
  looksBack: ({ windowDays, yearDays }): LookBack =>
    yearDays > windowDays ? { yearDays } : { windowDays },
  scopesOf: incident => {
    const isOfInterest = tellsUsualDeaths(incident) || attackCategories.has(incident.category)
    if (!isOfInterest || highestOf(incident.fatalities) === 0) return []
    const countries = countriesOf(incident)
    // A statistic of several countries sets a baseline of none.
    if (incident.category === 'statistic' && countries.length > 1) return []
    return countries.map(country => (incident.drill ? country + drillMark : country))
  },
  machine: windowMachine(
    (scope, parameters: CumulativeDeathsParameters) =>
      new DeathWindows(scope, parameters, told => wordsOf(told, parameters))
  )
}

function wordsOf(
  { country, told, baseline, triggers }: DeathsTold,
  { leaveShare }: CumulativeDeathsParameters
): DeathsWords {
  const certainty = certaintyOf(told)
  const isGraded = told.toll.gradedBest >= told.limit || told.toll.best < told.limit
  const count = countText(told)
  const people = told.value === 1 ? 'person' : 'people'
  const lastDay = formatDay(told.lastDay * dayMs)
  return {
    headline: `${capitalised(count)} ${people} killed by attacks in ${countryName(country)} in the ${told.days} days to ${lastDay}`,
    explanation:
      `Attacks in ${countryName(country)} killed ${count} ${people} in the ${told.days} days to ${lastDay} (low ${deathsText(told.toll.low)}, ` +
      `best ${deathsText(told.toll.best)}, high ${deathsText(told.toll.high)}). Threshold: ${told.limit}. ` +
      `Certainty: ${certainty}${isGraded ? '' : '; reports of known grade alone do not reach the threshold'}. ` +
      `An estimate that is not known is replaced by the next lower one. Deaths reported without a number are not counted, nor are statistics. ` +
      `${baseline === null ? '' : baselineText(baseline, told.days, told.limit)}` +
      `The alert ends when the number in ${countedText(told.days, 'day')} falls below ${deathsText(leaveShare * told.limit)}.` +
      intervalNote(triggers)
  }
}
