// First-level areas by ISO 3166-2 code, as headlines name them. Fixed here and not read from the
// gazetteer at run time, so that a log always gives the same words.
// `packages/gazetteer/build/build-area-names.ts` writes the table.

import table from './area-names.json' with { type: 'json' }
import { countryName } from './country-names.ts'

/** All names by code. */
export const areaNames: ReadonlyMap<string, string> = new Map(Object.entries(table))

/** The name of a first-level area by its code: `Mopti`; the code if it has none. Pure. */
export function areaName(code: string): string {
  return areaNames.get(code) ?? code
}

/** An area with its country: `Mopti (Mali)`; the name alone if both are the same. Pure. */
export function areaInCountry(code: string): string {
  const [name, country] = [areaName(code), countryName(code.slice(0, 2))]
  return !/^..-/.test(code) || country === code.slice(0, 2) || country === name
    ? name
    : `${name} (${country})`
}
