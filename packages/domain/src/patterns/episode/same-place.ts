// Whether two places are certainly one, or certainly two. In between lies what nobody can decide:
// another spelling of a name, overlapping circles.

import type { IncidentPlace } from '../../incident/incident.ts'
import { areOneSettlement } from '../../report/one-settlement.ts'
import { distanceKm, kmPerDegree, type Point } from '../../space-time/geometry.ts'
import { placeName } from './wording.ts'

/** Those of some places that are known at least as precisely as a distance. */
export function precisePoints(places: readonly IncidentPlace[], km: number): readonly Point[] {
  const [only] = places
  if (places.length === 1 && only !== undefined) return pointsAt(only, km)
  return places.flatMap(place => pointsAt(place, km))
}

/**
 * One place, if it is known so precisely. The same list each time: each of its attacks would hold
 * one of its own.
 */
export function pointsAt(place: IncidentPlace, km: number): readonly Point[] {
  if (!isPoint(place) || (place.radiusKm ?? Number.POSITIVE_INFINITY) > km) return nowhere
  const known = alone.get(place)
  if (known !== undefined) return known
  const points = [place]
  alone.set(place, points)
  return points
}

const alone = new WeakMap<IncidentPlace, readonly Point[]>()
const nowhere: readonly Point[] = []

function isPoint(place: IncidentPlace): place is IncidentPlace & Point {
  return place.lat !== null && place.lon !== null
}

/**
 * True for the same settlement, or for points at most `km` apart, each known at least as precisely
 * as that.
 */
export function areOnePlace(a: IncidentPlace, b: IncidentPlace, km: number): boolean {
  if (areOneSettlement(a, b)) return true
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return false
  // Latitude alone decides most pairs.
  if (Math.abs(a.lat - b.lat) * kmPerDegree > km) return false
  if (
    (a.radiusKm ?? Number.POSITIVE_INFINITY) > km ||
    (b.radiusKm ?? Number.POSITIVE_INFINITY) > km
  )
    return false
  return distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon }) <= km
}

/**
 * True if two places are certainly two settlements: two known ids, one id at points too far apart
 * for it, two names in one incident, or circles that do not touch. Two names in different incidents
 * may be two spellings of one place.
 */
export function areApart(
  a: IncidentPlace,
  b: IncidentPlace,
  km: number,
  ofOneIncident: boolean
): boolean {
  if (areOnePlace(a, b, km)) return false
  if (a.settlement !== null && b.settlement !== null) return true
  if (
    ofOneIncident &&
    a.name !== null &&
    b.name !== null &&
    plainName(a.name) !== plainName(b.name)
  )
    return true
  if (
    a.lat === null ||
    a.lon === null ||
    b.lat === null ||
    b.lon === null ||
    a.radiusKm === null ||
    b.radiusKm === null
  )
    return false
  return (
    distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon }) > a.radiusKm + b.radiusKm
  )
}

/**
 * The area, or the country, in a settlement's id: ids never change and begin with it. Source: the
 * gazetteer.
 */
export function homeAreaOf(settlement: string): string {
  const [area = settlement] = settlement.split('/', 1)
  return area
}

export function nameOfPlace(place: IncidentPlace): string {
  return placeName(place) ?? 'an unnamed place'
}

/** Without accents and outer spaces, in lower case. */
function plainName(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase()
}
