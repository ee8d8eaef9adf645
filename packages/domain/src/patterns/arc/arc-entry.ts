// What lets an arc begin besides its spread: something that was hit had been quiet, and the reach
// has grown.

import { compareText } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { hullAreaKm2 } from '../../space-time/geometry.ts'
import type { SpherePoint } from '../../space-time/point-clusters.ts'
import type { WideningArcParameters } from './arc-parameters.ts'
import type { ArcRow, ArcRows } from './arc-rows.ts'
import { clustersFor, clustersOf } from './arc-spread.ts'

/**
 * True if at least one area, or one place with nothing near it, was not hit in the quiet time
 * before the window.
 */
export function strikesQuiet(
  rows: ArcRows,
  index: number,
  atMs: number,
  terms: WideningArcParameters
): boolean {
  const { windowDays, quietDays, placesApartKm } = terms
  const windowFromMs = atMs - windowDays * dayMs
  const recent = rows.hitsSince(index, Math.min(windowFromMs, windowFromMs - quietDays * dayMs))
  const now = recent.filter(row => row.toMs > windowFromMs)
  const before = recent.filter(row => row.toMs <= windowFromMs)
  const areasBefore = new Set(before.flatMap(row => row.hits.map(hit => hit.admin1)))
  if (now.some(row => row.hits.some(hit => !areasBefore.has(hit.admin1)))) return true
  // In an area with a hit of unknown place, no place is known to have been quiet.
  const blurred = new Set(
    before.flatMap(row => row.hits.flatMap(hit => (hit.point === null ? [hit.admin1] : [])))
  )
  const quiet = clustersFor(pointsOf(before), placesApartKm)
  return now.some(row =>
    row.hits.some(
      ({ admin1, point }) =>
        point !== null && !blurred.has(admin1) && quiet.areApart(point, placesApartKm)
    )
  )
}

/** True if the reach grew: by greatest distance, or by hull if the window before had one. */
export function hasGrown(
  rows: ArcRows,
  index: number,
  atMs: number,
  terms: WideningArcParameters
): boolean {
  const { windowDays, growthFactor } = terms
  const windowFromMs = atMs - windowDays * dayMs
  const recent = rows.hitsSince(index, windowFromMs - windowDays * dayMs)
  const now = pointsOf(recent.filter(row => row.toMs > windowFromMs))
  const before = pointsOf(recent.filter(row => row.fromMs <= windowFromMs))
  const reachKm = greatestKm(now)
  if (reachKm > 0 && reachKm >= growthFactor * greatestKm(before)) return true
  const hullBefore = hullAreaKm2(distinctPoints(before))
  return hullBefore > 0 && hullAreaKm2(distinctPoints(now)) >= growthFactor * hullBefore
}

/** Greatest distance between any two points of some rows, km. Exact. */
export function reachOf(rows: readonly ArcRow[]): number {
  return greatestKm(pointsOf(rows))
}

/** Width of clusters if no distance is in question, km. */
const clusterKm = 5

function greatestKm(points: readonly SpherePoint[]): number {
  return clustersOf(points, clusterKm).greatestKm()
}

function pointsOf(rows: readonly ArcRow[]): SpherePoint[] {
  return rows.flatMap(row => row.points)
}

/** In an order that does not depend on that of the rows, so that sums over them do not either. */
function distinctPoints(points: readonly SpherePoint[]): SpherePoint[] {
  const byText = new Map(points.map(point => [`${point.lat},${point.lon}`, point]))
  return [...byText.entries()].sort((a, b) => compareText(a[0], b[0])).map(([, point]) => point)
}
