// Reads polygons of theatres from a request body. Pure. Overlaps are computed by the domain
// (theatre-overlap.ts).

import type { TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'
import { findRingFault } from '@tocsin/domain/space-time/polygon'
import { polygonsMeet } from '@tocsin/service/theatre/theatre-overlap'

export type Rings = NonNullable<TheatreConfig['polygon']>
type Corner = readonly [number, number]

/** Maximum number of corners, over all rings. */
export const cornersMax = 2_000

export type ReadRings =
  | { readonly ok: true; readonly rings: Rings }
  | { readonly ok: false; readonly detail: string }

/**
 * Reads a GeoJSON Polygon or MultiPolygon, or the rings alone. The rings of several polygons become
 * one list: polygons of one area must not overlap.
 */
export function readRings(value: unknown): ReadRings {
  const parts = listPolygons(value)
  if (!isFilledList(parts) || !parts.every(isFilledList))
    return refuse('must be a GeoJSON Polygon or MultiPolygon, or rings of [lon, lat]')
  let corners = 0
  for (const ring of parts.flat()) {
    if (!Array.isArray(ring) || ring.length < 4)
      return refuse('has a ring of fewer than four positions')
    corners += ring.length
    if (corners > cornersMax) return refuse(`has more than ${cornersMax} positions`)
    if (!ring.every(isCorner))
      return refuse('has a position that is not [lon, lat] in degrees, -180 to 180 and -90 to 90')
    const [first, last] = [ring[0] as Corner, ring.at(-1) as Corner]
    if (first[0] !== last[0] || first[1] !== last[1])
      return refuse('has a ring that does not end where it begins')
    const fault = findRingFault(ring)
    if (fault !== null) return refuse(fault)
  }
  const polygons = (parts as Corner[][][]).map(rings =>
    rings.map(ring => ring.map(([lon, lat]) => [lon, lat] as const))
  )
  if (polygons.some((one, i) => polygons.slice(i + 1).some(other => polygonsMeet(one, other))))
    return refuse('has polygons that overlap')
  return { ok: true, rings: polygons.flat() }
}

/** The rings of each polygon; anything else if the value is no such list. */
function listPolygons(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value)) return [value]
  const { type, coordinates } = value as { readonly type: unknown; readonly coordinates?: unknown }
  if (type === 'MultiPolygon') return coordinates
  return type === 'Polygon' ? [coordinates] : null
}

function isFilledList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0
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

function refuse(detail: string): ReadRings {
  return { ok: false, detail }
}
