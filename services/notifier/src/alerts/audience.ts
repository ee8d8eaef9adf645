// Which events of the level's stream an audience gets: once an alert was shown, every later event
// follows, whether or not the filter still matches. Pure, so that a resumed stream, a feed and a
// webhook planned after a restart get the same decision.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import { isWhole, type ReaderView } from '@tocsin/auth/access/reader-view'
import type { ActionRefused, AlertEvent, AlertState } from '@tocsin/contracts/alert/alert'
import {
  type AlertFilter,
  type FilterFacts,
  matchesFilter
} from '@tocsin/contracts/alert/alert-filter'
import { severities } from '@tocsin/contracts/theatre/severity'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import type { StoredMoment } from '@tocsin/read-model/alerts/event-table'
import { hasLevel } from '@tocsin/read-model/alerts/levels'

export interface Audience {
  readonly view: ReaderView
  readonly filter: AlertFilter
  /**
   * Webhooks defer old news until the alert was delivered once or an officer took it. Streams,
   * lists and feeds show it, marked.
   */
  readonly holdsQuiet: boolean
}

/**
 * `first-news`: send the event as one that pages, because others were notified of what it revises
 * and this audience never was.
 */
export type Verdict = 'event' | 'first-news'

/** The fields of an event that decide; stored for every event, so it is small. */
export type AudienceMoment = Omit<StoredMoment, 'partition' | 'position' | 'atMs'>

/** What filters ask of an alert. */
export function listFacts(state: AlertState): FilterFacts {
  const { severity, status, pattern, ruleId, category, theatre } = state
  const { area, certainty, handling, drill } = state
  return {
    ...{ severity, status, pattern, ruleId, category, theatre, area, certainty, handling, drill }
  }
}

/** The moment of an event; null for a refused action, which does not change the alert. */
export function makeMoment(event: AlertEvent, readers: number): AudienceMoment | null {
  if (event.type === 'alert.action-refused') return null
  const { notify, operator, revision } = event.data
  return {
    facts: listFacts(event.data),
    notify,
    readers,
    isTaken: operator.acknowledgedBy !== null || operator.assignedTo !== null,
    type: event.type,
    revision
  }
}

/** What an event means for an audience that was shown the alert, or was not; null: nothing. Pure. */
export function judgeMoment(
  wasShown: boolean,
  moment: AudienceMoment,
  audience: Audience
): Verdict | null {
  if (!isReader(audience.view, moment)) return null
  if (wasShown) return 'event'
  if (!isWanted(moment, audience)) return null
  return isFirstNews(moment, audience) ? 'first-news' : 'event'
}

/**
 * True for a revision by which a standing alert reaches an audience: its place, certainty or
 * handling changed since others were notified. To them it is an update; this audience has not seen
 * it. A revision that continues by itself is no news. Decision 0079.
 */
function isFirstNews({ facts, type, notify }: AudienceMoment, { filter }: Audience): boolean {
  if (type !== 'alert.revised' || isUnaskedDrill(facts, filter)) return false
  if (facts.status !== 'provisional' && facts.status !== 'confirmed') return false
  return notify === 'update' && mayPage(facts)
}

/** An alert of a pattern that this version does not know may page always. */
function mayPage({ pattern, severity }: FilterFacts): boolean {
  const from = ruleDefinitions.get(pattern)?.pagesFrom ?? 'minor'
  return severities.indexOf(severity) >= severities.indexOf(from)
}

/** Whether an event is in a reader's stream. */
export function isReader(view: ReaderView, { facts, readers }: AudienceMoment): boolean {
  return hasLevel(readers, view.level) && mayReadTheatre(view, facts.theatre)
}

/**
 * True for a drill alert if the filter does not ask for drills: it then does not notify and goes to
 * no webhook.
 */
export function isUnaskedDrill({ drill }: FilterFacts, filter: AlertFilter): boolean {
  return drill && filter.drill !== true
}

function isWanted(
  { facts, isTaken, notify }: AudienceMoment,
  { filter, holdsQuiet }: Audience
): boolean {
  if (holdsQuiet && isUnaskedDrill(facts, filter)) return false
  const isHeld = holdsQuiet && !isTaken && notify === 'quiet'
  return !isHeld && matchesFilter(filter, facts)
}

/**
 * A refused action goes to audiences that are shown the alert. If it named an unknown alert, it
 * goes only to readers who see everything and subscribe to whole theatres, so that they miss no seq.
 */
export function wantsRefusal(
  wasShown: boolean,
  alertIsKnown: boolean,
  { theatre }: ActionRefused,
  audience: Audience
): boolean {
  return alertIsKnown
    ? wasShown
    : isWhole(audience.view) && !audience.holdsQuiet && wantsWholeTheatre(audience, theatre)
}

function wantsWholeTheatre({ view, filter }: Audience, theatre: string): boolean {
  const { theatre: theatres, ...others } = filter
  return (
    mayReadTheatre(view, theatre) &&
    Object.keys(others).length === 0 &&
    (theatres === undefined || theatres.includes(theatre))
  )
}

/** Whether an audience was shown an alert in these events, in order. Pure; O(moments). */
export function isShownBy(moments: readonly AudienceMoment[], audience: Audience): boolean {
  return moments.some(moment => judgeMoment(false, moment, audience) !== null)
}
