// The open alerts for an audience, in snapshot order: gravest first, newest first among equals. A
// walk copies no data: a place in the order is enough to continue, even after changes. Snapshots
// and their parts are defined by stream-subscription.ts and alert-feed.ts.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { Place } from '@tocsin/read-model/alerts/places'
import type { AlertIndex } from './alert-index.ts'
import type { Audience } from './audience.ts'
import { alertIn, type Detail } from './detail.ts'
import { splitArea } from './list-queries.ts'
import { findOpen, stateInView } from './record-judging.ts'
import type { ScanScheduler } from './scan-scheduler.ts'

/**
 * Where a snapshot part ended. An alert's place in its reader's order never changes. Its severity
 * may: this is the one it had during the walk.
 */
export interface SnapshotPlace extends Place {
  readonly severity: Severity
}

const gravestFirst = severities.toReversed()

export interface OpenAlertsDeps {
  readonly alerts: AlertIndex
  /** Only one walk runs a part at a time: many clients may come back together. */
  readonly scans: ScanScheduler
}

/** An alert that was open, visible and matching during the walk, and its place at that time. */
export interface Candidate {
  readonly alertId: string
  readonly place: SnapshotPlace
}

export interface Candidates {
  readonly list: readonly Candidate[]
  /** No more follow. */
  readonly isAll: boolean
}

/**
 * The next open alerts after a place, slightly more than `countMax`, as they are when this resolves. Null
 * if `isOver` ended the wait for its turn.
 */
export async function nextOpen(
  { alerts, scans }: OpenAlertsDeps,
  { view, filter }: Audience,
  after: SnapshotPlace | null,
  countMax: number,
  isOver: () => boolean
): Promise<Candidates | null> {
  const list: Candidate[] = []
  await scans.next()
  if (isOver()) return null
  const from = after === null ? 0 : gravestFirst.indexOf(after.severity)
  const { area, ofKinds } = splitArea(filter)
  for (const severity of gravestFirst.slice(from)) {
    const found = alerts.search({
      ...{ level: view.level, direction: 'newest', from: null, to: null, area, words: [] },
      after: after?.severity === severity ? after : null,
      wantsKind: ({ facts }) =>
        facts.severity === severity &&
        isOpen(facts) &&
        mayReadTheatre(view, facts.theatre) &&
        matchesFilter(ofKinds, facts)
    })
    for (const chunk of found)
      for (const { firstTime, alertId } of chunk) {
        list.push({ alertId, place: { severity, firstTime, alertId } })
        if (list.length > countMax) return { list, isAll: false }
      }
  }
  return { list, isAll: true }
}

/** The content of a part and where it ends. */
export interface SnapshotPart {
  readonly alerts: readonly ReturnType<typeof alertIn>[]
  /** The same alerts, each encoded. */
  readonly texts: readonly string[]
  /** Null: none is left. */
  readonly next: SnapshotPlace | null
  /** Candidates that did not fit; null if none is left. */
  readonly left: Candidates | null
}

export interface PartLimits {
  readonly countMax: number
  readonly bytesMax: number
  /** Of a `headline`. */
  readonly headlineBytes: number
}

/**
 * As many candidates as fit, in their current state. Closed, hidden or no longer matching ones are
 * left out: the reader gets the event that changed them. The first is taken whatever its size.
 */
export function makePart(
  alerts: AlertIndex,
  { audience, detail }: { readonly audience: Audience; readonly detail: Detail },
  { list, isAll }: Candidates,
  { countMax, bytesMax, headlineBytes }: PartLimits
): SnapshotPart {
  const part = { alerts: [] as ReturnType<typeof alertIn>[], texts: [] as string[] }
  let bytes = 0
  let passed: SnapshotPlace | null = null
  for (const [i, { alertId, place }] of list.entries()) {
    const end = () => ({ ...part, next: passed, left: { list: list.slice(i), isAll } })
    if (part.texts.length >= countMax) return end()
    const open = findOpen(alerts, audience.view, alertId)
    if (open !== null && matchesFilter(audience.filter, open.state)) {
      const shown = alertIn(stateInView(alerts, audience.view, open), detail, headlineBytes)
      const text = JSON.stringify(shown)
      bytes += Buffer.byteLength(text)
      if (part.texts.length > 0 && bytes > bytesMax) return end()
      part.alerts.push(shown)
      part.texts.push(text)
    }
    passed = place
  }
  return { ...part, next: isAll ? null : passed, left: null }
}
