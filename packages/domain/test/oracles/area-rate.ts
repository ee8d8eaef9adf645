// Episodes in which an area has far more attacks than its own past suggests: the state machine that
// `surge` and `sustained-threat` share. A window of days is compared with the days before it. An
// incident opens or raises an episode; days without incidents end it.

import { type NearMiss, nearShare } from '../../src/detection/near-miss.ts'
import { addEvidence, type PlaceNeed } from '../../src/detection/pattern.ts'
import { type Finding, roundMeasure } from '../../src/finding/finding.ts'
import { type Incident, placesOf } from '../../src/incident/incident.ts'
import {
  strictestSince,
  triggersWith,
  withCounted
} from '../../src/patterns/episode/counted-handling.ts'
import { dayOf, reachedAtMs, wholeIncident } from '../../src/patterns/episode/day-sums.ts'
import {
  type Evidence,
  evidenceOf,
  noEvidence
} from '../../src/patterns/episode/episode-evidence.ts'
import { withSupport } from '../../src/patterns/episode/named-support.ts'
import { itemsNeeded, notEndedBefore } from '../../src/patterns/episode/prune-ended.ts'
import { countedText } from '../../src/patterns/episode/wording.ts'
import { attackCategories } from '../../src/report/report.ts'
import { dayMs } from '../../src/space-time/event-time.ts'
import { countsSince, type DayCounts, noDayCounts, sumOver, withSpan } from './day-counts.ts'
import { incidentCache } from './incident-cache.ts'
import {
  incidentsAfter,
  incidentsWithin,
  noIncidents,
  type WindowIncidents,
  windowEndsOf,
  withIncident
} from './window-incidents.ts'

/** Attacks in a window, and the mean of as many days before it. */
export interface Rate {
  readonly count: number
  readonly mean: number
}

/** An episode's conditions, from the parameters of its pattern. */
export interface RateRule {
  readonly windowDays: number
  readonly baseDays: number
  /** Attacks that the window needs to enter, given the mean of as many days before it. */
  threshold(mean: number): number
  /** Reason of the level that the rate alone reaches; null if it reaches none. */
  steep(rate: Rate): string | null
  /** True on a day that extends the run that escalates. */
  goesOn(rate: Rate): boolean
  readonly runDays: number
  readonly runReason: string
  isCalm(rate: Rate): boolean
  /** Number of calm days in a row that end it. */
  readonly calmDays: number
  /** The finding of an episode; it is open if `toMs` is null. */
  describe(told: RateStory, toMs: number | null): Finding
}

/** What a finding reports of an episode. */
export interface RateStory {
  readonly area: string
  readonly drill: boolean
  readonly fromMs: number
  readonly enteredMs: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** The maximum of the window, its day and its threshold. */
  readonly peak: Rate & { readonly day: number; readonly threshold: number }
  readonly triggers: Evidence
  readonly support: Evidence
}

export interface RateEpisode {
  readonly told: RateStory
  /** The last whole day that was evaluated. */
  readonly walkedDay: number
  /** Days of the current run, and calm days in a row. */
  readonly ran: number
  readonly calm: number
}

export interface RateState {
  readonly scope: string
  readonly counts: DayCounts
  /** The incidents that a window may still contain. */
  readonly recent: WindowIncidents
  /** Of each handling, the counted incident that ends last. */
  readonly marked: readonly Incident[]
  readonly open: RateEpisode | null
  readonly closed: readonly Finding[]
}

export function quietArea(scope: string): RateState {
  return { scope, counts: noDayCounts, recent: noIncidents, marked: [], open: null, closed: [] }
}

/** Maximum window and base that a rule may set; a state is kept for as long. */
export const windowDaysMax = 90
export const baseDaysMax = 700
const drillMark = '|drill'

/** An attack counts only if its area is certain. */
export function areaNeeds({ category }: Incident): readonly PlaceNeed[] {
  return attackCategories.has(category) ? [{ area: true }] : []
}

/**
 * Scopes are the first-level areas that an attack may lie in, drills kept apart. A statistic is not
 * an attack.
 */
export function areaScopesOf(incident: Incident): readonly string[] {
  if (!attackCategories.has(incident.category)) return []
  const mark = incident.drill ? drillMark : ''
  if (incident.alsoAt.length === 0)
    return incident.place.admin1 === null ? [] : [incident.place.admin1 + mark]
  return [...new Set(placesOf(incident).flatMap(p => (p.admin1 === null ? [] : [p.admin1 + mark])))]
}

function areaOfScope(scope: string): { readonly area: string; readonly drill: boolean } {
  return scope.endsWith(drillMark)
    ? { area: scope.slice(0, -drillMark.length), drill: true }
    : { area: scope, drill: false }
}

