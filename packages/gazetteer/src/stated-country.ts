// The country that counts at a point, and the country of an area.

import type { AreaFound } from './area/admin-areas.ts'
import type { Settlement } from './settlement/settlements.ts'

/** The country of a first-level area, by its code. */
export function readCountry(code: string | null): string | null {
  return code?.slice(0, 2) ?? null
}

/** The country of a point: by the map; off the map by its settlement; none if disputed. */
export function chooseCountry(found: AreaFound, known: Settlement | null): string | null {
  if (found.country !== null || found.dispute !== null) return found.country
  return known?.country ?? null
}

/** The code, if it belongs to the country. */
export function within(country: string | null, code: string | null): string | null {
  return code !== null && readCountry(code) === country ? code : null
}
