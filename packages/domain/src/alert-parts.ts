// Parts of an alert's state that several of its events need. Pure.

import type { ActionRefused, AlertState, AlertStatus, MachineEvent } from './alert.ts'
import type { AlertContent } from './alert-content.ts'
import type { AlertEntry } from './alert-decision.ts'
import { groupKeyOf, type SeenFinding } from './alert-matching.ts'
import { compareText } from './incident.ts'
import type { OperatorRequest } from './theatre-record.ts'

/** What an alert shows of its finding, and how urgent that is in this status. */
export function shared(content: AlertContent, status: AlertStatus) {
  const { occurredFrom: _from, firstReportedAt: _first, ...shown } = content
  const urgency =
    status === 'resolved' || status === 'retracted' ? 'past' : content.severity === 'moderate' ? 'expected' : 'immediate'
  return { ...shown, urgency } as const
}

/** What an alert says once its support fell away: whoever reads the headline alone must not take it for news. */
export function withdrawn(before: AlertState) {
  return { urgency: 'past', headline: `Retracted: ${before.headline}` } as const
}

/** An end to an acknowledgement means nothing once the alert is closed; a disposition nothing once it is open again. */
export function operatorAt(operator: AlertState['operator'], event: MachineEvent): AlertState['operator'] {
  if (event === 'reopened') return { ...operator, disposition: null }
  return event === 'resolved' || event === 'retracted' ? { ...operator, acknowledgedUntil: null } : operator
}

/** Findings in the order in which they raise alerts. */
export function inOrder(findings: readonly SeenFinding[]): SeenFinding[] {
  return [...findings].sort(
    (a, b) => compareText(groupKeyOf(a.finding), groupKeyOf(b.finding)) || a.finding.fromMs - b.finding.fromMs
  )
}

/** What an officer is told whose request changes nothing: why, and who was there before. */
export function refusalOf(
  request: OperatorRequest,
  reason: ActionRefused['reason'],
  entry: AlertEntry | undefined,
  at: { readonly theatre: string; readonly seq: number }
): ActionRefused {
  return {
    alertId: request.alertId,
    ...at,
    notify: 'quiet',
    actionId: request.actionId,
    reason,
    by: request.by,
    operatorRevision: entry?.state.operatorRevision ?? null,
    standingBy: entry?.standing?.by ?? null,
    standingAt: entry?.standing?.at ?? null,
    handling: entry?.state.handling ?? 'restricted'
  }
}
