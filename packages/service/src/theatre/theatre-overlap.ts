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
  const [a, b] = [listEdges(first), listEdges(second)]
  if (!boxesMeet(a, b)) return false
  if (a.some(edge => b.some(other => properlyCross(edge, other)))) return true
  const lats = [...new Set([...a, ...b].map(([[, lat]]) => lat))].sort((x, y) => x - y)
  // Without crossing edges, all edges keep their order between two neighbouring latitudes: one cut
  // decides for the whole band.
  return lats.some((lat, i) => {
    const middle = (lat + (lats[i - 1] ?? lat)) / 2
    return i > 0 && runsMeet(listRuns(a, middle), listRuns(b, middle))
  })
}

type Edge = readonly [from: Corner, to: Corner]

/** The edges with continuous longitudes, and their copies that lie between -180° and 180° too. */
function listEdges(rings: Rings): Edge[] {
  return rings.map(unrollRing).flatMap(ring => {
    const lons = ring.map(([lon]) => lon)
    const [west, east] = [Math.min(...lons), Math.max(...lons)]
    return [-360, 0, 360]
      .filter(turn => west + turn < 180 && east + turn > -180)
      .map(turn => ring.map(([lon, lat]) => [lon + turn, lat] as const))
      .flatMap(copy => copy.slice(1).map((to, i) => [copy[i] as Corner, to] as const))
  })
}

function boxesMeet(a: readonly Edge[], b: readonly Edge[]): boolean {
  return ([0, 1] as const).every(axis => {
    const [ofA, ofB] = [a.map(([from]) => from[axis]), b.map(([from]) => from[axis])]
    return Math.min(...ofA) <= Math.max(...ofB) && Math.min(...ofB) <= Math.max(...ofA)
  })
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
function listRuns(edges: readonly Edge[], lat: number): LonInterval[] {
  const crossings = edges
    .filter(([[, y1], [, y2]]) => y1 > lat !== y2 > lat)
    .map(([[x1, y1], [x2, y2]]) => x1 + ((lat - y1) * (x2 - x1)) / (y2 - y1))
    .sort((x, y) => x - y)
  return crossings.flatMap((west, i) => {
    const east = crossings[i + 1]
    return i % 2 === 0 && east !== undefined
      ? [[Math.max(-180, west), Math.min(180, east)] as const]
      : []
  })
}

/**
 * True if each segment has its ends strictly on both sides of the other: touching is not crossing.
 */
function properlyCross([a1, a2]: Edge, [b1, b2]: Edge): boolean {
  return side(a1, a2, b1) * side(a1, a2, b2) < 0 && side(b1, b2, a1) * side(b1, b2, a2) < 0
}

function side([x1, y1]: Corner, [x2, y2]: Corner, [x, y]: Corner): number {
  return Math.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1))
}
