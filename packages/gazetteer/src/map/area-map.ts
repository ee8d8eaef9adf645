// Which area of a map contains a point, and which are around it. Areas are numbered rings on a grid
// of thousandths of a degree.

import { kmPerDegree, type Point } from '@tocsin/domain/space-time/geometry'
import {
  computeZone,
  groupRingsByZone,
  MapZone,
  type RingTables,
  unitsPerDegree
} from './map-zone.ts'

/** Number of probes on each circle around a point. */
const probes = 16
/**
 * Cells of a quarter degree that contain an edge: far from any edge no probe is needed.
 */
const cellUnits = 250
const cellColumns = (360 * unitsPerDegree) / cellUnits
const cellLines = (180 * unitsPerDegree) / cellUnits

export class AreaMap {
  readonly #rings: RingTables
  readonly #reaching: readonly (readonly number[])[]
  readonly #zones: (MapZone | undefined)[] = []
  /** Built for the first point in no area. */
  #edged: Uint8Array | null = null

  /**
   * O(corners); the look-up structure of a zone is built at its first point, in some milliseconds.
   */
  constructor(rings: RingTables) {
    this.#rings = rings
    this.#reaching = groupRingsByZone(rings)
  }

  get rings(): RingTables {
    return this.#rings
  }

  /**
   * The area that contains the point, the first of several; -1 if none does. Pure. A point on an
   * edge is consistently assigned to one side.
   */
  findArea({ lat, lon }: Point): number {
    const y = lat * unitsPerDegree
    const zone = computeZone(y)
    this.#zones[zone] ??= new MapZone(this.#rings, zone, this.#reaching[zone] ?? [])
    return this.#zones[zone].findArea(lon * unitsPerDegree, y)
  }

  /**
   * The areas near a point that is in none, such as one off a coast: those met by the nearest
   * circle of probes up to `withinKm`. Pure.
   */
  findBeside(point: Point, withinKm: number): readonly number[] {
    if (!this.#isNearEdges(point)) return []
    for (const km of [withinKm / 4, withinKm / 2, withinKm]) {
      const met = this.findAround(point, km)
      if (met.length > 0) return met
    }
    return []
  }

  /** The areas that a circle of probes around a point meets, each once, in order. Pure. */
  findAround(point: Point, km: number): readonly number[] {
    const met = new Set(listPointsAround(point, km).map(probe => this.findArea(probe)))
    met.delete(-1)
    return [...met].sort((a, b) => a - b)
  }

  /**
   * True if an edge runs through the cell of the point or an adjacent one; other edges are more
   * than 5 km away below 80° of latitude.
   */
  #isNearEdges(point: Point): boolean {
    this.#edged ??= markEdgeCells(this.#rings)
    const middle = computeCell(point.lon * unitsPerDegree, point.lat * unitsPerDegree)
    for (const line of [-cellColumns, 0, cellColumns]) {
      for (let column = -1; column <= 1; column++)
        if (this.#edged[middle + line + column] === 1) return true
    }
    return false
  }
}

function computeCell(x: number, y: number): number {
  const line = Math.min(cellLines - 1, Math.floor((y + 90 * unitsPerDegree) / cellUnits))
  return (
    line * cellColumns +
    Math.min(cellColumns - 1, Math.floor((x + 180 * unitsPerDegree) / cellUnits))
  )
}

/**
 * Marks the cells along every edge: a straight border may have no corner for hundreds of
 * kilometres.
 */
function markEdgeCells({ xs, ys, ringStarts }: RingTables): Uint8Array {
  const cells = new Uint8Array(cellLines * cellColumns)
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    for (let i = (ringStarts[ring] as number) + 1; i < (ringStarts[ring + 1] as number); i++) {
      const [x, y] = [xs[i] as number, ys[i] as number]
      const [dx, dy] = [(xs[i - 1] as number) - x, (ys[i - 1] as number) - y]
      const steps = Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)) / cellUnits)
      for (let step = 0; step < steps; step++)
        cells[computeCell(x + (dx * step) / steps, y + (dy * step) / steps)] = 1
    }
  }
  return cells
}

/** Sixteen points on a circle. Pure. */
export function listPointsAround({ lat, lon }: Point, km: number): Point[] {
  const dLat = km / kmPerDegree
  const dLon = dLat / Math.max(0.05, Math.cos((lat * Math.PI) / 180))
  return Array.from({ length: probes }, (_, i) => {
    const turn = (2 * Math.PI * i) / probes
    return { lat: lat + dLat * Math.cos(turn), lon: lon + dLon * Math.sin(turn) }
  })
}