/** The state after one more attack that may lie in the area. */
export function rateStep(state: RateState, incident: Incident, rule: RateRule): RateState {
  const { area } = areaOfScope(state.scope)
  const day = dayOf(incident.fromMs)
  const due = walked(state, day - 1, rule)
  const { open } = due
  if (!incident.passesGrade || !liesSurelyIn(incident, area)) {
    return open === null
      ? due
      : {
          ...due,
          open: {
            ...open,
            told: toldAgain(incident, [open.told], () => supported(open.told, incident))
          }
        }
  }
  const next = {
    ...due,
    counts: withSpan(due.counts, incident, wholeIncident, day - rule.windowDays - rule.baseDays),
    recent: withIncident(due.recent, incident, day - rule.windowDays),
    marked: withCounted(due.marked, incident)
  }
  // A condition that fails on the incident's day may hold at the end of an interval, its own or
  // that of an earlier incident.
  const looks = windowEndsOf(incident, next.recent, rule.windowDays).map(lastDay =>
    lookAt(next.counts, incident, lastDay, rule)
  )
  if (open === null) return { ...next, open: entered(next, looks, rule) }
  const counted = strictestSince(next.marked, (day - rule.windowDays + 1) * dayMs)
  const from = [
    open.told,
    rule,
    counted,
    ...looks.flatMap(({ day, rate }) => [day, rate.count, rate.mean])
  ]
  return {
    ...next,
    open: {
      ...open,
      told: toldAgain(incident, from, () => grown(open.told, incident, looks, counted))
    }
  }
}

const toldAgain = incidentCache<RateStory>()

function liesSurelyIn({ place, alsoAt }: Incident, area: string): boolean {
  return (
    (place.admin1 === area && place.areaCertain) ||
    alsoAt.some(p => p.admin1 === area && p.areaCertain)
  )
}

/** A window that contains an incident. */
interface Look {
  readonly day: number
  readonly atMs: number
  readonly rate: Rate
  readonly threshold: number
  readonly steep: string | null
}

function lookAt(counts: DayCounts, incident: Incident, day: number, rule: RateRule): Look {
  const rate = rateOn(counts, day, rule)
  const threshold = roundMeasure(rule.threshold(rate.mean))
  return { day, atMs: reachedAtMs(incident, day), rate, threshold, steep: rule.steep(rate) }
}

/** The window with the highest count, the first of equals; null if there is none. */
function fullest(looks: readonly Look[]): Look | null {
  return looks.reduce<Look | null>(
    (most, look) => (most === null || look.rate.count > most.rate.count ? look : most),
    null
  )
}

/** The findings at the horizon. */
export function rateFindings(
  state: RateState,
  horizonMs: number,
  rule: RateRule
): readonly Finding[] {
  const { open, closed } = walked(state, dayOf(horizonMs) - 1, rule)
  return open === null ? closed : [...closed, rule.describe(open.told, null)]
}

/**
 * Near miss: the window that ends with the day of the horizon holds nearly enough; none while an
 * episode is open.
 */
export function rateNearly(
  state: RateState,
  horizonMs: number,
  rule: RateRule
): readonly NearMiss[] {
  const day = dayOf(horizonMs)
  const { open, counts, recent, scope } = walked(state, day - 1, rule)
  const { count, mean } = rateOn(counts, day, rule)
  const threshold = roundMeasure(rule.threshold(mean))
  const incidents = incidentsWithin(recent, day - rule.windowDays + 1, day)
  if (
    open !== null ||
    incidents.length === 0 ||
    (count < nearShare * threshold && count < threshold - 1)
  )
    return []
  const more = Math.max(1, Math.ceil(threshold - count))
  return [
    {
      group: groupOf(areaOfScope(scope)),
      measure: {
        name: `attacks in ${rule.windowDays} days`,
        value: count,
        threshold,
        baseline: mean
      },
      lacks: countedText(more, 'more attack'),
      incidents
    }
  ]
}

/**
 * An open episode is evaluated at the end of each day; several days may pass before something
 * changes.
 */
export function rateNextChangeMs(
  state: RateState,
  horizonMs: number,
  rule: RateRule
): number | null {
  const { open } = walked(state, dayOf(horizonMs) - 1, rule)
  if (open === null) return null
  const mayEndIn = rule.calmDays - open.calm
  const mayRunIn = open.told.marks.some(m => m.reason === rule.runReason)
    ? mayEndIn
    : Math.max(1, rule.runDays - open.ran)
  return (open.walkedDay + 1 + Math.min(mayEndIn, mayRunIn)) * dayMs
}

/** The state without what no day from `beforeMs` on needs. */
export function rateForget(state: RateState, beforeMs: number): RateState {
  const day = dayOf(beforeMs)
  const counts = countsSince(state.counts, day - windowDaysMax - baseDaysMax)
  const recent = incidentsAfter(state.recent, day - windowDaysMax)
  const closed = notEndedBefore(state.closed, beforeMs)
  const marked = itemsNeeded(state.marked, i => dayOf(i.toMs) > day - windowDaysMax)
  const areLists = recent === state.recent && marked === state.marked && closed === state.closed
  return areLists && counts === state.counts ? state : { ...state, counts, recent, marked, closed }
}

/** The group that people see: the area. */
export function groupOf({ area, drill }: Pick<RateStory, 'area' | 'drill'>): Finding['group'] {
  return { admin1: area, ...(drill ? { drill: 'true' } : {}) }
}

