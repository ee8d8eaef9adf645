// Resolves the places of a report and checks what needs a gazetteer: unknown areas, swapped
// coordinates.

import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'
import { adminCodePattern, type LocationInput } from '@tocsin/contracts/report/posted-location'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import type { Place } from '@tocsin/contracts/theatre/report'
import type { Gazetteer } from '@tocsin/gazetteer/port'

export type ResolvedPlaces =
  | { readonly ok: true; readonly place: Place; readonly alsoAt: readonly Place[] }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** Resolves a report's place and its further places. Pure; every error names its field. */
export function resolvePlaces(report: ReportInput, gazetteer: Gazetteer): ResolvedPlaces {
  const errors: FieldError[] = []
  const resolve = (stated: LocationInput, at: string): Place => {
    const country = stated.country
    const admin1 =
      stated.admin1 === null
        ? null
        : codeOf(stated.admin1, country, gazetteer, `${at}/admin1`, errors)
    if (
      country !== null &&
      stated.lat !== null &&
      stated.lon !== null &&
      gazetteer.looksSwapped(country, stated.lat, stated.lon)
    ) {
      errors.push({
        pointer: `${at}/lat`,
        detail: `is far from ${country}: latitude and longitude look swapped, as the swapped order lies in ${country}`
      })
    }
    return gazetteer.resolve({ ...stated, country, admin1 })
  }
  const place = resolve(report.location, '/location')
  const alsoAt = report.alsoAt.map((stated, i) => resolve(stated, `/alsoAt/${i}`))
  return errors.length > 0 ? { ok: false, errors } : { ok: true, place, alsoAt }
}

/** The error for an area that is not known, by the gazetteer's result. */
const refusals = {
  unlisted: (country: string) =>
    `is a name, but the gazetteer has no area names for ${country}: use an ISO 3166-2 code`,
  unknown: (country: string) =>
    `is neither a first-level ISO 3166-2 code nor a known area name in ${country}`,
  ambiguous: (country: string, codes: readonly string[]) =>
    `is the name of several areas in ${country}: use one of ${codes.join(', ')}`
} as const

/**
 * The code of a stated area. For a country without an area list any code is accepted, but no name.
 */
function codeOf(
  stated: string,
  country: string | null,
  gazetteer: Gazetteer,
  pointer: string,
  errors: FieldError[]
): string | null {
  // The contract guarantees that a name comes with a country, and that a code includes one.
  if (country === null) return stated
  const found = gazetteer.admin1Of(stated, country)
  if (found.kind === 'known') return found.code
  if (found.kind === 'unlisted' && adminCodePattern.test(stated)) return stated
  const detail = refusals[found.kind](country, found.kind === 'ambiguous' ? found.codes : [])
  errors.push({ pointer, detail })
  return null
}
