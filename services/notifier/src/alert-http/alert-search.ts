// A search through the alerts of a level of readers: by kind first (level-order.ts), then by what is each alert's own.

import { type AlertFilter, matchesFilter } from '@tocsin/domain/alert/alert-filter'
import type { AlertEntry } from '../projection/alert-entry.ts'
import { alertUnits, type Scan } from '../projection/scan-scheduler.ts'
import type { AlertKind, OrderRow } from '../reader/level-order.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

/** Says of alert after alert whether a reader's filter wants it. Counts its work in the scan. */
export class AlertSearch {
  readonly #view: ReaderView
  readonly #filter: AlertFilter
  /** What can be asked of a kind. */
  readonly #ofKinds: AlertFilter
  readonly #isWhole: boolean
  readonly #isUnanswered: boolean
  readonly #scan: Scan
  readonly #wanted = new Map<AlertKind, boolean>()

  /** `isUnanswered`: of these only what nobody answered. */
  constructor(view: ReaderView, filter: AlertFilter, scan: Scan, { isUnanswered = false } = {}) {
    const { circle, polygon, ...ofKinds } = filter
    this.#view = view
    this.#filter = filter
    this.#ofKinds = ofKinds
    this.#isWhole = circle === undefined && polygon === undefined
    this.#isUnanswered = isUnanswered
    this.#scan = scan
  }

  wants({ kind, entry }: Pick<OrderRow<AlertEntry>, 'kind' | 'entry'>): boolean {
    this.#scan.units++
    if (kind === null || !this.#wantsKind(kind)) return false
    if (this.#isWhole) return true
    this.#scan.units += alertUnits
    const outline = entry.outlineAt(this.#view.handling)
    return outline !== null && matchesFilter(this.#filter, outline, this.#scan)
  }

  #wantsKind(kind: AlertKind): boolean {
    const known = this.#wanted.get(kind)
    if (known !== undefined) return known
    const { facts } = kind
    const isWanted =
      (!this.#isUnanswered || kind.isUnanswered) &&
      isTheatreInView(this.#view, facts.theatre) &&
      matchesFilter(this.#ofKinds, facts, this.#scan)
    this.#wanted.set(kind, isWanted)
    return isWanted
  }
}
