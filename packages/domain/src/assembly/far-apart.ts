// Which reports are never of one incident, whatever joins them: those that are known to lie too far
// apart, in place or in days. A third report that names both, or none of them precisely, says
// nothing of that. Decision 0005.

import type { ReportView } from '../incident/incident.ts'
import { type Place, violentCategories } from '../report/report.ts'
import { dayMs } from '../space-time/event-time.ts'
import { distanceKm, kmPerDegree } from '../space-time/geometry.ts'
import { joinDistanceMaxKm } from './report-cells.ts'

/** Reports of one incident may be a day apart, and no more. */
const daysApartMax = 1

/**
 * True if every place of one report is known to lie too far from every place of the other, or if
 * both tell what happens once and a day lies between them. A place without a point keeps nothing
 * apart, and one known to an area only as its circle does.
 */
export function areFarApart(a: ReportView, b: ReportView): boolean {
  return areDaysApart(a, b) || arePlacesApart(a, b)
}

/**
 * What happens once has happened twice on days that lie apart. All else may last, and be told of
 * day by day.
 */
function areDaysApart(a: ReportView, b: ReportView): boolean {
  if (!happensOnce(a) || !happensOnce(b)) return false
  return (
    Math.max(firstDayOf(a), firstDayOf(b)) - Math.min(lastDayOf(a), lastDayOf(b)) > daysApartMax
  )
}

const happensOnce = ({ revision }: ReportView) => violentCategories.has(revision.category)
const firstDayOf = ({ span }: ReportView) => Math.floor(span.fromMs / dayMs)
const lastDayOf = ({ span }: ReportView) => Math.floor(span.toMs / dayMs)

function arePlacesApart({ revision: one }: ReportView, { revision: other }: ReportView): boolean {
  if (one.alsoAt.length === 0 && other.alsoAt.length === 0)
    return arePlacesFar(one.place, other.place)
  const others = [other.place, ...other.alsoAt]
  return [one.place, ...one.alsoAt].every(mine =>
    others.every(theirs => arePlacesFar(mine, theirs))
  )
}

function arePlacesFar(a: Place, b: Place): boolean {
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return false
  const apartKm = distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon })
  return apartKm > Math.max(joinDistanceMaxKm, vagueKm(a) + vagueKm(b))
}

/**
 * A precision within which reports join is as good as a point: two of 25 km would make one place of
 * 75.
 */
function vagueKm({ radiusKm }: Place): number {
  return radiusKm !== null && radiusKm > joinDistanceMaxKm ? radiusKm : 0
}

/**
 * A box around the points of reports, and their days: most groups lie in one too small for two of
 * them to be far apart.
 */
export class Extent {
  #south = Number.POSITIVE_INFINITY
  #north = Number.NEGATIVE_INFINITY
  #west = Number.POSITIVE_INFINITY
  #east = Number.NEGATIVE_INFINITY
  /** Of what happens once: the earliest of all last days, and the latest of all first days. */
  #earliestEnd = Number.POSITIVE_INFINITY
  #latestStart = Number.NEGATIVE_INFINITY

  static of(reports: readonly { readonly view: ReportView }[]): Extent {
    const extent = new Extent()
    for (const { view } of reports) extent.takeIn(view)
    return extent
  }

  takeIn(report: ReportView): void {
    const { revision } = report
    if (happensOnce(report)) {
      this.#earliestEnd = Math.min(this.#earliestEnd, lastDayOf(report))
      this.#latestStart = Math.max(this.#latestStart, firstDayOf(report))
    }
    this.#takePlace(revision.place)
    for (const place of revision.alsoAt) this.#takePlace(place)
  }

  takeAll(other: Extent): void {
    this.#south = Math.min(this.#south, other.#south)
    this.#north = Math.max(this.#north, other.#north)
    this.#west = Math.min(this.#west, other.#west)
    this.#east = Math.max(this.#east, other.#east)
    this.#earliestEnd = Math.min(this.#earliestEnd, other.#earliestEnd)
    this.#latestStart = Math.max(this.#latestStart, other.#latestStart)
  }

  /** False if no report of one can be far from a report of the other. */
  mayBeFarFrom(other: Extent): boolean {
    const days =
      Math.max(this.#latestStart, other.#latestStart) -
      Math.min(this.#earliestEnd, other.#earliestEnd)
    if (days > daysApartMax) return true
    const south = Math.min(this.#south, other.#south)
    const north = Math.max(this.#north, other.#north)
    return isWide(
      south,
      north,
      Math.max(this.#east, other.#east) - Math.min(this.#west, other.#west)
    )
  }

  get isWide(): boolean {
    return this.mayBeFarFrom(this)
  }

  #takePlace({ lat, lon }: Place): void {
    if (lat === null || lon === null) return
    this.#south = Math.min(this.#south, lat)
    this.#north = Math.max(this.#north, lat)
    this.#west = Math.min(this.#west, lon)
    this.#east = Math.max(this.#east, lon)
  }
}

/** A little less than the distance itself: a degree is measured on the plane here. */
const surelyNearKm = joinDistanceMaxKm * 0.99

function isWide(south: number, north: number, degreesEast: number): boolean {
  const fromEquator = south <= 0 && north >= 0 ? 0 : Math.min(Math.abs(south), Math.abs(north))
  const highKm = (north - south) * kmPerDegree
  const wideKm = degreesEast * kmPerDegree * Math.cos((fromEquator * Math.PI) / 180)
  // Without points nothing is wide.
  return highKm * highKm + wideKm * wideKm > surelyNearKm * surelyNearKm && north >= south
}
