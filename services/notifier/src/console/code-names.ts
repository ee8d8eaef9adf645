// Display names for coded values on the console: the same as in headlines.

import { reasonNames } from '@tocsin/contracts/alert/alert-words'
import { categoryNames, tacticNames } from '@tocsin/contracts/incident/incident-names'
import { areaNames } from '@tocsin/domain/space-time/area-names'
import { countryNames } from '@tocsin/domain/space-time/country-names'

/** Names by kind and code. Codes that are words have none. O(areas). */
export function codeNames(): Readonly<
  Record<string, Readonly<Record<string, string | undefined>>>
> {
  return {
    areas: Object.fromEntries(areaNames),
    countries: Object.fromEntries(countryNames),
    categories: categoryNames,
    tactics: tacticNames,
    reasons: reasonNames
  }
}
