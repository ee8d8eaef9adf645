// Finds the witnesses against drawn borders among the places: see `src/border-witnesses.ts`.

import { distanceKm } from '@tocsin/domain/geometry'
import type { AdminAreas } from '../src/admin-areas.ts'
import { type BorderWitness, witnessDepthsKm, witnessReachKm } from '../src/border-witnesses.ts'
import { rowOfCountry } from '../src/country-codes.ts'
import { placeUnits } from '../src/place-grid.ts'
import type { RawPlace } from './geonames.ts'

const depthMaxKm = witnessDepthsKm.at(-1) as number
/** A degree of latitude is 111 km: farther places are passed over without trigonometry. */
const reachDegrees = witnessReachKm / 111

/** The tables of the witnesses. */
export function witnessTables(places: readonly RawPlace[], areas: AdminAreas) {
  const witnesses = borderWitnesses(places, areas)
  return {
    witnessLats: Int32Array.from(witnesses, w => placeUnits(w.lat)),
    witnessLons: Int32Array.from(witnesses, w => placeUnits(w.lon)),
    witnessCountries: Uint16Array.from(witnesses, w => rowOfCountry(w.country)),
    witnessMapped: Uint16Array.from(witnesses, w => rowOfCountry(w.mapped)),
    witnessDepths: Uint8Array.from(witnesses, w => witnessDepthsKm.indexOf(w.depthKm as (typeof witnessDepthsKm)[number]))
  }
}

function borderWitnesses(places: readonly RawPlace[], areas: AdminAreas): readonly BorderWitness[] {
  const mapped = places.map(place => ({ place, ...areas.at(place) }))
  const byMapped = Map.groupBy(mapped, m => m.country)
  return mapped.flatMap(({ place, country, dispute }) => {
    if (country === null || country === place.country || dispute !== null) return []
    const depthKm = areas.depthInto(place, place.country, depthMaxKm)
    if (depthKm === null) return []
    const witness = { lat: place.lat, lon: place.lon, country: place.country, mapped: country, depthKm }
    const neighbours = (byMapped.get(country) ?? []).filter(m => m.place.country === country)
    return neighbours.some(m => speaksAgainst(m.place, witness, areas)) ? [] : [witness]
  })
}

/** True for a place of the neighbour that lies nearby, on its own side, and no deeper. */
function speaksAgainst(place: RawPlace, witness: BorderWitness, areas: AdminAreas): boolean {
  if (Math.abs(place.lat - witness.lat) > reachDegrees || distanceKm(place, witness) > witnessReachKm) return false
  return areas.depthInto(place, witness.country, witness.depthKm) !== null
}
