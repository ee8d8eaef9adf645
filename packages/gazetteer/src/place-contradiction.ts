// Contradictions of stated coordinates with the stated country, else with the stated area. Pure.

import type { Place } from '@tocsin/contracts/theatre/report'
import { type AreaGround, isOutsideArea } from './contradiction/area-contradiction.ts'
import { type CountryGround, isOutsideCountry } from './contradiction/country-contradiction.ts'
import { markContradicting } from './place-answers.ts'

/**
 * The place with its contradiction, or the same object without one. Requires a stated country or
 * area.
 */
export function withContradiction(
  place: Place,
  foundCountry: string | null,
  ground: CountryGround & AreaGround
): Place {
  const { country, statedAdmin1, lat, lon } = place
  if (country === null || lat === null || lon === null) return place
  const point = { country, lat, lon, radiusKm: place.radiusKm ?? 0 }
  if (country !== foundCountry && isOutsideCountry(point, ground)) return markContradicting(place)
  if (statedAdmin1 === null || !isOutsideArea({ ...point, admin1: statedAdmin1 }, ground))
    return place
  return { ...place, contradiction: 'admin1' }
}
