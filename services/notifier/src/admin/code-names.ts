// Display names for coded values on the console: the same as in headlines.

import { patternNames, reasonNames } from '@tocsin/contracts/alert/alert-words'
import {
  type CodeName,
  categoryNames,
  namesIn,
  tacticNames
} from '@tocsin/contracts/incident/incident-names'
import { areaNames } from '@tocsin/domain/space-time/area-names'
import { countryNames, frenchCountryName } from '@tocsin/domain/space-time/country-names'

/** Names by kind and code. O(areas). */
export function codeNames(
  language: keyof CodeName
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const countries = [...countryNames].map(([code, name]) => [
    code,
    language === 'fr' ? frenchCountryName(code) : name
  ])
  return {
    // They have one name in all languages.
    areas: Object.fromEntries(areaNames),
    countries: Object.fromEntries(countries),
    categories: namesIn(categoryNames, language),
    tactics: namesIn(tacticNames, language),
    patterns: namesIn(patternNames, language),
    reasons: namesIn(reasonNames, language)
  }
}
