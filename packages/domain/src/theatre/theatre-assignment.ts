// Which theatre a report belongs to, by its place. Theatres do not overlap, so the first that holds the place is the one; the order of the tests
// still matters where what is stated and what lies on the map differ: what is stated wins.

import { type TheatreConfig, unassignedTheatre, worldTheatre } from '../record/theatre-record.ts'
import type { Place } from '../report/report.ts'
import { isInPolygon } from '../space-time/polygon.ts'

/**
 * The id of the theatre that holds a place: by stated admin area or country, then by coordinates, then by what its name may mean. `world` while
 * no other theatre is declared; `_unassigned` where none holds it. Coordinates that contradict the stated country say nothing: the country counts. Pure; the result does not depend on the order of the theatres.
 */
export function theatreOf(place: Place, theatres: Iterable<TheatreConfig>): string {
  const declared = [...theatres].filter(t => t.id !== worldTheatre && t.id !== unassignedTheatre)
  if (declared.length === 0) return worldTheatre
  const inOrder = declared.sort((a, b) => (a.id < b.id ? -1 : 1))
  const found =
    inOrder.find(theatre => holdsCountry(theatre, countryOf(place))) ??
    inOrder.find(theatre => holdsPoint(theatre, place)) ??
    inOrder.find(theatre => holdsCandidates(theatre, place))
  return found?.id ?? unassignedTheatre
}

/** The country that counts: of the stated area, else the stated or found one. */
function countryOf(place: Place): string | null {
  return place.statedAdmin1 === null ? place.country : place.statedAdmin1.slice(0, 2)
}

function holdsCountry({ countries }: TheatreConfig, country: string | null): boolean {
  return country !== null && (countries?.includes(country) ?? false)
}

function holdsPoint({ polygon }: TheatreConfig, { lat, lon, resolution, contradiction }: Place): boolean {
  // The middle of what an ambiguous name may mean is no place, and a point far outside of its country says nothing of where it was.
  if (polygon === null || lat === null || lon === null || resolution === 'ambiguous' || contradiction === 'country') return false
  return isInPolygon({ lat, lon }, polygon)
}

function holdsCandidates({ countries, polygon }: TheatreConfig, { candidates }: Place): boolean {
  if (candidates.length === 0) return false
  return candidates.every(c => countries?.includes(c.country) ?? (polygon !== null && isInPolygon(c, polygon)))
}
