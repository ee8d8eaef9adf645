import { isInPolygon, type Ring } from '@tocsin/domain/space-time/polygon'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AreaMap } from '../src/map/area-map.ts'
import { unitsPerDegree } from '../src/map/map-zone.ts'
import {
  computeUnitCell,
  PlaceGrid,
  placeUnitsPerDegree,
  toUnits
} from '../src/table/place-grid.ts'

function mapOf(areas: readonly (readonly Ring[])[]): AreaMap {
  const rings = areas.flatMap((area, number) => area.map(ring => ({ number, ring })))
  const corners = rings.flatMap(({ ring }) => ring)
  const starts = [0]
  for (const { ring } of rings) starts.push((starts.at(-1) as number) + ring.length)
  return new AreaMap({
    xs: Int32Array.from(corners, ([lon]) => Math.round(lon * unitsPerDegree)),
    ys: Int32Array.from(corners, ([, lat]) => Math.round(lat * unitsPerDegree)),
    ringStarts: Uint32Array.from(starts),
    ringAreas: Uint16Array.from(rings, ({ number }) => number)
  })
}

const degrees = (min: number, max: number) =>
  fc.integer({ min: min * unitsPerDegree, max: max * unitsPerDegree }).map(n => n / unitsPerDegree)
const corner = fc.tuple(degrees(-20, 20), degrees(-10, 10))
const ring = fc
  .uniqueArray(corner, { minLength: 3, maxLength: 30, selector: String })
  .map(c => [...c, c[0] as [number, number]])
const square = (w: number, s: number, e: number, n: number): Ring => [
  [w, s],
  [e, s],
  [e, n],
  [w, n],
  [w, s]
]

describe('a map of areas', () => {
  it('agrees with the polygons at every point', () => {
    fc.assert(
      fc.property(
        fc.array(ring, { minLength: 1, maxLength: 4 }),
        fc.array(corner, { minLength: 1, maxLength: 20 }),
        (rings, points) => {
          const map = mapOf(rings.map(one => [one]))
          for (const [lon, lat] of points) {
            // Off the grid of the corners, so that no point is on an edge.
            const point = { lat: lat + 0.00037, lon: lon + 0.00041 }
            expect(map.findArea(point)).toBe(rings.findIndex(one => isInPolygon(point, [one])))
          }
        }
      )
    )
  })

  it('finds the area beside a point off a coast, and none far out', () => {
    const map = mapOf([[square(0, 0, 1, 1)], [square(1, 0, 2, 1)]])
    expect(map.findBeside({ lat: 1.01, lon: 0.5 }, 5)).toEqual([0])
    expect(map.findBeside({ lat: 1.01, lon: 1 }, 5)).toEqual([0, 1])
    expect(map.findBeside({ lat: 1.2, lon: 0.5 }, 5)).toEqual([])
    expect(map.findBeside({ lat: 40, lon: 120 }, 5)).toEqual([])
  })
})

describe('a grid of places', () => {
  const place = fc.tuple(
    fc.double({ min: -85, max: 85, noNaN: true }),
    fc.double({ min: -180, max: 179.999, noNaN: true })
  )
  const gridOf = (places: readonly (readonly [number, number])[]) => {
    const sorted = places
      .map(([lat, lon]) => [toUnits(lat), toUnits(lon)] as const)
      .sort((a, b) => computeUnitCell(...a) - computeUnitCell(...b))
    const grid = new PlaceGrid(
      Int32Array.from(sorted, p => p[0]),
      Int32Array.from(sorted, p => p[1])
    )
    return {
      sorted: sorted.map(
        ([lat, lon]) => [lat / placeUnitsPerDegree, lon / placeUnitsPerDegree] as const
      ),
      grid
    }
  }

  it('refuses rows that are not in cell order', () => {
    expect(() => new PlaceGrid(Int32Array.of(100_000, 0), Int32Array.of(0, 0))).toThrow(RangeError)
  })

  it('finds every place within a distance, also across the date line', () => {
    fc.assert(
      fc.property(
        fc.array(place, { maxLength: 60 }),
        place,
        fc.double({ min: 1, max: 800, noNaN: true }),
        (places, [lat, lon], km) => {
          const { sorted, grid } = gridOf(places)
          const cosine = Math.max(0.02, Math.cos((lat * Math.PI) / 180))
          const apart = ([otherLat, otherLon]: readonly [number, number]) => {
            const across = Math.abs(otherLon - lon) % 360
            return Math.hypot(otherLat - lat, Math.min(across, 360 - across) * cosine) * 111.195
          }
          const rows = new Set(grid.findWithin({ lat, lon }, km))
          for (const [row, other] of sorted.entries()) {
            if (apart(other) < km * 0.999) expect(rows.has(row)).toBe(true)
            if (apart(other) > km * 1.001) expect(rows.has(row)).toBe(false)
          }
          const nearest = grid.findNearest({ lat, lon }, km, () => true)
          const least = Math.min(...sorted.map(apart))
          if (least < km * 0.999)
            expect(apart(sorted[nearest] as readonly [number, number])).toBeCloseTo(least, 1)
          if (least > km * 1.001) expect(nearest).toBe(-1)
        }
      )
    )
  })
})
