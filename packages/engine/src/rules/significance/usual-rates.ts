// How many attacks a day are usual in the discs around a report: a chain of gamma-Poisson estimates
// from the widest disc inwards. The estimate of a disc is the prior of the next one, scaled by the
// radius, so that a place without a past of its own has that of its surroundings.

import { subtractLongitudes } from '../../data/distance.ts'
import {
  baseDays,
  blockReach,
  cellDegrees,
  discCount,
  gapDays,
  leastBaseDays,
  radiiKm
} from './method.ts'

export const kmPerLatitude = 110.57
export const kmPerLongitude = 111.32
const radians = Math.PI / 180
/** Weight of a prior, in reports. */
const priorWeight = 1

/** Kilometres between two points: equirectangular at their mean latitude, exact enough to 200 km. */
export function computeFlatKm(latA: number, lonA: number, latB: number, lonB: number): number {
  const degrees = subtractLongitudes(lonB, lonA)
  const dx = degrees * kmPerLongitude * Math.cos(((latA + latB) / 2) * radians)
  const dy = (latB - latA) * kmPerLatitude
  return Math.sqrt(dx * dx + dy * dy)
}

/** Degrees of latitude and longitude that contain all points within a distance. */
export function computeReach(lat: number, km: number): readonly [lat: number, lon: number] {
  const latReach = km / kmPerLatitude
  const cos = Math.cos(Math.min(89, Math.abs(lat) + latReach) * radians)
  return [latReach, km / (kmPerLongitude * Math.max(0.1, cos))]
}

/** Days of the past that a report of a day is compared with. */
export function computeBaseDays(day: number, firstDay: number): number {
  return Math.max(leastBaseDays, Math.min(baseDays, day - firstDay - gapDays + 1))
}

/**
 * Writes the usual rates of the discs around a point. `counts`: the past reports of each disc, then
 * those of the wide area.
 */
export function writeUsualRates(
  counts: ArrayLike<number>,
  days: number,
  lat: number,
  into: Float64Array
): void {
  const side = (2 * blockReach + 1) * cellDegrees
  const area = side * kmPerLatitude * side * kmPerLongitude * Math.cos(lat * radians)
  let widerKm = Math.sqrt(area / Math.PI)
  let wider = (counts[discCount]! + 0.5) / days
  for (let disc = discCount - 1; disc >= 0; disc--) {
    const prior = wider * (radiiKm[disc]! / widerKm)
    wider = (priorWeight + counts[disc]!) / (priorWeight / prior + days)
    widerKm = radiiKm[disc]!
    into[disc] = wider
  }
}
