// Reports by place and time, where many tell of the same: what is told of one place and time is
// asked about once, and passed over as a whole if it lies elsewhere. Beside crowds in other
// villages a report costs what it costs alone.

import type { ReportView } from '../incident/incident.ts'
import type { Place } from '../report/report.ts'
import { ReportCells } from './report-cells.ts'

/** Reports of the same places and the same time. */
interface Crowd {
  /** One of them, or one that has left: all are alike in place and time. */
  readonly like: ReportView
  readonly ids: Set<string>
}

export class ReportCrowds {
  readonly #cells = new ReportCells()
  readonly #crowds = new Map<string, Crowd>()
  readonly #partOf: (view: ReportView) => string

  /** `partOf`: reports of one place and time that differ in it are apart. */
  constructor(partOf: (view: ReportView) => string) {
    this.#partOf = partOf
  }

  file(id: string, view: ReportView): void {
    const key = this.#keyOf(view)
    const known = this.#crowds.get(key)
    if (known !== undefined) return void known.ids.add(id)
    this.#crowds.set(key, { like: view, ids: new Set([id]) })
    this.#cells.file(key, view)
  }

  /** False if it was not there. */
  remove(id: string, view: ReportView): boolean {
    const key = this.#keyOf(view)
    const crowd = this.#crowds.get(key)
    if (!crowd?.ids.delete(id)) return false
    if (crowd.ids.size > 0) return true
    this.#crowds.delete(key)
    this.#cells.remove(key, crowd.like)
    return true
  }

  /**
   * Calls `visit` with each report near enough in place and days to be of one incident with this
   * one, until it gives true; some may repeat. `mayMeet` is asked for one of those alike in place,
   * time and part: false = none is visited.
   */
  someAround(
    view: ReportView,
    mayMeet: (like: ReportView) => boolean,
    visit: (id: string) => boolean
  ): boolean {
    return this.#cells.someAround(view, key => {
      const { like, ids } = this.#crowds.get(key) as Crowd
      if (!mayMeet(like)) return false
      for (const id of ids) if (visit(id)) return true
      return false
    })
  }

  /** The same, to the end. */
  eachAround(
    view: ReportView,
    mayMeet: (like: ReportView) => boolean,
    visit: (id: string) => void
  ): void {
    this.someAround(view, mayMeet, id => {
      visit(id)
      return false
    })
  }

  #keyOf(view: ReportView): string {
    const { span, revision } = view
    const places = [revision.place, ...revision.alsoAt].map(placeKey)
    return JSON.stringify([span.fromMs, span.toMs, this.#partOf(view), ...places])
  }
}

/** All that decides whether two places agree. Names count only where coordinates are unknown. */
function placeKey({
  name,
  country,
  admin1,
  lat,
  lon,
  radiusKm,
  settlement,
  candidates
}: Place): readonly unknown[] {
  const named = lat === null || lon === null ? [name, country, admin1] : null
  return [lat, lon, radiusKm, settlement, candidates.map(candidate => candidate.settlement), named]
}
