// What the live page calls what stands in data as a code: the same names as in headlines.

import { reasonNames } from '@tocsin/domain/alert/alert-words'
import { categoryNames, tacticNames } from '@tocsin/domain/incident/incident-names'
import { readAreaNames } from '@tocsin/domain/space-time/area-names'
import { countryNames } from '@tocsin/domain/space-time/country-names'

/** By kind, names by code. Codes that are words already have none. O(areas). */
export function pageNames(): Readonly<Record<string, Readonly<Record<string, string | undefined>>>> {
  return {
    areas: Object.fromEntries(readAreaNames()),
    countries: Object.fromEntries(countryNames),
    categories: categoryNames,
    tactics: tacticNames,
    reasons: reasonNames
  }
}
