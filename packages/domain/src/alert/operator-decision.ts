// Decides an operator's request: refused with a reason, or the new operator state of the alert. Pure.

import type { OperatorRequest } from '../record/theatre-record.ts'
import { parseTimeMs } from '../space-time/event-time.ts'
import type { ActionRefused, AlertEventType, AlertOperator } from './alert.ts'
import type { AlertEntry } from './alert-decision.ts'

/** The reason to refuse a request; null if it is valid. */
export function refuse(
  request: OperatorRequest,
  entry: AlertEntry | undefined,
  horizonMs: number
): ActionRefused['reason'] | null {
  if (!entry) return 'unknown-alert'
  if (request.ifMatch !== entry.state.operatorRevision) return 'stale-revision'
  if (request.until !== null && !(parseTimeMs(request.until) > horizonMs)) return 'invalid'
  const closed = entry.state.status === 'retracted' || entry.state.status === 'resolved'
  return closed && request.action !== 'comment' ? 'alert-closed' : null
}

export function operatorAfter(before: AlertOperator, request: OperatorRequest): AlertOperator {
  switch (request.action) {
    case 'acknowledge':
      return { ...letGo(before), ...takenBy(request.by, request.byId), acknowledgedUntil: request.until }
    case 'assign':
      return { ...before, assignedTo: request.to }
    case 'resolve':
      return { ...before, acknowledgedUntil: null, disposition: request.disposition }
    case 'comment':
      return before
    default:
      return request.action satisfies never
  }
}

/** The operator state without an acknowledgement. */
export function letGo({ acknowledgedById: _, ...before }: AlertOperator): AlertOperator {
  return { ...before, acknowledgedBy: null, acknowledgedUntil: null }
}

function takenBy(acknowledgedBy: string | null, acknowledgedById: string | undefined) {
  return acknowledgedById === undefined ? { acknowledgedBy } : { acknowledgedBy, acknowledgedById }
}

export function operatorEventOf(action: OperatorRequest['action']): Exclude<AlertEventType, 'alert.action-refused'> {
  const names = {
    acknowledge: 'alert.acknowledged',
    assign: 'alert.assigned',
    comment: 'alert.commented',
    resolve: 'alert.resolved'
  } as const
  return names[action]
}

/** The operator state after a merge: the remaining alert's own has precedence. */
export function unitedOperators(stays: AlertOperator, gone: AlertOperator): AlertOperator {
  const taken = stays.acknowledgedBy !== null ? stays : gone
  return {
    ...letGo(stays),
    ...takenBy(taken.acknowledgedBy, taken.acknowledgedById),
    acknowledgedUntil: taken.acknowledgedUntil,
    assignedTo: stays.assignedTo ?? gone.assignedTo
  }
}
