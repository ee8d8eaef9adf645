// Cumulative deaths: attacks in a country have killed a number of people within a month, or within
// a year. A country that stays above the limit is one episode, updated only when it reaches the
// next step, is better known, or has doubled.

import { type NearMiss, nearShare } from '../../src/detection/near-miss.ts'
import { addEvidence, type Pattern } from '../../src/detection/pattern.ts'
import { type Finding, numberLevels, roundMeasure } from '../../src/finding/finding.ts'
import { type Incident, placesOf } from '../../src/incident/incident.ts'
import { cumulativeDeaths as cumulativeDeathsNow } from '../../src/patterns/deaths/cumulative-deaths.ts'
import {
  baselineOf,
  baselineText,
  type DeathBaseline,
  latestOfEach,
  tellsUsualDeaths
} from '../../src/patterns/deaths/death-baseline.ts'
import {
  certaintyOf,
  countText,
  deathsText,
  type Measured,
  reasonOf,
  statedDeaths
} from '../../src/patterns/deaths/measured-deaths.ts'
import {
  strictestSince,
  triggersWith,
  withCounted
} from '../../src/patterns/episode/counted-handling.ts'
import { dayOf, reachedAtMs } from '../../src/patterns/episode/day-sums.ts'
import {
  type Evidence,
  evidenceOf,
  noEvidence
} from '../../src/patterns/episode/episode-evidence.ts'
import { tellsOnce } from '../../src/patterns/episode/growing-support.ts'
import { withSupport } from '../../src/patterns/episode/named-support.ts'
import { itemsNeeded, notEndedBefore } from '../../src/patterns/episode/prune-ended.ts'
import { capitalised, countedText, intervalNote } from '../../src/patterns/episode/wording.ts'
import { stricter } from '../../src/report/handling.ts'
import { attackCategories } from '../../src/report/report.ts'
import { countryName } from '../../src/space-time/country-names.ts'
import { dayMs, formatDay } from '../../src/space-time/event-time.ts'
import {
  type DeathCounts,
  deathCountsSince,
  deathsOn,
  highestOf,
  noDeathCounts,
  tollOn,
  withDeathsOf
} from './death-counts.ts'
import { tableOf } from './pattern-table.ts'
import {
  incidentsAfter,
  incidentsWithin,
  noIncidents,
  type WindowIncidents,
  windowEndsOf,
  withIncident
} from './window-incidents.ts'

const source = 'patterns.md#cumulative-deaths'
const _viewsSource = `${source} (VIEWS)`

export interface CumulativeDeathsParameters {
  readonly windowDays: number
  readonly limit: number
  readonly yearDays: number
  readonly yearLimit: number
  readonly leaveShare: number
}

interface DeathsEpisode {
  readonly fromMs: number
  readonly enteredMs: number
  /** The last whole day that was evaluated. */
  readonly walkedDay: number
  readonly isOfYear: boolean
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** What was last reported. */
  readonly told: Measured
  readonly baseline: DeathBaseline | null
  readonly triggers: Evidence
  readonly support: Evidence
}

interface CumulativeDeathsState {
  readonly scope: string
  readonly deaths: DeathCounts
  /** The deadly incidents that the shorter window may still contain. */
  readonly recent: WindowIncidents
  /** Of each handling, the counted incident that ends last: it decides who may read of a window. */
  readonly marked: readonly Incident[]
  /** The latest statistics of the country: they set a baseline and nothing else. */
  readonly statistics: readonly Incident[]
  readonly open: DeathsEpisode | null
  readonly closed: readonly Finding[]
}

const windowDaysMax = 90
const yearDaysMax = 730
/** The measure of an open episode is updated when it is this many times the last reported one. */
const tellAgainFactor = 2
const drillMark = '|drill'

/**
 * How far ahead its end is computed, days: while an episode is open, the theatre ticks at least
 * this often.
 */
const lookAheadDays = 14

