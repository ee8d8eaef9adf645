// The current state of an alert as an answer to one reader.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyReply } from 'fastify'
import type { AlertAtLevel } from './alert-at-level.ts'
import type { AlertEntry } from './alert-entry.ts'
import type { Projection } from './projection.ts'
import type { VisibleAlert } from './reader-view.ts'
import { shownTo, stateInView } from './record-judging.ts'
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
export function sendAlert(
  reply: FastifyReply,
  body: Pick<VisibleAlert, 'operatorRevision'>
): FastifyReply {
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
  const known = () => {
    const entry = projection.alerts.get(alertId)
    return entry !== undefined && shownTo(view, entry) !== null ? entry : undefined
  }
  const entry = await shared.find(['alerts'], known)
  if (entry === undefined) throw new ProblemError('not-found', 'There is no such alert.')
  return entry
}
