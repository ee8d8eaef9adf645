// Precision of coordinates without a stated one: half of the last given decimal.

import { countDecimals, kmPerDegree, type Point } from '@tocsin/domain/space-time/geometry'

/**
 * Lower bound for bare coordinates, however many decimals they have, km. Source:
 * core-idea.md#uncertainty-is-kept.
 */
export const bareRadiusMinKm = 5
/**
 * Anything at least this imprecise is not a settlement, regardless of its name: "the road to
 * Kayes". Kilometres.
 */
const settlementReachMaxKm = 25

/**
 * Half of the last decimal, along a meridian, km: 55.6 for whole degrees, 5.6 for one decimal.
 * Pure.
 */
export function computeHalfDecimalKm(point: Point): number {
  return (kmPerDegree / 2) * 10 ** -countDecimals(point)
}

/** True for anything less precise than the largest settlement; false if not stated. */
export function isCoarse({ radiusKm }: { readonly radiusKm: number | null }): boolean {
  return (radiusKm ?? 0) > settlementReachMaxKm
}
