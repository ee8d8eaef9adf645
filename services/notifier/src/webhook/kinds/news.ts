// The content of an event, as every kind of destination words it: headline, severity, state, links.
// Pure.

import { formatAlertUrl } from '@tocsin/contracts/cap/cap-document'
import type { Severity } from '@tocsin/contracts/theatre/severity'

/** One piece of news for people or for an alerting service. */
export interface News {
  readonly eventId: string
  /** Of the alert; `test` for a test. */
  readonly alertId: string
  readonly theatre: string
  /** What happened to the alert, such as `Escalated`. */
  readonly change: string
  readonly headline: string
  readonly explanation: string
  readonly severity: Severity
  readonly status: string
  readonly pattern: string
  /** `over`: resolved, retracted, or no longer for this subscription. */
  readonly state: 'open' | 'acknowledged' | 'over'
  /** When the alert was detected, ISO 8601; null: not in the event. */
  readonly startsAt: string | null
  /** Of the event, ISO 8601. */
  readonly at: string
  /** The alert in the console; null without the setting `publicUrl`. */
  readonly alertUrl: string | null
  /** By it a person acknowledges; null: the subscription has no answer links. */
  readonly answerUrl: string | null
  readonly isTest: boolean
}

/** The members that news are made of. */
interface Statement {
  readonly alertId: string
  readonly theatre: string
  readonly headline?: string
  readonly explanation?: string
  readonly severity?: Severity
  readonly status?: string
  readonly pattern?: string
  readonly drill?: boolean
  readonly times?: { readonly detectedAt: string }
  readonly operator?: { readonly acknowledgedBy: string | null }
}

/** A CloudEvent as a webhook has it. */
export interface SentEvent {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly answerurl?: string | null
  readonly data: object
}

interface ReminderData {
  readonly alert: Statement
  readonly answerurl: string | null
}

const changes: Readonly<Record<string, string>> = {
  raised: 'New alert',
  revised: 'Update',
  confirmed: 'Confirmed',
  escalated: 'Escalated',
  reopened: 'Reopened',
  resolved: 'Resolved',
  retracted: 'Retracted',
  acknowledged: 'Acknowledged',
  'acknowledgement-lapsed': 'Acknowledgement lapsed',
  assigned: 'Assigned',
  commented: 'Comment',
  responded: 'Response recorded',
  'response-corrected': 'Response corrected',
  answered: 'A partner has it',
  'left-view': 'No longer shared'
}

/** The news of an event; null for events that people need not read, such as heartbeats. */
export function readNews(event: SentEvent, publicUrl: string): News | null {
  const [, about, name = ''] =
    /^tocsin\.(alert|webhook)\.([a-z-]+)\.v[0-9]+$/.exec(event.type) ?? []
  if (about === 'alert' && name !== 'action-refused')
    return describeAlert(event, event.data as Statement, {
      change: changes[name] ?? 'Update',
      answerUrl: event.answerurl ?? null,
      publicUrl
    })
  if (name === 'reminder') {
    const { alert, answerurl } = event.data as ReminderData
    return describeAlert(event, alert, {
      change: 'Reminder: not acknowledged',
      answerUrl: answerurl,
      publicUrl
    })
  }
  return name === 'test' ? describeTest(event) : null
}

/** The news of an alert that a heartbeat repeats. */
export function readOpenAlert(event: SentEvent, alert: object, publicUrl: string): News {
  return describeAlert(event, alert as Statement, { change: '', answerUrl: null, publicUrl })
}

function describeAlert(
  { id, time, type }: SentEvent,
  alert: Statement,
  {
    change,
    answerUrl,
    publicUrl
  }: { readonly change: string; readonly answerUrl: string | null; readonly publicUrl: string }
): News {
  const { alertId, theatre, headline, severity = 'minor', status, drill, operator } = alert
  const isOver = status === 'resolved' || status === 'retracted' || type.includes('left-view')
  const text = headline ?? 'An alert is no longer shared with this subscription'
  return {
    eventId: id,
    ...{ alertId, theatre, severity, change },
    headline: drill === true && !text.startsWith('EXERCISE') ? `EXERCISE: ${text}` : text,
    explanation: alert.explanation ?? '',
    status: status ?? 'not shared',
    pattern: alert.pattern ?? '',
    state: isOver ? 'over' : operator?.acknowledgedBy ? 'acknowledged' : 'open',
    startsAt: alert.times?.detectedAt ?? null,
    at: time,
    alertUrl: publicUrl === '' ? null : formatAlertUrl(publicUrl, alertId),
    answerUrl,
    isTest: false
  }
}

function describeTest({ id, time }: SentEvent): News {
  return {
    eventId: id,
    ...{ alertId: 'test', theatre: 'test', change: 'Test', severity: 'minor', status: 'test' },
    headline: 'EXERCISE: Tocsin can reach this destination',
    explanation: 'Somebody asked for this test. No alert was raised.',
    ...{ pattern: 'test', state: 'open', startsAt: time, at: time },
    ...{ alertUrl: null, answerUrl: null, isTest: true }
  }
}

/** A text of at most so many characters, cut with an ellipsis. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  return `${text.slice(0, lengthMax - 1).toWellFormed()}…`
}

/** The short facts below a headline. */
export function listFacts({
  severity,
  status,
  theatre
}: News): readonly (readonly [name: string, value: string])[] {
  return [
    ['Severity', severity],
    ['Status', status],
    ['Theatre', theatre]
  ]
}
