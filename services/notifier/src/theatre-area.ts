// Polygons of theatres: read from what was sent, and held against each other. Pure; degrees on a plane, right for areas that do not cross the
// date line or hold a pole.

import type { TheatreConfig } from '@tocsin/domain/theatre-record'

export type Rings = NonNullable<TheatreConfig['polygon']>
type Corner = readonly [number, number]

/** Corners of all rings together. */
export const cornersMax = 2_000

export type ReadRings = { readonly ok: true; readonly rings: Rings } | { readonly ok: false; readonly detail: string }

/** Reads a GeoJSON Polygon, or its coordinates alone. */
export function readRings(value: unknown): ReadRings {
  const rings = typeof value === 'object' && value !== null && 'type' in value ? coordinatesOf(value) : value
  if (!Array.isArray(rings) || rings.length === 0) return wrong('must be a GeoJSON Polygon or its rings of [lon, lat]')
  let corners = 0
  for (const ring of rings as unknown[]) {
    if (!Array.isArray(ring) || ring.length < 4) return wrong('has a ring of fewer than four positions')
    corners += ring.length
    if (corners > cornersMax) return wrong(`has more than ${cornersMax} positions`)
    if (!ring.every(isCorner)) return wrong('has a position that is not [lon, lat] in degrees')
    const [first, last] = [ring[0] as Corner, ring.at(-1) as Corner]
    if (first[0] !== last[0] || first[1] !== last[1]) return wrong('has a ring that does not end where it begins')
  }
  return { ok: true, rings: (rings as Corner[][]).map(ring => ring.map(([lon, lat]) => [lon, lat] as const)) }
}

/** True when the two areas share more than edges and corners. Cuts both along every latitude between two corners. O(corners²). */
export function polygonsMeet(a: Rings, b: Rings): boolean {
  if (edgesCross(a, b)) return true
  const lats = [...new Set([...a, ...b].flatMap(ring => ring.map(([, lat]) => lat)))].sort((x, y) => x - y)
  // No edges cross, so between two neighbouring latitudes all edges keep their order: one cut tells of the whole band.
  return lats.some(
    (lat, i) => i > 0 && runsMeet(runsAt(a, (lat + (lats[i - 1] as number)) / 2), runsAt(b, (lat + (lats[i - 1] as number)) / 2))
  )
}

function coordinatesOf(value: object): unknown {
  const { type, coordinates } = value as { readonly type?: unknown; readonly coordinates?: unknown }
  return type === 'Polygon' ? coordinates : null
}

function isCorner(value: unknown): value is Corner {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [lon, lat] = value as unknown[]
  return typeof lon === 'number' && lon >= -180 && lon <= 180 && typeof lat === 'number' && lat >= -90 && lat <= 90
}

function wrong(detail: string): ReadRings {
  return { ok: false, detail }
}

type Run = readonly [number, number]
/** Runs that share less than this, degrees, only touch. */
const touchDegrees = 1e-9

function runsMeet(a: readonly Run[], b: readonly Run[]): boolean {
  return a.some(([west, east]) =>
    b.some(([otherWest, otherEast]) => Math.min(east, otherEast) - Math.max(west, otherWest) > touchDegrees)
  )
}

/** The runs of longitude that lie inside at a latitude which no corner has. */
function runsAt(rings: Rings, lat: number): Run[] {
  const crossings = rings.flatMap(ring => crossingsAt(ring, lat)).sort((x, y) => x - y)
  return crossings.flatMap((west, i) =>
    i % 2 === 0 && crossings[i + 1] !== undefined ? [[west, crossings[i + 1] as number] as const] : []
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

/** Each lies strictly on both sides of the other: touching is no crossing. */
function properlyCross(a1: Corner, a2: Corner, b1: Corner, b2: Corner): boolean {
  return side(a1, a2, b1) * side(a1, a2, b2) < 0 && side(b1, b2, a1) * side(b1, b2, a2) < 0
}

function side([x1, y1]: Corner, [x2, y2]: Corner, [x, y]: Corner): number {
  return Math.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1))
}

function eachEdge(ring: Rings[number], visit: (from: Corner, to: Corner) => void): void {
  for (let i = 0; i + 1 < ring.length; i++) visit(ring[i] as Corner, ring[i + 1] as Corner)
}
