// Sites on the globe: how far they extend, how many of them are distant from each other, and groups of them.

import { computeDistanceKm, kmPerDegree } from '../data/distance.ts'
import type { Sites } from '../data/sites.ts'

type Point = readonly [x: number, y: number]

const radians = Math.PI / 180

export interface Extent {
  /** Greatest distance between two of the sites. */
  readonly km: number
  /** Area of their convex hull. */
  readonly km2: number
}

/** Measures on a plane at the middle of the sites: accurate to a few per cent over a region. */
export function measureExtent(sites: Sites, list: readonly number[]): Extent {
  if (list.length < 2) return { km: 0, km2: 0 }
  const lons = unwrapLongitudes(list.map(site => sites.lon[site]!))
  const lats = list.map(site => sites.lat[site]!)
  const middle = (Math.min(...lats) + Math.max(...lats)) / 2
  const scale = Math.cos(middle * radians)
  const hull = findHull(
    lats.map((lat, i) => [lons[i]! * kmPerDegree * scale, lat * kmPerDegree] as const)
  )
  let twice = 0
  let km = 0
  for (const [i, [x, y]] of hull.entries()) {
    const [nextX, nextY] = hull[(i + 1) % hull.length]!
    twice += x * nextY - nextX * y
    for (const [otherX, otherY] of hull.slice(i + 1))
      km = Math.max(
        km,
        computeDistanceKm(
          y / kmPerDegree,
          x / kmPerDegree / scale,
          otherY / kmPerDegree,
          otherX / kmPerDegree / scale
        )
      )
  }
  return { km, km2: Math.abs(twice) / 2 }
}

/** Longitudes on one side of the date line. */
function unwrapLongitudes(lons: readonly number[]): readonly number[] {
  const isWide = Math.max(...lons) - Math.min(...lons) > 180
  return isWide ? lons.map(lon => (lon < 0 ? lon + 360 : lon)) : lons
}

/** Andrew's monotone chain. */
function findHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
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
  chain.pop()
  return chain
}

function computeTurn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
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
  const greedy = pickApart(sites, sorted, km).length
  // Of each spot one site can be chosen, so there are never more sites than spots.
  const spots = pickApart(sites, sorted, km / 2).length
  if (greedy >= most || greedy === spots) return Math.min(greedy, most)
  return new ApartSearch(sites, km, most, greedy).search(sorted)
}

function pickApart(sites: Sites, list: readonly number[], km: number): readonly number[] {
  const chosen: number[] = []
  for (const site of list)
    if (chosen.every(other => sites.computeKm(site, other) >= km)) chosen.push(site)
  return chosen
}

class ApartSearch {
  readonly #sites: Sites
  readonly #km: number
  readonly #most: number
  #best: number
  #steps = 0

  constructor(sites: Sites, km: number, most: number, best: number) {
    this.#sites = sites
    this.#km = km
    this.#most = most
    this.#best = best
  }

  search(list: readonly number[]): number {
    this.#choose(list, 0)
    return Math.min(this.#best, this.#most)
  }

  #choose(candidates: readonly number[], chosen: number): void {
    this.#best = Math.max(this.#best, chosen)
    for (const [i, site] of candidates.entries()) {
      const possible = chosen + candidates.length - i
      if (possible <= this.#best || this.#best >= this.#most || this.#steps > searchStepsMax) return
      this.#steps += 1
      const rest = candidates.slice(i + 1)
      this.#choose(
        rest.filter(other => this.#sites.computeKm(site, other) >= this.#km),
        chosen + 1
      )
    }
  }
}
