// The gazetteer's port: from what a reporter states to a place for the rules. It never guesses:
// ambiguous places stay ambiguous, unknown ones unresolved.

import type { Place } from '@tocsin/contracts/theatre/report'
import type { AdminLookup } from './area/admin-lookup.ts'

/** A place as stated: both coordinates or neither; without them a name and a country. */
export interface PlaceQuery {
  readonly name: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** ISO 3166-2, of the stated country if there is one. */
  readonly admin1: string | null
  /** Degrees, WGS 84. */
  readonly lat: number | null
  readonly lon: number | null
  /** Precision as stated, km. */
  readonly radiusKm: number | null
}

export interface Gazetteer {
  /**
   * The place for a query, with everything the rules need. Pure and deterministic. Never throws.
   */
  resolve(query: PlaceQuery): Place
  /**
   * The first-level area that a code or a name means in a country (ISO 3166-1). Case, accents and
   * hyphens do not matter: a p-code that is not in the table can be read as a code of ISO. Pure.
   */
  findAdmin1(codeOrName: string, country: string): AdminLookup
  /**
   * True if a point is far outside a country and would be inside with latitude and longitude
   * swapped. Pure.
   */
  looksSwapped(country: string, lat: number, lon: number): boolean
  /**
   * Prebuilds lazily built look-up structures in steps of some milliseconds. Optional; changes no
   * answer and may be stopped early.
   */
  prepareSteps?(): Iterable<void>
}

/** Minimum imprecision of a place found by a similar name, km. */
export const alikeRadiusMinKm = 25
/** Precision of a settlement known by name, km: that of a village. */
export const settlementRadiusKm = 2
