// What stated coordinates contradict of what is stated beside them: their country, else their area. Pure.

import type { Place } from '@tocsin/domain/report/report'
import { type AreaGround, contradictsArea } from './contradiction/area-contradiction.ts'
import { type CountryGround, contradictsCountry } from './contradiction/country-contradiction.ts'
import { contradictingPlace } from './place-answers.ts'

/** The place with its contradiction; the very same where it has none. Only what states a country, or an area, can contradict it. */
export function withContradiction(place: Place, foundCountry: string | null, ground: CountryGround & AreaGround): Place {
  const { country, statedAdmin1, lat, lon } = place
  if (country === null || lat === null || lon === null) return place
  const point = { country, lat, lon, radiusKm: place.radiusKm ?? 0 }
  if (country !== foundCountry && contradictsCountry(point, ground)) return contradictingPlace(place)
  if (statedAdmin1 === null || !contradictsArea({ ...point, admin1: statedAdmin1 }, ground)) return place
  return { ...place, contradiction: 'admin1' }
}
