// Which areas of maps touch: those whose borders come within some two kilometres of each other.
// Areas are numbers here.

import { type RingTables, unitsPerDegree } from './map-zone.ts'

/**
 * Borders that share a cell touch, km: they are at most 2.8 km apart, and borders within 1 km share
 * a cell of one grid.
 */
const cellKm = 2
/** Distance between samples of a border, km. */
const stepKm = 1
const kmPerTurn = 40_030
const kmPerDegree = kmPerTurn / 360
const columnsMax = Math.ceil(kmPerTurn / cellKm) + 1
/** More areas than any map has here; the second layer's numbers follow. */
const areasMax = 65_536
/**
 * Four grids, each offset by half a cell: points near the edge of a cell in one are inside a cell
 * of another.
 */
const shifts: readonly (readonly [row: number, column: number])[] = [
  [0, 0],
  [0, 0.5],
  [0.5, 0],
  [0.5, 0.5]
]

export class AreaBorders {
  readonly #lats: number[] = []
  readonly #lons: number[] = []
  readonly #areas: number[] = []

  /**
   * Adds the rings of a map for areas with a number; others are skipped. O(length of the borders).
   */
  add(
    { xs, ys, ringStarts, ringAreas }: RingTables,
    numberOf: (area: number) => number | null
  ): void {
    for (let ring = 0; ring < ringAreas.length; ring++) {
      const area = numberOf(ringAreas[ring] as number)
      if (area === null) continue
      const end = (ringStarts[ring + 1] as number) - 1
      for (let i = ringStarts[ring] as number; i < end; i++) {
        this.#addEdge(
          area,
          xs[i] as number,
          ys[i] as number,
          xs[i + 1] as number,
          ys[i + 1] as number
        )
      }
    }
  }

  /**
   * Both sides of a border sample the same points, although they traverse it in opposite
   * directions.
   */
  #addEdge(area: number, fromX: number, fromY: number, toX: number, toY: number): void {
    const [dx, dy] = [toX - fromX, toY - fromY]
    const cosine = Math.cos(
      (Math.min(Math.abs(fromY), Math.abs(toY)) * Math.PI) / (180 * unitsPerDegree)
    )
    const steps = Math.max(
      1,
      Math.ceil(((Math.hypot(dx * cosine, dy) / unitsPerDegree) * kmPerDegree) / stepKm)
    )
    for (let step = 0; step <= steps; step++) {
      this.#areas.push(area)
      this.#lats.push((fromY + (dy * step) / steps) / unitsPerDegree)
      this.#lons.push((fromX + (dx * step) / steps) / unitsPerDegree)
    }
  }

  /**
   * The pairs of touching areas, each once, the smaller number first. O(n log n) in the points;
   * some seconds for the world.
   */
  listPairs(): readonly (readonly [number, number])[] {
    const pairs = new Set<number>()
    for (const [row, column] of shifts) this.#addNeighbours(this.#buildCells(row, column), pairs)
    return [...pairs]
      .sort((a, b) => a - b)
      .map(pair => [Math.floor(pair / areasMax), pair % areasMax] as const)
  }

  /** The cell of every point with its area, sorted. */
  #buildCells(rowShift: number, columnShift: number): Float64Array {
    return Float64Array.from(this.#areas, (area, i) => {
      const row = Math.floor((((this.#lats[i] as number) + 90) * kmPerDegree) / cellKm + rowShift)
      const lat = ((row - rowShift) * cellKm) / kmPerDegree - 90
      const columns = Math.max(
        1,
        Math.floor((kmPerTurn * Math.cos((lat * Math.PI) / 180)) / cellKm)
      )
      const column =
        Math.floor((((this.#lons[i] as number) + 180) / 360) * columns + columnShift) % columns
      return (row * columnsMax + column) * areasMax + area
    }).sort()
  }

  #addNeighbours(cells: Float64Array, pairs: Set<number>): void {
    let met: number[] = []
    let cell = -1
    for (const key of cells) {
      const at = Math.floor(key / areasMax)
      const area = key % areasMax
      if (at !== cell) {
        cell = at
        met = [area]
      } else if (met.at(-1) !== area) {
        for (const other of met) pairs.add(other * areasMax + area)
        met.push(area)
      }
    }
  }
}
