// How precisely coordinates are known that nobody says the precision of: to half of the last decimal that is given.

import { decimalsOf, kmPerDegree, type Point } from '@tocsin/domain/space-time/geometry'

/** Bare coordinates are known no closer than this, however many decimals they are written with, km. Source: core-idea.md#uncertainty-is-kept. */
export const bareRadiusMinKm = 5
/** What is known no closer than this is no settlement, whatever its name: "the road to Kayes". Kilometres. */
export const settlementReachMaxKm = 25

/** Half of the last decimal that is given, along a meridian, km: 55.6 for whole degrees, 5.6 for one decimal. Pure. */
export function halfLastDecimalKm(point: Point): number {
  return (kmPerDegree / 2) * 10 ** -decimalsOf(point)
}

/** True for what is known no closer than any settlement reaches; false where nothing is said. */
export function isCoarse({ radiusKm }: { readonly radiusKm: number | null }): boolean {
  return (radiusKm ?? 0) > settlementReachMaxKm
}
