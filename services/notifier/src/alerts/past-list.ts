// The list of alerts as it stood: at which instant or position of the log, and what an alert stated
// then. Who may see it is decided by its handling today.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { readMoment } from '@tocsin/contracts/report/moments'
import type { EventLog } from '@tocsin/event-log/port'
import type { PastAlert, PastBound } from '@tocsin/read-model/alerts/past-alerts'
import { type AlertCursors, isHeld } from './alert-cursors.ts'
import { hasPassed, type Positions } from './positions.ts'
import type { Projection } from './projection.ts'
import { alertInView, type VisibleAlert } from './reader-view.ts'
import { findShown } from './record-judging.ts'

export interface PastListDeps {
  readonly log: EventLog
  readonly cursors: AlertCursors
  readonly projection: Projection
}

/** Longest wait for the fold to reach a cursor, ms. */
const reachWaitMs = 2_000

/** An instant, or a cursor of stream, events or feed. Throws ProblemError for any other text. */
export async function readPastBound(deps: PastListDeps, text: string): Promise<PastBound> {
  const read = readMoment(text)
  if (read.kind === 'moment') return { atMs: read.startMs }
  const opened = deps.cursors.open(text)
  if (opened.kind === 'forged')
    throw new ProblemError('query-invalid', 'The time of the list is invalid.', {
      errors: [
        {
          pointer: 'asOf',
          detail: 'must be an instant with its offset, a day, or a cursor of alerts'
        }
      ]
    })
  if (
    opened.kind === 'lost' ||
    !(await isHeld(deps.log, deps.projection.journal, opened.positions))
  )
    throw new ProblemError('cursor-invalid', 'The cursor of `asOf` is of another log.')
  await reach(deps, opened.positions)
  return { positions: opened.positions }
}

async function reach({ projection }: PastListDeps, positions: Positions): Promise<void> {
  if (!hasPassed(projection.journal.end, positions))
    await projection.views.alerts.catchUp(reachWaitMs)
  if (!hasPassed(projection.journal.end, positions))
    throw new ProblemError(
      'projection-behind',
      'The records before the cursor of `asOf` are not folded here yet. Try again.',
      { retryAfterS: 1 }
    )
}

/**
 * What a reader was shown of an alert, without its parent, which no event states; null if the reader
 * may not see it any more.
 */
export async function readPast(
  { alerts, journal }: Projection,
  view: ReaderView,
  { alertId, partition, position }: PastAlert
): Promise<VisibleAlert | null> {
  const { level } = view
  const shown = findShown(alerts, view, alertId)
  if (shown === null) return null
  if (shown.moments.at(-1)?.position === position)
    return alertInView(view, alerts.restate(level, shown.state, shown.sum))
  const record = await journal.at(partition, position)
  if (record === null || record.event.type === 'alert.action-refused')
    throw new ProblemError('log-unavailable', 'The log does not have an event of this list.')
  if (alerts.isTakenBack(level, record)) return null
  return alertInView(view, alerts.restate(level, record.event.data, record.sum))
}
