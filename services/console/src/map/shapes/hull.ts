// Outlines around circles of uncertainty, and distances between their middles. Pure.

import type { Corner } from '../base-map.ts'

export interface Spot {
  readonly lat: number
  readonly lon: number
  readonly km: number
}

const kmPerDegree = 111.2

/** Near enough for shapes on a map, km. */
export function kmBetween(a: Pick<Spot, 'lat' | 'lon'>, b: Pick<Spot, 'lat' | 'lon'>): number {
  const shrink = Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180)
  return Math.hypot(a.lat - b.lat, (a.lon - b.lon) * shrink) * kmPerDegree
}

/** Andrew's monotone chain, closed. O(n log n). */
export function convexHull(corners: readonly Corner[]): Corner[] {
  const sorted = corners.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by)
  const below = chain(sorted)
  const above = chain(sorted.toReversed())
  const hull = [...below.slice(0, -1), ...above.slice(0, -1)]
  return hull.length === 0 ? [] : [...hull, hull[0] as Corner]
}

function chain(corners: readonly Corner[]): Corner[] {
  const kept: Corner[] = []
  for (const corner of corners) {
    while (kept.length > 1 && turn(kept.at(-2) as Corner, kept.at(-1) as Corner, corner) <= 0)
      kept.pop()
    kept.push(corner)
  }
  return kept
}

function turn([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
}
