// What lies near in space and in time: cells of the globe, each with what lies in it in order of
// its beginning. Anything comes and goes at any moment. Exact: cells only narrow the search. Why
// none of the libraries: decision 0042.

import type { Span } from '../../space-time/event-time.ts'
import { kmPerDegree, type Point } from '../../space-time/geometry.ts'
import { isWithin, type Reach, reachAround } from './reach.ts'

/** Something with a time and one or more points. It is near what one of its points is near to. */
export interface Placed extends Span {
  readonly points: readonly Point[]
  /** The last search that met it; the grid sets it. */
  met: number
}

/** What lies in a cell, in order of its beginning. */
interface Cell<T> {
  /**
   * Of each its beginning, its end, its latitude and its longitude: numbers side by side are looked
   * through fastest.
   */
  numbers: number[]
  items: T[]
}

/**
 * Cells are at least this wide, and at most, degrees: few cells lie within any distance, and few
 * points in any cell.
 */
const narrowest = 0.1
const widest = 30
/**
 * Lists of so few are copied when they grow: pushed to, they would have room for more than they
 * hold.
 */
const fewItems = 8
/** Far above rounding errors. */
const slackDegrees = 1e-6

export class SpaceTimeGrid<T extends Placed> {
  readonly #km: number
  readonly #longestMs: number
  readonly #degrees: number
  /** Number of cells around the globe, all of one width. */
  readonly #columns: number
  readonly #cells = new Map<number, Cell<T>>()
  /**
   * By row of cells, how far east and west of any point in it the distance reaches at most,
   * degrees.
   */
  readonly #lonReach = new Map<number, number>()
  /** Of all grids: something may lie in several. */
  static #searches = 0

  /**
   * Finds what lies within so many kilometres. Nothing in it may last longer than `longestMs`; if
   * that is 0, things are found by their beginning.
   */
  constructor(km: number, longestMs: number) {
    this.#km = km
    this.#longestMs = longestMs
    // Twice the distance: a search looks into four cells, mostly.
    this.#degrees = Math.min(widest, Math.max(narrowest, (2 * km) / kmPerDegree))
    this.#columns = Math.floor(360 / this.#degrees)
  }

  add(item: T): void {
    const { fromMs, toMs } = item
    for (const { lat, lon } of item.points) {
      const key = this.#cellAt(this.#rowOf(lat), this.#columnOf(lon))
      const cell = this.#cells.get(key)
      if (cell === undefined)
        this.#cells.set(key, { numbers: [fromMs, toMs, lat, lon], items: [item] })
      else if (
        cell.items.length < fewItems &&
        (cell.numbers[cell.numbers.length - 4] as number) <= fromMs
      ) {
        cell.numbers = cell.numbers.concat([fromMs, toMs, lat, lon])
        cell.items = cell.items.concat([item])
      } else if ((cell.numbers[cell.numbers.length - 4] as number) <= fromMs) {
        cell.numbers.push(fromMs, toMs, lat, lon)
        cell.items.push(item)
      } else {
        const at = firstFrom(cell.numbers, fromMs)
        cell.numbers.splice(4 * at, 0, fromMs, toMs, lat, lon)
        cell.items.splice(at, 0, item)
      }
    }
  }

  /** The very object that was added. */
  remove(item: T): void {
    for (const { lat, lon } of item.points) {
      const key = this.#cellAt(this.#rowOf(lat), this.#columnOf(lon))
      const cell = this.#cells.get(key)
      if (cell === undefined) continue
      const { numbers, items } = cell
      // What goes is the oldest, mostly.
      const at = items[0] === item ? 0 : items.indexOf(item, firstFrom(numbers, item.fromMs))
      if (at === -1) continue
      numbers.splice(4 * at, 4)
      items.splice(at, 1)
      if (items.length === 0) this.#cells.delete(key)
    }
  }

  /**
   * What lies within the distance, at most `apartMs` before or after; itself too if it was added.
   * In no particular order.
   */
  near({ fromMs, toMs, points }: Span & Pick<Placed, 'points'>, apartMs: number): T[] {
    const found: T[] = []
    if (this.#cells.size === 0) return found
    SpaceTimeGrid.#searches += 1
    for (const point of points) this.#searchAround(point, fromMs - apartMs, toMs + apartMs, found)
    return found
  }

  #searchAround({ lat, lon }: Point, sinceMs: number, untilMs: number, found: T[]): void {
    const lonDegrees = this.#lonReachOf(lat)
    const reach = { lat, lon, km: this.#km, lonDegrees }
    const latDegrees = this.#km / kmPerDegree + slackDegrees
    const south = this.#rowOf(lat - latDegrees)
    const north = this.#rowOf(lat + latDegrees)
    const west = this.#columnOf(lon - lonDegrees)
    const last = Math.min(this.#columnOf(lon + lonDegrees), west + this.#columns - 1)
    if ((north - south + 1) * (last - west + 1) > this.#cells.size) {
      for (const cell of this.#cells.values()) this.#collect(cell, reach, sinceMs, untilMs, found)
      return
    }
    for (let row = south; row <= north; row++) {
      for (let column = west; column <= last; column++) {
        const cell = this.#cells.get(this.#cellAt(row, column))
        if (cell !== undefined) this.#collect(cell, reach, sinceMs, untilMs, found)
      }
    }
  }

  #collect(
    { numbers, items }: Cell<T>,
    reach: Reach,
    sinceMs: number,
    untilMs: number,
    found: T[]
  ): void {
    for (let at = firstFrom(numbers, sinceMs - this.#longestMs); at < items.length; at++) {
      if ((numbers[4 * at] as number) > untilMs) return
      if ((numbers[4 * at + 1] as number) < sinceMs) continue
      const lat = numbers[4 * at + 2] as number
      const lon = numbers[4 * at + 3] as number
      if ((lat !== reach.lat || lon !== reach.lon) && !isWithin(reach, lat, lon)) continue
      const item = items[at] as T
      if (item.met === SpaceTimeGrid.#searches) continue
      item.met = SpaceTimeGrid.#searches
      found.push(item)
    }
  }

  #lonReachOf(lat: number): number {
    const row = this.#rowOf(lat)
    const known = this.#lonReach.get(row)
    if (known !== undefined) return known
    // The nearer an edge lies to a pole, the further it reaches.
    const south = row * this.#degrees - 90
    const furthest = Math.min(90, Math.max(Math.abs(south), Math.abs(south + this.#degrees)))
    const reach = reachAround({ lat: furthest, lon: 0 }, this.#km).lonDegrees
    this.#lonReach.set(row, reach)
    return reach
  }

  #rowOf(lat: number): number {
    return Math.floor((lat + 90) / this.#degrees)
  }

  #columnOf(lon: number): number {
    return Math.floor(((lon + 180) / 360) * this.#columns)
  }

  #cellAt(row: number, column: number): number {
    const columns = this.#columns
    // No search goes around the globe more than once.
    return (
      row * columns + (column < 0 ? column + columns : column < columns ? column : column - columns)
    )
  }
}

/** The first index of what begins at a moment or later, in the numbers of a cell. */
function firstFrom(numbers: readonly number[], ms: number): number {
  let low = 0
  let high = numbers.length / 4
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[4 * middle] as number) < ms) low = middle + 1
    else high = middle
  }
  return low
}
