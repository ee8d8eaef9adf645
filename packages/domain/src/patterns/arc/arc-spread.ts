// The spread of the window along the rows: the areas hit in it, and until when enough of them, or places far apart, satisfy the
// conditions. It moves from row to row.

import { dayMs } from '../../space-time/event-time.ts'
import { liesApart, PointClusters, type SpherePoint } from '../../space-time/point-clusters.ts'
import type { WideningArcParameters } from './arc-parameters.ts'
import { ArcPlaces, type Ending } from './arc-places.ts'
import type { ArcRow, ArcRows } from './arc-rows.ts'

/** An area, and the end of the last attack on it. */
interface Area {
  readonly area: string
  readonly untilMs: number
}

const never = Number.NEGATIVE_INFINITY

export class ArcSpread {
  readonly #rows: ArcRows
  readonly #terms: WideningArcParameters
  readonly #windowMs: number
  /** Areas hit in the window, the latest first. */
  readonly #areas: Area[] = []
  /** Until when enough places that were hit lie far apart, as far as rows up to an index are compared. */
  #apartMs = never
  #apartThrough = -1
  readonly #places: ArcPlaces

  /** The spread before a row. */
  constructor(rows: ArcRows, terms: WideningArcParameters, index: number) {
    this.#rows = rows
    this.#places = new ArcPlaces(rows)
    this.#terms = terms
    this.#windowMs = terms.windowDays * dayMs
    if (index === 0) return
    const untilMs = new Map<string, number>()
    rows.eachBack(index - 1, rows.momentOf(index - 1) - this.#windowMs, ({ hits, toMs }) => {
      for (const { admin1 } of hits) if (toMs > (untilMs.get(admin1) ?? never)) untilMs.set(admin1, toMs)
      return false
    })
    for (const [area, ms] of untilMs) this.#areas.push({ area, untilMs: ms })
    this.#areas.sort((a, b) => b.untilMs - a.untilMs)
  }

  /** Number of areas in the window. */
  get areas(): number {
    return this.#areas.length
  }

  /** Number of those whose last attack ended after a moment. */
  areasAfter(afterMs: number): number {
    return this.#areas.filter(({ untilMs }) => untilMs > afterMs).length
  }

  /** Goes on to a row. True if it hit an area for longer than any before. */
  advance(index: number): boolean {
    const afterMs = this.#rows.momentOf(index) - this.#windowMs
    while (this.#areas.length > 0 && (this.#areas.at(-1) as Area).untilMs <= afterMs) this.#areas.pop()
    return this.add(this.#rows.all[index] as ArcRow)
  }

  /** Adds the areas of a row of the window. True if it hit one for longer than any before. */
  add({ hits, toMs }: ArcRow): boolean {
    let isLonger = false
    for (const { admin1 } of hits) if (this.#raise(admin1, toMs)) isLonger = true
    return isLonger
  }

  /** Other rows lie before it now, all of whose areas it knows. */
  moved(): void {
    this.#apartMs = never
    this.#apartThrough = -1
    this.#places.clear()
  }

  #raise(area: string, untilMs: number): boolean {
    const areas = this.#areas
    let to = 0
    while (to < areas.length && (areas[to] as Area).untilMs > untilMs) {
      if ((areas[to] as Area).area === area) return false
      to += 1
    }
    let from = to
    while (from < areas.length && (areas[from] as Area).area !== area) from += 1
    if (areas[from]?.untilMs === untilMs) return false
    const raised = { area, untilMs }
    if (from === areas.length) areas.push(raised)
    areas.copyWithin(to + 1, to, from)
    areas[to] = raised
    return true
  }

  /** True if the conditions hold at a row, the last that it came to, or at a later moment. */
  holdsAt(index: number, atMs = (this.#rows.all[index] as ArcRow).fromMs): boolean {
    const { areasMin, placesAreasMin } = this.#terms
    const afterMs = atMs - this.#windowMs
    if (this.untilMs(areasMin) > afterMs) return true
    return this.untilMs(placesAreasMin) > afterMs && this.#apartAt(index) > afterMs
  }

  /** The latest moment before which none of the areas, or places, that satisfy the conditions has left. */
  lastMs(index: number): number {
    const [areasMs, bothMs] = [this.untilMs(this.#terms.areasMin), this.untilMs(this.#terms.placesAreasMin)]
    return bothMs <= areasMs ? areasMs : Math.max(areasMs, Math.min(bothMs, this.#apartAt(index)))
  }

  /** The latest moment before which none of so many areas has left the window. */
  untilMs(count: number): number {
    return this.#areas[Math.max(1, count) - 1]?.untilMs ?? never
  }

  #apartAt(index: number): number {
    const row = this.#rows.all[index]
    const afterMs = (row?.fromMs ?? this.#rows.passedMs) - this.#windowMs
    if (this.#apartThrough >= index) return this.#apartMs
    for (const { at, fromMs } of this.#rows.hitsSince(index, afterMs)) {
      if (at <= this.#apartThrough) continue
      this.#places.come(at, fromMs - this.#windowMs)
      this.#apartMs = this.#apartWith(at, Math.max(this.#apartMs, fromMs - this.#windowMs))
    }
    this.#apartThrough = index
    return this.#apartMs
  }

  /**
   * Until when `placesMin` places lie pairwise apart, one of them hit by a row: results are later than a moment, which is given
   * back if there is none. Exact, by search.
   */
  #apartWith(index: number, afterMs: number): number {
    const { placesMin, placesApartKm: km } = this.#terms
    const { points, toMs } = this.#rows.all[index] as ArcRow
    if (toMs <= afterMs || points.length === 0) return this.#apartMs
    if (placesMin < 2) return toMs
    const isApart = liesApart(km)
    let best = afterMs
    for (const point of points) {
      if (this.#places.isSearched(point, toMs)) continue
      this.#places.searched(point, toMs)
      const found = apartFrom(this.#places.farFrom(point, best, isApart), placesMin - 1, km)
      if (found !== null) best = Math.max(best, Math.min(toMs, found))
    }
    return best > afterMs ? best : this.#apartMs
  }
}

/** Earliest end among `count` places that lie pairwise apart, the latest such; null if there are fewer. */
function apartFrom(far: readonly Ending[], count: number, km: number): number | null {
  const later = clustersFor([], km)
  for (const { point, toMs } of far) {
    if (hasApart(later, point, count - 1, km)) return toMs
    later.add(point)
  }
  return null
}

/** True if `count` of these lie apart from the chosen one and from each other. */
function hasApart(points: PointClusters, chosen: SpherePoint, count: number, km: number): boolean {
  if (count <= 0) return true
  if (count === 1) return points.hasApart(chosen, km)
  const rest = clustersFor([], km)
  for (const p of points.apartFrom(chosen, km)) {
    if (hasApart(rest, p, count - 1, km)) return true
    rest.add(p)
  }
  return false
}

/** Clusters across the distance in question. */
const clustersAcross = 20

/** The points in clusters for questions about a distance. */
export function clustersFor(points: readonly SpherePoint[], km: number): PointClusters {
  return clustersOf(points, km / clustersAcross)
}

export function clustersOf(points: readonly SpherePoint[], widthKm: number): PointClusters {
  const clusters = new PointClusters(widthKm)
  for (const point of points) clusters.add(point)
  return clusters
}
