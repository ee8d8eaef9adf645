// One alert as an answer to one reader: its current state, what readers of lower handling levels see of
// it, and why an action on it was refused: who came first, or what became of it by itself.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { ActionRefused } from '@tocsin/contracts/alert/alert'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import type { FastifyReply } from 'fastify'
import type { AlertAtLevel, AlertEntry } from './alert-entry.ts'
import type { AlertIndex } from './alert-index.ts'
import { lastActInView } from './officers-talk.ts'
import type { Projection } from './projection.ts'
import type { LevelAlert, VisibleAlert } from './reader-view.ts'
import { findOpen, shownTo, stateInView } from './record-judging.ts'
import type { SharedKnowledge } from './shared-knowledge.ts'

/**
 * The current state as a reader may see it. Throws ProblemError `not-found` if it is no longer
 * visible.
 */
export function shownState(
  { alerts }: Projection,
  view: ReaderView,
  entry: AlertEntry
): VisibleAlert {
  return stateInView(alerts, view, visibleNow(view, entry))
}

export function visibleNow(view: ReaderView, entry: AlertEntry): AlertAtLevel {
  const shown = shownTo(view, entry)
  if (shown === null) throw new ProblemError('not-found', 'There is no such alert.')
  return shown
}

/** Answers with an alert; operatorRevision is the ETag that If-Match expects. */
export function sendAlert(reply: FastifyReply, body: VisibleAlert): FastifyReply {
  return reply.header('etag', `"${body.operatorRevision}"`).send(body)
}

/**
 * A visible alert. Throws ProblemError `not-found` for every other: hidden and missing ones must be
 * indistinguishable.
 */
export async function visibleAlert(
  { projection, shared }: { readonly projection: Projection; readonly shared: SharedKnowledge },
  view: ReaderView,
  alertId: string
): Promise<AlertEntry> {
  const entry = await shared.find(['alerts'], () => {
    const known = projection.alerts.get(alertId)
    return known !== undefined && shownTo(view, known) !== null ? known : undefined
  })
  if (entry === undefined) throw new ProblemError('not-found', 'There is no such alert.')
  return entry
}

/**
 * What readers of each handling level below one see of an alert, the lowest first. An alert that a
 * hidden report began has another id for them, or they have none: all is null then.
 */
export function listSeenBelow(alerts: AlertIndex, level: Handling, entry: AlertEntry) {
  return handlings
    .filter(lower => lower !== level && maySee(level, lower))
    .map(lower => {
      const view = { theatres: [entry.theatre], level: lower }
      const shown = entry.at(lower) ?? findSame(alerts, view, entry.at(level))
      return {
        handling: lower,
        alertId: shown?.state.alertId ?? null,
        status: shown?.state.status ?? null,
        evidenceCount: shown && stateInView(alerts, view, shown).evidenceCount
      }
    })
}

/** The open alert of the rule that shares most triggers; null if none does. */
function findSame(
  alerts: AlertIndex,
  view: ReaderView,
  shown: AlertAtLevel | null
): AlertAtLevel | null {
  if (shown === null) return null
  const listTriggers = ({ evidence }: LevelAlert) =>
    evidence.flatMap(({ role, incidentId }) => (role === 'trigger' ? [incidentId] : []))
  const { state, sum } = shown
  const triggers = new Set(listTriggers(alerts.restate(view.level, state, sum)))
  let [same, most] = [null as AlertAtLevel | null, 0]
  const filter = { ruleId: [state.ruleId] }
  for (const { alertId } of [...alerts.search(view, { direction: 'oldest', filter })].flat()) {
    const other = findOpen(alerts, view, alertId)
    if (other === null) continue
    const others = listTriggers(alerts.restate(view.level, other.state, other.sum))
    const shared = others.filter(id => triggers.has(id)).length
    if (shared > most) [same, most] = [other, shared]
  }
  return same
}

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
