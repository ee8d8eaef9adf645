import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellOf, cellsAround, coveringCircle, distanceKm } from '../../src/space-time/geometry.ts'
import { runsOf } from '../test-size.ts'
import { greatestDistanceKm } from './greatest-distance.ts'

const point = fc.record({
  lat: fc.double({ min: -80, max: 80, noNaN: true }),
  lon: fc.double({ min: -180, max: 179.99, noNaN: true })
})

describe('geometry', () => {
  it('measures across the date line', () => {
    expect(distanceKm({ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 })).toBeCloseTo(111.2, 0)
    expect(
      coveringCircle([
        { lat: 0, lon: 179.5, radiusKm: 0 },
        { lat: 0, lon: -179.5, radiusKm: 0 }
      ])?.radiusKm
    ).toBeCloseTo(55.6, 0)
  })

  it('is symmetric, and never more than half the circumference of the Earth', () => {
    fc.assert(
      fc.property(point, point, (a, b) => {
        expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6)
        expect(distanceKm(a, b)).toBeLessThanOrEqual(20016)
        expect(greatestDistanceKm([a, b])).toBe(distanceKm(a, b))
      })
    )
  })

  it('finds every point within reach among the cells around', () => {
    const near = fc.record({
      lat: fc.double({ min: -65, max: 65, noNaN: true }),
      lon: fc.double({ min: -180, max: 179.99, noNaN: true })
    })
    fc.assert(
      fc.property(
        near,
        fc.double({ min: -0.3, max: 0.3, noNaN: true }),
        fc.double({ min: -0.6, max: 0.6, noNaN: true }),
        (a, dLat, dLon) => {
          const lon = a.lon + dLon
          const b = {
            lat: a.lat + dLat,
            lon: lon >= 180 ? lon - 360 : lon < -180 ? lon + 360 : lon
          }
          if (distanceKm(a, b) <= 25) expect(cellsAround(a, 0.25, 25)).toContain(cellOf(b, 0.25))
        }
      ),
      { numRuns: runsOf(2000, 10) }
    )
  })
})
