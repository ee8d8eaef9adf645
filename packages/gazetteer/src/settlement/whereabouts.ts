// The location of a point as text for people: `9 km south of Ké Macina`.

import { findWind, type Near, type Wind } from '@tocsin/contracts/theatre/report'
import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'
import type { AreaDispute } from '../map/area-layer.ts'
import type { Settlement } from './settlements.ts'

const radians = Math.PI / 180

/** Distance and direction of a point from a settlement. */
export interface Bearing {
  readonly settlement: Settlement
  readonly km: number
  /** From the settlement to the point, degrees from north, clockwise. */
  readonly degrees: number
  readonly wind: Wind
}

export interface Whereabouts {
  /** ISO 3166-1; null at sea, and where two countries claim the land. */
  readonly country: string | null
  /** ISO 3166-2. */
  readonly admin1: string | null
  readonly admin1Name: string | null
  /** The claimants, if there are several or recognition is disputed. */
  readonly dispute: AreaDispute | null
  /** The nearest known settlement within 300 km. */
  readonly nearest: Bearing | null
  /** The nearest town; may be the same settlement. */
  readonly town: Bearing | null
}

/** Distance and direction of a point from a settlement. Pure. */
export function computeBearing(settlement: Settlement, point: Point): Bearing {
  const [from, to] = [settlement.lat * radians, point.lat * radians]
  const turn = (point.lon - settlement.lon) * radians
  const east = Math.sin(turn) * Math.cos(to)
  const north = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(turn)
  const degrees = (Math.atan2(east, north) / radians + 360) % 360
  return {
    settlement,
    km: distanceKm(settlement, point),
    degrees,
    wind: findWind(degrees)
  }
}

/**
 * The text: the settlement that contains the point, or distance and direction from the nearest one;
 * a village with those from the next town. Pure.
 */
export function describeWhereabouts({ nearest, town }: Whereabouts): string | null {
  if (nearest === null) return null
  if (nearest.km > nearest.settlement.radiusKm) return describeWay(nearest)
  const { name, id } = nearest.settlement
  return town === null || town.settlement.id === id ? name : `${name}, ${describeWay(town)}`
}

const besideKm = 10
const townKm = 50
/** Maximum distance of a settlement that names a point, km. */
export const nearMaxKm = 100

/**
 * The settlement by which texts name a point without a name: one within 10 km, else a town within
 * 50 km, else the nearest settlement; at most 100 km away. Pure.
 */
export function chooseNear({ nearest, town }: Pick<Whereabouts, 'nearest' | 'town'>): Near | null {
  const isBeside = nearest !== null && nearest.km <= besideKm
  const chosen = isBeside || town === null || town.km > townKm ? nearest : town
  if (chosen === null || chosen.km > nearMaxKm) return null
  return { name: chosen.settlement.name, km: Math.round(chosen.km), wind: chosen.wind }
}

function describeWay({ km, wind, settlement }: Bearing): string {
  return `${Math.max(1, Math.round(km))} km ${wind} of ${settlement.name}`
}
