// Whether stated coordinates contradict the stated country: further outside than border errors, map
// differences and wording explain.

import { distanceKm, kmPerDegree, type Point } from '@tocsin/domain/space-time/geometry'
import type { AreaFound } from '../area/admin-areas.ts'
import type { Settlements } from '../settlement/settlements.ts'
import type { CountryExtents } from './country-extents.ts'

/**
 * Maximum distance outside its country at which a point still counts as there, km, in addition to
 * its precision. Border towns are named from either side, raids cross the border, and districts are
 * known to 50 km (UCDP's third precision).
 */
export const outsideToleranceKm = 50
/**
 * The same at sea: 200 nautical miles, the exclusive economic zone, since ships are attacked there.
 * Source: UNCLOS, article 57.
 */
export const offshoreToleranceKm = 370
/**
 * Distance between two probes for the country, km, or this share of the whole distance if greater.
 */
const probeStepKm = 10
const probeShare = 1 / 8
/** Search radius for settlements, km: a few hundred kilometres may contain tens of thousands. */
export const settlementLookKm = 100

/**
 * ISO 3166-1 codes for separately listed territories of a state, and for states that separated
 * since 1989: a report may use the parent's code for them. Disputed land is in disputed-areas.ts.
 */
const alsoOf: Readonly<Record<string, readonly string[]>> = {
  AU: ['CC', 'CX', 'HM', 'NF'],
  CN: ['HK', 'MO', 'TW'],
  DK: ['FO', 'GL'],
  ET: ['ER'],
  FI: ['AX'],
  FR: ['BL', 'GF', 'GP', 'MF', 'MQ', 'NC', 'PF', 'PM', 'RE', 'TF', 'WF', 'YT'],
  GB: ['AI', 'BM', 'FK', 'GG', 'GI', 'GS', 'IM', 'IO', 'JE', 'KY', 'MS', 'PN', 'SH', 'TC', 'VG'],
  ID: ['TL'],
  IL: ['PS'],
  MA: ['EH'],
  NL: ['AW', 'BQ', 'CW', 'SX'],
  NO: ['BV', 'SJ'],
  NZ: ['CK', 'NU', 'TK'],
  RS: ['ME', 'XK'],
  SD: ['SS'],
  US: ['AS', 'GU', 'MP', 'PR', 'UM', 'VI'],
  ZA: ['NA']
}

export interface StatedPoint extends Point {
  readonly country: string
  /** How precisely the point is known, km. */
  readonly radiusKm: number
}

export interface CountryGround {
  readonly areas: { findArea(point: Point): AreaFound }
  readonly settlements: Settlements
  readonly extents: CountryExtents
}

/**
 * True if a point is beyond the tolerance outside the stated country and its separately listed
 * territories. False in land that the country claims, and for a country without data. Pure;
 * microseconds for a point inside, up to some milliseconds along a coast.
 */
export function isOutsideCountry(
  { country, radiusKm, lat, lon }: StatedPoint,
  ground: CountryGround
): boolean {
  const { areas, extents } = ground
  const point = { lat, lon }
  const countries = [country, ...(alsoOf[country] ?? [])]
  const found = areas.findArea(point)
  if (isInCountries(found, countries)) return false
  if (!countries.some(code => extents.holds(code))) return false
  const isAtSea = found.country === null && found.dispute === null
  const reachKm = (isAtSea ? offshoreToleranceKm : outsideToleranceKm) + radiusKm
  return !countries.some(
    code => extents.isWithin(code, point, reachKm) && isNear(code, point, reachKm, ground)
  )
}

function isInCountries({ country, dispute }: AreaFound, countries: readonly string[]): boolean {
  if (country !== null && countries.includes(country)) return true
  return dispute?.claimants.some(claimant => countries.includes(claimant)) ?? false
}

/** Settlements find islands that probes miss, probes find uninhabited land. */
function isNear(
  country: string,
  point: Point,
  reachKm: number,
  { areas, settlements }: CountryGround
): boolean {
  if (isNearby(point, reachKm, probe => isInCountries(areas.findArea(probe), [country])))
    return true
  return (
    settlements.findNearest(point, Math.min(reachKm, settlementLookKm), row =>
      settlements.isInCountry(row, country)
    ) !== null
  )
}

/**
 * True if a probe around a point matches. Rings of probes, nearest first; some hundred look-ups
 * without a match.
 */
export function isNearby(
  point: Point,
  reachKm: number,
  isThere: (probe: Point) => boolean
): boolean {
  const stepKm = Math.max(probeStepKm, reachKm * probeShare)
  for (let km = stepKm; km < reachKm + stepKm; km += stepKm) {
    if (buildRing(point, Math.min(km, reachKm), stepKm).some(isThere)) return true
  }
  return false
}

/** Evenly spaced points on a circle, except those beyond the poles. */
function buildRing({ lat, lon }: Point, km: number, stepKm: number): Point[] {
  const dLat = km / kmPerDegree
  const dLon = dLat / Math.max(0.05, Math.cos((lat * Math.PI) / 180))
  const count = Math.ceil((2 * Math.PI * km) / stepKm)
  return Array.from({ length: count }, (_, i) => {
    const turn = (2 * Math.PI * i) / count
    const east = lon + dLon * Math.sin(turn)
    return { lat: lat + dLat * Math.cos(turn), lon: ((((east + 180) % 360) + 360) % 360) - 180 }
  }).filter(probe => Math.abs(probe.lat) <= 90 && distanceKm({ lat, lon }, probe) <= km + stepKm)
}
