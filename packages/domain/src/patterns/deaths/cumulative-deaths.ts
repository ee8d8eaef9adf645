// Cumulative deaths: attacks in a country have killed so many within a month, and within a year. A country that stays above is one story, told again only
// where it reaches the next step, is better known, or has doubled.

import { addEvidence, type NearMiss, nearShare, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels, roundMeasure } from '../../finding/finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { stricter } from '../../report/handling.ts'
import { attackCategories } from '../../report/report.ts'
import { countryName } from '../../space-time/country-names.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { strictestSince, triggersWith, withCounted } from '../episode/counted-handling.ts'
import { dayOf, reachedAtMs, windowEndsOf } from '../episode/day-counts.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import { tellsOnce } from '../episode/growing-support.ts'
import { withSupport } from '../episode/named-support.ts'
import { endedSince } from '../episode/since.ts'
import { capitalised, intervalNote } from '../episode/wording.ts'
import { baselineOf, baselineText, type DeathBaseline, tellsUsualDeaths, withStatistic } from './death-baseline.ts'
import { type DeathCounts, deathCountsSince, deathsOn, highestOf, noDeathCounts, tollOn, withDeathsOf } from './death-counts.ts'
import { certaintyOf, countText, deathsText, type Measured, reasonOf, statedDeaths } from './measured-deaths.ts'

const source = 'patterns.md#cumulative-deaths'
const viewsSource = `${source} (VIEWS)`

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
  /** The last whole day that was looked at. */
  readonly walkedDay: number
  readonly isOfYear: boolean
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** What was told last. */
  readonly told: Measured
  readonly baseline: DeathBaseline | null
  readonly triggers: Evidence
  readonly support: Evidence
}

interface CumulativeDeathsState {
  readonly scope: string
  readonly deaths: DeathCounts
  /** The latest deadly incidents that the shorter window may still hold. */
  readonly recent: readonly Incident[]
  /** Of each handling the one that ends last of what is counted: who may read of a window hangs on them. */
  readonly marked: readonly Incident[]
  /** The latest statistics of the country: they set a baseline, and nothing else. */
  readonly statistics: readonly Incident[]
  readonly open: DeathsEpisode | null
  readonly closed: readonly Finding[]
}

const recentMax = 100
const windowDaysMax = 90
const yearDaysMax = 730
/** The measure of an open episode is told again where it is so many times what was told. */
const tellAgainFactor = 2
const drillMark = '|drill'

const killing = (at: string, best: number) => ({ at, category: 'attack' as const, deaths: [best, best, best] as const })

/** How far its end is looked for: a theatre ticks at least so often while it is open. */
const lookAheadDays = 14

