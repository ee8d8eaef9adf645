// Lists of alerts: by filter, by when they were raised, by words of their headlines, in an order.
// What most filters ask for is noted as events come (level-order.ts); what counts as unacknowledged is
// decided in the domain, by the events that the reader got.

import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import type { Span } from '../cursor/list-queries.ts'
import type { AlertEntry } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import { shownTo, stateInView } from '../projection/record-judging.ts'
import { alertUnits, type Scan, type ScanScheduler } from '../projection/scan-scheduler.ts'
import type { OrderRow, Place, RowSearch } from '../reader/level-order.ts'
import type { ReaderView, VisibleAlert } from '../reader/reader-view.ts'
import { AlertSearch } from './alert-search.ts'
import type { HeadlineTest } from './headline-search.ts'

/** By when they were raised; `gravity`: the gravest first, the oldest first among equals. */
export const alertOrders = ['newest', 'oldest', 'gravity'] as const
export type AlertOrder = (typeof alertOrders)[number]

export interface ListedAlertsDeps {
  readonly projection: { readonly alerts: AlertIndex }
  readonly scans: ScanScheduler
  readonly cursorKey: Buffer
}

/** What is asked for. */
export interface AlertsAsked {
  readonly filter: AlertFilter
  /** Only what nobody answered; drills are left out then unless the filter asks for them. */
  readonly isUnacknowledged: boolean
  /** When they were raised, as the reader was told. */
  readonly span: Span
  /** Null: any headline. */
  readonly headline: HeadlineTest | null
}

export interface AlertsPage {
  readonly cursor?: string
  readonly limit: number
  readonly sort: AlertOrder
}

/**
 * Where an alert stands in the list. Its severity may change between two pages; the rest never
 * does.
 */
interface Standing extends Place {
  readonly severity: Severity
}

const gravestFirst = severities.toReversed()

/**
 * A page, each alert in its state when the walk reaches it. The scan yields to other work. By time
 * an alert's place never changes, so that each alert present throughout is on exactly one page; by
 * gravity one moves whose severity changes.
 */
export async function listAlerts(
  deps: ListedAlertsDeps,
  view: ReaderView,
  asked: AlertsAsked,
  page: AlertsPage
) {
  const { cursor, limit, sort } = page
  const drill = asked.isUnacknowledged ? { drill: false } : {}
  const all = { ...asked, filter: { ...drill, ...asked.filter } }
  const list = asked.isUnacknowledged
    ? `unacknowledged by ${sort}`
    : sort === 'newest'
      ? 'alerts'
      : `alerts by ${sort}`
  const walk = new AlertWalk(deps, view, all, limit)
  const after = cursor === undefined ? null : placeOf<Standing>(deps, list, cursor)
  for (const part of partsOf(all.filter, sort, after)) {
    await walk.through(part, sort === 'newest' ? 'newest' : 'oldest')
    if (walk.isFull)
      return { items: walk.items, next: walk.last && sealPlace(deps, list, walk.last) }
  }
  return { items: walk.items, next: null }
}

interface Part {
  readonly filter: AlertFilter
  readonly after: Place | null
}

/** What is looked for, one after the other: by gravity each severity has its own part. */
function partsOf(filter: AlertFilter, sort: AlertOrder, after: Standing | null): readonly Part[] {
  if (sort !== 'gravity') return [{ filter, after }]
  const left =
    after === null ? gravestFirst : gravestFirst.slice(gravestFirst.indexOf(after.severity))
  return left
    .filter(severity => filter.severity?.includes(severity) ?? true)
    .map(severity => ({
      filter: { ...filter, severity: [severity] },
      after: after?.severity === severity ? after : null
    }))
}

/** Cost of looking for words in a headline, and of rendering it before. */
const headlineUnits = 2
const renderUnits = 500

/** Collects one page, part after part. */
class AlertWalk {
  readonly items: VisibleAlert[] = []
  /** Where the last of them stands. */
  last: Standing | null = null
  /** There is one more than the page takes. */
  isFull = false
  readonly #alerts: AlertIndex
  readonly #scan: Scan
  readonly #view: ReaderView
  readonly #asked: AlertsAsked
  readonly #limit: number

  constructor(
    { projection, scans }: ListedAlertsDeps,
    view: ReaderView,
    asked: AlertsAsked,
    limit: number
  ) {
    this.#alerts = projection.alerts
    this.#scan = scans.begin()
    this.#view = view
    this.#asked = asked
    this.#limit = limit
  }

  async through({ filter, after }: Part, direction: 'newest' | 'oldest'): Promise<void> {
    const { isUnacknowledged, span } = this.#asked
    const order = this.#alerts.orderAt(this.#view.handling)
    const asked = this.#askedBy(
      new AlertSearch(this.#view, filter, this.#scan, { isUnacknowledged })
    )
    const [from, to] = [boundOf(span.fromMs), boundOf(span.toMs)]
    let at = order.look({ direction, after, from, to }, asked)
    while (at !== null && !this.isFull) {
      await this.#scan.yieldTurn()
      at = order.look({ direction, after: at, from, to }, asked)
    }
  }

  #askedBy(search: AlertSearch): RowSearch<AlertEntry> {
    const { headline } = this.#asked
    const scan = this.#scan
    // Words are sought in the headline that the reader is shown, in no other.
    const wantsHeadline = (folded: string, isNew: boolean) => {
      scan.units += isNew ? renderUnits : headlineUnits
      return headline?.(folded) !== false
    }
    const mustStop = () => this.isFull || scan.mustYield
    return {
      wantsKind: kind => search.wantsKind(kind),
      wantsHeadline: headline === null ? null : wantsHeadline,
      take: row => {
        scan.units++
        if (search.meets(row.circle)) this.#take(row)
      },
      get mustStop() {
        return mustStop()
      }
    }
  }

  #take({ entry, firstTime, alertId, kind }: OrderRow<AlertEntry>): void {
    const shown = shownTo(this.#view, entry)
    if (shown === null) return
    this.isFull = this.items.length === this.#limit
    if (this.isFull) return
    this.items.push(stateInView(this.#alerts, this.#view, shown))
    this.last = { severity: kind?.facts.severity ?? 'minor', firstTime, alertId }
    this.#scan.units += alertUnits
  }
}

/**
 * The place before all that was raised at a time or later; null without a bound. Times of a log are
 * written alike: as texts they are in the order of time.
 */
function boundOf(ms: number): Place | null {
  return Number.isFinite(ms) ? { firstTime: new Date(ms).toISOString(), alertId: '' } : null
}
