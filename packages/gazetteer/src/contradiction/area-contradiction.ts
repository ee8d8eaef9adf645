// Whether stated coordinates are far outside the stated first-level area, though in its country.
// Pure.

import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'
import type { AdminAreas, AreaFound } from '../area/admin-areas.ts'
import { canBeSameArea } from '../area/area-successors.ts'
import type { Settlements } from '../settlement/settlements.ts'
import {
  isNearby,
  offshoreToleranceKm,
  outsideToleranceKm,
  settlementLookKm
} from './country-contradiction.ts'

export interface PointInArea extends Point {
  readonly country: string
  readonly admin1: string
  /** How precisely the point is known, km. */
  readonly radiusKm: number
}

export interface AreaGround {
  readonly areas: AdminAreas
  readonly settlements: Settlements
}

/**
 * True if a point is further outside the stated area than the tolerance for countries allows:
 * fronts run along area borders as along state borders, and maps differ. False if the areas are
 * related by a split, in disputed land, and for a code without known land.
 */
export function isOutsideArea(
  { country, admin1, radiusKm, lat, lon }: PointInArea,
  { areas, settlements }: AreaGround
): boolean {
  const point = { lat, lon }
  const isThere = ({ codes }: AreaFound) => codes.some(code => canBeSameArea(code, admin1))
  const found = areas.findArea(point)
  if (isThere(found) || found.dispute !== null) return false
  const land = areas.getCircle(country, admin1)
  if (land === null) return false
  const reachKm = (found.country === null ? offshoreToleranceKm : outsideToleranceKm) + radiusKm
  const awayKm = distanceKm(point, land.center) - land.radiusKm
  if (awayKm > reachKm) return true
  // A city area may be missed by all probes: it counts as near if part of its circle is.
  if (land.radiusKm <= outsideToleranceKm) return false
  if (isNearby(point, reachKm, probe => isThere(areas.findArea(probe)))) return false
  const isInArea = (row: number) => canBeSameArea(settlements.getAdmin1(row) ?? '', admin1)
  return settlements.findNearest(point, Math.min(reachKm, settlementLookKm), isInArea) === null
}
