// Clusters of points against comparisons of single points, and the number of points that a question
// reads.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distanceKm } from '../../src/space-time/geometry.ts'
import { onSphere, PointClusters, type SpherePoint } from '../../src/space-time/point-clusters.ts'
import { greatestDistanceKm } from './greatest-distance.ts'

function clustersOf(points: readonly SpherePoint[], widthKm: number): PointClusters {
  const clusters = new PointClusters(widthKm)
  for (const point of points) clusters.add(point)
  return clusters
}

// Villages about a hundred kilometres apart, with houses around each, and points anywhere on Earth.
const nearby = fc.record({
  lat: fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: -20, max: 20 }))
    .map(([row, step]) => 13 + row * 0.9 + step / 500),
  lon: fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: -20, max: 20 }))
    .map(([row, step]) => -4 + row * 0.92 + step / 500)
})
const anywhere = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true })
})
const spots = fc.array(
  fc.oneof({ weight: 4, arbitrary: nearby }, { weight: 1, arbitrary: anywhere }).map(onSphere),
  {
    maxLength: 40
  }
)
const spot = nearby.map(onSphere)

describe('points by cells', () => {
  it.each([1, 5, 300])('give the same answers as single points, in cells of %d km', widthKm => {
    fc.assert(
      fc.property(spots, spot, fc.constantFrom(1, 95, 100, 105, 1000), (points, from, km) => {
        const clusters = clustersOf(points, widthKm)
        const apart = points.filter(p => distanceKm(p, from) >= km)
        expect(clusters.hasApart(from, km)).toBe(apart.length > 0)
        expect(clusters.areApart(from, km)).toBe(apart.length === points.length)
        expect(new Set(clusters.apartFrom(from, km))).toEqual(new Set(apart))
        expect(clusters.greatestKm()).toBe(greatestDistanceKm(points))
      })
    )
  })

  it('are compared once per village, however many of its houses were hit', () => {
    const looks = { count: 0 }
    const house = (lat: number, lon: number) => {
      const { x, ...point } = onSphere({ lat, lon })
      return {
        ...point,
        get x() {
          looks.count += 1
          return x
        }
      }
    }
    const at = onSphere({ lat: 12.4, lon: -1.5 })
    const looksFor = (houses: number, ask: (clusters: PointClusters) => unknown) => {
      const village = Array.from({ length: houses }, (_, i) =>
        house(13.981 + (i % 40) / 1e5, -3.261 + Math.floor(i / 40) / 1e5)
      )
      const clusters = clustersOf([...village, onSphere({ lat: 14.5, lon: -4.2 })], 5)
      looks.count = 0
      ask(clusters)
      return looks.count
    }
    for (const ask of [
      (clusters: PointClusters) => clusters.hasApart(at, 1_000),
      (clusters: PointClusters) => clusters.areApart(at, 100),
      (clusters: PointClusters) => clusters.apartFrom(at, 1_000)
    ])
      expect(looksFor(1_600, ask)).toBe(looksFor(160, ask))
    // Between two villages only the pairs of their houses can be the farthest; never those within
    // one of them.
    expect(looksFor(1_600, clusters => clusters.greatestKm())).toBeLessThan(1_600 * 4)
  })
})
