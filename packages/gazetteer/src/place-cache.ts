// Places resolved lately, by their query: the reports of a feed, and the rows of an archive, name
// the same places again and again.

import type { Place } from '@tocsin/contracts/theatre/report'
import type { PlaceQuery } from './port.ts'

/** Cached queries; cleared when full. */
const queriesMax = 4096

export class PlaceCache {
  /**
   * By latitude: nearly always one, and a number is a cheaper key than a text of all that is
   * stated.
   */
  readonly #byLat = new Map<number, { readonly query: PlaceQuery; readonly place: Place }[]>()
  #size = 0

  /** The place of an equal query. */
  find(query: PlaceQuery): Place | null {
    if (query.lat === null) return null
    for (const known of this.#byLat.get(query.lat) ?? none)
      if (isSame(known.query, query)) return known.place
    return null
  }

  /** Of queries with coordinates: other places may have hundreds of candidates. */
  store(query: PlaceQuery, place: Place): void {
    if (query.lat === null) return
    if (this.#size >= queriesMax) {
      this.#byLat.clear()
      this.#size = 0
    }
    this.#size += 1
    const known = { query, place }
    const others = this.#byLat.get(query.lat)
    if (others === undefined) this.#byLat.set(query.lat, [known])
    else others.push(known)
  }
}

const none: readonly never[] = []

function isSame(one: PlaceQuery, other: PlaceQuery): boolean {
  return (
    Object.is(one.lat, other.lat) &&
    Object.is(one.lon, other.lon) &&
    one.name === other.name &&
    one.country === other.country &&
    one.admin1 === other.admin1 &&
    one.radiusKm === other.radiusKm
  )
}
