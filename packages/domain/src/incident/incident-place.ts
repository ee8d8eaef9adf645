// A place of an incident, as patterns see it.

import { areOneSettlement } from '../report/one-settlement.ts'
import {
  type Near,
  type Place,
  type ReportRevision,
  type Seat,
  unknownPlace
} from '../report/report.ts'
import { distanceKm } from '../space-time/geometry.ts'

export interface IncidentPlace {
  readonly name: string | null
  readonly country: string | null
  readonly admin1: string | null
  readonly lat: number | null
  readonly lon: number | null
  readonly radiusKm: number | null
  readonly settlement: string | null
  readonly settlementName: string | null
  /**
   * True if the admin area is certain enough to trigger an area rule. Source:
   * patterns.md#common-ground.
   */
  readonly areaCertain: boolean
  /** First-level areas that touch `admin1`, as far as intake knew them. */
  readonly neighbours: readonly string[]
  readonly seat: Seat | null
  /** To name a place without a name in texts. Decides nothing. */
  readonly near?: Near
  /**
   * Its precision is assumed from the decimals of its coordinates: evidence there is `likely` at
   * most.
   */
  readonly precision?: 'assumed'
}

/**
 * True for one settlement, or points hardly apart; without coordinates for one name in one area.
 */
export function isSamePlace(a: SomePlace, b: SomePlace): boolean {
  if (a.settlement !== null && b.settlement !== null) return areOneSettlement(a, b)
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) {
    return a.name !== null && a.name === b.name && a.admin1 === b.admin1 && a.country === b.country
  }
  return distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon }) <= samePlaceKm
}

/** The fields that distinguish places. */
type SomePlace = Pick<IncidentPlace, 'name' | 'country' | 'admin1' | 'lat' | 'lon' | 'settlement'>

const samePlaceKm = 5

const noAreas: readonly string[] = []

/**
 * A report's place as patterns see it. `isGood`: its source is one of C or better, or of unknown
 * grade. Pure.
 */
export function incidentPlace(place: Place, isGood: boolean): IncidentPlace {
  const places = isGood ? placesByGood : placesByOthers
  const known = places.get(place)
  if (known !== undefined) return known
  const seen = placeOf(place, isGood)
  places.set(place, seen)
  return seen
}

/** Reports of one place share it; so do their incidents. */
const placesByGood = new WeakMap<Place, IncidentPlace>()
const placesByOthers = new WeakMap<Place, IncidentPlace>()

function placeOf(place: Place, isGood: boolean): IncidentPlace {
  const statedByGoodSource = place.statedAdmin1 !== null && isGood
  const allCandidatesInside =
    place.resolution !== 'unresolved' && place.candidates.every(c => c.admin1 === place.admin1)
  const seen = {
    name: place.name,
    country: place.country,
    admin1: place.admin1,
    lat: place.lat,
    lon: place.lon,
    radiusKm: place.radiusKm,
    settlement: place.settlement,
    settlementName: place.settlementName,
    areaCertain:
      place.admin1 !== null &&
      place.contradiction === undefined &&
      (statedByGoodSource || allCandidatesInside),
    neighbours: place.neighbours ?? noAreas,
    seat: place.seat ?? null
  }
  return {
    ...seen,
    ...(place.near === undefined ? {} : { near: place.near }),
    ...(place.precision === undefined ? {} : { precision: place.precision })
  }
}

/**
 * The revision without places whose coordinates contradict their country, since either may be
 * wrong. The first remaining place becomes its place; without one the incident has no place, not
 * even a country. Source: formats.md#a-report.
 */
export function withStandingPlaces(revision: ReportRevision): ReportRevision {
  const { place, alsoAt } = revision
  if (stands(place) && alsoAt.every(stands)) return revision
  const [first = { ...unknownPlace, name: place.name }, ...others] = [place, ...alsoAt].filter(
    stands
  )
  return { ...revision, place: first, alsoAt: others }
}

function stands({ contradiction }: Place): boolean {
  return contradiction !== 'country'
}
