// The open alerts for an audience, in snapshot order: gravest first, newest first among equals. A
// walk copies no data: a place in the order is enough to continue, even after changes. Snapshots
// and their parts are defined by stream-subscription.ts and feed-routes.ts.

import { isOpen } from '@tocsin/contracts/alert/alert'
import { matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import type { AlertIndex } from './alert-index.ts'
import { alertIn, type Detail } from './detail.ts'
import { type GravePlace, listGravest } from './list-queries.ts'
import { type Audience, findOpen, stateInView } from './record-judging.ts'

/** Places of alerts that were open, visible and matching during the walk. */
export interface Candidates {
  readonly list: readonly GravePlace[]
  readonly isAll: boolean
}

/** The next open alerts after a place, at most one more than `countMax`. */
export function listCandidates(
  alerts: AlertIndex,
  { view, filter }: Audience,
  from: GravePlace | null,
  countMax: number
): Candidates {
  const list: GravePlace[] = []
  for (const { severity, after } of listGravest(from)) {
    const found = alerts.search(view, {
      ...{ filter, after },
      wantsKind: ({ facts }) => facts.severity === severity && isOpen(facts)
    })
    for (const chunk of found)
      for (const { firstTime, alertId } of chunk) {
        list.push({ severity, firstTime, alertId })
        if (list.length > countMax) return { list, isAll: false }
      }
  }
  return { list, isAll: true }
}

export interface SnapshotPart {
  readonly alerts: readonly ReturnType<typeof alertIn>[]
  readonly texts: readonly string[]
  readonly next: GravePlace | null
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
  let passed: GravePlace | null = null
  for (const [i, place] of list.entries()) {
    const end = () => ({ ...part, next: passed, left: { list: list.slice(i), isAll } })
    if (part.texts.length >= countMax) return end()
    const open = findOpen(alerts, audience.view, place.alertId)
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
