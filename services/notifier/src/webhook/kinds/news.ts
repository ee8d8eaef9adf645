// The content of an event, as every kind of destination words it: headline, severity, state, links.
// Pure.

import { formatAlertUrl } from '@tocsin/contracts/cap/cap-document'
import type { VisibleAlert } from '../../alerts/reader-view.ts'

/** One piece of news for people or for an alerting service. */
export type News = ReturnType<typeof describeAlert>

/** The members that news are made of. */
type Statement = Pick<VisibleAlert, 'alertId' | 'theatre'> &
  Partial<Omit<VisibleAlert, 'status' | 'pattern'>> & {
    readonly status?: string
    readonly pattern?: string
  }

/** A CloudEvent as a webhook has it. */
export interface SentEvent {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly answerurl?: string | null
  readonly data: object
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
    return describeAlert(event, event.data, publicUrl, changes[name] ?? 'Update', event.answerurl)
  if (name === 'reminder') {
    const { alert, answerurl } = event.data as {
      readonly alert: object
      readonly answerurl: string | null
    }
    return describeAlert(event, alert, publicUrl, 'Reminder: not acknowledged', answerurl)
  }
  if (name !== 'test') return null
  const test = {
    ...{ alertId: 'test', theatre: 'test', status: 'test', pattern: 'test' },
    headline: 'EXERCISE: Tocsin can reach this destination',
    explanation: 'Somebody asked for this test. No alert was raised.',
    times: { detectedAt: event.time }
  }
  return { ...describeAlert(event, test, '', 'Test'), isTest: true }
}

/** The news of an alert; without a change that of one that is open. */
export function describeAlert(
  { id: eventId, time: at, type }: SentEvent,
  alert: object,
  publicUrl: string,
  change = '',
  answerUrl: string | null = null
) {
  const statement = alert as Statement
  const { alertId, theatre, headline, severity = 'minor', status, drill, operator } = statement
  const isOver = status === 'resolved' || status === 'retracted' || type.includes('left-view')
  const text = headline ?? 'An alert is no longer shared with this subscription'
  const alertUrl = publicUrl === '' ? null : formatAlertUrl(publicUrl, alertId)
  const links = [
    { text: 'Open in Tocsin', url: alertUrl },
    { text: 'Acknowledge', url: answerUrl }
  ]
  return {
    ...{ eventId, alertId, theatre, severity, at, alertUrl, answerUrl },
    /** What happened to the alert, such as `Escalated`. */
    change,
    headline: drill === true && !text.startsWith('EXERCISE') ? `EXERCISE: ${text}` : text,
    explanation: statement.explanation ?? '',
    status: status ?? 'not shared',
    pattern: statement.pattern ?? '',
    /** `over`: resolved, retracted, or no longer for this subscription. */
    state: isOver
      ? ('over' as const)
      : operator?.acknowledgedBy
        ? ('acknowledged' as const)
        : ('open' as const),
    /** When the alert was detected, ISO 8601; null: not in the event. */
    startsAt: statement.times?.detectedAt ?? null,
    /** To the alert in the console, with the setting `publicUrl`; and of its answer, if there is one. */
    links: links.flatMap(({ text, url }) => (url === null ? [] : { text, url })),
    /** The short facts below a headline. */
    facts: [`Severity: ${severity}`, `Status: ${status ?? 'not shared'}`, `Theatre: ${theatre}`],
    isTest: false
  }
}

/** A text of at most so many characters, cut with an ellipsis. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  return `${text.slice(0, lengthMax - 1).toWellFormed()}…`
}
