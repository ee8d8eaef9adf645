// Lists of alerts: by filter, by when they were raised, by words of their headlines, in an order.
// What counts as unacknowledged is decided in the domain, by the events that the reader got.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { mayReadTheatre } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { type AlertFilter, matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import { digest } from '@tocsin/contracts/json/digest'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { AlertSearch, FoundAlert } from '@tocsin/read-model/alerts/alert-table'
import type { AlertKind } from '@tocsin/read-model/alerts/kind-table'
import type { PastAlert, PastBound, PastSearch } from '@tocsin/read-model/alerts/past-alerts'
import type { Place } from '@tocsin/read-model/alerts/places'
import { makePlace, sealPlace } from './list-places.ts'
import { type Span, splitArea } from './list-queries.ts'
import { readPast } from './past-list.ts'
import type { Projection } from './projection.ts'
import type { VisibleAlert } from './reader-view.ts'
import { findShown, stateInView } from './record-judging.ts'

/** By when they were raised; `gravity`: the gravest first, the oldest first among equals. */
export const alertOrders = ['newest', 'oldest', 'gravity'] as const
export type AlertOrder = (typeof alertOrders)[number]

export interface ListedAlertsDeps {
  readonly projection: Projection
  readonly cursorKey: Buffer
}

/** What is asked for. */
export interface AlertsAsked {
  readonly filter: AlertFilter
  /** Only unacknowledged ones; drills are left out then unless the filter asks for them. */
  readonly isUnacknowledged: boolean
  /** When they were raised, as shown to the reader. */
  readonly span: Span
  /** Words that the headline has, the longest first; null: any headline. */
  readonly sought: readonly string[] | null
  /** When the list stood so; null: now. */
  readonly asOf: PastBound | null
}

export interface AlertsPage {
  readonly cursor?: string
  readonly limit: number
  readonly sort: AlertOrder
  /** As it was asked: a cursor goes on in the list of the same time alone. */
  readonly asOf?: string
}

/** An alert's place in the list. Its severity may change between two pages; the rest never does. */
interface Standing extends Place {
  readonly severity: Severity
}

const gravestFirst = severities.toReversed()

/**
 * A page, each alert in its state when the walk reaches it. The scan yields to other work. By time
 * an alert's place never changes: each alert present throughout is on exactly one page. By gravity
 * an alert whose severity changes moves.
 */
export async function listAlerts(
  deps: ListedAlertsDeps,
  view: ReaderView,
  asked: AlertsAsked,
  page: AlertsPage
) {
  const { cursor, limit, sort, asOf } = page
  const drill = asked.isUnacknowledged ? { drill: false } : {}
  const all = { ...asked, filter: { ...drill, ...asked.filter } }
  const name = asked.isUnacknowledged
    ? `unacknowledged by ${sort}`
    : sort === 'newest'
      ? 'alerts'
      : `alerts by ${sort}`
  const list = asOf === undefined ? name : `${name} as of ${digest(asOf)}`
  const walk = new AlertWalk(deps, view, all, limit)
  const after = cursor === undefined ? null : makePlace<Standing>(deps, list, cursor)
  for (const part of listParts(all.filter, sort, after)) {
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
function listParts(filter: AlertFilter, sort: AlertOrder, after: Standing | null): readonly Part[] {
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

/** A search for words leaves its turn to others after so many headlines that it rendered. */
const renderedMax = 20

/** Collects one page, part after part. */
class AlertWalk {
  readonly items: VisibleAlert[] = []
  /** The place of the last alert. */
  last: Standing | null = null
  /** There is one more than the page takes. */
  isFull = false
  readonly #projection: ListedAlertsDeps['projection']
  readonly #view: ReaderView
  readonly #asked: AlertsAsked
  readonly #limit: number

  constructor(
    { projection }: ListedAlertsDeps,
    view: ReaderView,
    asked: AlertsAsked,
    limit: number
  ) {
    this.#projection = projection
    this.#view = view
    this.#asked = asked
    this.#limit = limit
  }

  async through({ filter, after }: Part, direction: 'newest' | 'oldest'): Promise<void> {
    const { isUnacknowledged, span, asOf } = this.#asked
    // What began later is passed over by the order of the list.
    const endMs = asOf !== null && 'atMs' in asOf ? asOf.atMs + 1 : Number.POSITIVE_INFINITY
    const { area, ofKinds } = splitArea(filter)
    const search = {
      ...{ level: this.#view.level, direction, after },
      ...{ from: computeBound(span.fromMs), to: computeBound(Math.min(span.toMs, endMs)) },
      area,
      wantsKind: ({ facts }: AlertKind) =>
        mayReadTheatre(this.#view, facts.theatre) && matchesFilter(ofKinds, facts)
    }
    if (asOf === null) await this.#throughNow(search)
    else await this.#throughPast({ ...search, asOf, isUnacknowledged })
  }

  async #throughNow({ wantsKind, ...search }: Omit<AlertSearch, 'words'>): Promise<void> {
    const { isUnacknowledged: mustWait, sought } = this.#asked
    const found = this.#projection.alerts.search({
      ...{ ...search, words: sought ?? [] },
      wantsKind: kind => (!mustWait || kind.isUnacknowledged) && wantsKind(kind)
    })
    let rendered = 0
    for (const chunk of found) {
      for (const alert of chunk) {
        if (sought !== null && alert.folded === null && ++rendered % renderedMax === 0)
          await nextTurn()
        if (this.#hasWords(alert)) this.#addCurrent(alert)
        if (this.isFull) return
      }
      await nextTurn()
    }
  }

  async #throughPast(search: PastSearch): Promise<void> {
    for (const chunk of this.#projection.alerts.searchPast(search)) {
      for (const alert of chunk) {
        const item = await readPast(this.#projection, this.#view, alert)
        if (item !== null) this.#add(item, alert)
        if (this.isFull) return
      }
      await nextTurn()
    }
  }

  /** Words are sought in the headline that the reader is shown, in no other. */
  #hasWords(alert: FoundAlert): boolean {
    const { sought } = this.#asked
    if (sought === null) return true
    const headline = this.#projection.alerts.foldHeadline(alert, this.#view.level)
    return sought.every(word => headline.includes(word))
  }

  #addCurrent(alert: FoundAlert): void {
    const { alerts } = this.#projection
    const shown = findShown(alerts, this.#view, alert.alertId)
    if (shown !== null) this.#add(stateInView(alerts, this.#view, shown), alert)
  }

  #add(item: VisibleAlert, { firstTime, alertId, kind }: FoundAlert | PastAlert): void {
    this.isFull = this.items.length === this.#limit
    if (this.isFull) return
    this.items.push(item)
    this.last = { severity: kind.facts.severity, firstTime, alertId }
  }
}

/** Times of a log have one format: as texts they sort by time. */
function computeBound(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}
