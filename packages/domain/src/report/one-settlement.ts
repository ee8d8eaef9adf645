// Whether two places with one settlement id are one settlement. A name that the gazetteer lacks has
// one id in its whole area of the first level: "A2 highway" there may be two places 150 km apart,
// and its coordinates tell them apart. Decision 0005.

import { distanceKm, kmPerDegree } from '../space-time/geometry.ts'

/**
 * Two known points further apart are not in one settlement, whatever its name, and reports of them
 * never join. Kilometres.
 */
export const settlementWidthMaxKm = 25

/** A place as far as it tells which settlement it is. */
export interface SettledPlace {
  readonly settlement: string | null
  readonly lat: number | null
  readonly lon: number | null
}

/**
 * True for two places of one settlement id, unless their coordinates are too far apart for one
 * settlement. Pure.
 */
export function areOneSettlement(a: SettledPlace, b: SettledPlace): boolean {
  if (a.settlement === null || a.settlement !== b.settlement) return false
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return true
  // Latitude alone decides most pairs.
  if (Math.abs(a.lat - b.lat) * kmPerDegree > settlementWidthMaxKm + 1) return false
  return distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon }) <= settlementWidthMaxKm
}

/** The places that have a settlement, each settlement once. Pure. */
export function settledAmong<P extends SettledPlace>(places: readonly P[]): readonly P[] {
  // Most incidents have one place: their list serves.
  const [only] = places
  if (places.length === 1 && only?.settlement !== null) return places
  const settled: P[] = []
  for (const place of places)
    if (place.settlement !== null && !settled.some(known => areOneSettlement(known, place)))
      settled.push(place)
  return settled
}
