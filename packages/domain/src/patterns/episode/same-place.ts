// Whether two places are surely one, or surely two. Between the two lies what nobody can say: a name spelt otherwise, circles that overlap.

import type { IncidentPlace } from '../../incident/incident.ts'
import { distanceKm, kmPerDegree } from '../../space-time/geometry.ts'
import { placeName } from './wording.ts'

/** One settlement, or points at most so far apart, each known as sharply as that. */
export function areOnePlace(a: IncidentPlace, b: IncidentPlace, km: number): boolean {
  if (a.settlement !== null && a.settlement === b.settlement) return true
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return false
  // Latitude alone settles most pairs.
  if (Math.abs(a.lat - b.lat) * kmPerDegree > km) return false
  if ((a.radiusKm ?? Number.POSITIVE_INFINITY) > km || (b.radiusKm ?? Number.POSITIVE_INFINITY) > km) return false
  return distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon }) <= km
}

/**
 * Two settlements for sure: two that are known; two names that one incident gives; or circles that do not touch. Two names of different incidents may be
 * one place that is spelt in two ways.
 */
export function areApart(a: IncidentPlace, b: IncidentPlace, km: number, ofOneIncident: boolean): boolean {
  if (areOnePlace(a, b, km)) return false
  if (a.settlement !== null && b.settlement !== null) return a.settlement !== b.settlement
  if (ofOneIncident && a.name !== null && b.name !== null && plainName(a.name) !== plainName(b.name)) return true
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null || a.radiusKm === null || b.radiusKm === null)
    return false
  return distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon }) > a.radiusKm + b.radiusKm
}

/** The area, or the country, that a settlement is known under: ids of settlements never change, and begin with it. Source: the gazetteer. */
export function homeAreaOf(settlement: string): string {
  const [area = settlement] = settlement.split('/', 1)
  return area
}

export function nameOfPlace(place: IncidentPlace): string {
  return placeName(place) ?? 'an unnamed place'
}

/** Without accents, case and spaces around it. */
function plainName(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase()
}
