import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeDistanceKm } from '../../src/data/distance.ts'
import { Sites } from '../../src/data/sites.ts'

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

describe('sites', () => {
  it('are within a distance as computed over all pairs, whenever they were added', () => {
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 25 }),
        fc.constantFrom(1, 5, 20, 300),
        fc.nat(24),
        (points, km, askedAfter) => {
          const sites = new Sites()
          for (const [index, { lat, lon }] of points.entries()) {
            const site = sites.addPoint(lat, lon)
            if (index <= askedAfter) sites.listWithin(site, km)
          }
          const all = [...sites.lat.keys()]
          for (const site of all) {
            const near = all.filter(
              other =>
                computeDistanceKm(
                  sites.lat[site]!,
                  sites.lon[site]!,
                  sites.lat[other]!,
                  sites.lon[other]!
                ) <= km
            )
            expect([...sites.listWithin(site, km)].sort((a, b) => a - b)).toEqual(near)
          }
        }
      )
    )
  })

  it('are one where points agree to a metre, and none without a point', () => {
    const sites = new Sites()
    expect(sites.addPoint(14.8, -5.2)).toBe(0)
    expect(sites.addPoint(14.800001, -5.200001)).toBe(0)
    expect(sites.addPoint(14.8001, -5.2)).toBe(1)
    expect(sites.addPoint(Number.NaN, Number.NaN)).toBe(-1)
    expect(sites.computeKm(0, 1)).toBeCloseTo(0.0111, 4)
  })
})
