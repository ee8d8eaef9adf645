// Polygons of theatres and areas: GeoJSON rings of [lon, lat], the outline first, then holes.
// Degrees on a plane: correct for areas that do not cross the date line or contain a pole.

import type { Point } from './geometry.ts'

export type Ring = readonly (readonly [number, number])[]

/**
 * True if a point lies inside the outline and in no hole. Pure; O(corners); a point on an edge
 * falls always to the same side.
 */
export function isInPolygon(point: Point, rings: readonly Ring[]): boolean {
  const [outline, ...holes] = rings
  return (
    outline !== undefined && isInRing(point, outline) && !holes.some(hole => isInRing(point, hole))
  )
}

/** Counts the edges that a ray to the east crosses. */
function isInRing({ lat, lon }: Point, ring: Ring): boolean {
  let inside = false
  let previous = ring.at(-1)
  for (const corner of ring) {
    if (previous && corner[1] > lat !== previous[1] > lat) {
      const crossing =
        ((previous[0] - corner[0]) * (lat - corner[1])) / (previous[1] - corner[1]) + corner[0]
      if (lon < crossing) inside = !inside
    }
    previous = corner
  }
  return inside
}
