// Reporting blackout: a source falls silent about an area for longer than chance allows, and is
// heard from others. Silence is measured by the source itself: it counts only as long as the source
// is alive elsewhere. Two reports from there end it.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import { flag, statisticMask } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { type AnyRuleDefinition, defineRule } from './definition.ts'
import { listAreas, listCertainAreas } from './families.ts'
import type { Family } from './family.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { getFirst, getSecond, makeKey, makePair } from './keys.ts'
import { type DayRule, firstSlot, openedDay, type State } from './rule.ts'
import type { RuleBase } from './rule-base.ts'

const source = 'patterns.md#reporting-blackout'

interface SilenceParameters {
  readonly chance: number
  readonly rateWeeks: number
  readonly reportsMin: number
  readonly knownDays: number
  readonly silenceDaysMin: number
  readonly escalateFactor: number
}

interface ReportingBlackoutParameters extends SilenceParameters {
  readonly worsePatterns: readonly string[]
}

/** The last day with a report of the area. */
const sinceDay = firstSlot
/** Days from one report to the next, by the rate at the last one that counts; 0: unknown. */
const gapDays = firstSlot + 1
const stateSize = firstSlot + 2
/** Further numbers of a confirmed silence. */
const longDay = firstSlot + 2
const worseDay = firstSlot + 3

export const reportingBlackout: AnyRuleDefinition = defineRule<ReportingBlackoutParameters>({
  id: 'reporting-blackout',
  handbook: {
    says: 'A source has fallen silent about an area from which it used to report, and reports from others.',
    levels: '`escalateFactor` times as long; an open finding of `worsePatterns` there.',
    ends: 'Two reports from there.',
    comesBack: comesBackWithItsReports
  },
  parameters: {
    chance: {
      default: 0.01,
      unit: 'probability',
      meaning:
        'probability of a silence that long if nothing had changed: T where e^(−λT) equals this',
      source,
      min: 1e-6,
      max: 0.5
    },
    rateWeeks: {
      default: 26,
      unit: 'weeks',
      meaning: 'period of the usual rate λ',
      source: 'our choice'
    },
    reportsMin: {
      default: 5,
      unit: 'reports',
      meaning: 'reports in that period needed for a rate',
      source: 'our choice'
    },
    knownDays: {
      default: 28,
      unit: 'days',
      meaning: 'how long the source must have been known',
      source: 'our choice'
    },
    silenceDaysMin: {
      default: 3,
      unit: 'days',
      meaning: 'minimum silence: dates are precise to the day',
      source: 'our choice'
    },
    escalateFactor: {
      default: 3,
      unit: 'times',
      meaning: 'multiple of T at which it escalates',
      source,
      min: 1
    },
    worsePatterns: {
      default: ['siege'],
      unit: 'patterns',
      meaning: 'patterns that escalate it when open in the area at the same time',
      source
    }
  },
  examples: [
    {
      name: 'a source that reported from an area every week falls silent there and continues elsewhere',
      given: [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 17)],
      horizon: '2025-06-20',
      expect: [{ group: { source: 'a', admin1: 'ML-5' }, level: 1, open: true }]
    },
    {
      name: 'three times as long escalates it',
      given: [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 24)],
      horizon: '2025-06-20',
      expect: [{ group: { source: 'a', admin1: 'ML-5' }, level: 2, open: true }]
    },
    {
      name: 'two reports from there end it',
      given: [...weekly('ML-5', 1, 10), ...weekly('ML-5', 18, 19), ...weekly('ML-6', 1, 20)],
      horizon: '2025-06-20',
      expect: [{ group: { source: 'a', admin1: 'ML-5' }, level: 1, open: false }]
    },
    {
      name: 'a source that is silent everywhere raises nothing',
      given: [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 10)],
      horizon: '2025-06-20',
      expect: []
    }
  ],
  texts: {
    en: {
      headline: 'No reports from {source} about {area} since {sinceDay}',
      why: '{source} used to report from {area} every {baseline} days, then did not for {value} days or more, while it reported from elsewhere. Threshold: {threshold} days, which have a probability of {chance} at the earlier rate. Days without any reports to Tocsin are not counted. Either it is quiet there, or nobody can report.',
      ends: 'two reports from there',
      measure: 'days without a report, at least'
    },
    fr: {
      headline: 'Plus de rapports de {source} sur {area} depuis le {sinceDay}',
      why: '{source} rapportait de {area} tous les {baseline} jours, puis ne l’a plus fait pendant {value} jours ou plus, tout en rapportant d’ailleurs. Seuil : {threshold} jours, de probabilité {chance} au rythme antérieur. Les jours sans aucun rapport reçu par Tocsin ne comptent pas. Soit la région est calme, soit personne ne peut rapporter.',
      ends: 'deux rapports de là-bas',
      measure: 'jours sans rapport, au moins'
    }
  },
  looksBack: listLookBack,
  make: makeBlackoutRule
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

