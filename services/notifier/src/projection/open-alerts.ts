// The open alerts that an audience wants, in the order of snapshots: the gravest first, of equal ones the newest. Nothing is copied to walk them: a place
// in the order is enough to go on from, however much has changed meanwhile. What a snapshot and its parts are is stream-subscription.ts's and alert-feed.ts's.

import { matchesFilter } from '@tocsin/domain/alert/alert-filter'
import { type Severity, severities } from '@tocsin/domain/record/severity'
import type { Audience } from '../reader/audience.ts'
import type { VisibleAlert } from '../reader/reader-view.ts'
import type { AlertEntry, ShownAlert } from './alert-entry.ts'
import type { AlertIndex, Place } from './alert-index.ts'
import { shownTo, stateInView } from './record-judging.ts'
import { alertUnits, type ScanTurns } from './scan-turns.ts'

/**
 * Where a part of a snapshot ended. The place of an alert in the order of its reader never changes; its severity may, and is that which it had when the
 * walk came by.
 */
export interface SnapshotPlace extends Place {
  readonly severity: Severity
}

const gravestFirst = severities.toReversed()

export interface OpenAlertsDeps {
  readonly alerts: AlertIndex
  readonly turns: ScanTurns
}

/** One that was open, seen and wanted when the walk came by, and where it stood in the order then. */
export interface Candidate {
  readonly entry: AlertEntry
  readonly place: SnapshotPlace
}

export interface Candidates {
  readonly list: readonly Candidate[]
  /** Nothing comes after them. */
  readonly isAll: boolean
}

/**
 * The next open alerts after a place, a little more than `countMax`. Others get their turn on the way, so an alert may be another when the list is there:
 * who uses it looks again. Null when `isOver` said so on the way.
 */
export async function nextOpen(
  { alerts, turns }: OpenAlertsDeps,
  audience: Audience,
  after: SnapshotPlace | null,
  countMax: number,
  isOver: () => boolean
): Promise<Candidates | null> {
  const scan = turns.begin()
  const list: Candidate[] = []
  for (const severity of gravestFirst.slice(after === null ? 0 : gravestFirst.indexOf(after.severity))) {
    let last: Place | null = after?.severity === severity ? after : null
    for (let isDone = false; !isDone; ) {
      isDone = true
      for (const { place, entry } of alerts.walk(audience.view.handling, last)) {
        const open = openTo(audience, entry)
        if (open?.outline.severity === severity && matchesFilter(audience.filter, open.outline, scan))
          list.push({ entry, place: { severity, ...place } })
        if (list.length > countMax) return { list, isAll: false }
        scan.units += alertUnits
        last = place
        if (!scan.isTired) continue
        // What is not yet walked is found anew after the rest: the order may have grown or shrunk by then.
        isDone = false
        break
      }
      if (!isDone) await scan.rest()
      if (isOver()) return null
    }
  }
  return { list, isAll: true }
}

/** What a part shows, and where it ends. */
export interface SnapshotPart {
  readonly alerts: readonly VisibleAlert[]
  /** The same, each encoded. */
  readonly texts: readonly string[]
  /** Null: nothing is left. */
  readonly next: SnapshotPlace | null
  /** Candidates that had no room; null where none is left of them. */
  readonly left: Candidates | null
}

export interface PartLimits {
  readonly countMax: number
  readonly bytesMax: number
}

/**
 * As many of the candidates as have room, as they stand now. One that is closed, hidden or no longer wanted is left out: what became of it is an event,
 * which the reader has got or gets. The first is taken whatever its size.
 */
export function partOf(
  alerts: AlertIndex,
  audience: Audience,
  { list, isAll }: Candidates,
  { countMax, bytesMax }: PartLimits
): SnapshotPart {
  const part = { alerts: [] as VisibleAlert[], texts: [] as string[] }
  let bytes = 0
  let passed: SnapshotPlace | null = null
  for (const [i, { entry, place }] of list.entries()) {
    const end = () => ({ ...part, next: passed, left: { list: list.slice(i), isAll } })
    if (part.texts.length >= countMax) return end()
    const open = alerts.get(entry.alertId) === entry ? openTo(audience, entry) : null
    if (open !== null && matchesFilter(audience.filter, open.outline)) {
      const shown = stateInView(alerts, audience.view, open)
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

/** An alert as it stands for the reader; null where it is not open to it, or not to be seen at all. */
function openTo({ view }: Audience, entry: AlertEntry): ShownAlert | null {
  const shown = shownTo(view, entry)
  return shown?.outline.status === 'provisional' || shown?.outline.status === 'confirmed' ? shown : null
}
