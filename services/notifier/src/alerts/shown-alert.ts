// One alert as an answer to one reader: its current state, and what readers of lower handling levels
// see of it.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import type { FastifyReply } from 'fastify'
import type { AlertAtLevel, AlertEntry } from './alert-entry.ts'
import type { AlertIndex } from './alert-index.ts'
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
