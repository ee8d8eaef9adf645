// Episodes in which an area has far more attacks than its own past lets expect: the state machine that `surge` and `sustained-threat` share. A window of
// days is held against the days before it. An incident opens an episode and raises it; days without any make it run on and end.

import { addEvidence, type NearMiss, nearShare, type PlaceNeed } from '../../detection/pattern.ts'
import { type Finding, roundMeasure } from '../../finding/finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { attackCategories } from '../../report/report.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { strictestSince, triggersWith, withCounted } from '../episode/counted-handling.ts'
import {
  countsSince,
  type DayCounts,
  dayOf,
  noDayCounts,
  reachedAtMs,
  sumOver,
  wholeIncident,
  windowEndsOf,
  withSpan
} from '../episode/day-counts.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import { givesAgain } from '../episode/same-again.ts'
import { endedSince, stillOfUse } from '../episode/since.ts'

/** What a window holds, and what as many days held on average before it. */
export interface Rate {
  readonly count: number
  readonly mean: number
}

/** What an episode rests on, by the parameters of its pattern. */
export interface RateRule {
  readonly windowDays: number
  readonly baseDays: number
  /** What the window must hold to enter, where as many days held `mean` before. */
  threshold(mean: number): number
  /** Names the level that the rate reaches by itself; null where it reaches none. */
  steep(rate: Rate): string | null
  /** True on a day that counts as a further one of the run that escalates. */
  goesOn(rate: Rate): boolean
  readonly runDays: number
  readonly runReason: string
  isCalm(rate: Rate): boolean
  /** Days, each of them calm, after which it has ended. */
  readonly calmDays: number
  /** The finding of an episode that ended, or that is open where `toMs` is null. */
  describe(told: RateStory, toMs: number | null): Finding
}

/** What a finding says of an episode. */
export interface RateStory {
  readonly area: string
  readonly drill: boolean
  readonly fromMs: number
  readonly enteredMs: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** The greatest that the window has held, on which day, and against what. */
  readonly peak: Rate & { readonly day: number; readonly threshold: number }
  readonly triggers: Evidence
  readonly support: Evidence
}

export interface RateEpisode {
  readonly told: RateStory
  /** The last whole day that was looked at. */
  readonly walkedDay: number
  /** Days of the run so far, and calm days in a row. */
  readonly ran: number
  readonly calm: number
}

export interface RateState {
  readonly scope: string
  readonly counts: DayCounts
  /** The latest incidents that a window may still hold. */
  readonly recent: readonly Incident[]
  /** Of each handling the one that ends last of what is counted. */
  readonly marked: readonly Incident[]
  readonly open: RateEpisode | null
  readonly closed: readonly Finding[]
}

export function quietArea(scope: string): RateState {
  return { scope, counts: noDayCounts, recent: [], marked: [], open: null, closed: [] }
}

/** Incidents of the window that are named when an episode begins; those before them are counted. */
export const recentMax = 100
/** Windows and the days before them that a rule may set at most: a state is kept for as long. */
export const windowDaysMax = 90
export const baseDaysMax = 700
const drillMark = '|drill'

/** Each first-level area that an attack may lie in is a scope; drills have their own. Statistics are no attacks. */
/** An attack counts where it lies for certain. */
export function areaNeeds({ category }: Incident): readonly PlaceNeed[] {
  return attackCategories.has(category) ? [{ area: true }] : []
}

export function areaScopesOf(incident: Incident): readonly string[] {
  if (!attackCategories.has(incident.category)) return []
  const mark = incident.drill ? drillMark : ''
  if (incident.alsoAt.length === 0) return incident.place.admin1 === null ? [] : [incident.place.admin1 + mark]
  return [...new Set(placesOf(incident).flatMap(p => (p.admin1 === null ? [] : [p.admin1 + mark])))]
}

