// The gazetteer as intake sees it: from what a reporter states to a place as the rules take it. It never guesses: what may be several places
// stays several, what it does not know stays unresolved.

import type { Place } from '@tocsin/domain/report/report'
import type { AdminLookup } from './area/admin-lookup.ts'

/** A place as stated. Coordinates come both or not at all; without them there are a name and a country. */
export interface PlaceQuery {
  readonly name: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** ISO 3166-2, of the stated country where there is one. */
  readonly admin1: string | null
  /** Degrees, WGS 84. */
  readonly lat: number | null
  readonly lon: number | null
  /** Precision as stated, km. */
  readonly radiusKm: number | null
}

export interface Gazetteer {
  /** The place that the query means, with all that the rules may ask of it. Pure; the same query always gives the same place. Never throws. */
  resolve(query: PlaceQuery): Place
  /** The first-level area that a code or a name means in a country (ISO 3166-1). Case, accents and hyphens do not matter. Pure. */
  admin1Of(codeOrName: string, country: string): AdminLookup
  /** True where a point lies far outside of a country, and would lie inside with latitude and longitude in each other's place. Pure. */
  looksSwapped(country: string, lat: number, lon: number): boolean
  /** Builds by steps, of some milliseconds each, what look-ups would build when they first need it. Changes no answer; need not be taken to its end. */
  preparing?(): Iterable<void>
}

/** What a name that is only like a known one means is known no closer than this, km. */
export const alikeRadiusMinKm = 25
/** Precision of a village, km: what a settlement's name gives. */
export const settlementRadiusKm = 2
