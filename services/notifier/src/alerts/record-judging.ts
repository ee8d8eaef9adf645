// Judges alert records for an audience: its prior state, what the record means for it, and what it
// gets. Used by stream, feed and webhooks.

import type { ActionRefused, AlertEvent } from '@tocsin/contracts/alert/alert'
import type { AlertEntry, AlertRecord, ShownAlert } from './alert-entry.ts'
import type { AlertIndex } from './alert-index.ts'
import { findAcknowledged } from './alert-sum.ts'
import {
  type Audience,
  isUnaskedDrill,
  type Judged,
  judgeMoment,
  judgeRefusal,
  makeMoment,
  type ReaderStanding,
  standingAfter,
  type Verdict
} from './audience.ts'
import {
  alertInView,
  eventInView,
  isTheatreInView,
  leftViewEvent,
  leftViewId,
  type ReaderView,
  type VisibleAlert,
  type VisibleEvent
} from './reader-view.ts'

/** An audience's standing with an alert before a record, folded from the moments in the index. */
export function standingBefore(
  alerts: AlertIndex,
  audience: Audience,
  record: AlertRecord
): ReaderStanding {
  const { alertId } = record.event.data
  const moments = alerts.get(alertId)?.at(audience.view.handling)?.moments ?? []
  return standingAfter(
    moments.filter(moment => moment.position < record.position),
    audience
  )
}

/** What a record means for an audience with this prior standing. */
export function judgeRecord(
  alerts: AlertIndex,
  before: ReaderStanding,
  record: AlertRecord,
  audience: Audience
): Judged {
  const { event, levels } = record
  const level = audience.view.handling
  if (!levels.includes(level)) return { standing: before, verdict: 'nothing' }
  // As it was folded, and as the standing before it was: its incidents may be elsewhere by now.
  const moment = alerts.findMoment(level, record) ?? makeMoment(event)
  if (moment !== null) return judgeMoment(before, moment, audience)
  return judgeRefusal(
    before,
    alerts.get(event.data.alertId) !== undefined,
    event.data as ActionRefused,
    audience
  )
}

/** An event with the alert's state as incidents are known now, on every transport. */
export function restateEvent(alerts: AlertIndex, { event, sum }: AlertRecord): AlertEvent {
  if (event.type === 'alert.action-refused') return event
  const data = alerts.restate(event.data, sum)
  return data === event.data ? event : { ...event, data }
}

/**
 * An event as an audience gets it; `first-news`: as one that pages. An event of an earlier version
 * with evidence that was taken back has its id and its place, but no content about the alert.
 */
export function renderFor(
  alerts: AlertIndex,
  { view, filter }: Audience,
  verdict: Verdict,
  record: AlertRecord
): VisibleEvent {
  const { envelope, sum } = record
  const event = restateEvent(alerts, record)
  if (verdict === 'left-view') return leftViewEvent(view, envelope, event)
  const isStated = sum === null && event.type !== 'alert.action-refused'
  if (isStated && alerts.isTakenBack(view.handling, event.data))
    return { ...leftViewEvent(view, envelope, event), id: envelope.id }
  const findHandling = (alertId: string) => alerts.handlingBefore(view.handling, alertId, record)
  const visible = eventInView(view, envelope, event, findHandling)
  if (event.type !== 'alert.action-refused' && isUnaskedDrill(event.data, filter))
    return withoutPage(visible)
  return verdict === 'first-news' ? paging(visible) : visible
}

/** As one that does not page: of a drill, or of an update that its reader already has. */
export function withoutPage(event: VisibleEvent): VisibleEvent {
  const { data } = event
  return 'notify' in data && data.notify === 'page'
    ? { ...event, data: { ...data, notify: 'update' } }
    : event
}

/** For an audience that gets it first: it pages, even if it does not page others. */
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
  const { handling } = view
  const state = alerts.restate(shown.state, shown.sum)
  const shownState = { ...state, partOf: alerts.findParent(handling, state), ...olderFacts(shown) }
  return alertInView(view, shownState, alertId => alerts.handlingNow(handling, alertId))
}

/** What an alert of an earlier version does not say itself. */
function olderFacts({ sum, state, calls }: ShownAlert): Partial<Pick<VisibleAlert, 'operator'>> {
  return sum === null
    ? { operator: { ...state.operator, isAcknowledged: findAcknowledged(calls, state) } }
    : {}
}

/** The id of an event as an audience gets it. */
export function idFor(
  { view }: Audience,
  verdict: Verdict,
  { envelope, event }: AlertRecord
): string {
  return verdict === 'left-view' ? leftViewId(view, event) : envelope.id
}
