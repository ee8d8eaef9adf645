// Whether two theatres overlap, which the fold of the control log rules out. Pure; degrees on a
// plane, as in polygon.ts.

import { type TheatreConfig, worldTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { unrollRing } from '@tocsin/domain/space-time/polygon'

type Rings = NonNullable<TheatreConfig['polygon']>
type Corner = readonly [number, number]

/**
 * What two theatres share: a country, or ground on the map; null for nothing. `world` shares with
 * none. Countries and polygons can't be compared without borders: for those the report's stated
 * country decides. Pure; O(corners²) if their boxes meet.
 */
export function sharedGround(
  a: TheatreConfig,
  b: TheatreConfig
): { readonly country: string | null } | null {
  if (a.id === b.id || a.id === worldTheatre || b.id === worldTheatre) return null
  const country = a.countries?.find(code => b.countries?.includes(code))
  if (country !== undefined) return { country }
  return a.polygon !== null && b.polygon !== null && polygonsMeet(a.polygon, b.polygon)
    ? { country: null }
    : null
}

/**
 * True if two areas share more than edges and corners. Cuts both along every latitude between two
 * corners. O(corners²).
 */
export function polygonsMeet(first: Rings, second: Rings): boolean {
  const [a, b] = [copyIntoRange(first), copyIntoRange(second)]
  if (!boxesMeet(computeBox(a), computeBox(b))) return false
  if (edgesCross(a, b)) return true
  const lats = [...new Set([...a, ...b].flatMap(ring => ring.map(([, lat]) => lat)))].sort(
    (x, y) => x - y
  )
  // Without crossing edges, all edges keep their order between two neighbouring latitudes: one cut
  // decides for the whole band.
  return lats.some(
    (lat, i) =>
      i > 0 &&
      runsMeet(
        runsAt(a, (lat + (lats[i - 1] as number)) / 2),
        runsAt(b, (lat + (lats[i - 1] as number)) / 2)
      )
  )
}

/** The rings with continuous longitudes, and their copies that lie between -180° and 180° too. */
function copyIntoRange(rings: Rings): Rings {
  return rings.map(unrollRing).flatMap(ring => {
    const lons = ring.map(([lon]) => lon)
    const [west, east] = [Math.min(...lons), Math.max(...lons)]
    return [-360, 0, 360]
      .filter(turn => west + turn < 180 && east + turn > -180)
      .map(turn => ring.map(([lon, lat]) => [lon + turn, lat] as const))
  })
}

interface Box {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

function computeBox(rings: Rings): Box {
  let [west, east, south, north] = [Infinity, -Infinity, 90, -90]
  for (const ring of rings)
    for (const [lon, lat] of ring) {
      west = Math.min(west, lon)
      east = Math.max(east, lon)
      south = Math.min(south, lat)
      north = Math.max(north, lat)
    }
  return { west, east, south, north }
}

function boxesMeet(a: Box, b: Box): boolean {
  return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north
}

type LonInterval = readonly [number, number]
/** Intervals that share less than this only touch, degrees. */
const touchDegrees = 1e-9

function runsMeet(a: readonly LonInterval[], b: readonly LonInterval[]): boolean {
  return a.some(([west, east]) =>
    b.some(
      ([otherWest, otherEast]) =>
        Math.min(east, otherEast) - Math.max(west, otherWest) > touchDegrees
    )
  )
}

/** The intervals from -180° to 180° inside the area, at a latitude without a corner. */
function runsAt(rings: Rings, lat: number): LonInterval[] {
  const crossings = rings.flatMap(ring => crossingsAt(ring, lat)).sort((x, y) => x - y)
  return crossings.flatMap((west, i) =>
    i % 2 === 0 && crossings[i + 1] !== undefined
      ? [[Math.max(-180, west), Math.min(180, crossings[i + 1] as number)] as const]
      : []
  )
}

function crossingsAt(ring: Rings[number], lat: number): number[] {
  const found: number[] = []
  eachEdge(ring, ([x1, y1], [x2, y2]) => {
    if (y1 > lat !== y2 > lat) found.push(x1 + ((lat - y1) * (x2 - x1)) / (y2 - y1))
  })
  return found
}

function edgesCross(a: Rings, b: Rings): boolean {
  return a.some(ringA => b.some(ringB => ringsCross(ringA, ringB)))
}

function ringsCross(a: Rings[number], b: Rings[number]): boolean {
  let cross = false
  eachEdge(a, (a1, a2) => {
    if (cross) return
    eachEdge(b, (b1, b2) => {
      cross ||= properlyCross(a1, a2, b1, b2)
    })
  })
  return cross
}

/**
 * True if each segment has its ends strictly on both sides of the other: touching is not crossing.
 */
function properlyCross(a1: Corner, a2: Corner, b1: Corner, b2: Corner): boolean {
  return side(a1, a2, b1) * side(a1, a2, b2) < 0 && side(b1, b2, a1) * side(b1, b2, a2) < 0
}

function side([x1, y1]: Corner, [x2, y2]: Corner, [x, y]: Corner): number {
  return Math.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1))
}

function eachEdge(ring: Rings[number], visit: (from: Corner, to: Corner) => void): void {
  for (let i = 0; i + 1 < ring.length; i++) visit(ring[i] as Corner, ring[i + 1] as Corner)
}