/**
 * A number of incidents for people: whole, or with one decimal if it contains shares of intervals.
 */
export function countText(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1)
}

/** The same for headlines, without decimals. */
export function roundedCountText(count: number): string {
  return Number.isInteger(count) ? String(count) : `about ${Math.round(count)}`
}

/**
 * The rate of the window that ends with a day. Rounded, since shares of an interval are fractions.
 */
function rateOn(counts: DayCounts, day: number, { windowDays, baseDays }: RateRule): Rate {
  const baseTo = day - windowDays
  return {
    count: roundMeasure(sumOver(counts, baseTo + 1, day) / wholeIncident),
    mean: roundMeasure(
      (sumOver(counts, baseTo - baseDays + 1, baseTo) / wholeIncident) * (windowDays / baseDays)
    )
  }
}

function entered(
  { scope, recent, marked }: RateState,
  looks: readonly Look[],
  rule: RateRule
): RateEpisode | null {
  const look = fullest(looks.filter(l => l.rate.count >= l.threshold))
  if (look === null) return null
  const { day, atMs, rate, threshold, steep } = look
  const firstDay = day - rule.windowDays + 1
  const inWindow = incidentsWithin(recent, firstDay, day)
  const told = {
    ...areaOfScope(scope),
    fromMs: (inWindow[0] as Incident).fromMs,
    enteredMs: atMs,
    marks: steep === null ? [] : [{ atMs, reason: steep }],
    peak: { ...rate, day, threshold },
    triggers: triggersWith(evidenceOf(inWindow), strictestSince(marked, firstDay * dayMs)),
    support: noEvidence
  }
  return { told, walkedDay: day - 1, ran: 0, calm: 0 }
}

/**
 * The episode after an incident: a trigger if it raises the measure above its maximum, or a level;
 * else it supports. `counted` is the incident with the strictest handling in the window, since
 * whoever reads the measure may read all that is in it.
 */
function grown(
  told: RateStory,
  incident: Incident,
  looks: readonly Look[],
  counted: Incident | null
): RateStory {
  const higher = fullest(looks.filter(({ rate }) => rate.count > told.peak.count))
  const steeper = looks.find(
    ({ steep }) => steep !== null && !told.marks.some(m => m.reason === steep)
  )
  if (higher === null && steeper === undefined) return supported(told, incident)
  return {
    ...told,
    fromMs: Math.min(told.fromMs, incident.fromMs),
    // With an interval, the entry may be later than this incident: no level comes before the first.
    marks:
      steeper === undefined
        ? told.marks
        : [
            ...told.marks,
            { atMs: Math.max(steeper.atMs, told.enteredMs), reason: steeper.steep as string }
          ],
    peak:
      higher === null
        ? told.peak
        : { ...higher.rate, day: higher.day, threshold: higher.threshold },
    triggers: triggersWith(addEvidence(told.triggers, incident), counted)
  }
}

function supported(told: RateStory, incident: Incident): RateStory {
  return { ...told, support: withSupport(told.support, incident) }
}

interface Walk {
  readonly rule: RateRule
  readonly throughDay: number
  readonly state: RateState
}

/** Days evaluated of the last states: they pass one by one while no incident comes. */
const walks = new Map<RateState, Walk>()
const walksMax = 512

/** The state when whole days up to `throughDay` are over without a further incident. */
function walked(state: RateState, throughDay: number, rule: RateRule): RateState {
  if (state.open === null || state.open.walkedDay >= throughDay) return state
  const known = walks.get(state)
  const isOnTheWay = known !== undefined && known.rule === rule && known.throughDay <= throughDay
  if (isOnTheWay && known.throughDay === throughDay) return known.state
  const now = walkedOn(isOnTheWay ? known.state : state, throughDay, rule)
  if (walks.size >= walksMax) walks.clear()
  walks.set(state, { rule, throughDay, state: now })
  return now
}

function walkedOn(state: RateState, throughDay: number, rule: RateRule): RateState {
  let { open } = state
  if (open === null) return state
  while (open.walkedDay < throughDay) {
    open = afterDay(open, state.counts, rule)
    if (open.calm >= rule.calmDays)
      return {
        ...state,
        open: null,
        closed: [...state.closed, rule.describe(open.told, dayEndMs(open.walkedDay))]
      }
  }
  return { ...state, open }
}

function afterDay({ told, ...open }: RateEpisode, counts: DayCounts, rule: RateRule): RateEpisode {
  const walkedDay = open.walkedDay + 1
  const rate = rateOn(counts, walkedDay, rule)
  const ran = rule.goesOn(rate) ? open.ran + 1 : 0
  const hasRun = ran >= rule.runDays && !told.marks.some(m => m.reason === rule.runReason)
  const mark = { atMs: dayEndMs(walkedDay), reason: rule.runReason }
  return {
    told: hasRun ? { ...told, marks: [...told.marks, mark] } : told,
    walkedDay,
    ran,
    calm: rule.isCalm(rate) ? open.calm + 1 : 0
  }
}

/** The end of a day. */
function dayEndMs(day: number): number {
  return (day + 1) * dayMs
}
