// Lists of alerts: by filter, by when they were raised, by words of their headlines, in an order; now,
// or as they stood. What counts as unacknowledged is decided in the domain, by the events that the
// reader got. Who may see an alert is decided by its handling today.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import { digest } from '@tocsin/contracts/json/digest'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { readMoment } from '@tocsin/contracts/report/moments'
import type { FoundAlert } from '@tocsin/read-model/alerts/alert-table'
import type { PastAlert, PastBound } from '@tocsin/read-model/alerts/past-alerts'
import { hasPassed } from './alert-journal.ts'
import {
  type GravePlace,
  listGravest,
  makePlace,
  refuseQuery,
  type Span,
  sealPlace
} from './list-queries.ts'
import type { ReadDeps } from './position-headers.ts'
import type { Projection } from './projection.ts'
import { alertInView, type VisibleAlert } from './reader-view.ts'
import { findShown, stateInView } from './record-judging.ts'

/** By when they were raised; `gravity`: the gravest first, the oldest first among equals. */
export const alertOrders = ['newest', 'oldest', 'gravity'] as const

/** What is asked for. */
export interface AlertsAsked {
  readonly filter: AlertFilter
  /** Only unacknowledged ones; drills are left out then unless the filter asks for them. */
  readonly isUnacknowledged: boolean
  /** When they were raised, as shown to the reader. */
  readonly span: Span
  /** Words that the headline has, the longest first; null: any headline. */
  readonly sought: readonly string[] | null
  readonly sort: (typeof alertOrders)[number]
  /** When the list stood so; null: now. */
  readonly asOf: PastBound | null
}

export interface AlertsPage {
  readonly cursor?: string
  readonly limit: number
  /** As it was asked: a cursor goes on in the list of the same time alone. */
  readonly asOf?: string
}

/**
 * A page, each alert in its state when it is reached. By time an alert's place never changes: each
 * alert present throughout is on exactly one page. By gravity an alert whose severity changes moves.
 */
export async function listAlerts(
  deps: ReadDeps,
  view: ReaderView,
  asked: AlertsAsked,
  { cursor, limit, asOf }: AlertsPage
) {
  const { sort } = asked
  const name = asked.isUnacknowledged
    ? `unacknowledged by ${sort}`
    : sort === 'newest'
      ? 'alerts'
      : `alerts by ${sort}`
  const list = asOf === undefined ? name : `${name} as of ${digest(asOf)}`
  const after = cursor === undefined ? null : makePlace<GravePlace>(deps, list, cursor)
  const items: VisibleAlert[] = []
  let last: GravePlace | null = null
  for await (const { alert, place } of walkAlerts(deps.projection, view, asked, after)) {
    if (items.length === limit) return { items, next: last && sealPlace(deps, list, last) }
    items.push(alert)
    last = place
  }
  return { items, next: null }
}

/** Alerts shown, and headlines rendered, before others have their turn. */
const shownPerTurn = 20

/** The alerts of a list after a place, in order. It yields to other work. */
export async function* walkAlerts(
  projection: Projection,
  view: ReaderView,
  asked: AlertsAsked,
  after: GravePlace | null
): AsyncGenerator<{ readonly alert: VisibleAlert; readonly place: GravePlace }> {
  const { alerts } = projection
  const { isUnacknowledged, span, sought, asOf, sort } = asked
  // What began later is passed over by the order of the list.
  const endMs = asOf !== null && 'atMs' in asOf ? asOf.atMs + 1 : Number.POSITIVE_INFINITY
  const filter = isUnacknowledged ? { drill: false, ...asked.filter } : asked.filter
  const parts =
    sort === 'gravity'
      ? listGravest(after)
          .filter(({ severity }) => filter.severity?.includes(severity) ?? true)
          .map(part => ({ filter: { ...filter, severity: [part.severity] }, after: part.after }))
      : [{ filter, after }]
  let work = 0
  const show = (found: FoundAlert | PastAlert) => {
    if (!('n' in found)) return readPast(projection, view, found)
    if (sought !== null) {
      // Words are sought in the headline that the reader is shown, in no other.
      if (found.folded === null) work++
      const headline = alerts.foldHeadline(found, view.level)
      if (!sought.every(word => headline.includes(word))) return null
    }
    const shown = findShown(alerts, view, found.alertId)
    return shown === null ? null : stateInView(alerts, view, shown)
  }
  for (const part of parts) {
    const search = {
      ...{ ...part, direction: sort === 'newest' ? ('newest' as const) : ('oldest' as const) },
      ...{ from: writeBound(span.fromMs), to: writeBound(Math.min(span.toMs, endMs)) }
    }
    const chunks =
      asOf === null
        ? alerts.search(view, {
            ...{ ...search, words: sought ?? [] },
            wantsKind: kind => !isUnacknowledged || kind.isUnacknowledged
          })
        : alerts.searchPast(view, { ...search, asOf, isUnacknowledged })
    for (const chunk of chunks) {
      for (const found of chunk) {
        const { firstTime, alertId, kind } = found
        const alert = await show(found)
        if (alert !== null) {
          work++
          yield { alert, place: { severity: kind.facts.severity, firstTime, alertId } }
        }
        if (work < shownPerTurn) continue
        work = 0
        await nextTurn()
      }
      await nextTurn()
    }
  }
}

/** Times of a log have one format: as texts they sort by time. */
function writeBound(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}

/** Longest wait for the fold to reach a cursor, ms. */
const reachWaitMs = 2_000

/**
 * The time of a list: an instant, or a cursor of stream, events or feed. Throws ProblemError for any
 * other text.
 */
export async function readPastBound(
  { cursors, projection }: ReadDeps,
  view: ReaderView,
  text: string
): Promise<PastBound> {
  const read = readMoment(text)
  if (read.kind === 'moment') return { atMs: read.startMs }
  if (cursors.open(text).kind === 'forged')
    throw refuseQuery(
      'asOf',
      'must be an instant with its offset, a day, or a cursor of alerts',
      'The time of the list is invalid.'
    )
  const { journal } = projection
  const opened = await cursors.resume(text, view)
  if (opened.kind !== 'from')
    throw new ProblemError('cursor-invalid', 'The cursor of `asOf` is of another log.')
  const { positions } = opened
  if (!hasPassed(journal.end, positions)) await projection.views.alerts.catchUp(reachWaitMs)
  if (!hasPassed(journal.end, positions))
    throw new ProblemError(
      'projection-behind',
      'The records before the cursor of `asOf` are not folded here yet. Try again.',
      { retryAfterS: 1 }
    )
  return { positions }
}

/**
 * What a reader was shown of an alert, without its parent, which no event states; null if the reader
 * may not see it any more.
 */
async function readPast(
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