export const cumulativeDeaths: Pattern<CumulativeDeathsParameters, CumulativeDeathsState> = {
  ...tableOf(cumulativeDeathsNow),
  readsStatistics: true,
  scopesOf: incident => {
    const isOfInterest = tellsUsualDeaths(incident) || attackCategories.has(incident.category)
    if (!isOfInterest || highestOf(incident.fatalities) === 0) return []
    return countriesOf(incident).map(country => (incident.drill ? country + drillMark : country))
  },
  initial: scope => ({
    scope,
    deaths: noDeathCounts,
    recent: noIncidents,
    marked: [],
    statistics: [],
    open: null,
    closed: []
  }),
  step: (state, incident, parameters) => {
    if (incident.category === 'statistic') {
      return countriesOf(incident).length > 1
        ? state
        : { ...state, statistics: latestOfEach([...state.statistics, incident]) }
    }
    const day = dayOf(incident.fromMs)
    const due = walked(state, day - 1, parameters)
    // Deaths in two countries together cannot be separated.
    if (!incident.passesGrade || (incident.alsoAt.length > 0 && countriesOf(incident).length > 1)) {
      return due.open === null ? due : { ...due, open: supported(due.open, incident) }
    }
    const next = withDeaths(due, incident, parameters)
    // A condition that fails on the incident's day may hold at the end of an interval, its own or
    // that of an earlier incident.
    const ends = windowEndsOf(incident, next.recent, parameters.windowDays)
    const look = ends.map(lastDay => lookAt(next, incident, lastDay, parameters)).reduce(worse)
    const open =
      next.open === null ? entered(next, look, parameters) : grown(next, next.open, incident, look)
    return { ...next, open }
  },
  findings: (state, horizonMs, parameters) => {
    const { scope, open, closed } = walked(state, dayOf(horizonMs) - 1, parameters)
    return open === null
      ? closed
      : [
          ...closed,
          tell(open.triggers, open.support, () => describe(scope, open, null, parameters))
        ]
  },
  nearly: (state, horizonMs, parameters) => {
    const current = walked(state, dayOf(horizonMs) - 1, parameters)
    return current.open === null ? nearTolls(current, dayOf(horizonMs), parameters) : []
  },
  // The day on which it is over if nothing more comes; or a day on which to evaluate again.
  nextChangeMs: (state, horizonMs, parameters) => {
    const due = walked(state, dayOf(horizonMs) - 1, parameters)
    if (due.open === null) return null
    const lastDay = due.open.walkedDay + lookAheadDays
    let day = due.open.walkedDay + 1
    while (day < lastDay && !isOver(due, due.open, day, parameters)) day++
    return dayEndMs(day)
  },
  forget: (state, beforeMs) => {
    const yearAgo = dayOf(beforeMs) - yearDaysMax
    const deaths = deathCountsSince(state.deaths, yearAgo)
    const recent = incidentsAfter(state.recent, dayOf(beforeMs) - windowDaysMax)
    const statistics = stillRecent(state.statistics, yearAgo)
    const closed = notEndedBefore(state.closed, beforeMs)
    const marked = stillRecent(state.marked, yearAgo)
    const areLists =
      recent === state.recent && statistics === state.statistics && closed === state.closed
    const isSame = areLists && deaths === state.deaths && marked === state.marked
    return isSame ? state : { ...state, deaths, recent, marked, statistics, closed }
  }
}

/** Near misses: the windows up to a day that hold most of their limits. */
function nearTolls(
  state: CumulativeDeathsState,
  lastDay: number,
  parameters: CumulativeDeathsParameters
): readonly NearMiss[] {
  const { windowDays, limit, yearDays, yearLimit } = parameters
  const incidents = incidentsWithin(state.recent, lastDay - windowDays + 1, lastDay)
  const [best, high] = [
    deathsOn(state.deaths.best, lastDay, windowDays),
    deathsOn(state.deaths.high, lastDay, windowDays)
  ]
  const windows = [
    { days: windowDays, limit, value: best >= limit * nearShare ? best : high },
    { days: yearDays, limit: yearLimit, value: deathsOn(state.deaths.best, lastDay, yearDays) }
  ]
  if (incidents.length === 0) return []
  return windows
    .filter(({ value, limit }) => value >= limit * nearShare && value < limit)
    .map(({ days, limit, value }) => ({
      group: groupOf(state.scope),
      measure: { name: `deaths in ${days} days`, value, threshold: limit, baseline: null },
      lacks: `${deathsText(roundMeasure(limit - value))} more ${limit - value === 1 ? 'death' : 'deaths'}`,
      incidents
    }))
}

const noCountry: readonly string[] = []

function countriesOf(incident: Incident): readonly string[] {
  const { country } = incident.place
  if (incident.alsoAt.length === 0) return country === null ? noCountry : [country]
  return [...new Set(placesOf(incident).flatMap(p => p.country ?? []))]
}

function withDeaths(
  state: CumulativeDeathsState,
  incident: Incident,
  { windowDays, yearDays }: CumulativeDeathsParameters
): CumulativeDeathsState {
  const day = dayOf(incident.fromMs)
  const deaths = withDeathsOf(state.deaths, incident, day - Math.max(windowDays, yearDays))
  const recent = withIncident(state.recent, incident, day - windowDays)
  return { ...state, deaths, recent, marked: withCounted(state.marked, incident) }
}

