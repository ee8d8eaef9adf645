// A search through the alerts of a level of readers: by kind first (level-order.ts), then by where
// each alert is.

import { type AlertFilter, matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import { type AreaTest, areaTestOf, type Circle } from '@tocsin/domain/space-time/asked-area'
import type { Scan } from '../projection/scan-scheduler.ts'
import type { AlertKind } from '../reader/level-order.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

/**
 * Says of kind after kind and place after place whether a reader's filter wants it. Counts its work
 * in the scan.
 */
export class AlertSearch {
  readonly #view: ReaderView
  /** What can be asked of a kind. */
  readonly #ofKinds: AlertFilter
  /** Null: the filter asks for no area. */
  readonly #area: AreaTest | null
  readonly #isUnacknowledged: boolean
  readonly #scan: Scan
  readonly #wanted = new Map<AlertKind, boolean>()

  /** `isUnacknowledged`: of these only what nobody answered. */
  constructor(
    view: ReaderView,
    filter: AlertFilter,
    scan: Scan,
    { isUnacknowledged = false } = {}
  ) {
    const { circle: _circle, polygon: _polygon, ...ofKinds } = filter
    this.#view = view
    this.#ofKinds = ofKinds
    this.#area = areaTestOf(filter)
    this.#isUnacknowledged = isUnacknowledged
    this.#scan = scan
  }

  wantsKind(kind: AlertKind): boolean {
    // Boxes grow while the scan yields, so that they are asked anew; all else of a kind stays.
    return this.#matches(kind) && (this.#area === null || this.#area.mayMeet(kind.box))
  }

  /** Whether an alert of such a kind is where the filter asks. */
  meets(circle: Circle | null): boolean {
    return this.#area === null || this.#area.meets(circle, this.#scan)
  }

  #matches(kind: AlertKind): boolean {
    const known = this.#wanted.get(kind)
    if (known !== undefined) return known
    this.#scan.units++
    const { facts } = kind
    const isWanted =
      (!this.#isUnacknowledged || kind.isUnacknowledged) &&
      isTheatreInView(this.#view, facts.theatre) &&
      matchesFilter(this.#ofKinds, facts, this.#scan)
    this.#wanted.set(kind, isWanted)
    return isWanted
  }
}
