// Decides an operator's request: refused with a reason, or the new operator state of the alert. Pure.

import { askerOf, type OperatorRequest, talkOf } from '../record/theatre-record.ts'
import { type Handling, talkHandling } from '../report/handling.ts'
import { parseTimeMs } from '../space-time/event-time.ts'
import type { ActionRefused, AlertEventType, AlertOperator, AlertState } from './alert.ts'
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

/** What a request changes in the state of its alert. */
export function operated(before: AlertState, request: OperatorRequest) {
  const { actionId, text, note } = request
  const closes = request.action === 'resolve'
  return {
    operatorRevision: before.operatorRevision + 1,
    status: closes ? 'resolved' : before.status,
    urgency: closes ? 'past' : before.urgency,
    operator: operatorAfter(before.operator, request),
    reason: closes ? 'closed-by-operator' : null,
    action: { actionId, ...askerOf(request), text: text ?? note, ...talkOf(request) }
  } satisfies Partial<AlertState>
}

export function operatorAfter(before: AlertOperator, request: OperatorRequest): AlertOperator {
  switch (request.action) {
    case 'acknowledge':
      return { ...letGo(before), ...takenBy(request), acknowledgedUntil: request.until }
    case 'assign':
      // To nobody: it is given back, and whoever has it has it no longer, by whichever way they took it.
      return request.to === null
        ? { ...withoutAssignee(letGo(before)), assignedTo: null }
        : { ...withoutAssignee(before), ...assignedTo(request.to, request.handling) }
    case 'resolve':
      return { ...before, acknowledgedUntil: null, disposition: request.disposition }
    case 'comment':
      return before
    default:
      return request.action satisfies never
  }
}

/** The operator state without an acknowledgement. */
export function letGo({ acknowledgedById: _, acknowledgedHandling: _handling, ...before }: AlertOperator): AlertOperator {
  return { ...before, acknowledgedBy: null, acknowledgedUntil: null }
}

function takenBy({ by, byId, handling = talkHandling }: Pick<OperatorRequest, 'by' | 'byId' | 'handling'>) {
  return {
    acknowledgedBy: by,
    ...(byId === undefined ? {} : { acknowledgedById: byId }),
    ...(handling === talkHandling ? {} : { acknowledgedHandling: handling })
  }
}

function withoutAssignee({ assignedHandling: _, ...before }: AlertOperator): AlertOperator {
  return before
}

function assignedTo(to: string | null, handling: Handling = talkHandling) {
  return { assignedTo: to, ...(handling === talkHandling ? {} : { assignedHandling: handling }) }
}

/**
 * At whom the event of a request is aimed. A comment is nothing but its words: those who may not read them get no event. Any
 * other action changes the alert, and everyone is told, some without name and words. Older comments were told to everyone, and
 * stay so: others' numbers of later events follow from it.
 */
export function concernedBy({ action, handling = 'public' }: OperatorRequest): Handling {
  return action === 'comment' ? handling : 'public'
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
  const given = stays.assignedTo !== null ? stays : gone
  const { acknowledgedBy, acknowledgedById, acknowledgedHandling, acknowledgedUntil } = taken
  return {
    ...withoutAssignee(letGo(stays)),
    acknowledgedBy,
    ...(acknowledgedById === undefined ? {} : { acknowledgedById }),
    ...(acknowledgedHandling === undefined ? {} : { acknowledgedHandling }),
    acknowledgedUntil,
    ...assignedTo(given.assignedTo, given.assignedHandling)
  }
}
