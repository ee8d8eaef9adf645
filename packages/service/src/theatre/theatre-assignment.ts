// The theatre of a report, by its place. Theatres do not overlap, so the first that contains the
// place is the one. If the stated place and the coordinates differ, the stated place wins.

import type { Place } from '@tocsin/contracts/theatre/report'
import {
  type TheatreConfig,
  unassignedTheatre,
  worldTheatre
} from '@tocsin/contracts/theatre/theatre-record'
import { isInPolygon } from '@tocsin/domain/space-time/polygon'

/**
 * The id of the theatre that contains a place: by stated admin area or country, then by
 * coordinates, then by what its name may mean, then by the states that claim the land. `world`
 * while no other theatre is declared; `_unassigned` if none contains it. Coordinates that
 * contradict the stated country are ignored. Pure; the result does not depend on the order of the
 * theatres.
 */
export function findTheatre(place: Place, theatres: Iterable<TheatreConfig>): string {
  const declared = listDeclared(theatres)
  if (declared.length === 0) return worldTheatre
  const inOrder = declared.sort((a, b) => (a.id < b.id ? -1 : 1))
  const found =
    inOrder.find(theatre => holdsCountry(theatre, findCountry(place))) ??
    inOrder.find(theatre => holdsPoint(theatre, place)) ??
    inOrder.find(theatre => holdsCandidates(theatre, place)) ??
    findOnlyClaiming(inOrder, place)
  return found?.id ?? unassignedTheatre
}

/** The theatres that someone declared: with one of them, `world` takes no reports any more. */
export function listDeclared(theatres: Iterable<TheatreConfig>): TheatreConfig[] {
  return [...theatres].filter(({ id }) => id !== worldTheatre && id !== unassignedTheatre)
}

/**
 * Disputed land belongs to the theatre of its claimants if there is one alone: with two, only the
 * report's own `country` can decide.
 */
function findOnlyClaiming(
  theatres: readonly TheatreConfig[],
  { country, claimants = [] }: Place
): TheatreConfig | undefined {
  if (country !== null || claimants.length === 0) return undefined
  const claiming = theatres.filter(theatre => claimants.some(code => holdsCountry(theatre, code)))
  return claiming.length === 1 ? claiming[0] : undefined
}

/** The country that counts: of the stated area, else the stated or found one. */
function findCountry(place: Place): string | null {
  return place.statedAdmin1 === null ? place.country : place.statedAdmin1.slice(0, 2)
}

function holdsCountry({ countries }: TheatreConfig, country: string | null): boolean {
  return country !== null && (countries?.includes(country) ?? false)
}

function holdsPoint(
  { polygon }: TheatreConfig,
  { lat, lon, resolution, contradiction }: Place
): boolean {
  // The centre of what an ambiguous name may mean is not a place; a point far outside its country
  // is not evidence of one.
  if (resolution === 'ambiguous' || contradiction === 'country') return false
  return polygon !== null && lat !== null && lon !== null && isInPolygon({ lat, lon }, polygon)
}

function holdsCandidates({ countries, polygon }: TheatreConfig, { candidates }: Place): boolean {
  if (candidates.length === 0) return false
  return candidates.every(
    c => countries?.includes(c.country) ?? (polygon !== null && isInPolygon(c, polygon))
  )
}
