// The place of a row as a geometry of GeoJSON. Pure.

import type { Disc } from './export-columns.ts'

/** Up to this radius a place is shown as a point, km: a settlement, as maps draw it. */
const pointKmMax = 1
const corners = 32
const kmPerDegree = 111.195

export type Position = readonly [number, number]
export type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }

/**
 * A place as wide as it is known: a pin would claim more. Null if its precision is unknown. The
 * polygon contains the whole circle; across the antimeridian its longitudes continue beyond 180.
 */
export function buildGeometry(disc: Disc | null): Geometry | null {
  if (disc === null || disc[2] === null) return null
  const [lat, lon, km] = disc
  if (km <= pointKmMax) return { type: 'Point', coordinates: [lon, lat] }
  const reach = km / Math.cos(Math.PI / corners) / kmPerDegree
  // As wide as at the latitude of the ring that is nearest to a pole, so that the circle stays
  // inside.
  const widest = Math.min(89, Math.abs(lat) + reach)
  const east = reach / Math.cos((widest * Math.PI) / 180)
  const ring = Array.from({ length: corners }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / corners
    return [
      rounded(lon + Math.min(180, east) * Math.cos(angle)),
      rounded(Math.max(-90, Math.min(90, lat + reach * Math.sin(angle))))
    ]
  })
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] }
}

/** Five decimals, about a metre. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}
