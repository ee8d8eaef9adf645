// What lies near in space and in time: cells of the globe, each with what lies in it in order of its beginning. Anything comes
// and goes at any moment. Exact: cells only narrow the search. Why none of the libraries: decision 0051.

import type { Span } from '../../space-time/event-time.ts'
import { kmPerDegree, type Point } from '../../space-time/geometry.ts'
import { isWithin, type Reach, reachAround } from './reach.ts'

/** Something with a time and one or more points. It is near what one of its points is near to. */
export interface Placed extends Span {
  readonly points: readonly Point[]
  /** The last search that met it; the grid sets it. */
  met: number
}

interface Spot<T> extends Point {
  readonly fromMs: number
  readonly toMs: number
  readonly item: T
}

/** Cells are at least this wide, and at most, degrees: few cells lie within any distance, and few points in any cell. */
const narrowest = 0.05
const widest = 30
/** Far above rounding errors. */
const slackDegrees = 1e-6

export class SpaceTimeGrid<T extends Placed> {
  readonly #km: number
  readonly #longestMs: number
  readonly #degrees: number
  /** Number of cells around the globe, all of one width. */
  readonly #columns: number
  /** In order of their beginning. */
  readonly #cells = new Map<number, Spot<T>[]>()
  /** Of all grids: something may lie in several. */
  static #searches = 0

  /**
   * Finds what lies within so many kilometres. Nothing in it may last longer than `longestMs`; if that is 0, things are found by
   * their beginning.
   */
  constructor(km: number, longestMs: number) {
    this.#km = km
    this.#longestMs = longestMs
    this.#degrees = Math.min(widest, Math.max(narrowest, km / kmPerDegree))
    this.#columns = Math.floor(360 / this.#degrees)
  }

  add(item: T): void {
    const { fromMs, toMs } = item
    for (const { lat, lon } of item.points) {
      const key = this.#cellAt(this.#rowOf(lat), this.#columnOf(lon))
      const spots = this.#cells.get(key)
      const spot = { lat, lon, fromMs, toMs, item }
      if (spots === undefined) this.#cells.set(key, [spot])
      else if ((spots.at(-1) as Spot<T>).fromMs <= fromMs) spots.push(spot)
      else spots.splice(firstFrom(spots, fromMs), 0, spot)
    }
  }

  /** The very object that was added. */
  remove(item: T): void {
    for (const { lat, lon } of item.points) {
      const key = this.#cellAt(this.#rowOf(lat), this.#columnOf(lon))
      const spots = this.#cells.get(key) ?? []
      let at = firstFrom(spots, item.fromMs)
      while (at < spots.length && spots[at]?.item !== item) at += 1
      spots.splice(at, 1)
      if (spots.length === 0) this.#cells.delete(key)
    }
  }

  /** What lies within the distance, at most `apartMs` before or after; itself too if it was added. In no particular order. */
  near({ fromMs, toMs, points }: Span & Pick<Placed, 'points'>, apartMs: number): T[] {
    const found: T[] = []
    SpaceTimeGrid.#searches += 1
    for (const point of points) {
      this.#searchAround(reachAround(point, this.#km), fromMs - apartMs, toMs + apartMs, found)
    }
    return found
  }

  #collect(spots: readonly Spot<T>[], reach: Reach, sinceMs: number, untilMs: number, found: T[]): void {
    for (let at = firstFrom(spots, sinceMs - this.#longestMs); at < spots.length; at++) {
      const { fromMs, toMs, lat, lon, item } = spots[at] as Spot<T>
      if (fromMs > untilMs) return
      if (toMs < sinceMs || item.met === SpaceTimeGrid.#searches) continue
      if ((lat !== reach.lat || lon !== reach.lon) && !isWithin(reach, lat, lon)) continue
      item.met = SpaceTimeGrid.#searches
      found.push(item)
    }
  }

  #searchAround(reach: Reach, sinceMs: number, untilMs: number, found: T[]): void {
    const { lat, lon, km, lonDegrees } = reach
    const latDegrees = km / kmPerDegree + slackDegrees
    const south = this.#rowOf(lat - latDegrees)
    const north = this.#rowOf(lat + latDegrees)
    const west = this.#columnOf(lon - lonDegrees)
    const east = this.#columnOf(lon + lonDegrees)
    const last = Math.min(east, west + this.#columns - 1)
    if ((north - south + 1) * (last - west + 1) > this.#cells.size) {
      for (const spots of this.#cells.values()) this.#collect(spots, reach, sinceMs, untilMs, found)
      return
    }
    for (let row = south; row <= north; row++) {
      for (let column = west; column <= last; column++) {
        const spots = this.#cells.get(this.#cellAt(row, column))
        if (spots !== undefined) this.#collect(spots, reach, sinceMs, untilMs, found)
      }
    }
  }

  #rowOf(lat: number): number {
    return Math.floor((lat + 90) / this.#degrees)
  }

  #columnOf(lon: number): number {
    return Math.floor(((lon + 180) / 360) * this.#columns)
  }

  #cellAt(row: number, column: number): number {
    return row * this.#columns + (((column % this.#columns) + this.#columns) % this.#columns)
  }
}

/** The first index of what begins at a moment or later. */
function firstFrom(spots: readonly { readonly fromMs: number }[], ms: number): number {
  let low = 0
  let high = spots.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spots[middle] as { readonly fromMs: number }).fromMs < ms) low = middle + 1
    else high = middle
  }
  return low
}
