// Incidents that may be one: same kind and place, no contradicting perpetrator, on days of which
// one is an interval. They do not join, but their deaths are not counted twice. Joining:
// pair-score.ts. Source: decision 0005.

import { type Handling, handlings, maySee } from '../report/handling.ts'
import type { Fatalities } from '../report/report.ts'
import { dayMs, type Span } from '../space-time/event-time.ts'
import { compareText, type Incident } from './incident.ts'

/**
 * Longest interval that may match another date, days: a month. Longer ones are summaries of a
 * season.
 */
export const intervalDaysMax = 31
/**
 * An interval with more candidates than this describes the period as a whole: it counts as none of
 * them.
 */
export const doubtsMax = 50

/** True if two spans have days in common and one of them is an interval. */
export function mayBeSameDay(a: Span, b: Span): boolean {
  const longest = Math.max(daysOf(a), daysOf(b))
  if (longest <= 2 || longest > intervalDaysMax) return false
  return Math.max(dayOf(a.fromMs), dayOf(b.fromMs)) <= Math.min(dayOf(a.toMs), dayOf(b.toMs))
}

/** Longer than a date and its neighbour. */
export function isInterval(span: Span): boolean {
  return daysOf(span) > 2
}

/** Number of days that a span touches. */
export function daysOf({ fromMs, toMs }: Span): number {
  return dayOf(toMs) - dayOf(fromMs) + 1
}

function dayOf(ms: number): number {
  return Math.floor(ms / dayMs)
}

/** Two incidents that may be one by their reports, as known to readers of both. */
export interface PossibleDuplicate {
  readonly own: Incident
  readonly other: Incident
}

/**
 * The incident with those that it may be and that are counted instead; the same object if there are
 * none. `doubted`: pairs that include it, once each. Pure; their order does not matter.
 */
export function withPossibleDuplicates(
  incident: Incident,
  doubted: readonly PossibleDuplicate[]
): Incident {
  const stead = doubted
    .filter(({ own, other }) => mayBeSameDay(own, other) && givesWay(own, other))
    .map(({ other }) => other)
  if (stead.length === 0) return incident
  const mayBe = stead
    .map(({ id, fatalities }) => ({ id, fatalities }))
    .sort((a, b) => compareText(a.id, b.id))
  // A change of id alone changes nothing that an alert shows.
  const tolls = mayBe
    .map(({ fatalities: { low, best, high } }) => `${low}/${best}/${high}`)
    .sort(compareText)
  return { ...incident, mayBe, contentKey: `${incident.contentKey}~${tolls.join('+')}` }
}

/**
 * Which of two gives way. Rules out first that a visible incident depends on a hidden one, or a
 * triggering one on one that may not trigger. Among equals: unknown grade, then the longer
 * interval, then the later report.
 */
function givesWay(incident: Incident, other: Incident): boolean {
  const may = mayGiveWay(incident, other)
  if (!may || !mayGiveWay(other, incident)) return may
  const order =
    Number(other.gradeKnown) - Number(incident.gradeKnown) ||
    lengthOf(incident) - lengthOf(other) ||
    incident.firstReportedAtMs - other.firstReportedAtMs ||
    compareText(incident.id, other.id)
  return order > 0
}

function mayGiveWay(incident: Incident, other: Incident): boolean {
  return (
    rankOf(incident.handling) >= rankOf(other.handling) &&
    (other.passesGrade || !incident.passesGrade)
  )
}

function rankOf(handling: Handling): number {
  return handlings.indexOf(handling)
}

function lengthOf({ fromMs, toMs }: Span): number {
  return toMs - fromMs
}

/**
 * The deaths that an incident adds to others: low and best less those of incidents that it may be,
 * if `isThere` says that they are counted too. The best is never below the low. The highest
 * estimate is added in full: they may be two. Pure.
 */
export function addedDeaths(
  { fatalities, mayBe }: Incident,
  isThere: (id: string) => boolean = () => true
): Fatalities {
  const there = mayBe?.filter(({ id }) => isThere(id)) ?? []
  if (there.length === 0) return fatalities
  const { low, best, high } = fatalities
  const most = (of: (toll: Fatalities) => number) =>
    Math.max(...there.map(other => of(other.fatalities)))
  const addedLow = low === null ? null : Math.max(0, low - most(toll => toll.low ?? 0))
  const addedBest =
    best === null ? null : best - most(toll => Math.max(toll.low ?? 0, toll.best ?? 0))
  return {
    low: addedLow,
    best: addedBest === null ? null : Math.max(addedLow ?? 0, addedBest),
    high
  }
}

/** The reports of incidents; `mayBe` refers to incidents by one of them. */
export function reportsOf(incidents: readonly Incident[]): ReadonlySet<string> {
  return new Set(incidents.flatMap(({ reportIds }) => reportIds))
}

/** True if an incident may be one of those that have these reports. */
export function mayBeAmong({ mayBe = [] }: Incident, ids: ReadonlySet<string>): boolean {
  return mayBe.some(({ id }) => ids.has(id))
}

/**
 * A note on incidents that may be one with others, present or not: triggers, and the support that
 * readers of a handling may see. Empty if there is nothing to say.
 */
export function possibleDuplicatesNote(
  triggers: readonly Incident[],
  support: readonly Incident[],
  level: Handling
): string {
  if (!triggers.some(isDoubtful) && !support.some(isDoubtful)) return ''
  const incidents = [...triggers, ...support.filter(({ handling }) => maySee(level, handling))]
  const doubtful = incidents.filter(isDoubtful)
  const ids = reportsOf(incidents)
  const within = doubtful.filter(incident => mayBeAmong(incident, ids)).length
  const beside = doubtful.length - within
  return (
    (within === 0
      ? ''
      : ` ${countOf(within)} dated to an interval of days may be the same as another counted here: the true number may be ${within} lower. Only the highest estimate counts the deaths of both.`) +
    (beside === 0
      ? ''
      : ` ${countOf(beside)} dated to an interval of days may be the same as one reported elsewhere: their deaths are not added together.`)
  )
}

function isDoubtful({ mayBe }: Incident): boolean {
  return mayBe !== undefined
}

function countOf(incidents: number): string {
  return incidents === 1 ? 'One incident' : `${incidents} incidents`
}
