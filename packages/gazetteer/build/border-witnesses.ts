// Finds, among the places, witnesses of wrong borders and border cities: see
// `src/border/border-witnesses.ts` and `src/border/border-cities.ts`.

import { distanceKm } from '@tocsin/domain/space-time/geometry'
import type { AdminAreas } from '../src/area/admin-areas.ts'
import { cityMiddle, cityPopulationMin } from '../src/border/border-cities.ts'
import {
  type BorderWitness,
  witnessDepthsKm,
  witnessReachKm
} from '../src/border/border-witnesses.ts'
import { listPointsAround } from '../src/map/area-map.ts'
import { encodeCountry } from '../src/table/country-codes.ts'
import { toUnits } from '../src/table/place-grid.ts'
import type { RawPlace } from './geonames.ts'

const depthMaxKm = witnessDepthsKm.at(-1) as number
/** A degree of latitude is 111 km: farther places are skipped without trigonometry. */
const reachDegrees = witnessReachKm / 111

export function buildWitnessTables(places: readonly RawPlace[], areas: AdminAreas) {
  const witnesses = findBorderWitnesses(places, areas)
  return {
    witnessLats: Int32Array.from(witnesses, w => toUnits(w.lat)),
    witnessLons: Int32Array.from(witnesses, w => toUnits(w.lon)),
    witnessCountries: Uint16Array.from(witnesses, w => encodeCountry(w.country)),
    witnessMapped: Uint16Array.from(witnesses, w => encodeCountry(w.mapped)),
    witnessDepths: Uint8Array.from(witnesses, w =>
      witnessDepthsKm.indexOf(w.depthKm as (typeof witnessDepthsKm)[number])
    )
  }
}

/**
 * The tables of the cities whose centre the map assigns to a neighbour, and of the neighbours'
 * settlements around them.
 */
export function buildBorderCityTables(places: readonly RawPlace[], areas: AdminAreas) {
  const cities = places.filter(
    place => place.population >= cityPopulationMin && hasNeighbourInMiddle(place, areas)
  )
  const rivals = places.filter(place =>
    cities.some(city => city.country !== place.country && areNear(city, place))
  )
  const voices = [...new Set([...cities, ...rivals])]
  return {
    borderLats: Int32Array.from(voices, v => toUnits(v.lat)),
    borderLons: Int32Array.from(voices, v => toUnits(v.lon)),
    borderCountries: Uint16Array.from(voices, v => encodeCountry(v.country)),
    borderReaches: Uint8Array.from(voices, v => v.radiusKm),
    borderCities: Uint8Array.from(voices, v => (cities.includes(v) ? 1 : 0))
  }
}

function hasNeighbourInMiddle(city: RawPlace, areas: AdminAreas): boolean {
  const probes = [0.25, 0.5, 0.75, 1].flatMap(share =>
    listPointsAround(city, cityMiddle * city.radiusKm * share)
  )
  return probes.some(probe => {
    const { country, dispute } = areas.findArea(probe)
    return country !== null && country !== city.country && dispute === null
  })
}

function areNear(city: RawPlace, place: RawPlace): boolean {
  const withinKm = 2 * city.radiusKm
  return Math.abs(city.lat - place.lat) <= withinKm / 111 && distanceKm(city, place) <= withinKm
}

function findBorderWitnesses(
  places: readonly RawPlace[],
  areas: AdminAreas
): readonly BorderWitness[] {
  const mapped = places.map(place => ({ place, ...areas.findArea(place) }))
  const byMapped = Map.groupBy(mapped, m => m.country)
  return mapped.flatMap(({ place, country, dispute }) => {
    if (country === null || country === place.country || dispute !== null) return []
    const depthKm = areas.measureDepth(place, place.country, depthMaxKm)
    if (depthKm === null) return []
    const witness = {
      lat: place.lat,
      lon: place.lon,
      country: place.country,
      mapped: country,
      depthKm
    }
    const neighbours = (byMapped.get(country) ?? []).filter(m => m.place.country === country)
    return neighbours.some(m => isContradicted(m.place, witness, areas)) ? [] : [witness]
  })
}

/**
 * True for a place of the neighbour nearby that is on its own side and is as close to the border.
 */
function isContradicted(place: RawPlace, witness: BorderWitness, areas: AdminAreas): boolean {
  if (
    Math.abs(place.lat - witness.lat) > reachDegrees ||
    distanceKm(place, witness) > witnessReachKm
  )
    return false
  return areas.measureDepth(place, witness.country, witness.depthKm) !== null
}
