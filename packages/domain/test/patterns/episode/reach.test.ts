// The bounding box of a point: its answers equal those of the great-circle distance.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWithin, reachAround } from '../../../src/patterns/episode/reach.ts'
import { distanceKm, earthRadiusKm, kmPerDegree } from '../../../src/space-time/geometry.ts'
import { runsOf, shareOf } from '../../test-size.ts'

const radians = Math.PI / 180

/** The point at a distance and direction, degrees. */
function pointFrom(
  lat: number,
  lon: number,
  km: number,
  bearing: number
): { lat: number; lon: number } {
  const arc = km / earthRadiusKm
  const [phi, theta] = [lat * radians, bearing * radians]
  const sine = Math.sin(phi) * Math.cos(arc) + Math.cos(phi) * Math.sin(arc) * Math.cos(theta)
  const to = Math.asin(Math.max(-1, Math.min(1, sine)))
  const turn = Math.atan2(
    Math.sin(theta) * Math.sin(arc) * Math.cos(phi),
    Math.cos(arc) - Math.sin(phi) * Math.sin(to)
  )
  return { lat: to / radians, lon: ((lon + turn / radians + 540) % 360) - 180 }
}

describe('reach', () => {
  it('contains a point exactly if the great-circle distance does, also at the poles and across the date line', () => {
    const counts = { inside: 0, outside: 0 }
    const latitude = fc.oneof(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.constantFrom(-90, -89.9, 0, 14, 89.95, 90)
    )
    const longitude = fc.oneof(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.constantFrom(-180, -179.99, 0, 179.99, 180)
    )
    // Most points lie near the edge, where a wrong box would show.
    const share = fc.oneof(
      fc.double({ min: 0.999, max: 1.001, noNaN: true }),
      fc.double({ min: 0, max: 3, noNaN: true })
    )
    const bearing = fc.oneof(
      fc.double({ min: 0, max: 360, noNaN: true }),
      fc.constantFrom(0, 90, 180, 270)
    )
    fc.assert(
      fc.property(
        latitude,
        longitude,
        fc.constantFrom(0.5, 1, 20, 100, 2500),
        share,
        bearing,
        (lat, lon, km, times, towards) => {
          const other = pointFrom(lat, lon, km * times, towards)
          // By latitude alone a point may be out although the great circle rounds it in: both are
          // tried.
          const expected =
            Math.abs(other.lat - lat) * kmPerDegree <= km && distanceKm({ lat, lon }, other) <= km
          expect(isWithin(reachAround({ lat, lon }, km), other.lat, other.lon)).toBe(expected)
          counts[expected ? 'inside' : 'outside'] += 1
        }
      ),
      { numRuns: runsOf(4000, 10) }
    )
    expect(counts.inside).toBeGreaterThan(shareOf(500, 4000, 10))
    expect(counts.outside).toBeGreaterThan(shareOf(500, 4000, 10))
  })
})