function stillRecent(list: readonly Incident[], afterDay: number): readonly Incident[] {
  return itemsNeeded(list, i => dayOf(i.toMs) > afterDay)
}

/** The shorter window if it reaches its limit, by the best estimate, else by the highest. */
function monthOn(
  state: CumulativeDeathsState,
  lastDay: number,
  { windowDays, limit }: CumulativeDeathsParameters
): Measured | null {
  if (deathsOn(state.deaths.high, lastDay, windowDays) < limit) return null
  const toll = tollOn(state.deaths, lastDay, windowDays)
  return {
    days: windowDays,
    limit,
    value: toll.best >= limit ? toll.best : toll.high,
    toll,
    lastDay
  }
}

/**
 * The longer window if it reaches its limit by the best estimate: nobody states the sum of a year's
 * highest estimates.
 */
function yearOn(
  state: CumulativeDeathsState,
  lastDay: number,
  parameters: CumulativeDeathsParameters
): Measured | null {
  const { yearDays, yearLimit } = parameters
  if (deathsOn(state.deaths.best, lastDay, yearDays) < yearLimit) return null
  const toll = tollOn(state.deaths, lastDay, yearDays)
  return { days: yearDays, limit: yearLimit, value: toll.best, toll, lastDay }
}

/** The windows that end with one day and contain an incident, if they reach their limits. */
interface Look {
  readonly lastDay: number
  readonly atMs: number
  readonly month: Measured | null
  readonly year: Measured | null
}

function lookAt(
  state: CumulativeDeathsState,
  incident: Incident,
  lastDay: number,
  parameters: CumulativeDeathsParameters
): Look {
  const [month, year] = [monthOn(state, lastDay, parameters), yearOn(state, lastDay, parameters)]
  return { lastDay, atMs: reachedAtMs(incident, lastDay), month, year }
}

/**
 * The one of the longer limit, then the one that the best estimate reaches, then the greater; the
 * first of equals.
 */
function worse(a: Look, b: Look): Look {
  const isOfYear = ({ year }: Look) => Number(year !== null)
  const isLikely = ({ month }: Look) => Number(month !== null && month.toll.best >= month.limit)
  const value = ({ month, year }: Look) => (year ?? month)?.value ?? 0
  return (isOfYear(b) - isOfYear(a) || isLikely(b) - isLikely(a) || value(b) - value(a)) > 0 ? b : a
}

function entered(
  state: CumulativeDeathsState,
  look: Look,
  parameters: CumulativeDeathsParameters
): DeathsEpisode | null {
  const { lastDay, atMs, month, year } = look
  const told = year ?? month
  if (told === null) return null
  const inWindow = incidentsWithin(state.recent, lastDay - parameters.windowDays + 1, lastDay)
  const triggers = triggersWith(evidenceOf(inWindow), countedIn(state, told))
  const baseline = baselineFor(state, told, triggers.kept)
  return {
    fromMs: (inWindow[0] as Incident).fromMs,
    enteredMs: atMs,
    walkedDay: lastDay - 1,
    isOfYear: year !== null,
    marks: [
      { atMs, reason: month === null ? 'yearly threshold alone' : reasonOf(month) },
      ...(year === null ? [] : [{ atMs, reason: reasonOf(year) }])
    ],
    told,
    baseline,
    triggers,
    support: baseline === null ? noEvidence : evidenceOf([baseline.statistic])
  }
}

function baselineFor(
  { statistics }: CumulativeDeathsState,
  told: Measured,
  triggers: readonly Incident[]
): DeathBaseline | null {
  return statistics.length === 0
    ? null
    : baselineOf(statistics, told, triggers.map(i => i.handling).reduce(stricter))
}

function grown(
  state: CumulativeDeathsState,
  open: DeathsEpisode,
  incident: Incident,
  { atMs, month, year }: Look
): DeathsEpisode {
  const isNewStep = year !== null && !open.isOfYear
  const now = open.isOfYear || isNewStep ? year : month
  const isFirmer =
    now !== null && certaintyOf(open.told) === 'possible' && certaintyOf(now) !== 'possible'
  const isTold =
    isNewStep || isFirmer || (now !== null && now.value >= open.told.value * tellAgainFactor)
  if (now === null || !isTold) return supported(open, incident)
  const triggers = triggersWith(addEvidence(open.triggers, incident), countedIn(state, now))
  const baseline = baselineFor(state, now, triggers.kept)
  const isNamed = baseline === null || open.support.kept.some(i => i.id === baseline.statistic.id)
  return {
    ...(isNamed ? open : supported(open, baseline.statistic)),
    fromMs: Math.min(open.fromMs, incident.fromMs),
    isOfYear: open.isOfYear || isNewStep,
    // With an interval, the entry may be later than this incident: no level comes before the first.
    marks: isNewStep
      ? [...open.marks, { atMs: Math.max(atMs, open.enteredMs), reason: reasonOf(now) }]
      : open.marks,
    told: now,
    baseline,
    triggers
  }
}