export const cumulativeDeaths: Pattern<CumulativeDeathsParameters, CumulativeDeathsState> = {
  id: 'cumulative-deaths',
  parameters: {
    windowDays: { default: 30, unit: 'days', meaning: 'the window', source: viewsSource, min: 1, max: windowDaysMax },
    limit: { default: 25, unit: 'deaths', meaning: 'in the window at which it enters', source: viewsSource, min: 1 },
    yearDays: { default: 365, unit: 'days', meaning: 'the longer window', source, min: 1, max: yearDaysMax },
    yearLimit: { default: 1000, unit: 'deaths', meaning: 'in the longer window at which it escalates', source, min: 1 },
    leaveShare: {
      default: 0.8,
      unit: 'ratio',
      meaning: 'share of its limit below which a window must fall to end it',
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
      name: 'twenty-four within a month, and one a day later, are none',
      given: [killing('2025-03-01', 10), killing('2025-03-15', 14), killing('2025-03-31', 1)],
      horizon: '2025-04-01',
      expect: []
    },
    {
      name: 'a thousand within a year escalate it',
      given: ['01-10', '02-01', '02-20', '03-10', '04-01', '04-20', '05-10', '06-01', '06-20', '07-10'].map(day =>
        killing(`2025-${day}`, 100)
      ),
      horizon: '2025-07-11',
      expect: [{ group: { country: 'ML' }, level: 2, open: true }]
    },
    {
      name: 'under a fifth less than the limit it is over',
      given: [killing('2025-03-01', 10), killing('2025-03-15', 8), killing('2025-03-30', 7)],
      horizon: '2025-04-10',
      expect: [{ group: { country: 'ML' }, level: 1, open: false }]
    }
  ],
  readsStatistics: true,
  scopesOf: incident => {
    const isOfInterest = tellsUsualDeaths(incident) || attackCategories.has(incident.category)
    if (!isOfInterest || highestOf(incident.fatalities) === 0) return []
    return countriesOf(incident).map(country => (incident.drill ? country + drillMark : country))
  },
  initial: scope => ({ scope, deaths: noDeathCounts, recent: [], marked: [], statistics: [], open: null, closed: [] }),
  step: (state, incident, parameters) => {
    if (incident.category === 'statistic') {
      return countriesOf(incident).length > 1 ? state : { ...state, statistics: withStatistic(state.statistics, incident) }
    }
    const day = dayOf(incident.fromMs)
    const due = walked(state, day - 1, parameters)
    // Deaths in two countries together can't be told apart.
    if (!incident.passesGrade || (incident.alsoAt.length > 0 && countriesOf(incident).length > 1)) {
      return due.open === null ? due : { ...due, open: supported(due.open, incident) }
    }
    const next = withDeaths(due, incident, parameters)
    // What was not so on the incident's day may be so at the end of an interval, its own or that of one before it.
    const ends = windowEndsOf(incident, next.recent, parameters.windowDays)
    const look = ends.map(lastDay => lookAt(next, incident, lastDay, parameters)).reduce(worse)
    const open = next.open === null ? entered(next, look, parameters) : grown(next, next.open, incident, look)
    return { ...next, open }
  },
  findings: (state, horizonMs, parameters) => {
    const { scope, open, closed } = walked(state, dayOf(horizonMs) - 1, parameters)
    return open === null ? closed : [...closed, tell(open.triggers, open.support, () => describe(scope, open, null, parameters))]
  },
  nearly: (state, horizonMs, parameters) => {
    const current = walked(state, dayOf(horizonMs) - 1, parameters)
    return current.open === null ? nearTolls(current, dayOf(horizonMs), parameters) : []
  },
  // The day on which it is over if nothing more comes; or a day on which to look again.
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
    const recent = stillRecent(state.recent, dayOf(beforeMs) - windowDaysMax)
    const statistics = stillRecent(state.statistics, yearAgo)
    const closed = endedSince(state.closed, beforeMs)
    const marked = stillRecent(state.marked, yearAgo)
    const areLists = recent === state.recent && statistics === state.statistics && closed === state.closed
    const isSame = areLists && deaths === state.deaths && marked === state.marked
    return isSame ? state : { ...state, deaths, recent, marked, statistics, closed }
  }
}

/** The windows up to a day that hold most of what they would take. */
function nearTolls(state: CumulativeDeathsState, lastDay: number, parameters: CumulativeDeathsParameters): readonly NearMiss[] {
  const { windowDays, limit, yearDays, yearLimit } = parameters
  const incidents = state.recent.filter(i => dayOf(i.toMs) > lastDay - windowDays)
  const [best, high] = [deathsOn(state.deaths.best, lastDay, windowDays), deathsOn(state.deaths.high, lastDay, windowDays)]
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
      lacks: `${deathsText(roundMeasure(limit - value))} deaths more`,
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
  const recent = withRecent(stillRecent(state.recent, day - windowDays), incident)
  return { ...state, deaths, recent, marked: withCounted(state.marked, incident) }
}

function withRecent(recent: readonly Incident[], incident: Incident): readonly Incident[] {
  const next = recent.length < recentMax ? recent.slice() : recent.slice(1 - recentMax)
  next.push(incident)
  return next
}

function stillRecent(recent: readonly Incident[], afterDay: number): readonly Incident[] {
  const fromMs = (afterDay + 1) * dayMs
  return recent.every(i => i.toMs >= fromMs) ? recent : recent.filter(i => i.toMs >= fromMs)
}