function areaOfScope(scope: string): { readonly area: string; readonly drill: boolean } {
  return scope.endsWith(drillMark) ? { area: scope.slice(0, -drillMark.length), drill: true } : { area: scope, drill: false }
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
      : { ...due, open: { ...open, told: toldAgain(incident, [open.told], () => supported(open.told, incident)) } }
  }
  const recent = stillRecent(due.recent, day - rule.windowDays)
  const next = {
    ...due,
    counts: withSpan(due.counts, incident, wholeIncident, day - rule.windowDays - rule.baseDays),
    recent: [...(recent.length < recentMax ? recent : recent.slice(1 - recentMax)), incident],
    marked: withCounted(due.marked, incident)
  }
  // What was not so on the incident's day may be so at the end of an interval, its own or that of one before it.
  const looks = windowEndsOf(incident, next.recent, rule.windowDays).map(lastDay => lookAt(next.counts, incident, lastDay, rule))
  if (open === null) return { ...next, open: entered(next, looks, rule) }
  const counted = strictestSince(next.marked, (day - rule.windowDays + 1) * dayMs)
  const from = [open.told, rule, counted, ...looks.flatMap(({ day, rate }) => [day, rate.count, rate.mean])]
  return { ...next, open: { ...open, told: toldAgain(incident, from, () => grown(open.told, incident, looks, counted)) } }
}

const toldAgain = givesAgain<RateStory>()

function liesSurelyIn({ place, alsoAt }: Incident, area: string): boolean {
  return (place.admin1 === area && place.areaCertain) || alsoAt.some(p => p.admin1 === area && p.areaCertain)
}

/** A window that holds an incident. */
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

/** The window that holds most, the first of several; null of none. */
function fullest(looks: readonly Look[]): Look | null {
  return looks.reduce<Look | null>((most, look) => (most === null || look.rate.count > most.rate.count ? look : most), null)
}

/** What stands when the horizon is reached. */
export function rateFindings(state: RateState, horizonMs: number, rule: RateRule): readonly Finding[] {
  const { open, closed } = walked(state, dayOf(horizonMs) - 1, rule)
  return open === null ? closed : [...closed, rule.describe(open.told, null)]
}

/** What an area lacks to enter, where the window that ends with the day of the horizon holds nearly enough; nothing while an episode is open. */
export function rateNearly(state: RateState, horizonMs: number, rule: RateRule): readonly NearMiss[] {
  const day = dayOf(horizonMs)
  const { open, counts, recent, scope } = walked(state, day - 1, rule)
  const { count, mean } = rateOn(counts, day, rule)
  const threshold = roundMeasure(rule.threshold(mean))
  const incidents = recent.filter(i => dayOf(i.toMs) > day - rule.windowDays && dayOf(i.fromMs) <= day)
  if (open !== null || incidents.length === 0 || (count < nearShare * threshold && count < threshold - 1)) return []
  const more = Math.max(1, Math.ceil(threshold - count))
  return [
    {
      group: groupOf(areaOfScope(scope)),
      measure: { name: `attacks in ${rule.windowDays} days`, value: count, threshold, baseline: mean },
      lacks: more === 1 ? '1 attack more' : `${more} attacks more`,
      incidents
    }
  ]
}

/** While an episode is open it is looked at again when each day is over; it may take some of them until something changes. */
export function rateNextChangeMs(state: RateState, horizonMs: number, rule: RateRule): number | null {
  const { open } = walked(state, dayOf(horizonMs) - 1, rule)
  if (open === null) return null
  const mayEndIn = rule.calmDays - open.calm
  const mayRunIn = open.told.marks.some(m => m.reason === rule.runReason) ? mayEndIn : Math.max(1, rule.runDays - open.ran)
  return (open.walkedDay + 1 + Math.min(mayEndIn, mayRunIn)) * dayMs
}

