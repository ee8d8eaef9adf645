// Places by location: a grid of quarter degrees over rows stored in cell order.

import { kmPerDegree, type Point } from '@tocsin/domain/space-time/geometry'

const cellsPerDegree = 4
const columns = 360 * cellsPerDegree
const lines = 180 * cellsPerDegree
/** Coordinates are stored as integers with this many units per degree: 1.1 m. */
export const placeUnitsPerDegree = 1e5
const radians = Math.PI / 180

/** The number of the cell of a point. Pure. */
function computeCell(lat: number, lon: number): number {
  const line = Math.max(0, Math.min(lines - 1, Math.floor((lat + 90) * cellsPerDegree)))
  const column = Math.floor((lon + 180) * cellsPerDegree)
  return line * columns + wrapColumn(column)
}

/** A coordinate in stored units. Pure. */
export function toUnits(degrees: number): number {
  return Math.round(degrees * placeUnitsPerDegree)
}

/** The cell of a place in stored units. Pure. */
export function computeUnitCell(lat: number, lon: number): number {
  return computeCell(lat / placeUnitsPerDegree, lon / placeUnitsPerDegree)
}

export class PlaceGrid {
  readonly #lats: Int32Array
  readonly #lons: Int32Array
  readonly #starts = new Uint32Array(lines * columns + 1)

  /** Throws RangeError unless rows are in cell order. O(rows + cells). */
  constructor(lats: Int32Array, lons: Int32Array) {
    this.#lats = lats
    this.#lons = lons
    let cell = 0
    for (let row = 0; row < lats.length; row++) {
      const own = computeUnitCell(lats[row] as number, lons[row] as number)
      if (own < cell) throw new RangeError(`row ${row} is not in cell order`)
      while (cell < own) this.#starts[++cell] = row
    }
    while (cell < lines * columns) this.#starts[++cell] = lats.length
  }

  /** The nearest accepted row within `reachKm`; -1 without one. Pure; of equals the first. */
  findNearest(
    point: Point,
    reachKm: number,
    accepts: (row: number, km: number) => boolean
  ): number {
    // Most points have a place nearby: only the others need the wider windows.
    for (const km of [reachKm / 64, reachKm / 16, reachKm]) {
      const row = this.#findNearestWithin(point, km, accepts)
      if (row >= 0) return row
    }
    return -1
  }

  #findNearestWithin(
    point: Point,
    reachKm: number,
    accepts: (row: number, km: number) => boolean
  ): number {
    const cosine = computeCosine(point)
    let best = -1
    let bestKm = reachKm
    this.#visitRuns(point, reachKm, (from, to) => {
      for (let row = from; row < to; row++) {
        const km = this.#measureKm(row, point, cosine)
        if (km > bestKm || (km === bestKm && best >= 0 && row > best) || !accepts(row, km)) continue
        best = row
        bestKm = km
      }
    })
    return best
  }

  /** All rows within a distance, unordered. Pure. */
  findWithin(point: Point, reachKm: number): number[] {
    const cosine = computeCosine(point)
    const rows: number[] = []
    this.#visitRuns(point, reachKm, (from, to) => {
      for (let row = from; row < to; row++)
        if (this.#measureKm(row, point, cosine) <= reachKm) rows.push(row)
    })
    return rows
  }

  /**
   * The runs of rows in the window around a point: one for each line of cells, two if it crosses
   * the date line. Empty runs are skipped.
   */
  #visitRuns(point: Point, reachKm: number, visit: (from: number, to: number) => void): void {
    const lineReach = (reachKm / kmPerDegree) * cellsPerDegree
    const columnReach = Math.min(columns / 2 - 1, lineReach / computeCosine(point))
    const middleLine = (point.lat + 90) * cellsPerDegree
    const middleColumn = (point.lon + 180) * cellsPerDegree
    const west = Math.floor(middleColumn - columnReach)
    const east = Math.floor(middleColumn + columnReach)
    const lastLine = Math.min(lines - 1, Math.floor(middleLine + lineReach))
    for (let line = Math.max(0, Math.floor(middleLine - lineReach)); line <= lastLine; line++) {
      this.#visitRun(line, Math.max(0, west), Math.min(columns - 1, east), visit)
      if (west < 0) this.#visitRun(line, west + columns, columns - 1, visit)
      if (east >= columns) this.#visitRun(line, 0, east - columns, visit)
    }
  }

  #visitRun(
    line: number,
    first: number,
    last: number,
    visit: (from: number, to: number) => void
  ): void {
    const from = this.#starts[line * columns + first] as number
    const to = this.#starts[line * columns + last + 1] as number
    if (from < to) visit(from, to)
  }

  /** Distance on a plane tangent at the point: accurate to one per cent over the distances used. */
  #measureKm(row: number, { lat, lon }: Point, cosine: number): number {
    const dLat = (this.#lats[row] as number) / placeUnitsPerDegree - lat
    let dLon = (this.#lons[row] as number) / placeUnitsPerDegree - lon
    if (dLon > 180) dLon -= 360
    else if (dLon < -180) dLon += 360
    const x = dLon * cosine
    return Math.sqrt(dLat * dLat + x * x) * kmPerDegree
  }
}

/**
 * Length of a degree of longitude relative to one of latitude. At least a fiftieth, so that windows
 * near the poles stay narrower than the world.
 */
function computeCosine({ lat }: Point): number {
  return Math.max(0.02, Math.cos(lat * radians))
}

function wrapColumn(column: number): number {
  return ((column % columns) + columns) % columns
}
