// Records of the alerts log held against an audience: where it stood, what the record means for it, what it gets. Stream, feed and webhooks all
// decide here.

import type { AlertIndex, AlertRecord } from './alert-index.ts'
import { type Audience, type Judged, judgeMoment, judgeRefusal, momentOf, type Standing, standingAfter } from './audience.ts'
import { eventInView, leftViewEvent, type VisibleEvent } from './reader-view.ts'

/** Where an audience stood with an alert before a record, folded from what the index remembers of it. */
export function standingBefore(alerts: AlertIndex, audience: Audience, record: AlertRecord): Standing {
  const moments = alerts.get(record.event.data.alertId)?.moments ?? []
  return standingAfter(
    moments.filter(moment => moment.position < record.position),
    audience
  )
}

/** What a record means for an audience that stood so before it. */
export function judgeRecord(alerts: AlertIndex, before: Standing, record: AlertRecord, audience: Audience): Judged {
  const moment = momentOf(record.event)
  if (moment !== null) return judgeMoment(before, moment, audience)
  const { alertId, theatre } = record.event.data
  return judgeRefusal(before, alerts.get(alertId) !== undefined, theatre, audience)
}

/** An event as an audience gets it. */
export function renderFor(
  alerts: AlertIndex,
  { view }: Audience,
  verdict: 'event' | 'left-view',
  record: AlertRecord
): VisibleEvent {
  const { envelope, event } = record
  if (verdict === 'left-view') return leftViewEvent(envelope, event)
  return eventInView(view, envelope, event, alertId => alerts.handlingBefore(alertId, record))
}
