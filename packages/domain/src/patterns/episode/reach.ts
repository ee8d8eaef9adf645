// What lies within a distance of a point, asked of many others: a box around it settles nearly all of them before the great circle is needed.

import { distanceKm, kmPerDegree, type Point } from '../../space-time/geometry.ts'

export interface Reach extends Point {
  readonly km: number
  /** No point so near lies further away in longitude, degrees. */
  readonly lonDegrees: number
}

const radians = Math.PI / 180
/** Far more than rounding can do to the bound of longitudes. */
const slackDegrees = 1e-6

/** The surroundings of a point. Pure. */
export function reachAround({ lat, lon }: Point, km: number): Reach {
  const furthest = Math.min(90, Math.abs(lat) + km / kmPerDegree)
  // Haversine without the part of latitude, at the latitude where a degree of longitude is shortest.
  const share = Math.sin(Math.min(Math.PI / 2, (km / kmPerDegree / 2) * radians)) ** 2
  const across = Math.cos(lat * radians) * Math.cos(furthest * radians)
  const lonDegrees = share >= across ? 180 : (2 * Math.asin(Math.sqrt(share / across))) / radians + slackDegrees
  return { lat, lon, km, lonDegrees }
}

/** True where a point lies within the distance: the same answer as by the great circle. */
export function isWithin(reach: Reach, lat: number, lon: number): boolean {
  if (Math.abs(lat - reach.lat) * kmPerDegree > reach.km) return false
  const apart = Math.abs(lon - reach.lon)
  if (apart > reach.lonDegrees && 360 - apart > reach.lonDegrees) return false
  return distanceKm(reach, { lat, lon }) <= reach.km
}