/** The state without what no day from `beforeMs` on needs. */
export function rateForget(state: RateState, beforeMs: number): RateState {
  const day = dayOf(beforeMs)
  const counts = countsSince(state.counts, day - windowDaysMax - baseDaysMax)
  const recent = stillRecent(state.recent, day - windowDaysMax)
  const closed = endedSince(state.closed, beforeMs)
  const marked = stillRecent(state.marked, day - windowDaysMax)
  const areLists = recent === state.recent && marked === state.marked && closed === state.closed
  return areLists && counts === state.counts ? state : { ...state, counts, recent, marked, closed }
}

/** What people see: the area. */
export function groupOf({ area, drill }: Pick<RateStory, 'area' | 'drill'>): Finding['group'] {
  return { admin1: area, ...(drill ? { drill: 'true' } : {}) }
}

/** A number of incidents for people: whole, or with one digit where shares of intervals are among them. */
export function countText(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1)
}

/** The same for a headline, which has whole ones alone. */
export function roundedCountText(count: number): string {
  return Number.isInteger(count) ? String(count) : `about ${Math.round(count)}`
}

/** The rate of the window that ends with a day. Rounded: shares of an interval are no whole numbers. */
function rateOn(counts: DayCounts, day: number, { windowDays, baseDays }: RateRule): Rate {
  const baseTo = day - windowDays
  return {
    count: roundMeasure(sumOver(counts, baseTo + 1, day) / wholeIncident),
    mean: roundMeasure((sumOver(counts, baseTo - baseDays + 1, baseTo) / wholeIncident) * (windowDays / baseDays))
  }
}

function stillRecent(recent: readonly Incident[], afterDay: number): readonly Incident[] {
  return stillOfUse(recent, i => dayOf(i.toMs) > afterDay)
}

function entered({ scope, recent, marked }: RateState, looks: readonly Look[], rule: RateRule): RateEpisode | null {
  const look = fullest(looks.filter(l => l.rate.count >= l.threshold))
  if (look === null) return null
  const { day, atMs, rate, threshold, steep } = look
  const firstDay = day - rule.windowDays + 1
  const inWindow = recent.filter(i => dayOf(i.toMs) >= firstDay && dayOf(i.fromMs) <= day)
  const told = {
    ...areaOfScope(scope),
    fromMs: Math.min(...inWindow.map(i => i.fromMs)),
    enteredMs: atMs,
    marks: steep === null ? [] : [{ atMs, reason: steep }],
    peak: { ...rate, day, threshold },
    triggers: triggersWith(evidenceOf(inWindow), strictestSince(marked, firstDay * dayMs)),
    support: noEvidence
  }
  return { told, walkedDay: day - 1, ran: 0, calm: 0 }
}

/**
 * It is a trigger where it lifts the measure over all before, or a level; else it supports. `counted` is what the fewest may read of in the window: whoever
 * reads of the measure may read of all that is in it.
 */
function grown(told: RateStory, incident: Incident, looks: readonly Look[], counted: Incident | null): RateStory {
  const higher = fullest(looks.filter(({ rate }) => rate.count > told.peak.count))
  const steeper = looks.find(({ steep }) => steep !== null && !told.marks.some(m => m.reason === steep))
  if (higher === null && steeper === undefined) return supported(told, incident)
  return {
    ...told,
    fromMs: Math.min(told.fromMs, incident.fromMs),
    // An interval may have let it enter at a later moment than that of this incident: no level comes before the first.
    marks:
      steeper === undefined
        ? told.marks
        : [...told.marks, { atMs: Math.max(steeper.atMs, told.enteredMs), reason: steeper.steep as string }],
    peak: higher === null ? told.peak : { ...higher.rate, day: higher.day, threshold: higher.threshold },
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

/** How far the days of the last states were looked at: they pass one by one while nothing comes. */
const walks = new Map<RateState, Walk>()
const walksMax = 512

/** The state when whole days up to one are over, and nothing more has come. */
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
      return { ...state, open: null, closed: [...state.closed, rule.describe(open.told, dayEndMs(open.walkedDay))] }
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

/** The moment at which a day is over. */
function dayEndMs(day: number): number {
  return (day + 1) * dayMs
}
