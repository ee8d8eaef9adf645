// Why an action was refused, in words: which officer came first, or, where none acted, what became
// of the alert by itself.

import type { ActionRefused } from '@tocsin/contracts/alert/alert'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { AlertAtLevel, AlertEntry } from './alert-entry.ts'
import { lastActInView } from './officers-talk.ts'

const refusals = {
  'stale-revision': 'The alert has changed since you saw it.',
  'unknown-alert': 'The theatre does not know this alert.',
  'alert-closed': 'The alert is closed.',
  invalid: 'The action does not fit the alert.'
} as const

/**
 * What moves `operatorRevision` without an officer, in words. A merge is none of these events: it
 * comes with any.
 */
const changes = {
  'alert.escalated': 'It has escalated',
  'alert.retracted': 'It was withdrawn',
  'alert.merged': 'Another alert was joined to it'
} as const

/**
 * The problem for an action that was refused before it was asked: the officer has seen an older
 * state.
 */
export function staleProblem(
  stale: { readonly entry: AlertEntry; readonly operatorRevision: number },
  level: Handling
): ProblemError {
  const { entry, operatorRevision } = stale
  return refusedProblem({ reason: 'stale-revision', operatorRevision }, entry, level)
}

/** The problem for an action that the fold refused; the refusal is as the officer may read it. */
export function refusedProblem(
  { reason, operatorRevision }: Pick<ActionRefused, 'reason' | 'operatorRevision'>,
  entry: AlertEntry,
  level: Handling
): ProblemError {
  const alert = entry.at(level)
  const first = alert && findFirst(reason, alert, level)
  const { by = null, byId = null, at = null } = first ?? {}
  const change = reason === 'stale-revision' && by === null ? findChange(alert) : null
  const who = by === null ? '' : ` ${by} came first${at === null ? '' : `, at ${at}`}.`
  const what = change === null ? '' : ` ${changes[change]}; no officer has acted on it since.`
  const members = {
    ...{ reason, operatorRevision, by, byId, at },
    change: change === null ? null : change.replace('alert.', '')
  }
  return new ProblemError('action-refused', `${refusals[reason]}${who}${what}`, { members })
}

/** Who came first, as readers of a level may read it, if an officer's act is the reason. */
function findFirst(
  reason: ActionRefused['reason'],
  { acts, state }: AlertAtLevel,
  level: Handling
) {
  if (reason === 'stale-revision') return lastActInView(level, acts)
  // Closed by an officer: not by its reason, which is of the last event alone.
  const isClosed = state.status === 'resolved' && state.operator.disposition !== null
  return reason === 'alert-closed' && isClosed ? lastActInView(level, acts, true) : null
}

/**
 * Null if no change that the officer may see caused it: for example, the revision in the request is
 * of another alert.
 */
function findChange(alert: AlertAtLevel | null): keyof typeof changes | null {
  const last = alert?.moments.findLast(({ type }) => Object.hasOwn(changes, type))
  if (last !== undefined) return last.type as keyof typeof changes
  return (alert?.state.references.length ?? 0) > 0 ? 'alert.merged' : null
}
