// Alerts as lines for people at a terminal. Pure.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { reasonText } from '@tocsin/contracts/alert/alert-words'
import { formatTable, toOneLine } from '../terminal/table.ts'

/** An alert event as transports carry it. */
export interface AlertEventAnswer {
  readonly id: string
  readonly type: string
  readonly data: AlertState & Partial<EvidenceCounted>
}

/** The count of evidence; a statement names a few pieces. */
export interface EvidenceCounted {
  readonly evidenceCount: { readonly triggers: number; readonly support: number }
}

const eventWords: Readonly<Record<string, string>> = {
  raised: 'RAISED',
  revised: 'revised',
  confirmed: 'confirmed',
  escalated: 'ESCALATED',
  resolved: 'resolved',
  reopened: 'REOPENED',
  retracted: 'RETRACTED'
}

/** One line for an event: when, what happened, how severe, and the headline. */
export function formatEvent({ type, data }: AlertEventAnswer): string {
  const name = type.replace(/^tocsin\.alert\.|\.v\d+$/g, '')
  const when = (data.times?.detectedAt ?? '').slice(0, 16).replace('T', ' ')
  const what = `${(eventWords[name] ?? name).padEnd(10)} ${(data.severity ?? '').padEnd(8)} ${data.pattern ?? ''}`
  const { triggers, support } = data.evidenceCount ?? {
    triggers: data.evidence?.length ?? 0,
    support: 0
  }
  const count = triggers + support + (data.evidenceOmitted ?? 0)
  const told = `revision ${data.revision}, ${count} ${count === 1 ? 'incident' : 'incidents'}`
  return toOneLine(`${when}  ${what}: ${data.headline ?? data.alertId} (${told})`)
}

/** An alert with its past. */
export interface AlertHistory extends AlertState, Partial<EvidenceCounted> {
  readonly revisions: readonly (AlertEventAnswer & { readonly time: string })[]
}

/** What an alert is, and its events: the machine's, and what officers did, with their words. */
export function formatAlertHistory(alert: AlertHistory): readonly string[] {
  return [
    alert.headline,
    `${alert.status}, ${alert.severity}, ${alert.certainty}, revision ${alert.revision}; ${formatOperator(alert)}`,
    ...formatEvidence(alert),
    ...listResponses(alert),
    ...listAnswers(alert),
    '',
    ...alert.revisions.map(({ type, time, data }) => {
      const event = type.replace(/^tocsin\.alert\.|\.v\d+$/g, '')
      const name = event === 'assigned' && data.operator?.assignedTo === null ? 'given back' : event
      const who = data.action
        ? ` by ${formatAuthor(data.action.by, data.action.byId)}${data.action.text === null ? '' : `: ${data.action.text}`}`
        : ''
      const why = !data.action && data.reason ? `: ${reasonText(data.reason)}` : ''
      return `  ${time}  ${data.revision ?? '-'} ${name}${who}${why}${data.action ? '' : `; ${data.headline ?? ''}`}`
    })
  ].map(toOneLine)
}

function formatEvidence({ evidenceCount, evidenceOmitted }: AlertHistory): readonly string[] {
  if (evidenceCount === undefined) return []
  const { triggers, support } = evidenceCount
  const counted = `rests on ${triggers} ${triggers === 1 ? 'trigger' : 'triggers'}; ${support} more in support`
  return [evidenceOmitted > 0 ? `${counted}; ${evidenceOmitted} further only counted` : counted]
}

function formatOperator({ operator, operatorRevision }: AlertState): string {
  const {
    acknowledgedBy,
    acknowledgedById,
    acknowledgedUntil,
    assignedTo,
    disposition,
    responses
  } = operator
  const taken =
    acknowledgedBy === null
      ? 'not acknowledged'
      : `acknowledged by ${formatAuthor(acknowledgedBy, acknowledgedById)}`
  const until = acknowledgedUntil === null ? '' : ` until ${acknowledgedUntil}`
  const given = assignedTo === null ? '' : `, assigned to ${assignedTo}`
  const closed = disposition === null ? '' : `, ${disposition}`
  return `${taken}${until}${given}${closed}${formatResponses(responses)} (operatorRevision ${operatorRevision})`
}

/** Two keys may have one name, so the id follows. Older records have no id. */
function formatAuthor(name: string, keyId: string | undefined): string {
  return keyId === undefined || keyId === name ? name : `${name} (${keyId})`
}

function formatResponses(responses: AlertState['operator']['responses']): string {
  if (responses === undefined) return ''
  const { count, last } = responses
  return count === 1 ? `, 1 response: ${last.kind}` : `, ${count} responses, the last: ${last.kind}`
}

/** What can be corrected, with the ids by which that is done. */
function listResponses({ operator: { responses } }: AlertState): readonly string[] {
  return (responses?.recent ?? []).map(({ id, kind, at, byId, corrects }) => {
    // The event has the name.
    const who = byId === undefined ? '' : ` by ${byId}`
    const instead = corrects === undefined ? '' : `, corrected from ${corrects.at(-1)}`
    return `response ${id}: ${kind} at ${at}${who}${instead}`
  })
}

/** Partners who answered that they act, as many as the alert records. */
function listAnswers({ operator: { answers } }: AlertState): readonly string[] {
  return (answers ?? []).map(({ by, at, until, note, response }) => {
    const untilWords = until === null ? '' : ` until ${until}`
    const done = response == null ? '' : `; ${response.kind} at ${response.at}`
    return `partner ${by} has it since ${at}${untilWords}${note === null ? '' : `: ${note}`}${done}`
  })
}

const columns = ['severity', 'status', 'pattern', 'since', 'rev', 'headline', 'id'] as const

/** A table of alerts, in the order given. */
export function formatAlerts(alerts: readonly AlertState[]): readonly string[] {
  const rows = alerts.map(alert => [
    alert.severity,
    alert.status,
    alert.pattern,
    alert.window.from.slice(0, 10),
    String(alert.revision),
    alert.headline,
    alert.alertId
  ])
  return formatTable(columns, rows)
}
