// Names of areas for people, from the fixed tables, so that a log always gives the same words.

import { areaInCountry, areaName } from '@tocsin/domain/space-time/area-names'
import { countryName } from '@tocsin/domain/space-time/country-names'
import type { Language } from '../rules/definition.ts'

const frenchCountries = new Intl.DisplayNames(['fr'], { type: 'region', fallback: 'code' })
const country = /^[A-Z]{2}$/

/**
 * The name of a country, or of a first-level area with its country: `Mopti (Mali)`. A code without a
 * name stays as it is.
 */
export function findAreaName(code: string, language: Language): string {
  if (country.test(code)) return nameCountry(code, language)
  if (language === 'en') return areaInCountry(code)
  const [name, state] = [areaName(code), nameCountry(code.slice(0, 2), language)]
  return name === code || state === name ? name : `${name} (${state})`
}

function nameCountry(code: string, language: Language): string {
  return language === 'en' ? countryName(code) : (frenchCountries.of(code) ?? code)
}
