// Reads polygons of theatres from a request body. Pure. Overlaps are computed by the domain
// (theatre-overlap.ts).

import type { TheatreConfig } from '@tocsin/domain/record/theatre-record'

export type Rings = NonNullable<TheatreConfig['polygon']>
type Corner = readonly [number, number]

/** Maximum number of corners, over all rings. */
export const cornersMax = 2_000

export type ReadRings =
  | { readonly ok: true; readonly rings: Rings }
  | { readonly ok: false; readonly detail: string }

/** Reads a GeoJSON Polygon, or its coordinates alone. */
export function readRings(value: unknown): ReadRings {
  const rings =
    typeof value === 'object' && value !== null && 'type' in value ? coordinatesOf(value) : value
  if (!Array.isArray(rings) || rings.length === 0)
    return wrong('must be a GeoJSON Polygon or its rings of [lon, lat]')
  let corners = 0
  for (const ring of rings as unknown[]) {
    if (!Array.isArray(ring) || ring.length < 4)
      return wrong('has a ring of fewer than four positions')
    corners += ring.length
    if (corners > cornersMax) return wrong(`has more than ${cornersMax} positions`)
    if (!ring.every(isCorner)) return wrong('has a position that is not [lon, lat] in degrees')
    const [first, last] = [ring[0] as Corner, ring.at(-1) as Corner]
    if (first[0] !== last[0] || first[1] !== last[1])
      return wrong('has a ring that does not end where it begins')
  }
  return {
    ok: true,
    rings: (rings as Corner[][]).map(ring => ring.map(([lon, lat]) => [lon, lat] as const))
  }
}

function coordinatesOf(value: object): unknown {
  const { type, coordinates } = value as { readonly type?: unknown; readonly coordinates?: unknown }
  return type === 'Polygon' ? coordinates : null
}

function isCorner(value: unknown): value is Corner {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [lon, lat] = value as unknown[]
  return (
    typeof lon === 'number' &&
    lon >= -180 &&
    lon <= 180 &&
    typeof lat === 'number' &&
    lat >= -90 &&
    lat <= 90
  )
}

function wrong(detail: string): ReadRings {
  return { ok: false, detail }
}
