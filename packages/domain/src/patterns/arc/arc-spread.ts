// The spread of the window along the rows: the areas hit in it, and until when enough of them, or
// places far apart, satisfy the conditions. It moves from row to row.

import { dayMs } from '../../space-time/event-time.ts'
import { liesApart, PointClusters, type SpherePoint } from '../../space-time/point-clusters.ts'
import type { WideningArcParameters } from './arc-parameters.ts'
import { ArcPlaces, type Ending } from './arc-places.ts'
import type { ArcRow, ArcRows } from './arc-rows.ts'

/** An area, and the end of the last attack on it. */
interface Area {
  readonly area: string
  untilMs: number
}

const never = Number.NEGATIVE_INFINITY

export class ArcSpread {
  readonly #rows: ArcRows
  readonly #terms: WideningArcParameters
  readonly #windowMs: number
  /**
   * Areas hit in the window, the latest first, and their ends as numbers, through which a place in
   * the list is found.
   */
  readonly #areas: Area[] = []
  readonly #ends: number[] = []
  readonly #byName = new Map<string, Area>()
  /**
   * Until when enough places that were hit lie far apart, as far as rows up to an index are
   * compared.
   */
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
    const afterMs = rows.momentOf(index - 1) - this.#windowMs
    for (const [area, untilMs] of rows.endsOfAreas(index - 1, afterMs)) this.#raise(area, untilMs)
  }

  /** Number of areas in the window. */
  get areas(): number {
    return this.#areas.length
  }

  /** Number of those whose last attack ended after a moment. */
  areasAfter(afterMs: number): number {
    return this.#ends.filter(untilMs => untilMs > afterMs).length
  }

  /** Goes on to a row. True if it hit an area for longer than any before. */
  advance(index: number): boolean {
    const afterMs = this.#rows.momentOf(index) - this.#windowMs
    while (this.#ends.length > 0 && (this.#ends.at(-1) as number) <= afterMs) {
      this.#ends.pop()
      this.#byName.delete((this.#areas.pop() as Area).area)
    }
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
    const known = this.#byName.get(area)
    if (known !== undefined && known.untilMs >= untilMs) return false
    const [areas, ends] = [this.#areas, this.#ends]
    let to = 0
    while (to < ends.length && (ends[to] as number) > untilMs) to += 1
    let from = known === undefined ? ends.length : ends.indexOf(known.untilMs, to)
    while (areas[from] !== known) from += 1
    const raised = known ?? { area, untilMs }
    raised.untilMs = untilMs
    if (known === undefined) {
      this.#byName.set(area, raised)
      areas.push(raised)
      ends.push(untilMs)
    }
    areas.copyWithin(to + 1, to, from)
    ends.copyWithin(to + 1, to, from)
    areas[to] = raised
    ends[to] = untilMs
    return true
  }

  /** True if the conditions hold at a row, the last that it came to, or at a later moment. */
  holdsAt(index: number, atMs = (this.#rows.all[index] as ArcRow).fromMs): boolean {
    const { areasMin, placesAreasMin } = this.#terms
    const afterMs = atMs - this.#windowMs
    if (this.untilMs(areasMin) > afterMs) return true
    return this.untilMs(placesAreasMin) > afterMs && this.#apartAt(index) > afterMs
  }

  /**
   * The latest moment before which none of the areas, or places, that satisfy the conditions has
   * left.
   */
  lastMs(index: number): number {
    const [areasMs, bothMs] = [
      this.untilMs(this.#terms.areasMin),
      this.untilMs(this.#terms.placesAreasMin)
    ]
    return bothMs <= areasMs ? areasMs : Math.max(areasMs, Math.min(bothMs, this.#apartAt(index)))
  }

  /** The latest moment before which none of so many areas has left the window. */
  untilMs(count: number): number {
    return this.#ends[Math.max(1, count) - 1] ?? never
  }

  #apartAt(index: number): number {
    const row = this.#rows.all[index]
    const afterMs = (row?.fromMs ?? this.#rows.passedMs) - this.#windowMs
    if (this.#apartThrough >= index) return this.#apartMs
    for (const { at, fromMs } of this.#rows.hitsSince(index, afterMs, this.#apartThrough)) {
      this.#places.come(at, fromMs - this.#windowMs)
      this.#apartMs = this.#apartWith(at, Math.max(this.#apartMs, fromMs - this.#windowMs))
    }
    this.#apartThrough = index
    return this.#apartMs
  }

  /**
   * Until when `placesMin` places lie pairwise apart, one of them hit by a row: results are later
   * than a moment, which is given back if there is none. Exact, by search.
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

/**
 * Earliest end among `count` places that lie pairwise apart, the latest such; null if there are
 * fewer.
 */
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
