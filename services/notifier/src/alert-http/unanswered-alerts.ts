// The list of alerts that nobody answered: open, paged, nobody has them, and nothing was done. Which they are is noted as events
// come (level-order.ts); what counts as unanswered is decided in the domain, by the events that the reader got.

import type { AlertFilter } from '@tocsin/domain/alert/alert-filter'
import { type Severity, severities } from '@tocsin/domain/record/severity'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import type { AlertEntry } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import { shownTo, stateInView } from '../projection/record-judging.ts'
import { alertUnits, type ScanScheduler } from '../projection/scan-scheduler.ts'
import type { OrderRow, Place } from '../reader/level-order.ts'
import type { ReaderView } from '../reader/reader-view.ts'
import { AlertSearch } from './alert-search.ts'

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

const gravestFirst = severities.toReversed()

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

interface FirstAsk {
  readonly after: Standing | null
  readonly sort: UnansweredOrder
  readonly countMax: number
}

/** The first ones after a place. The scan yields to other work: each alert is judged as it is when it is reached. */
async function first(
  { projection: { alerts }, scans }: UnansweredDeps,
  view: ReaderView,
  filter: AlertFilter,
  { after, sort, countMax }: FirstAsk
): Promise<readonly Found[]> {
  const order = alerts.orderAt(view.handling)
  const scan = scans.begin()
  const found: Found[] = []
  for (const part of partsOf(filter, sort, after)) {
    const search = new AlertSearch(view, part.filter, scan, { isUnanswered: true })
    let at = part.after
    for (let isDone = false; !isDone; ) {
      isDone = true
      for (const row of sort === 'newest' ? order.newestFirst(at) : order.oldestFirst(at)) {
        if (search.wants(row)) {
          found.push(foundIn(row))
          scan.units += alertUnits
        }
        if (found.length === countMax) return found
        at = row
        if (!scan.mustYield) continue
        isDone = false
        break
      }
      if (!isDone) await scan.yieldTurn()
    }
  }
  return found
}

function foundIn({ entry, firstTime, alertId, kind }: OrderRow<AlertEntry>): Found {
  return { entry, standing: { severity: kind?.facts.severity ?? 'minor', firstTime, alertId } }
}

/** What is looked for, one after the other: by gravity each severity has its own part. */
function partsOf(
  filter: AlertFilter,
  sort: UnansweredOrder,
  after: Standing | null
): readonly { readonly filter: AlertFilter; readonly after: Place | null }[] {
  if (sort === 'newest') return [{ filter, after }]
  const left = after === null ? gravestFirst : gravestFirst.slice(gravestFirst.indexOf(after.severity))
  return left
    .filter(severity => filter.severity?.includes(severity) ?? true)
    .map(severity => ({
      filter: { ...filter, severity: [severity] },
      after: after?.severity === severity ? after : null
    }))
}
