// The places that were hit, each once, with when the last attack on it ended. Thousands of attacks
// of one day hit few places: what lies apart is searched among these, and an attack that prolongs
// nothing is not searched for again.

import type { SpherePoint } from '../../space-time/point-clusters.ts'
import type { ArcRow, ArcRows } from './arc-rows.ts'

/** A point, and when the attack on it ended. */
export interface Ending {
  readonly point: SpherePoint
  readonly toMs: number
}

interface Place {
  readonly point: SpherePoint
  toMs: number
  /**
   * The latest end for which it was searched, and since which change that was not: in between all
   * that came was searched.
   */
  searchedMs: number
  searchedIn: number
}

const never = Number.NEGATIVE_INFINITY

export class ArcPlaces {
  readonly #rows: ArcRows
  /** By latitude and longitude. */
  #places = new Map<number, Map<number, Place>>()
  /** It has all hits up to an index that ended after a moment. */
  #through = -1
  #afterMs = never
  /** Counts what came without being searched for. */
  #unsearched = 0

  constructor(rows: ArcRows) {
    this.#rows = rows
  }

  /** Other rows lie before those that it has. */
  clear(): void {
    this.#places = new Map()
    this.#through = -1
  }

  /**
   * Goes on to the hit at an index, which is to be searched for: all up to it that ended after a
   * moment are there then.
   */
  come(index: number, afterMs: number): void {
    const isNew = this.#through < 0 || afterMs < this.#afterMs
    if (isNew) {
      this.clear()
      this.#afterMs = afterMs
      this.#rows.eachBack(index - 1, afterMs, row => void this.#pass(row))
    } else
      for (let at = this.#through + 1; at < index; at++) this.#pass(this.#rows.all[at] as ArcRow)
    this.#through = index
    this.#add(this.#rows.all[index] as ArcRow)
  }

  /** Whether all that a point with an end could be part of was searched before. */
  isSearched({ lat, lon }: SpherePoint, toMs: number): boolean {
    const place = this.#places.get(lat)?.get(lon)
    return place !== undefined && place.searchedIn === this.#unsearched && place.searchedMs >= toMs
  }

  searched({ lat, lon }: SpherePoint, toMs: number): void {
    const place = this.#places.get(lat)?.get(lon)
    if (place === undefined) return
    place.searchedMs =
      place.searchedIn === this.#unsearched ? Math.max(place.searchedMs, toMs) : toMs
    place.searchedIn = this.#unsearched
  }

  /**
   * Places that ended after a moment and lie apart from a point, the latest first. Those that ended
   * before are dropped: of later moments they say no more.
   */
  farFrom(
    point: SpherePoint,
    afterMs: number,
    isApart: (one: SpherePoint, other: SpherePoint) => boolean
  ): readonly Ending[] {
    const far: Ending[] = []
    for (const [lat, lons] of this.#places) {
      for (const [lon, { point: other, toMs }] of lons)
        if (toMs <= afterMs) lons.delete(lon)
        else if (isApart(other, point)) far.push({ point: other, toMs })
      if (lons.size === 0) this.#places.delete(lat)
    }
    return far.sort((a, b) => b.toMs - a.toMs)
  }

  #pass(row: ArcRow): void {
    if (row.hits.length > 0 && this.#add(row)) this.#unsearched += 1
  }

  /** True if a place is new, or hit for longer. */
  #add({ points, toMs }: ArcRow): boolean {
    let isOther = false
    for (const point of points) {
      const lons = this.#places.get(point.lat) ?? new Map<number, Place>()
      const known = lons.get(point.lon)
      if (known !== undefined && known.toMs >= toMs) continue
      isOther = true
      if (known !== undefined) known.toMs = toMs
      else {
        lons.set(point.lon, { point, toMs, searchedMs: never, searchedIn: -1 })
        this.#places.set(point.lat, lons)
      }
    }
    return isOther
  }
}
