import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coveringCircle, distanceKm } from '../../src/space-time/geometry.ts'

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
      })
    )
  })
})