function makeBlackoutRule(
  parameters: ReportingBlackoutParameters,
  base: Pick<RuleBase, 'id' | 'pattern'>
): DayRule {
  const { rateWeeks, escalateFactor, worsePatterns } = parameters
  const findPeriod = (state: State) => computePeriod(state[gapDays]!, parameters)
  return {
    ...base,
    outlastsSilence: true,
    clock: 'watermark',
    inputPatterns: worsePatterns,
    inputScopes: 'area',
    family: reportsByArea,
    stateSize,
    reachDays: rateWeeks * 7,
    isAbsence: true,
    returnsToEnd: 2,
    applyDay(state, view) {
      const { toDay } = view.incidents.columns
      const rows = view.listToday()
      for (const row of rows) state[sinceDay] = Math.max(state[sinceDay]!, toDay[row]!)
      if (rows.some(row => isAlive(view.incidents, row, getArea(view))))
        state[gapDays] = computeGap(view, parameters)
      state[openedDay] =
        state[gapDays] === 0 ? never : state[sinceDay]! + Math.ceil(findPeriod(state))
    },
    findAbsenceDay: (state, view) => addUnheardDays(view, state[sinceDay]!, state[openedDay]!),
    confirmAbsence(state, view, until) {
      const opened = state[openedDay]!
      const heardTo = Math.min(findLastHeard(view, until), until - 1)
      if (heardTo < opened) return null
      const since = state[sinceDay]!
      const long = addUnheardDays(
        view,
        since,
        since + Math.ceil(findPeriod(state) * escalateFactor)
      )
      const worse = view
        .listInputs(worsePatterns, opened, until - 1, 'area')
        .map(({ startDay }) => Math.max(opened, startDay))
      return [...state, long <= heardTo ? long : 0, worse.length === 0 ? 0 : Math.min(...worse)]
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
      const { fromDay, toDay } = view.incidents.columns
      const [since, worse] = [state[sinceDay]!, state[worseDay]!]
      const last = view.listOverlapping(since, since).filter(row => toDay[row] === since)
      if (worse === 0) return last
      const rows = view
        .listInputs(worsePatterns, worse, worse, 'area')
        .flatMap(({ startDay, triggers }) => triggers.filter(row => fromDay[row]! <= startDay))
      return [...new Set([...last, ...rows])]
    }
  }
}

/** The sources and areas of all reports. Those of the same source are siblings. */
const reportsByArea: Family = {
  id: 'reports by source and area',
  categories: ~statisticMask,
  sums: 'none',
  // A report of any grade breaks a silence.
  isCounted: () => true,
  getArea: getSecond,
  sharing: {
    getNumber: ({ value, isDrill }) => makePair(getFirst(value), isDrill ? 1 : 0),
    isShared: (incidents, row, { value }) => isAlive(incidents, row, getSecond(value))
  },
  listKeys(incidents, row, into) {
    for (const report of incidents.listMembers(row)) {
      const from = incidents.reports.columns.source[report]!
      for (const area of listAreas(incidents, row)) {
        const key = makeKey(incidents, row, makePair(from, area))
        if (!into.includes(key)) into.push(key)
      }
    }
  },
  readGroup: ({ reports }, pair) => ({
    source: reports.names.getText(getFirst(pair)),
    admin1: reports.names.getText(getSecond(pair))
  })
}

function getArea({ scope }: DayView): number {
  return getSecond(scope.value)
}

/** True for a graded report that came as news and is certain to be of the area. */
function isAlive(incidents: Incidents, row: number, area: number): boolean {
  const { flags, admin1 } = incidents.columns
  const { usableGrade, archived, areaCertain } = flag
  if ((flags[row]! & (usableGrade | archived)) !== usableGrade) return false
  if (admin1[row] === area && (flags[row]! & areaCertain) !== 0) return true
  return incidents.otherPlaces.size > 0 && listCertainAreas(incidents, row).includes(area)
}

/** Days from one report to the next in the weeks up to the day of the view; 0 if too few are known. */
function computeGap(
  view: DayView,
  { rateWeeks, reportsMin, knownDays }: SilenceParameters
): number {
  const { day, scope, incidents } = view
  const rateDays = rateWeeks * 7
  const knownFor = Math.min(rateDays, day - scope.siblings.firstDay)
  if (knownFor < knownDays) return 0
  let count = 0
  for (const row of view.listRows(day - rateDays + 1, day))
    if (isAlive(incidents, row, getArea(view))) count += 1
  return count < reportsMin ? 0 : knownFor / count
}

/** Moves a day of a silence by the days before it on which Tocsin received no reports. */
export function addUnheardDays(view: DayView, since: number, day: number): number {
  let moved = day
  for (;;) {
    const later = day + view.countUnheardDays(since + 1, moved)
    if (later === moved) return moved
    moved = later
  }
}

/** The last day on which reports that begin before a day show the source alive elsewhere. */
function findLastHeard({ scope, incidents }: DayView, until: number): number {
  const { fromDay, toDay } = incidents.columns
  let heardTo = 0
  for (const sibling of scope.siblings.scopes) {
    const area = getSecond(sibling.value)
    if (area === getSecond(scope.value)) continue
    let index = sibling.findIndex(sibling.rows, until) - 1
    while (index >= 0 && !isAlive(incidents, sibling.rows[index]!, area)) index -= 1
    if (index >= 0) heardTo = Math.max(heardTo, toDay[sibling.rows[index]!]!)
    for (const row of sibling.listLonger())
      if (fromDay[row]! < until && isAlive(incidents, row, area))
        heardTo = Math.max(heardTo, toDay[row]!)
  }
  return heardTo
}

function roundDays(days: number): number {
  return Math.round(days * 10) / 10
}
