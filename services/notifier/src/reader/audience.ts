// Who gets which event of an alert. A fold over the alert's events for one view and filter: once an alert was shown, each later event that the
// reader may see follows, whether or not the filter still holds, or one `left-view`. Pure, so that a stream that is resumed, a feed and a
// webhook that is planned after a restart decide alike.

import type { AlertEvent, AlertEventType, Notify } from '@tocsin/domain/alert/alert'
import { type AlertFilter, type FilterFacts, matchesFilter } from '@tocsin/domain/alert/alert-filter'
import { type Handling, maySee } from '@tocsin/domain/report/handling'
import { seesAll } from '@tocsin/service-kit/access/principal'
import type { Numbering } from './level-story.ts'
import { isInView, isTheatreInView, type ReaderView } from './reader-view.ts'

export interface Audience {
  readonly view: ReaderView
  readonly filter: AlertFilter
  /** Webhooks hold old news back until the alert was told, or someone has taken it. Streams, lists and feeds show it, marked. */
  readonly holdsQuiet: boolean
}

export type Standing = 'unseen' | 'shown' | 'left'

export interface Judged {
  readonly standing: Standing
  readonly verdict: 'event' | 'left-view' | 'nothing'
}

/** What of one event of an alert decides; kept for every event, so it is small. */
export interface Moment {
  readonly facts: FilterFacts
  readonly notify: Notify
  /** The least level at which the event says anything new. */
  readonly concerns: Handling
  /** Someone has acknowledged the alert or it is assigned. */
  readonly isTaken: boolean
  readonly type: AlertEventType
  /** As the log counts. */
  readonly revision: number
}

/** The moment that an event is; null for a refused action, which changes nothing of the alert. */
export function momentOf(event: AlertEvent): Moment | null {
  if (event.type === 'alert.action-refused') return null
  const { severity, status, pattern, ruleId, category, theatre, area, certainty, handling, drill, notify, operator, concerns } =
    event.data
  const { revision } = event.data
  return {
    facts: { severity, status, pattern, ruleId, category, theatre, area, certainty, handling, drill },
    notify,
    concerns,
    isTaken: operator.acknowledgedBy !== null || operator.assignedTo !== null,
    type: event.type,
    revision
  }
}

/** What an event means for an audience that stood so before it. `numbering`: of the alert, for the audience's level. Pure. */
export function judgeMoment(before: Standing, moment: Moment, audience: Audience, numbering: Numbering): Judged {
  if (!isInView(audience.view, moment.facts)) {
    return before === 'shown' ? { standing: 'left', verdict: 'left-view' } : { standing: before, verdict: 'nothing' }
  }
  // It changed what this reader may not see, or nothing at all for it: to send it would tell that something hidden came.
  if (!maySee(audience.view.handling, moment.concerns) || numbering.isWithheld(moment.revision))
    return { standing: before, verdict: 'nothing' }
  if (before !== 'unseen' || isWanted(moment, audience, numbering)) return { standing: 'shown', verdict: 'event' }
  return { standing: 'unseen', verdict: 'nothing' }
}

/** True for an alert of a drill where the filter does not ask for drills: it pages nobody then, and goes to no webhook. */
export function isUnaskedDrill({ drill }: Pick<FilterFacts, 'drill'>, filter: AlertFilter): boolean {
  return drill && filter.drill !== true
}

function isWanted(moment: Moment, { filter, holdsQuiet }: Audience, numbering: Numbering): boolean {
  const { facts, isTaken, type, notify, revision } = moment
  if (holdsQuiet && isUnaskedDrill(facts, filter)) return false
  const isHeld = holdsQuiet && !isTaken && numbering.notifyOf({ type, data: { revision, notify } }) === 'quiet'
  return !isHeld && matchesFilter(filter, facts)
}

/**
 * A refused action goes to those who are shown the alert. One that named an alert which does not exist is a fact of the theatre alone: it goes to
 * who sees all and asks for no less than whole theatres, so that no seq is missing there.
 */
export function judgeRefusal(before: Standing, alertIsKnown: boolean, theatre: string, audience: Audience): Judged {
  const wanted = alertIsKnown
    ? before === 'shown'
    : seesAll(audience.view) && !audience.holdsQuiet && wantsWholeTheatre(audience, theatre)
  return { standing: before, verdict: wanted ? 'event' : 'nothing' }
}

function wantsWholeTheatre({ view, filter }: Audience, theatre: string): boolean {
  const { theatre: theatres, ...others } = filter
  return (
    isTheatreInView(view, theatre) && Object.keys(others).length === 0 && (theatres === undefined || theatres.includes(theatre))
  )
}

/** Where an audience stands after these moments, in their order. Pure; O(moments). */
export function standingAfter(moments: Iterable<Moment>, audience: Audience, numbering: Numbering): Standing {
  let standing: Standing = 'unseen'
  for (const moment of moments) standing = judgeMoment(standing, moment, audience, numbering).standing
  return standing
}
