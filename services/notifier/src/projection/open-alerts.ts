// The open alerts for an audience, in snapshot order: gravest first, newest first among equals.
// Walking copies nothing: a place in the order is enough to continue from, whatever has changed
// meanwhile. Snapshots and their parts are defined by stream-subscription.ts and alert-feed.ts.

import { matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { Audience } from '../reader/audience.ts'
import { alertIn, type Detail } from '../reader/detail.ts'
import type { Place } from '../reader/level-order.ts'
import type { AlertEntry, ShownAlert } from './alert-entry.ts'
import type { AlertIndex } from './alert-index.ts'
import { shownTo, stateInView } from './record-judging.ts'
import { alertUnits, type ScanScheduler } from './scan-scheduler.ts'

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
  readonly scans: ScanScheduler
  /** Whether the reader was told of an alert; by default of all. */
  readonly isTold?: (alertId: string) => boolean
}

/** An alert that was open, visible and matching during the walk, and its place at that time. */
export interface Candidate {
  readonly entry: AlertEntry
  readonly place: SnapshotPlace
}

export interface Candidates {
  readonly list: readonly Candidate[]
  /** Nothing follows them. */
  readonly isAll: boolean
}

/**
 * The next open alerts after a place, slightly more than `countMax`. The scan yields to other work,
 * so an alert may have changed when the list is returned: callers must look again. Null if `isOver`
 * ended the walk.
 */
export async function nextOpen(
  { alerts, scans, isTold = () => true }: OpenAlertsDeps,
  audience: Audience,
  after: SnapshotPlace | null,
  countMax: number,
  isOver: () => boolean
): Promise<Candidates | null> {
  const scan = scans.begin()
  const list: Candidate[] = []
  // Many may begin at once: the first slice waits for its turn as well.
  await scan.yieldTurn()
  if (isOver()) return null
  for (const severity of gravestFirst.slice(
    after === null ? 0 : gravestFirst.indexOf(after.severity)
  )) {
    let last: Place | null = after?.severity === severity ? after : null
    for (let isDone = false; !isDone; ) {
      isDone = true
      for (const { place, entry } of alerts.walk(audience.view.handling, last)) {
        const open = openTo(audience, entry)
        const isHere =
          open?.state.severity === severity && matchesFilter(audience.filter, open.state, scan)
        if (isHere && isTold(entry.alertId)) list.push({ entry, place: { severity, ...place } })
        if (list.length > countMax) return { list, isAll: false }
        scan.units += alertUnits
        last = place
        if (!scan.mustYield) continue
        // The remainder is looked up again after each yield: the order may have changed.
        isDone = false
        break
      }
      if (!isDone) await scan.yieldTurn()
      if (isOver()) return null
    }
  }
  return { list, isAll: true }
}

/** The content of a part and where it ends. */
export interface SnapshotPart {
  readonly alerts: readonly ReturnType<typeof alertIn>[]
  /** The same alerts, each encoded. */
  readonly texts: readonly string[]
  /** Null: nothing is left. */
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
export function partOf(
  alerts: AlertIndex,
  { audience, detail }: { readonly audience: Audience; readonly detail: Detail },
  { list, isAll }: Candidates,
  { countMax, bytesMax, headlineBytes }: PartLimits
): SnapshotPart {
  const part = { alerts: [] as ReturnType<typeof alertIn>[], texts: [] as string[] }
  let bytes = 0
  let passed: SnapshotPlace | null = null
  for (const [i, { entry, place }] of list.entries()) {
    const end = () => ({ ...part, next: passed, left: { list: list.slice(i), isAll } })
    if (part.texts.length >= countMax) return end()
    const open = alerts.get(entry.alertId) === entry ? openTo(audience, entry) : null
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

/** The alert's state for the reader; null if it is not open or not visible. */
function openTo({ view }: Audience, entry: AlertEntry): ShownAlert | null {
  const shown = shownTo(view, entry)
  return shown?.state.status === 'provisional' || shown?.state.status === 'confirmed' ? shown : null
}
