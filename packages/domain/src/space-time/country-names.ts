// Countries as headlines name them within a sentence: short names with their article. Fixed here
// and not taken from the runtime's data, so that the same log always gives the same words.

import table from './country-names.json' with { type: 'json' }

/** All of them, by ISO 3166-1 code. */
export const countryNames: ReadonlyMap<string, string> = new Map(Object.entries(table))

/** The name of a country by its ISO 3166-1 code; the code if it has none. Pure. */
export function countryName(code: string): string {
  return countryNames.get(code) ?? code
}

const frenchNames = new Intl.DisplayNames('fr', { type: 'region', fallback: 'code' })

/** The same in French, without an article. */
export function frenchCountryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (frenchNames.of(code) ?? code) : code
}
