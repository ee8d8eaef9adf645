// A grid over the globe for searches within one distance: what is so near to a point is in the cells
// around it.

import { computeColumnReach, kmPerDegree } from './distance.ts'

/** Cells are not smaller: near a pole a search would have too many. */
const minDegrees = 0.1
/** A quarter of the girth. From there on a search has all columns. */
const maxReachKm = 10_000

export class CellGrid {
  readonly #km: number
  readonly #columnCount: number
  readonly #perDegree: number
  readonly #rowReach: number

  constructor(km: number) {
    this.#km = km
    this.#columnCount = Math.max(1, Math.floor(360 / Math.max(minDegrees, km / kmPerDegree)))
    this.#perDegree = this.#columnCount / 360
    this.#rowReach = Math.ceil((km / kmPerDegree) * this.#perDegree)
  }

  getCell(lat: number, lon: number): number {
    return this.#getRow(lat) * this.#columnCount + this.#wrap(this.#getColumn(lon))
  }

  /** The cells that have all points within the distance, each once. */
  listAround(lat: number, lon: number): number[] {
    const count = this.#columnCount
    const [row, column] = [this.#getRow(lat), this.#getColumn(lon)]
    const reach =
      this.#km < maxReachKm ? Math.ceil(computeColumnReach(lat, this.#km, this.#perDegree)) : count
    // All columns once: the reach to both sides may be more than the globe has.
    const last = Math.min(column + reach, column - reach + count - 1)
    const cells: number[] = []
    for (let y = row - this.#rowReach; y <= row + this.#rowReach; y++)
      for (let x = column - reach; x <= last; x++) cells.push(y * count + this.#wrap(x))
    return cells
  }

  #getRow(lat: number): number {
    return Math.floor((lat + 90) * this.#perDegree)
  }

  #getColumn(lon: number): number {
    return Math.floor((lon + 180) * this.#perDegree)
  }

  /** Columns wrap around the globe: 180° east is 180° west. */
  #wrap(column: number): number {
    const count = this.#columnCount
    return ((column % count) + count) % count
  }
}
