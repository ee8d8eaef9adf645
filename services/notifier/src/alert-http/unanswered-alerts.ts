// The list of alerts that nobody answered: open, paged, nobody has them, and nothing was done. Read from the alerts that paged
// and have no taker, not from all. What counts as unanswered is decided in the domain, by the events that the reader got.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { type AlertFilter, matchesFilter } from '@tocsin/domain/alert/alert-filter'
import { type Severity, severities } from '@tocsin/domain/record/severity'
import { isUnanswered } from '@tocsin/domain/response/alert-calls'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import type { AlertEntry } from '../projection/alert-entry.ts'
import type { AlertIndex, Place } from '../projection/alert-index.ts'
import { shownTo, stateInView } from '../projection/record-judging.ts'
import { alertUnits, type ScanScheduler } from '../projection/scan-scheduler.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

/** `newest` as lists of alerts; `gravity`: the gravest first, the oldest first among equals. */
export const unansweredOrders = ['newest', 'gravity'] as const
export type UnansweredOrder = (typeof unansweredOrders)[number]

export interface UnansweredDeps {
  readonly projection: { readonly alerts: AlertIndex }
  readonly scans: ScanScheduler
  readonly cursorKey: Buffer
}

export interface UnansweredPage {
  readonly cursor?: string
  readonly limit: number
  readonly sort: UnansweredOrder
}

/** Where an alert stands in the list. Its severity may change between two pages; the rest never does. */
interface Standing extends Place {
  readonly severity: Severity
}

interface Found {
  readonly entry: AlertEntry
  readonly standing: Standing
}

/** The alert as a reader sees it; null if it is hidden from the reader, or answered as far as the reader was told. */
export function unansweredTo(view: ReaderView, entry: AlertEntry): AlertState | null {
  const calls = entry.callsAt(view.handling)
  const outline = calls.isCalling && isTheatreInView(view, entry.theatre) ? entry.outlineAt(view.handling) : null
  return outline !== null && isUnanswered(calls, outline.operator) ? outline : null
}

/** A page of it. Drills are left out unless the filter asks for them. */
export async function listUnanswered(deps: UnansweredDeps, view: ReaderView, asked: AlertFilter, page: UnansweredPage) {
  const { alerts } = deps.projection
  const filter = { drill: false, ...asked }
  const list = `unanswered by ${page.sort}`
  const after = page.cursor === undefined ? null : placeOf<Standing>(deps, list, page.cursor)
  const found = await first(deps, view, filter, { after, sort: page.sort, countMax: page.limit + 1 })
  const shown = found.slice(0, page.limit)
  // Whatever changed since it was found is told by the next event: an alert that left the view is not shown.
  const items = shown.flatMap(({ entry }) => {
    const state = shownTo(view, entry)
    return state === null ? [] : [stateInView(alerts, view, state)]
  })
  const last = shown.at(-1)
  return { items, next: found.length > page.limit && last ? sealPlace(deps, list, last.standing) : null }
}

/** The first ones after a place. The scan yields to other work: each alert is judged as it is when it is reached. */
async function first(
  { projection: { alerts }, scans }: UnansweredDeps,
  view: ReaderView,
  filter: AlertFilter,
  ask: { readonly after: Standing | null; readonly sort: UnansweredOrder; readonly countMax: number }
): Promise<Found[]> {
  const isBefore = orders[ask.sort]
  const scan = scans.begin()
  const found: Found[] = []
  const candidates = [...alerts.maybeUnanswered]
  // What comes first in the list is looked at first, so that little of what was found gives way.
  if (ask.sort === 'newest') candidates.reverse()
  for (const entry of candidates) {
    const outline = unansweredTo(view, entry)
    if (outline !== null && matchesFilter(filter, outline, scan)) {
      const { alertId, severity } = outline
      const standing = { severity, firstTime: entry.firstTimeAt(view.handling) ?? '', alertId }
      if (ask.after === null || isBefore(ask.after, standing)) insert(found, { entry, standing }, isBefore, ask.countMax)
    }
    scan.units += alertUnits
    if (scan.mustYield) await scan.yieldTurn()
  }
  return found
}

type IsBefore = (a: Standing, b: Standing) => boolean

const orders: Readonly<Record<UnansweredOrder, IsBefore>> = {
  newest: (a, b) => isEarlier(b, a),
  gravity: (a, b) => {
    const graver = severities.indexOf(a.severity) - severities.indexOf(b.severity)
    return graver > 0 || (graver === 0 && isEarlier(a, b))
  }
}

function isEarlier(a: Place, b: Place): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.alertId < b.alertId)
}

/** Adds to a list in order, which keeps its first `countMax`. */
function insert(found: Found[], one: Found, isBefore: IsBefore, countMax: number): void {
  const last = found.at(-1)
  if (found.length >= countMax && last !== undefined && !isBefore(one.standing, last.standing)) return
  let [low, high] = [0, found.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore((found[middle] as Found).standing, one.standing)) low = middle + 1
    else high = middle
  }
  found.splice(low, 0, one)
  if (found.length > countMax) found.pop()
}
