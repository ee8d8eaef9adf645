// The greatest distance between points, pair by pair: what faster ways are compared with.

import { distanceKm, type Point } from '../../src/space-time/geometry.ts'

/** Greatest distance between any two of the points, km. */
export function greatestDistanceKm(points: readonly Point[]): number {
  let greatest = 0
  points.forEach((a, i) => {
    for (const b of points.slice(i + 1)) greatest = Math.max(greatest, distanceKm(a, b))
  })
  return greatest
}
