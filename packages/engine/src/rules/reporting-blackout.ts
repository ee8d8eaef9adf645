// Reporting blackout: a source falls silent about an area for longer than chance allows, and is
// heard from others. Silence is measured by the source itself: it counts only as long as the source
// is alive elsewhere. Two reports from there end it.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import { flag, statisticMask } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { defineParameters, defineRule, ourChoice, type ParameterValues } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample } from './examples.ts'
import { isCertainArea, listAreas, listCertainAreas } from './families.ts'
import type { Family } from './family.ts'
import { comesBackWithItsReports } from './handbook.ts'
import {
  addKey,
  getFirst,
  getSecond,
  isDrillKey,
  makeKey,
  makePair,
  removeDrillBit
} from './keys.ts'
import { type DayRule, firstSlot, openedDay, type State } from './rule.ts'

const source = 'patterns.md#reporting-blackout'

/** The last day with a report of the area. */
const sinceDay = firstSlot
/** Days from one report to the next, by the rate at the last one that counts; 0: unknown. */
const gapDays = firstSlot + 1
/** The day up to which reports are counted, and the number of those in the period of the rate. */
const countedDay = firstSlot + 2
const aliveCount = firstSlot + 3
const stateSize = firstSlot + 4
/** Further numbers of a confirmed silence. */
const longDay = firstSlot + 4
const worseDay = firstSlot + 5

const parameters = defineParameters(source, {
  chance: [
    0.01,
    'probability',
    'probability of a silence that long if nothing had changed: T where e^(−λT) equals this',
    { min: 1e-6, max: 0.5 }
  ],
  rateWeeks: [26, 'weeks', 'period of the usual rate λ', ourChoice],
  reportsMin: [5, 'reports', 'reports in that period needed for a rate', ourChoice],
  knownDays: [28, 'days', 'how long the source must have been known', ourChoice],
  silenceDaysMin: [3, 'days', 'minimum silence: dates are precise to the day', ourChoice],
  escalateFactor: [3, 'times', 'multiple of T at which it escalates', { min: 1 }],
  worsePatterns: [['siege'], 'patterns', 'patterns that escalate it if open there at the same time']
})
type SilenceParameters = ParameterValues<typeof parameters>

export const reportingBlackout = defineRule({
  id: 'reporting-blackout',
  handbook: {
    says: 'A source has fallen silent about an area from which it used to report, and reports from others.',
    levels: '`escalateFactor` times as long; an open finding of `worsePatterns` there.',
    ends: 'Two reports from there.',
    comesBack: comesBackWithItsReports
  },
  parameters,
  examples: [
    makeExample(
      'a source that reported from an area every week falls silent there and continues elsewhere',
      [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 17)],
      expectOpen('2025-06-20', { source: 'a', admin1: 'ML-5' })
    ),
    makeExample(
      'three times as long escalates it',
      [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 24)],
      expectOpen('2025-06-20', { source: 'a', admin1: 'ML-5' }, 2)
    ),
    makeExample(
      'two reports from there end it',
      [...weekly('ML-5', 1, 10), ...weekly('ML-5', 18, 19), ...weekly('ML-6', 1, 20)],
      expectEnded('2025-06-20', { source: 'a', admin1: 'ML-5' })
    ),
    makeExample(
      'a source that is silent everywhere raises nothing',
      [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 10)],
      expectNone('2025-06-20')
    )
  ],
  texts: {
    en: {
      headline: 'No reports from {source} about {area}[ since {from}]',
      why: '{source} used to report from {area} every {baseline} days, then did not for {value} days or more, while it reported from elsewhere. Threshold: {threshold} days, which have a probability of {chance} at the earlier rate. Days without any reports to Tocsin are not counted. Either it is quiet there, or nobody can report.',
      ends: 'two reports from there',
      measure: 'days without a report, at least'
    },
    fr: {
      headline: 'Plus de rapports de {source} sur {area}[ depuis le {from}]',
      why: '{source} rapportait de {area} tous les {baseline} jours, puis ne l’a plus fait pendant {value} jours ou plus, tout en rapportant d’ailleurs. Seuil : {threshold} jours, de probabilité {chance} au rythme antérieur. Les jours sans aucun rapport reçu par Tocsin ne comptent pas. Soit la région est calme, soit personne ne peut rapporter.',
      ends: 'deux rapports de là-bas',
      measure: 'jours sans rapport, au moins'
    }
  },
  looksBack: listLookBack,
  make(parameters, base): DayRule {
    const { reportsMin, knownDays, escalateFactor, worsePatterns } = parameters
    const rateDays = parameters.rateWeeks * 7
    const findPeriod = (state: State) => computePeriod(state[gapDays]!, parameters)
    return {
      ...base,
      outlastsSilence: true,
      clock: 'watermark',
      inputPatterns: worsePatterns,
      inputScopes: 'area',
      family: reportsByArea,
      stateSize,
      reachDays: rateDays,
      isNewsWhileOpen: true,
      returnsToEnd: 2,
      applyDay(state, view) {
        const { incidents, day, scope } = view
        const today = view.listToday()
        const ends = today.map(row => incidents.columns.toDay[row]!)
        state[sinceDay] = Math.max(state[sinceDay]!, ...ends)
        const heard = countAlive(view, today)
        const leaving = view.listRows(state[countedDay]! - rateDays + 1, day - rateDays)
        state[aliveCount]! += heard - countAlive(view, leaving)
        state[countedDay] = day
        const count = state[aliveCount]!
        const knownFor = Math.min(rateDays, day - scope.parent!.findNextDay(0))
        const isRateKnown = knownFor >= knownDays && count >= reportsMin
        if (heard > 0) state[gapDays] = isRateKnown ? knownFor / count : 0
        state[openedDay] =
          state[gapDays] === 0 ? never : state[sinceDay]! + Math.ceil(findPeriod(state))
      },
      confirm(state, view, until) {
        const since = state[sinceDay]!
        const opens = view.addUnheardDays(since, state[openedDay]!)
        // Where it is silent itself, the source was heard from elsewhere.
        const heardTo = view.scope.parent!.findLastDay(until)
        state[openedDay] = opens <= heardTo ? opens : never
        if (opens > heardTo) return Math.max(opens, until)
        const longSilence = Math.ceil(findPeriod(state) * escalateFactor)
        const long = view.addUnheardDays(since, since + longSilence)
        const worse = view
          .listInputs(worsePatterns, opens, until - 1, 'area')
          .map(({ startDay }) => Math.max(opens, startDay))
        state[longDay] = long <= heardTo ? long : 0
        state[worseDay] = worse.length === 0 ? 0 : Math.min(...worse)
        return long <= heardTo ? never : Math.max(long, until)
      },
      listLevelDays: state => [state[longDay]!, state[worseDay]!],
      measure(state) {
        const factor = state[longDay] === 0 ? 1 : escalateFactor
        return {
          value: roundDays(findPeriod(state) * factor),
          threshold: roundDays(findPeriod(state)),
          baseline: roundDays(state[gapDays]!)
        }
      },
      listFacts: state => ({ sinceDay: state[sinceDay]! }),
      listTriggers(state, view) {
        const { toDay } = view.incidents.columns
        const [since, worse] = [state[sinceDay]!, state[worseDay]!]
        const last = view.listOverlapping(since, since).filter(row => toDay[row] === since)
        if (worse === 0) return last
        return [...new Set([...last, ...view.listInputTriggers(worsePatterns, worse, 'area')])]
      }
    }
  }
})

