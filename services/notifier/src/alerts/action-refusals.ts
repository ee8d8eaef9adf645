// Why an action was refused, in words: which officer came first, or, where none acted, what became
// of the alert by itself.

import type { ActionRefused } from '@tocsin/contracts/alert/alert'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { AlertEntry } from './alert-entry.ts'

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
type Change = keyof typeof changes

interface First {
  readonly by: string | null
  readonly byId: string | null
  readonly at: string | null
}

const nobody: First = { by: null, byId: null, at: null }

/**
 * The problem for an action that was refused before it was asked: the officer has seen an older
 * state.
 */
export function staleProblem(
  stale: { readonly entry: AlertEntry; readonly operatorRevision: number },
  level: Handling
): ProblemError {
  return makeProblem('stale-revision', stale.operatorRevision, stale.entry, level)
}

/** The problem for an action that the fold refused; the refusal is as the officer may read it. */
export function refusedProblem(
  { reason, operatorRevision }: Pick<ActionRefused, 'reason' | 'operatorRevision'>,
  entry: AlertEntry,
  level: Handling
): ProblemError {
  return makeProblem(reason, operatorRevision, entry, level)
}

function makeProblem(
  reason: ActionRefused['reason'],
  operatorRevision: number | null,
  entry: AlertEntry,
  level: Handling
): ProblemError {
  const first = makeFirst(reason, entry, level)
  const change = reason === 'stale-revision' && first.by === null ? findChange(entry, level) : null
  const who =
    first.by === null
      ? ''
      : ` ${first.by} came first${first.at === null ? '' : `, at ${first.at}`}.`
  const what = change === null ? '' : ` ${changes[change]}; no officer has acted on it since.`
  const members = {
    reason,
    operatorRevision,
    ...first,
    change: change === null ? null : change.replace('alert.', '')
  }
  return new ProblemError('action-refused', `${refusals[reason]}${who}${what}`, { members })
}

/** Who came first, if an officer's act is the reason. */
function makeFirst(reason: ActionRefused['reason'], entry: AlertEntry, level: Handling): First {
  const alert = entry.at(level)
  if (reason === 'stale-revision') return { ...nobody, ...alert?.lastOperatorAt(level) }
  return { ...nobody, ...(reason === 'alert-closed' ? alert?.closedByAt(level) : null) }
}

/**
 * Null if no change that the officer may see caused it: for example, the revision in the request is
 * of another alert.
 */
function findChange(entry: AlertEntry, level: Handling): Change | null {
  const alert = entry.at(level)
  const last = alert?.moments.findLast(({ type }) => Object.hasOwn(changes, type))
  if (last !== undefined) return last.type as Change
  return (alert?.state.references.length ?? 0) > 0 ? 'alert.merged' : null
}
