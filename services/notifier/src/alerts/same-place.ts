// Whether two places are one, for lists of places. A name that the gazetteer lacks has one id in
// its whole area of the first level: "A2 highway" there may be two places 150 km from each other,
// and their coordinates distinguish them. Decision 0005.

import type { Place } from '@tocsin/contracts/theatre/report'
import { distanceKm } from '@tocsin/domain/space-time/geometry'

/** Points with the same settlement id and a greater distance are two places. */
const settlementWidthMaxKm = 25
const samePlaceKm = 5

type SomePlace = Pick<Place, 'name' | 'country' | 'admin1' | 'lat' | 'lon' | 'settlement'>

/**
 * True for one settlement, or points very close together; without coordinates for one name in one
 * area.
 */
export function isSamePlace(a: SomePlace, b: SomePlace): boolean {
  const apartKm = findDistanceKm(a, b)
  if (a.settlement !== null && b.settlement !== null)
    return a.settlement === b.settlement && (apartKm === null || apartKm <= settlementWidthMaxKm)
  if (apartKm !== null) return apartKm <= samePlaceKm
  return a.name !== null && a.name === b.name && a.admin1 === b.admin1 && a.country === b.country
}

function findDistanceKm(a: SomePlace, b: SomePlace): number | null {
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return null
  return distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon })
}