/** The shorter window where it reaches its limit: by the best estimate, else by the highest. */
function monthOn(
  state: CumulativeDeathsState,
  lastDay: number,
  { windowDays, limit }: CumulativeDeathsParameters
): Measured | null {
  if (deathsOn(state.deaths.high, lastDay, windowDays) < limit) return null
  const toll = tollOn(state.deaths, lastDay, windowDays)
  return { days: windowDays, limit, value: toll.best >= limit ? toll.best : toll.high, toll, lastDay }
}

/** The longer window where it reaches its limit, by the best estimate: over a year the highest ones add up to what nobody says. */
function yearOn(state: CumulativeDeathsState, lastDay: number, parameters: CumulativeDeathsParameters): Measured | null {
  const { yearDays, yearLimit } = parameters
  if (deathsOn(state.deaths.best, lastDay, yearDays) < yearLimit) return null
  const toll = tollOn(state.deaths, lastDay, yearDays)
  return { days: yearDays, limit: yearLimit, value: toll.best, toll, lastDay }
}

/** Windows that end with one day and hold an incident, where they reach their limits. */
interface Look {
  readonly lastDay: number
  readonly atMs: number
  readonly month: Measured | null
  readonly year: Measured | null
}

function lookAt(state: CumulativeDeathsState, incident: Incident, lastDay: number, parameters: CumulativeDeathsParameters): Look {
  const [month, year] = [monthOn(state, lastDay, parameters), yearOn(state, lastDay, parameters)]
  return { lastDay, atMs: reachedAtMs(incident, lastDay), month, year }
}

/** That of the longer limit, then that which the best estimate reaches, then the greater; the first of equals. */
function worse(a: Look, b: Look): Look {
  const isOfYear = ({ year }: Look) => Number(year !== null)
  const isLikely = ({ month }: Look) => Number(month !== null && month.toll.best >= month.limit)
  const value = ({ month, year }: Look) => (year ?? month)?.value ?? 0
  return (isOfYear(b) - isOfYear(a) || isLikely(b) - isLikely(a) || value(b) - value(a)) > 0 ? b : a
}

function entered(state: CumulativeDeathsState, look: Look, parameters: CumulativeDeathsParameters): DeathsEpisode | null {
  const { lastDay, atMs, month, year } = look
  const told = year ?? month
  if (told === null) return null
  const inWindow = state.recent.filter(i => dayOf(i.toMs) > lastDay - parameters.windowDays && dayOf(i.fromMs) <= lastDay)
  const triggers = triggersWith(evidenceOf(inWindow), countedIn(state, told))
  const baseline = baselineFor(state, told, triggers.kept)
  return {
    fromMs: Math.min(...inWindow.map(i => i.fromMs)),
    enteredMs: atMs,
    walkedDay: lastDay - 1,
    isOfYear: year !== null,
    marks: [
      { atMs, reason: month === null ? 'by the year alone' : reasonOf(month) },
      ...(year === null ? [] : [{ atMs, reason: reasonOf(year) }])
    ],
    told,
    baseline,
    triggers,
    support: baseline === null ? noEvidence : evidenceOf([baseline.statistic])
  }
}

function baselineFor({ statistics }: CumulativeDeathsState, told: Measured, triggers: readonly Incident[]): DeathBaseline | null {
  return statistics.length === 0 ? null : baselineOf(statistics, told, triggers.map(i => i.handling).reduce(stricter))
}

