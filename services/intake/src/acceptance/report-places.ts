// The places of a report, resolved by the gazetteer, with what only a gazetteer can find wrong: areas that do not exist, swapped coordinates.

import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'
import { adminCodePattern, type LocationInput, type ReportInput } from '@tocsin/contracts/report/report-input'
import type { Place } from '@tocsin/domain/report/report'
import type { Gazetteer } from '@tocsin/gazetteer/port'

export type ResolvedPlaces =
  | { readonly ok: true; readonly place: Place; readonly alsoAt: readonly Place[] }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** Resolves a report's place and its further places. Pure; every error names its field. */
export function resolvePlaces(report: ReportInput, gazetteer: Gazetteer): ResolvedPlaces {
  const errors: FieldError[] = []
  const resolve = (stated: LocationInput, at: string): Place => {
    const country = stated.country
    const admin1 = stated.admin1 === null ? null : codeOf(stated.admin1, country, gazetteer, `${at}/admin1`, errors)
    if (
      country !== null &&
      stated.lat !== null &&
      stated.lon !== null &&
      gazetteer.looksSwapped(country, stated.lat, stated.lon)
    ) {
      errors.push({ pointer: `${at}/lat`, detail: `lies far from ${country}, and would lie in it with lat and lon swapped` })
    }
    return gazetteer.resolve({ ...stated, country, admin1 })
  }
  const place = resolve(report.location, '/location')
  const alsoAt = report.alsoAt.map((stated, i) => resolve(stated, `/alsoAt/${i}`))
  return errors.length > 0 ? { ok: false, errors } : { ok: true, place, alsoAt }
}

/** What a reporter is told of an area that is not known, by what the gazetteer made of it. */
const refusals = {
  unlisted: (country: string) => `is a name, and names of areas in ${country} are not known here: write the code of ISO 3166-2`,
  unknown: (country: string) => `is neither a first-level code of ISO 3166-2 nor a known name of an area in ${country}`,
  ambiguous: (country: string, codes: readonly string[]) =>
    `is the name of several areas in ${country}: write one of ${codes.join(', ')}`
} as const

/** The code of a stated area. A code of a country whose areas are not held is taken as it is; a name there can't be. */
function codeOf(
  stated: string,
  country: string | null,
  gazetteer: Gazetteer,
  pointer: string,
  errors: FieldError[]
): string | null {
  // A name comes with its country, a code brings its own: the contract has seen to that.
  if (country === null) return stated
  const found = gazetteer.admin1Of(stated, country)
  if (found.kind === 'known') return found.code
  if (found.kind === 'unlisted' && adminCodePattern.test(stated)) return stated
  const detail = refusals[found.kind](country, found.kind === 'ambiguous' ? found.codes : [])
  errors.push({ pointer, detail })
  return null
}