/** For the examples: one report a week from an area. */
function weekly(admin1: string, first: number, last: number) {
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    at: new Date(Date.UTC(2025, 0, (first + i) * 7)).toISOString().slice(0, 10),
    category: 'protest' as const,
    settlement: `Town of ${admin1}`,
    admin1,
    source: 'a'
  }))
}

/** The period of the rate, and the longest silence until it escalates, at the least rate. */
function listLookBack(parameters: SilenceParameters) {
  const { rateWeeks, reportsMin, knownDays, escalateFactor } = parameters
  const rateDays = rateWeeks * 7
  const gap = rateDays / Math.max(reportsMin, 1)
  return {
    ...(knownDays > rateDays ? { knownDays } : { rateWeeks: rateDays }),
    'the longest silence': Math.ceil(computePeriod(gap, parameters) * escalateFactor)
  }
}

/** The silence that chance allows where there is one report in so many days. */
function computePeriod(gap: number, { chance, silenceDaysMin }: SilenceParameters): number {
  return Math.max(silenceDaysMin, -Math.log(chance) * gap)
}

/** The sources of all reports. What counts shows that they are alive. */
const reportsBySource: Family = {
  id: 'reports by source',
  categories: ~statisticMask,
  sums: 'none',
  isCounted: (incidents, row) =>
    cameAsNews(incidents, row) && listCertainAreas(incidents, row).length > 0,
  listKeys(incidents, row, into) {
    for (const report of incidents.listMembers(row))
      addKey(into, makeKey(incidents, row, incidents.reports.columns.source[report]!))
  },
  readGroup: ({ reports }, source) => ({ source: reports.names.getText(source) })
}

const reportsByArea: Family = {
  id: 'reports by source and area',
  categories: ~statisticMask,
  sums: 'none',
  // A report of any grade breaks a silence.
  isCounted: () => true,
  getArea: getSecond,
  parent: {
    family: reportsBySource,
    getKey: key => getFirst(removeDrillBit(key)) * 2 + (isDrillKey(key) ? 1 : 0)
  },
  listKeys(incidents, row, into) {
    for (const report of incidents.listMembers(row)) {
      const from = incidents.reports.columns.source[report]!
      for (const area of listAreas(incidents, row))
        addKey(into, makeKey(incidents, row, makePair(from, area)))
    }
  },
  readGroup: ({ reports }, pair) => ({
    source: reports.names.getText(getFirst(pair)),
    admin1: reports.names.getText(getSecond(pair))
  })
}

/** True for a report of a usable grade, and not from an archive or a file of old news. */
function cameAsNews({ columns }: Incidents, row: number): boolean {
  const { usableGrade, archived } = flag
  return (columns.flags[row]! & (usableGrade | archived)) === usableGrade
}

/** Counts such reports that are certain to be of the area of the scope. */
function countAlive({ incidents, scope }: DayView, rows: readonly number[]): number {
  const area = getSecond(scope.value)
  const isAlive = (row: number) => cameAsNews(incidents, row) && isCertainArea(incidents, row, area)
  return rows.filter(isAlive).length
}

function roundDays(days: number): number {
  return Math.round(days * 10) / 10
}