function grown(
  state: CumulativeDeathsState,
  open: DeathsEpisode,
  incident: Incident,
  { atMs, month, year }: Look
): DeathsEpisode {
  const isNewStep = year !== null && !open.isOfYear
  const now = open.isOfYear || isNewStep ? year : month
  const isFirmer = now !== null && certaintyOf(open.told) === 'possible' && certaintyOf(now) !== 'possible'
  const isTold = isNewStep || isFirmer || (now !== null && now.value >= open.told.value * tellAgainFactor)
  if (now === null || !isTold) return supported(open, incident)
  const triggers = triggersWith(addEvidence(open.triggers, incident), countedIn(state, now))
  const baseline = baselineFor(state, now, triggers.kept)
  const isNamed = baseline === null || open.support.kept.some(i => i.id === baseline.statistic.id)
  return {
    ...(isNamed ? open : supported(open, baseline.statistic)),
    fromMs: Math.min(open.fromMs, incident.fromMs),
    isOfYear: open.isOfYear || isNewStep,
    // An interval may have let it enter at a later moment than that of this incident: no level comes before the first.
    marks: isNewStep ? [...open.marks, { atMs: Math.max(atMs, open.enteredMs), reason: reasonOf(now) }] : open.marks,
    told: now,
    baseline,
    triggers
  }
}

/** Whoever reads of a toll may read of all that is in it. */
function countedIn({ marked }: CumulativeDeathsState, { lastDay, days }: Measured): Incident | null {
  return strictestSince(marked, (lastDay - days + 1) * dayMs)
}

function supported(open: DeathsEpisode, incident: Incident): DeathsEpisode {
  return { ...open, support: withSupport(open.support, incident) }
}

/** The state when whole days up to one are over, and nothing more has come. */
function walked(state: CumulativeDeathsState, throughDay: number, parameters: CumulativeDeathsParameters): CumulativeDeathsState {
  if (state.open === null || state.open.walkedDay >= throughDay) return state
  const { scope, open, closed } = state
  for (let day = open.walkedDay + 1; day <= throughDay; day++) {
    if (!isOver(state, open, day, parameters)) continue
    return { ...state, open: null, closed: [...closed, describe(scope, open, dayEndMs(day), parameters)] }
  }
  return { ...state, open: { ...open, walkedDay: throughDay } }
}

function isOver(state: CumulativeDeathsState, open: DeathsEpisode, day: number, parameters: CumulativeDeathsParameters): boolean {
  const { windowDays, limit, yearDays, yearLimit, leaveShare } = parameters
  if (deathsOn(state.deaths.high, day, windowDays) >= leaveShare * limit) return false
  return !open.isOfYear || deathsOn(state.deaths.best, day, yearDays) < leaveShare * yearLimit
}

/** The moment at which a day is over. */
function dayEndMs(day: number): number {
  return (day + 1) * dayMs
}

const tell = tellsOnce()

function describe(scope: string, open: DeathsEpisode, toMs: number | null, parameters: CumulativeDeathsParameters): Finding {
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
    // A country is none.
    situation: null,
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels(open.marks),
    measure: {
      name: `deaths in ${told.days} days`,
      value: told.value,
      threshold: told.limit,
      // A usual above the limit is told in words: the limit does not rest on it.
      baseline: baseline === null || baseline.deaths > told.limit ? null : baseline.deaths
    },
    // Of the window, of which not every incident is a trigger.
    deaths: statedDeaths(told.toll),
    certainty,
    triggers: triggers.kept,
    support: support.kept,
    omitted: triggers.omitted + support.omitted,
    headline: `${capitalised(count)} ${people} killed by attacks in ${countryName(country)} in the ${told.days} days to ${lastDay}`,
    explanation:
      `In the ${told.days} days to ${lastDay} attacks in ${countryName(country)} killed ${count} ${people} (low ${deathsText(told.toll.low)}, ` +
      `best ${deathsText(told.toll.best)}, high ${deathsText(told.toll.high)}); ${told.limit} are needed. ` +
      `That they were reached is ${certainty}${isGraded ? '' : ': reports of a known grade alone do not reach them'}. Where an estimate is not known the next lower one stands for it; deaths that nobody numbers add nothing, and statistics are not counted. ` +
      `${baseline === null ? '' : baselineText(baseline, told.days, told.limit)}` +
      `It ends when the window falls below ${deathsText(leaveShare * told.limit)}.` +
      intervalNote(triggers.kept)
  }
}

function groupOf(scope: string): { readonly country: string; readonly drill?: 'true' } {
  return scope.endsWith(drillMark) ? { country: scope.slice(0, -drillMark.length), drill: 'true' } : { country: scope }
}
