// The gazetteer's answers for a name without coordinates: one settlement, several, an area, or
// unknown.

import { type Place, type PlaceCandidate, unknownPlace } from '@tocsin/contracts/theatre/report'
import { coveringCircle, distanceKm, roundKm } from '@tocsin/domain/space-time/geometry'
import { chooseArea } from './area/area-successors.ts'
import type { AreaDispute, Circle } from './map/area-layer.ts'
import type { PlaceQuery } from './port.ts'
import type { Settlement } from './settlement/settlements.ts'

export type NamedQuery = PlaceQuery & { readonly name: string; readonly country: string }

/** The one settlement that a name means. Pure. */
export function buildSettlementPlace(query: NamedQuery, settlement: Settlement): Place {
  return {
    name: query.name,
    country: query.country,
    admin1: chooseArea(query.admin1, settlement.admin1),
    statedAdmin1: query.admin1,
    foundAdmin1: settlement.admin1,
    lat: settlement.lat,
    lon: settlement.lon,
    radiusKm: roundKm(Math.max(settlement.radiusKm, query.radiusKm ?? 0)),
    settlement: settlement.id,
    settlementName: settlement.name,
    resolution: 'gazetteer',
    candidates: []
  }
}

/** The seat of a settlement's area, to be stored in the place. Pure. */
export function buildSeat(settlement: Settlement | null): Pick<Place, 'seat'> {
  return settlement === null || settlement.seat === null ? {} : { seat: settlement.seat }
}

/** The claimants of disputed land without a country, to be stored in the place. Pure. */
export function buildClaimants(
  country: string | null,
  dispute: AreaDispute | null
): Pick<Place, 'claimants'> {
  return country !== null || dispute === null ? {} : { claimants: dispute.claimants }
}

/**
 * All candidates of a name and a circle that covers them, including the stated area if the name is
 * known only outside it.
 */
export function buildAmbiguousPlace(
  query: NamedQuery,
  settlements: readonly Settlement[],
  statedArea: Circle | null
): Place {
  const reaches = settlements.map(({ lat, lon, radiusKm }) => ({ lat, lon, radiusKm }))
  const circle = coveringCircle(
    statedArea === null
      ? reaches
      : [...reaches, { ...statedArea.center, radiusKm: statedArea.radiusKm }]
  )
  const areas = new Set(settlements.map(s => s.admin1))
  const common = areas.size === 1 && statedArea === null ? (settlements[0]?.admin1 ?? null) : null
  return {
    ...buildUnresolved(query),
    admin1: chooseArea(query.admin1, common),
    foundAdmin1: common,
    ...(circle === null ? {} : buildPoint(circle, query.radiusKm)),
    resolution: 'ambiguous',
    candidates: settlements.toSorted(compareLikely(settlements, statedArea)).map(buildCandidate)
  }
}

/**
 * The largest first, of unknown size towns first; of equal size the nearest to the stated area, else to the
 * largest.
 */
function compareLikely(settlements: readonly Settlement[], statedArea: Circle | null) {
  const bySize = (a: Settlement, b: Settlement) =>
    b.population - a.population || Number(b.isTown) - Number(a.isTown)
  const largest = settlements.toSorted(bySize)[0] ?? null
  const around = statedArea?.center ?? largest
  const awayKm = (settlement: Settlement) => (around === null ? 0 : distanceKm(around, settlement))
  return (a: Settlement, b: Settlement) => bySize(a, b) || awayKm(a) - awayKm(b)
}

function buildCandidate({ id, name, country, admin1, lat, lon }: Settlement): PlaceCandidate {
  return { settlement: id, name, country, admin1, lat, lon }
}

/** Centre and reach at the precision that alerts show: finer differences would change bytes. */
export function buildPoint({ center, radiusKm }: Circle, statedRadiusKm: number | null) {
  const round = (degrees: number) => Math.round(degrees * 1e5) / 1e5
  const [lat, lon] = [round(center.lat), round(center.lon)]
  const shiftKm = distanceKm(center, { lat, lon })
  return {
    lat,
    lon,
    radiusKm: Math.max(Math.ceil((radiusKm + shiftKm) * 10) / 10, statedRadiusKm ?? 0)
  }
}

/** Only what is stated. Pure. */
export function buildUnresolved(query: PlaceQuery): Place {
  const { name, admin1 } = query
  const country = query.country ?? admin1?.slice(0, 2) ?? null
  return { ...unknownPlace, name, country, admin1, statedAdmin1: admin1 }
}

/**
 * Coordinates far outside the stated country: both stay as stated, and the actual location is
 * unknown.
 */
export function markContradicting({ seat: _seat, ...place }: Place): Place {
  return {
    ...place,
    admin1: null,
    settlement: null,
    settlementName: null,
    contradiction: 'country'
  }
}
