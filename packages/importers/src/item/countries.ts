// Country codes of other data sets: Gleditsch and Ward numbers (UCDP), ISO 3166-1 numbers (ACLED),
// FIPS 10-4 (GDELT), and English names in all of them. The table is countries.tsv. A name or number
// used by successive states denotes today's.

import { readFileSync } from 'node:fs'

interface CountryTable {
  readonly byNumeric: ReadonlyMap<string, string>
  readonly byFips: ReadonlyMap<string, string>
  readonly byGleditschWard: ReadonlyMap<string, string>
  readonly byName: ReadonlyMap<string, string>
}

let table: CountryTable | null = null

/**
 * The ISO 3166-1 alpha-2 code for the numeric one, with or without leading zeros; null if there is
 * none.
 */
export function findCountryByNumber(number: string): string | null {
  return loadCountries().byNumeric.get(number.replace(/^0+/, '')) ?? null
}

/** The same for a FIPS 10-4 code. */
export function findCountryByFips(code: string): string | null {
  return loadCountries().byFips.get(code.toUpperCase()) ?? null
}

/** The same for a Gleditsch and Ward number, as used by UCDP. */
export function findCountryByGleditschWard(number: string): string | null {
  return loadCountries().byGleditschWard.get(number.replace(/\.0+$/, '')) ?? null
}

/** Names read lately: a file repeats a few. Cleared when full; long texts are not names. */
const namesLately = new Map<string, string | null>()
const [namesMax, nameCharsMax] = [1024, 100]

/**
 * The same for an English name, or a code of two or three letters. Case, accents and punctuation
 * are ignored.
 */
export function findCountryByName(name: string): string | null {
  const known = namesLately.get(name)
  if (known !== undefined) return known
  const code = loadCountries().byName.get(buildNameKey(name)) ?? null
  if (namesLately.size >= namesMax) namesLately.clear()
  if (name.length <= nameCharsMax) namesLately.set(name, code)
  return code
}

function loadCountries(): CountryTable {
  table ??= readTable(readFileSync(new URL('countries.tsv', import.meta.url), 'utf8'))
  return table
}

function readTable(text: string): CountryTable {
  const [byNumeric, byFips, byGleditschWard, byName] = [new Map(), new Map(), new Map(), new Map()]
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [code, code3, numeric, fips, gleditschWard, names] = line.split('\t') as [
      string,
      string,
      string,
      string,
      string,
      string
    ]
    if (numeric !== '') byNumeric.set(numeric, code)
    for (const one of split(fips)) byFips.set(one, code)
    for (const one of split(gleditschWard)) byGleditschWard.set(one, code)
    for (const one of [code, code3, ...split(names)]) byName.set(buildNameKey(one), code)
  }
  return { byNumeric, byFips, byGleditschWard, byName }
}

function split(list: string): readonly string[] {
  return list === '' ? [] : list.split('|')
}

function buildNameKey(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .replace(/^ ?the /, '')
    .trim()
}
