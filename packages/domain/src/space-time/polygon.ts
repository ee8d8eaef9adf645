// Polygons of theatres and areas: GeoJSON rings of [lon, lat], outlines and holes. A point is inside
// if an odd number of rings contains it, so that the rings of several polygons are one list. Degrees
// on a plane; an edge runs the short way, also across 180°. No ring contains a pole.

import type { Point } from './geometry.ts'

export type Ring = readonly (readonly [number, number])[]

/**
 * True if a point lies in an odd number of rings. Pure; O(corners); a point on an edge falls always
 * to the same side.
 */
export function isInPolygon(point: Point, rings: readonly Ring[]): boolean {
  return rings.reduce((isInside, ring) => isInside !== isInRing(point, ring), false)
}

/** Counts the edges that a ray to the east crosses, from the point and its copies 360° away. */
function isInRing({ lat, lon }: Point, ring: Ring): boolean {
  let isInside = false
  let turn = 0
  let previous: Ring[number] | null = null
  let previousLon = 0
  for (const corner of ring) {
    if (previous !== null) turn += findTurn(previous[0], corner[0])
    const cornerLon = corner[0] + turn
    if (previous !== null && corner[1] > lat !== previous[1] > lat) {
      const crossing =
        ((previousLon - cornerLon) * (lat - corner[1])) / (previous[1] - corner[1]) + cornerLon
      if (lon < crossing) isInside = !isInside
      if (lon - 360 < crossing) isInside = !isInside
      if (lon + 360 < crossing) isInside = !isInside
    }
    previous = corner
    previousLon = cornerLon
  }
  return isInside
}

/** Degrees to add from one longitude to the next, so that the edge runs the short way. */
function findTurn(from: number, to: number): number {
  if (to - from > 180) return -360
  return to - from < -180 ? 360 : 0
}

/** The ring with continuous longitudes, which may leave -180 to 180. Pure. */
export function unrollRing(ring: Ring): Ring {
  let turn = 0
  return ring.map(([lon, lat], i) => {
    if (i > 0) turn += findTurn((ring[i - 1] as Ring[number])[0], lon)
    return [lon + turn, lat] as const
  })
}

/** What makes a closed ring unusable as the border of an area; null if nothing does. Pure. */
export function findRingFault(ring: Ring): string | null {
  const lons = unrollRing(ring).map(([lon]) => lon)
  const lats = ring.map(([, lat]) => lat)
  if (lons[0] !== lons.at(-1)) return 'has a ring around a pole'
  if (Math.max(...lons) === Math.min(...lons) || Math.max(...lats) === Math.min(...lats))
    return 'has a ring without an area: edges run the short way, so add a corner to an edge of 180° or more'
  return null
}
