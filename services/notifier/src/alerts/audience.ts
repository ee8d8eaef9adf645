// Which events of an alert an audience gets. A fold over the alert's events for one view and
// filter: once an alert was shown, every later visible event follows, whether or not the filter
// still matches, or one `left-view`. Pure, so that a resumed stream, a feed and a webhook planned
// after a restart get the same decision.

import { seesAll } from '@tocsin/auth/access/principal'
import type {
  ActionRefused,
  AlertEvent,
  AlertEventType,
  AlertState,
  Notify
} from '@tocsin/contracts/alert/alert'
import {
  type AlertFilter,
  type FilterFacts,
  matchesFilter
} from '@tocsin/contracts/alert/alert-filter'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import { severities } from '@tocsin/contracts/theatre/severity'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import { isRefusalFor } from './officers-talk.ts'
import { isInView, isTheatreInView, type ReaderView } from './reader-view.ts'

export interface Audience {
  readonly view: ReaderView
  readonly filter: AlertFilter
  /**
   * Webhooks defer old news until the alert was delivered once or an officer took it. Streams,
   * lists and feeds show it, marked.
   */
  readonly holdsQuiet: boolean
}

export type ReaderStanding = 'unseen' | 'shown' | 'left'

/**
 * `first-news`: send the event as one that pages, because others were notified of what it revises
 * and this audience never was.
 */
export type Verdict = 'event' | 'first-news' | 'left-view'

export interface Judged {
  readonly standing: ReaderStanding
  readonly verdict: Verdict | 'nothing'
}

/** The fields of an event that decide; stored for every event, so it is small. */
export interface AudienceMoment {
  readonly facts: FilterFacts
  readonly notify: Notify
  /** The lowest level for which the event is news. */
  readonly concerns: Handling
  /** An officer has acknowledged the alert, or it is assigned. */
  readonly isTaken: boolean
  readonly type: AlertEventType
  /** As numbered in the log. */
  readonly revision: number
}

/** What filters ask of an alert. */
export function listFacts(state: AlertState): FilterFacts {
  const { severity, status, pattern, ruleId, category, theatre } = state
  const { area, certainty, handling, drill } = state
  return {
    ...{ severity, status, pattern, ruleId, category, theatre, area, certainty, handling, drill }
  }
}

/** The moment of an event; null for a refused action, which does not change the alert. */
export function makeMoment(event: AlertEvent): AudienceMoment | null {
  if (event.type === 'alert.action-refused') return null
  const { notify, operator, concerns, revision } = event.data
  return {
    facts: listFacts(event.data),
    notify,
    concerns,
    isTaken: operator.acknowledgedBy !== null || operator.assignedTo !== null,
    type: event.type,
    revision
  }
}

/** What an event of its level means for an audience with this prior state. Pure. */
export function judgeMoment(
  before: ReaderStanding,
  moment: AudienceMoment,
  audience: Audience
): Judged {
  if (!isInView(audience.view, moment.facts)) {
    return before === 'shown'
      ? { standing: 'left', verdict: 'left-view' }
      : { standing: before, verdict: 'nothing' }
  }
  if (!isForLevel(audience.view.handling, moment)) return { standing: before, verdict: 'nothing' }
  if (before !== 'unseen') return { standing: 'shown', verdict: 'event' }
  if (!isWanted(moment, audience)) return { standing: 'unseen', verdict: 'nothing' }
  return {
    standing: 'shown',
    verdict: isFirstNews(moment, audience) ? 'first-news' : 'event'
  }
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

/** Whether readers of a level get an event of their stream: a comment has its own handling. */
export function isForLevel(
  level: Handling,
  { facts, concerns }: Pick<AudienceMoment, 'facts' | 'concerns'>
): boolean {
  return maySee(level, facts.handling) && maySee(level, concerns)
}

/**
 * True for a drill alert if the filter does not ask for drills: it then does not notify and goes to
 * no webhook.
 */
export function isUnaskedDrill(
  { drill }: Pick<FilterFacts, 'drill'>,
  filter: AlertFilter
): boolean {
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
 * A refused action goes to audiences that are shown the alert and may read the action's text. If it
 * named an unknown alert, it goes only to readers who see everything and subscribe to whole
 * theatres, so that they miss no seq.
 */
export function judgeRefusal(
  before: ReaderStanding,
  alertIsKnown: boolean,
  refusal: ActionRefused,
  audience: Audience
): Judged {
  const { theatre } = refusal
  const wanted = alertIsKnown
    ? before === 'shown' && isRefusalFor(audience.view.handling, refusal)
    : seesAll(audience.view) && !audience.holdsQuiet && wantsWholeTheatre(audience, theatre)
  return { standing: before, verdict: wanted ? 'event' : 'nothing' }
}

function wantsWholeTheatre({ view, filter }: Audience, theatre: string): boolean {
  const { theatre: theatres, ...others } = filter
  return (
    isTheatreInView(view, theatre) &&
    Object.keys(others).length === 0 &&
    (theatres === undefined || theatres.includes(theatre))
  )
}

/** An audience's standing after these moments, in order. Pure; O(moments). */
export function standingAfter(
  moments: Iterable<AudienceMoment>,
  audience: Audience
): ReaderStanding {
  let standing: ReaderStanding = 'unseen'
  for (const moment of moments) standing = judgeMoment(standing, moment, audience).standing
  return standing
}