/** Whoever reads a toll may read all that is in it. */
function countedIn(
  { marked }: CumulativeDeathsState,
  { lastDay, days }: Measured
): Incident | null {
  return strictestSince(marked, (lastDay - days + 1) * dayMs)
}

function supported(open: DeathsEpisode, incident: Incident): DeathsEpisode {
  return { ...open, support: withSupport(open.support, incident) }
}

/** The state when whole days up to `throughDay` are over without a further incident. */
function walked(
  state: CumulativeDeathsState,
  throughDay: number,
  parameters: CumulativeDeathsParameters
): CumulativeDeathsState {
  if (state.open === null || state.open.walkedDay >= throughDay) return state
  const { scope, open, closed } = state
  for (let day = open.walkedDay + 1; day <= throughDay; day++) {
    if (!isOver(state, open, day, parameters)) continue
    return {
      ...state,
      open: null,
      closed: [...closed, describe(scope, open, dayEndMs(day), parameters)]
    }
  }
  return { ...state, open: { ...open, walkedDay: throughDay } }
}

function isOver(
  state: CumulativeDeathsState,
  open: DeathsEpisode,
  day: number,
  parameters: CumulativeDeathsParameters
): boolean {
  const { windowDays, limit, yearDays, yearLimit, leaveShare } = parameters
  if (deathsOn(state.deaths.high, day, windowDays) >= leaveShare * limit) return false
  return !open.isOfYear || deathsOn(state.deaths.best, day, yearDays) < leaveShare * yearLimit
}

/** The end of a day. */
function dayEndMs(day: number): number {
  return (day + 1) * dayMs
}

const tell = tellsOnce()

function describe(
  scope: string,
  open: DeathsEpisode,
  toMs: number | null,
  parameters: CumulativeDeathsParameters
): Finding {
  const { told, baseline, triggers, support } = open
  const group = groupOf(scope)
  const { country } = group
  const { leaveShare } = parameters
  const certainty = certaintyOf(told)
  const isGraded = told.toll.gradedBest >= told.limit || told.toll.best < told.limit
  const count = countText(told)
  const people = told.value === 1 ? 'person' : 'people'
  const lastDay = formatDay(told.lastDay * dayMs)
  return {
    group,
    // A country does not identify a situation.
    situation: null,
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels(open.marks),
    measure: {
      name: `deaths in ${told.days} days`,
      value: told.value,
      threshold: told.limit,
      // A baseline above the limit is explained in words only: the limit does not depend on it.
      baseline: baseline === null || baseline.deaths > told.limit ? null : baseline.deaths
    },
    // Of the whole window: not every incident in it is a trigger.
    deaths: statedDeaths(told.toll),
    certainty,
    triggers: triggers.kept,
    support: support.kept,
    omitted: triggers.omitted + support.omitted,
    headline: `${capitalised(count)} ${people} killed by attacks in ${countryName(country)} in the ${told.days} days to ${lastDay}`,
    explanation:
      `Attacks in ${countryName(country)} killed ${count} ${people} in the ${told.days} days to ${lastDay} (low ${deathsText(told.toll.low)}, ` +
      `best ${deathsText(told.toll.best)}, high ${deathsText(told.toll.high)}). Threshold: ${told.limit}. ` +
      `Certainty: ${certainty}${isGraded ? '' : '; reports of known grade alone do not reach the threshold'}. ` +
      `An estimate that is not known is replaced by the next lower one. Deaths reported without a number are not counted, nor are statistics. ` +
      `${baseline === null ? '' : baselineText(baseline, told.days, told.limit)}` +
      `The alert ends when the number in ${countedText(told.days, 'day')} falls below ${deathsText(leaveShare * told.limit)}.` +
      intervalNote(triggers.kept)
  }
}

function groupOf(scope: string): { readonly country: string; readonly drill?: 'true' } {
  return scope.endsWith(drillMark)
    ? { country: scope.slice(0, -drillMark.length), drill: 'true' }
    : { country: scope }
}
