// Sites on the globe: how far they extend, how many of them are distant from each other, and groups of them.

import { kmPerDegree } from '../data/distance.ts'
import type { Sites } from '../data/sites.ts'

interface Point {
  readonly site: number
  readonly x: number
  readonly y: number
}

export interface Extent {
  /** Greatest distance between two of the sites. */
  readonly km: number
  /** Area of their convex hull. */
  readonly km2: number
}

/** Measures on a plane at the middle of the sites: accurate to a few per cent over a region. */
export function measureExtent(sites: Sites, list: readonly number[]): Extent {
  if (list.length < 2) return { km: 0, km2: 0 }
  const lats = list.map(site => sites.lat[site]!)
  const lons = list.map(site => sites.lon[site]!)
  const middle = (Math.min(...lats) + Math.max(...lats)) / 2
  const scale = Math.cos((middle * Math.PI) / 180)
  // On one side of the date line.
  const isWide = Math.max(...lons) - Math.min(...lons) > 180
  const points = list.map((site, i): Point => {
    const lon = lons[i]! + (isWide && lons[i]! < 0 ? 360 : 0)
    return { site, x: lon * kmPerDegree * scale, y: lats[i]! * kmPerDegree }
  })
  const hull = findHull(points)
  let [km, twice] = [0, 0]
  for (const [i, a] of hull.entries()) {
    const b = hull[(i + 1) % hull.length]!
    twice += a.x * b.y - b.x * a.y
    for (const other of hull.slice(i + 1)) km = Math.max(km, sites.computeKm(a.site, other.site))
  }
  return { km, km2: Math.abs(twice) / 2 }
}

/** Andrew's monotone chain. */
function findHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  if (sorted.length < 3) return sorted
  return [...walkChain(sorted), ...walkChain(sorted.reverse())]
}

/** One half of the hull, without its last point. */
function walkChain(points: readonly Point[]): Point[] {
  const chain: Point[] = []
  for (const point of points) {
    while (chain.length > 1 && computeTurn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop()
    chain.push(point)
  }
  return chain.slice(0, -1)
}

function computeTurn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/** The groups of what is linked, directly or by others between them. */
export function groupLinked<T>(items: readonly T[], areLinked: (a: T, b: T) => boolean): T[][] {
  const rest = new Set(items)
  const groups: T[][] = []
  for (const first of rest) {
    const group = [first]
    rest.delete(first)
    for (const one of group)
      for (const other of rest)
        if (areLinked(one, other)) {
          group.push(other)
          rest.delete(other)
        }
    groups.push(group)
  }
  return groups
}

/** Steps of the search for distant sites; when they are used up, the best number so far counts. */
const searchStepsMax = 4000

/**
 * Counts the sites that can be chosen so that any two of them are `km` or more from each other, up to `most`.
 * The order of the list does not matter.
 */
export function countApart(
  sites: Sites,
  list: readonly number[],
  km: number,
  most: number
): number {
  const sorted = [...new Set(list)].sort(
    (a, b) => sites.lat[a]! - sites.lat[b]! || sites.lon[a]! - sites.lon[b]!
  )
  // Of each spot one site can be chosen, so there are never more sites than spots.
  const bound = Math.min(most, pickApart(sites, sorted, km / 2).length)
  let best = Math.min(bound, pickApart(sites, sorted, km).length)
  let steps = 0
  const choose = (candidates: readonly number[], chosen: number): void => {
    best = Math.max(best, chosen)
    for (const [i, site] of candidates.entries()) {
      const possible = chosen + candidates.length - i
      if (possible <= best || best >= bound || steps > searchStepsMax) return
      steps += 1
      const rest = candidates.slice(i + 1).filter(other => sites.computeKm(site, other) >= km)
      choose(rest, chosen + 1)
    }
  }
  choose(sorted, 0)
  return best
}

function pickApart(sites: Sites, list: readonly number[], km: number): readonly number[] {
  const chosen: number[] = []
  for (const site of list)
    if (chosen.every(other => sites.computeKm(site, other) >= km)) chosen.push(site)
  return chosen
}
