// Converts Natural Earth's first-level areas: which feature is part of which area, under which ISO
// 3166-2 code, with which names. All differences between the layer and the ISO list are corrected
// here.

import { disputes } from '../src/border/disputed-areas.ts'
import { sahelAreas } from './sahel-areas.ts'

/** The properties that are read; the layer has about a hundred more. */
export interface NaturalFeature {
  readonly type: 'Feature'
  readonly properties: Readonly<Record<string, string | number | null>>
  readonly geometry: { readonly type: string; readonly coordinates: unknown }
}

export interface DrawnArea {
  /** Identifies the area; features of an area share it. */
  readonly key: string
  readonly code: string | null
  /** Codes of areas that were split off after the map was drawn. */
  readonly otherCodes: readonly string[]
  readonly country: string | null
  readonly name: string
  readonly dispute: string | null
}

/** Features without an ISO 3166-1 country in the layer. */
const countryByFeature: Readonly<Record<string, string>> = {
  '-99-X16~': 'CY',
  '-99-X17~': 'CY',
  '-99-X04~': 'CY',
  '-99-X11~': 'SO',
  '-99-X13~': 'CU',
  '-99-X05~': 'KZ',
  '-99-X03~': 'AU',
  '-99-X02~': 'FR',
  '-99-X14~': 'CX',
  '-99-X15~': 'CC'
}

/** Codes that are missing or wrong in the layer. */
const codeByFeature: Readonly<Record<string, string>> = {
  'TJ-X01~': 'TJ-RA',
  'LR-X1~': 'LR-GP',
  'LR-X2~': 'LR-RG',
  'TD-X01~': 'TD-EE',
  'SY-X01~': 'SY-QU',
  'AZ-X01~': 'AZ-SUS',
  '-99-X02~': 'FR-CP',
  '-99-X05~': 'KZ-KZY',
  'BA-X01~': 'BA-SRP',
  'BA-X02~': 'BA-SRP',
  'BA-X03~': 'BA-SRP',
  'BA-X04~': 'BA-SRP',
  'BA-X05~': 'BA-SRP',
  'BA-X06~': 'BA-SRP',
  'BA-X07~': 'BA-SRP'
}

/**
 * Areas that the layer draws separately, but with the code of their former area or a wrong one: by
 * their GeoNames code, which the layer has too.
 */
const codeByGeonames: Readonly<Record<string, string>> = {
  'AF.41': 'AF-DAY',
  'AF.42': 'AF-PAN',
  'AZ.68': 'AZ-YE',
  'CO.34': 'CO-DC',
  'IR.42': 'IR-09',
  'IR.44': 'IR-30',
  'KZ.02': 'KZ-75',
  'LA.24': 'LA-VT',
  'LV.24': 'LV-077',
  'MV.40': 'MV-26',
  'PE.LMA': 'PE-LMA',
  'SB.11': 'SB-WE',
  'SB.12': 'SB-CH',
  'SD.60': 'SD-DE',
  'SD.61': 'SD-DC'
}

/**
 * The sixteen regions of Morocco until 2015, by their former codes, mapped to the current ones: ISO
 * 3166-2 reassigned the same numbers, so that no former code can be returned. If one was divided,
 * settlements decide.
 */
const moroccoSince2015: Readonly<Record<string, readonly string[]>> = {
  'MA-01': ['MA-01'],
  'MA-02': ['MA-01', 'MA-04'],
  'MA-03': ['MA-01', 'MA-02', 'MA-03'],
  'MA-04': ['MA-02'],
  'MA-05': ['MA-03'],
  'MA-06': ['MA-03', 'MA-05', 'MA-08'],
  'MA-07': ['MA-04'],
  'MA-08': ['MA-06'],
  'MA-09': ['MA-05', 'MA-06'],
  'MA-10': ['MA-06', 'MA-07'],
  'MA-11': ['MA-07'],
  'MA-12': ['MA-05'],
  'MA-13': ['MA-08', 'MA-09', 'MA-10'],
  'MA-14': ['MA-09', 'MA-10', 'MA-11'],
  'MA-15': ['MA-11'],
  'MA-16': ['MA-12']
}

/** Areas that were split after the map was drawn: the nearest known settlement decides. */
const laterCuts: Readonly<Record<string, readonly string[]>> = {
  'ML-6': ['ML-10'],
  'ML-7': ['ML-9'],
  'TD-EE': ['TD-EO']
}

const codePattern = /^[A-Z]{2}-[A-Z0-9]{1,3}$/
const sahelCodeOf = new Map(
  Object.entries(sahelAreas).flatMap(
    ([code, names]) => [[code, code], ...names.map(name => [name, code])] as [string, string][]
  )
)

/** The area that a feature is, or is part of. Pure. */
export function readArea(feature: NaturalFeature): DrawnArea {
  const p = feature.properties
  const given = String(p.iso_3166_2)
  const country = findCountry(given, String(p.iso_a2))
  const dealtAnew = moroccoSince2015[given]
  const code =
    dealtAnew === undefined
      ? findCode(given, country, feature)
      : dealtAnew.length === 1
        ? (dealtAnew[0] as string)
        : null
  const dispute =
    disputes.find(d => d.areas?.some(a => a === given || (a === 'XK-*' && country === 'XK'))) ??
    null
  const place =
    (code === null && dealtAnew === undefined) || code === 'BA-SRP' || code === 'BA-BIH'
      ? null
      : String(p.name ?? '')
  return {
    key:
      code ?? `${country ?? 'none'}:${dispute?.id ?? (dealtAnew === undefined ? 'rest' : given)}`,
    code,
    otherCodes: code === null ? (dealtAnew ?? []) : (laterCuts[code] ?? []),
    country,
    name: place ?? dispute?.name ?? String(p.admin ?? country ?? ''),
    dispute: dispute?.id ?? null
  }
}

/** All names of a feature, the layer's own first. */
export function listNames({ properties: p }: NaturalFeature): readonly string[] {
  const own = ['name', 'name_en', 'name_local', 'woe_name', 'gn_name', 'gns_name', 'name_alt'].map(
    key => p[key]
  )
  const others = Object.entries(p).flatMap(([key, value]) =>
    /^name_[a-z]{2,3}$/.test(key) && key !== 'name_len' ? [value] : []
  )
  const names = [...own, ...others].flatMap(value =>
    typeof value === 'string' ? value.split(/[|/]/) : []
  )
  return [...new Set(names.map(name => name.trim()).filter(name => name !== ''))]
}

function findCountry(given: string, iso: string): string | null {
  // Crimea has Ukraine's codes but another country.
  if (given.startsWith('UA-')) return 'UA'
  return countryByFeature[given] ?? (/^[A-Z]{2}$/.test(iso) ? iso : null)
}

function findCode(
  given: string,
  country: string | null,
  { properties }: NaturalFeature
): string | null {
  const name = String(properties.name ?? '')
  if (country === 'BF') return sahelCodeOf.get(given) ?? sahelCodeOf.get(name) ?? null
  // A canton of the Federation that the layer assigns to the other entity.
  if (country === 'BA' && name === 'Posavina') return 'BA-BIH'
  const code = codeByGeonames[String(properties.gn_a1_code)] ?? codeByFeature[given] ?? given
  return codePattern.test(code) && code.slice(0, 2) === country && !/X\d/.test(code) ? code : null
}
