// Points within a distance of a point: a bounding box decides nearly all of them before the
// great-circle distance is needed.

import { distanceKm, kmPerDegree, type Point } from '../../space-time/geometry.ts'

export interface Reach extends Point {
  readonly km: number
  /** Half the width of the bounding box, degrees of longitude. */
  readonly lonDegrees: number
}

const radians = Math.PI / 180
/** Tolerance of the bounding box, far above rounding errors. */
const slackDegrees = 1e-6
/** The same for a share of the distance. */
const surely = 1 - 1e-6

/** The bounding box of a circle around a point. Pure. */
export function reachAround({ lat, lon }: Point, km: number): Reach {
  const furthest = Math.min(90, Math.abs(lat) + km / kmPerDegree)
  // Haversine without the term of latitude, at the latitude where a degree of longitude is
  // shortest.
  const share = Math.sin(Math.min(Math.PI / 2, (km / kmPerDegree / 2) * radians)) ** 2
  const across = Math.cos(lat * radians) * Math.cos(furthest * radians)
  const lonDegrees =
    share >= across ? 180 : (2 * Math.asin(Math.sqrt(share / across))) / radians + slackDegrees
  return { lat, lon, km, lonDegrees }
}

/** True if a point lies within the distance: the same answer as by the great circle. */
export function isWithin(reach: Reach, lat: number, lon: number): boolean {
  const north = Math.abs(lat - reach.lat)
  if (north * kmPerDegree > reach.km) return false
  const apart = Math.abs(lon - reach.lon)
  const east = Math.min(apart, 360 - apart)
  if (east > reach.lonDegrees) return false
  // A degree of longitude is nowhere longer than one of latitude.
  if (Math.sqrt(north * north + east * east) * kmPerDegree < reach.km * surely) return true
  return distanceKm(reach, { lat, lon }) <= reach.km
}
