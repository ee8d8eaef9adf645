import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CellGrid } from '../../src/data/cell-grid.ts'
import { computeDistanceKm } from '../../src/data/distance.ts'

/** Around the antimeridian, near a pole, and in the tropics. */
const centres = [
  { lat: 0.2, lon: 179.9 },
  { lat: -17, lon: -179.8 },
  { lat: 89.6, lon: 40 },
  { lat: 14.5, lon: -4 }
]
const point = fc
  .tuple(
    fc.constantFrom(...centres),
    fc.double({ min: -0.35, max: 0.35, noNaN: true }),
    fc.double({ min: -0.35, max: 0.35, noNaN: true })
  )
  .map(([{ lat, lon }, north, east]) => ({ lat: lat + north, lon: wrap(lon + east) }))

function wrap(lon: number): number {
  return lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon
}

it('has all points within the distance in the cells around one, each cell once', () => {
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 2, maxLength: 25 }),
      fc.constantFrom(0, 1, 5, 20, 300, 9000, 20_040),
      (points, km) => {
        const grid = new CellGrid(km)
        const [centre] = points
        const cells = grid.listAround(centre!.lat, centre!.lon)
        expect(new Set(cells).size).toBe(cells.length)
        for (const { lat, lon } of points)
          if (computeDistanceKm(centre!.lat, centre!.lon, lat, lon) <= km)
            expect(cells).toContain(grid.getCell(lat, lon))
      }
    )
  )
})
