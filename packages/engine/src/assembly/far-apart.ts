// Which reports never describe the same incident: those that are known to be too distant, in place
// or in days. A third report that is near both, or that is vague, does not change that.

import { computeDistanceKm } from '../data/distance.ts'
import type { Reports } from '../data/reports.ts'
import { convertToDay } from '../data/time.ts'
import { violenceMask } from '../data/vocabulary.ts'
import { maxJoinKm } from './candidates.ts'

/** Maximum number of days between reports of an incident. */
const maxDaysApart = 1

export type RowTest = (a: number, b: number) => boolean

/**
 * Tests whether two reports are too distant. Reports that were declared the same, directly or
 * through others, share their places: two are too distant only if all that were declared the same
 * as the first are too distant from all that were declared the same as the second.
 */
export function makeFarTest(
  reports: Reports,
  declared: readonly { readonly a: number; readonly b: number }[]
): RowTest {
  const areFar: RowTest = (a, b) => areFarApart(reports, a, b)
  if (declared.length === 0) return areFar
  const classes = new Map<number, readonly number[]>()
  for (const { a, b } of declared) {
    const joined = new Set([...(classes.get(a) ?? [a]), ...(classes.get(b) ?? [b])])
    for (const row of joined) classes.set(row, [...joined])
  }
  return (a, b) => {
    if (!areFar(a, b)) return false
    const others = classes.get(b) ?? [b]
    return (classes.get(a) ?? [a]).every(x => others.every(y => areFar(x, y)))
  }
}

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
  const { lat, lon, km } = reports.columns
  if (hasOnePlace(reports, a) && hasOnePlace(reports, b))
    return arePointsFar(lat[a]!, lon[a]!, km[a]!, lat[b]!, lon[b]!, km[b]!)
  const placesB = reports.listPlaces(b)
  return reports
    .listPlaces(a)
    .every(x => placesB.every(y => arePointsFar(x.lat, x.lon, x.km, y.lat, y.lon, y.km)))
}

function hasOnePlace({ details }: Reports, row: number): boolean {
  return (details.get(row)?.places.length ?? 0) === 0
}

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
