// Which reports never describe the same incident: those that are known to be too distant, in place
// or in days. A third report that is near both, or that is vague, does not change that.

import { computeDistanceKm } from '../data/distance.ts'
import type { EncodedPlace, Reports } from '../data/reports.ts'
import { convertToDay } from '../data/time.ts'
import { violenceMask } from '../data/vocabulary.ts'
import { maxJoinKm } from './candidates.ts'

/** Maximum number of days between reports of an incident. */
const maxDaysApart = 1

export function areFarApart(reports: Reports, a: number, b: number): boolean {
  return areDaysFar(reports, a, b) || arePlacesFar(reports, a, b)
}

/** What happens once, on two days with a day between them, has happened twice. */
function areDaysFar({ columns }: Reports, a: number, b: number): boolean {
  const { category, fromMs, toMs } = columns
  if ((category[a]! & violenceMask) === 0 || (category[b]! & violenceMask) === 0) return false
  const latestStart = convertToDay(Math.max(fromMs[a]!, fromMs[b]!))
  const earliestEnd = convertToDay(Math.min(toMs[a]!, toMs[b]!))
  return latestStart - earliestEnd > maxDaysApart
}

/** True if all places of the first are too distant from all places of the second. */
function arePlacesFar(reports: Reports, a: number, b: number): boolean {
  const { columns, details } = reports
  const placesA = details.get(a)?.places ?? noPlaces
  const placesB = details.get(b)?.places ?? noPlaces
  if (placesA.length === 0 && placesB.length === 0) {
    const { lat, lon, km } = columns
    return arePointsFar(lat[a]!, lon[a]!, km[a]!, lat[b]!, lon[b]!, km[b]!)
  }
  const allOfB = [reports.getPlace(b), ...placesB]
  return [reports.getPlace(a), ...placesA].every(x =>
    allOfB.every(y => arePointsFar(x.lat, x.lon, x.km, y.lat, y.lon, y.km))
  )
}

const noPlaces: readonly EncodedPlace[] = []

function arePointsFar(
  latA: number,
  lonA: number,
  kmA: number,
  latB: number,
  lonB: number,
  kmB: number
): boolean {
  if (Number.isNaN(latA) || Number.isNaN(latB)) return false
  const reachKm = Math.max(maxJoinKm, computeVagueKm(kmA) + computeVagueKm(kmB))
  return computeDistanceKm(latA, lonA, latB, lonB) > reachKm
}

/** A precision within the joining distance is as good as a point. */
function computeVagueKm(km: number): number {
  return km > maxJoinKm ? km : 0
}
