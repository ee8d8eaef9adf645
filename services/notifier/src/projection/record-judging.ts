// Judges alert records for an audience: its standing before, what the record means for it, and what
// it gets. Used by stream, feed and webhooks alike.

import type { ActionRefused, AlertEventType } from '@tocsin/domain/alert/alert'
import {
  type Audience,
  isUnaskedDrill,
  type Judged,
  judgeMoment,
  judgeRefusal,
  momentOf,
  type ReaderStanding,
  standingAfter,
  type Verdict
} from '../reader/audience.ts'
import {
  alertInView,
  eventInView,
  idInView,
  isTheatreInView,
  leftViewEvent,
  leftViewId,
  type ReaderView,
  type VisibleAlert,
  type VisibleEvent
} from '../reader/reader-view.ts'
import {
  type AlertEntry,
  type AlertRecord,
  decidingMoments,
  type ShownAlert
} from './alert-entry.ts'
import type { AlertIndex } from './alert-index.ts'

/** An audience's standing with an alert before a record, folded from the moments in the index. */
export function standingBefore(
  alerts: AlertIndex,
  audience: Audience,
  record: AlertRecord
): ReaderStanding {
  const { alertId } = record.event.data
  const entry = alerts.get(alertId)
  const moments = entry === undefined ? [] : decidingMoments(entry)
  return standingAfter(
    moments.filter(moment => moment.position < record.position),
    audience,
    alerts.numbering(alertId, audience.view.handling)
  )
}

/** What a record means for an audience with this prior standing. */
export function judgeRecord(
  alerts: AlertIndex,
  before: ReaderStanding,
  record: AlertRecord,
  audience: Audience
): Judged {
  const moment = momentOf(record.event)
  const { event } = record
  const { alertId } = event.data
  if (moment !== null)
    return judgeMoment(before, moment, audience, alerts.numbering(alertId, audience.view.handling))
  return judgeRefusal(
    before,
    alerts.get(alertId) !== undefined,
    event.data as ActionRefused,
    audience
  )
}

/**
 * An event as an audience gets it; `first-news`: as one that pages. One with evidence that was
 * taken back keeps its id and its place, and says nothing of the alert.
 */
export function renderFor(
  alerts: AlertIndex,
  { view, filter }: Audience,
  verdict: Verdict,
  record: AlertRecord
): VisibleEvent {
  const { envelope, event } = record
  const numbering = alerts.numbering(event.data.alertId, view.handling)
  if (verdict === 'left-view') return leftViewEvent(view, envelope, event, numbering)
  if (event.type !== 'alert.action-refused' && alerts.isTakenBack(view.handling, event.data))
    return {
      ...leftViewEvent(view, envelope, event, numbering),
      id: idInView(view, envelope, event, numbering)
    }
  const handlingOf = (alertId: string) => alerts.handlingBefore(alertId, record)
  const visible = eventInView(view, envelope, event, { numbering, handlingOf })
  if (event.type !== 'alert.action-refused' && isUnaskedDrill(event.data, filter))
    return withoutPage(visible)
  return verdict === 'first-news' ? paging(visible) : visible
}

/** As one that pages nobody: of a drill, or of what its reader was told before. */
export function withoutPage(event: VisibleEvent): VisibleEvent {
  const { data } = event
  return 'notify' in data && data.notify === 'page'
    ? { ...event, data: { ...data, notify: 'update' } }
    : event
}

/** For an audience that hears of it first: it pages, whatever it is to others. */
function paging(event: VisibleEvent): VisibleEvent {
  const { data } = event
  return 'notify' in data ? { ...event, data: { ...data, notify: 'page' } } : event
}

/** The alert's state for the reader; null if hidden. */
export function shownTo(view: ReaderView, entry: AlertEntry): ShownAlert | null {
  return isTheatreInView(view, entry.theatre) ? entry.shownAt(view.handling) : null
}

/** The current content of an alert for a reader. */
export function stateInView(alerts: AlertIndex, view: ReaderView, shown: ShownAlert): VisibleAlert {
  const { state, last, revision, operatorRevision } = shown
  const type = last.type.replace(/^tocsin\.(.*)\.v1$/, '$1') as AlertEventType
  const notify = alerts.numbering(state.alertId, view.handling).notifyOf({ type, data: state })
  const handlingOf = (alertId: string) => alerts.handlingNow(alertId)
  return alertInView(view, state, { revision, notify, operatorRevision }, handlingOf)
}

/** The id of an event as an audience gets it. */
export function idFor(
  alerts: AlertIndex,
  { view }: Audience,
  verdict: Verdict,
  record: AlertRecord
): string {
  const { envelope, event } = record
  const numbering = alerts.numbering(event.data.alertId, view.handling)
  return verdict === 'left-view'
    ? leftViewId(view, event, numbering)
    : idInView(view, envelope, event, numbering)
}
