// Natural Earth's first-level areas as the gazetteer has them: which feature is part of which area, under which code of ISO 3166-2, with which names.
// What the layer draws otherwise than ISO lists it is put right here, and only here.

import { disputes } from '../src/disputed-areas.ts'
import { sahelAreas } from './sahel-areas.ts'

/** What is read of a feature; the layer has a hundred properties more. */
export interface NaturalFeature {
  readonly type: 'Feature'
  readonly properties: Readonly<Record<string, string | number | null>>
  readonly geometry: { readonly type: string; readonly coordinates: unknown }
}

export interface DrawnArea {
  /** One for each area; features of one area share it. */
  readonly key: string
  readonly code: string | null
  /** Codes of areas that were cut from it later than the map was drawn. */
  readonly otherCodes: readonly string[]
  readonly country: string | null
  readonly name: string
  readonly dispute: string | null
}

/** Features without a country of ISO 3166-1 in the layer. */
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

/** Codes that the layer leaves open or has wrong. */
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

/** Areas that were cut in two later than the map was drawn: there the nearest known settlement decides. */
const laterCuts: Readonly<Record<string, readonly string[]>> = {
  'ML-6': ['ML-10'],
  'ML-7': ['ML-9'],
  'TD-EE': ['TD-EO']
}

const codePattern = /^[A-Z]{2}-[A-Z0-9]{1,3}$/
const sahelCodeOf = new Map(
  Object.entries(sahelAreas).flatMap(([code, names]) => [[code, code], ...names.map(name => [name, code])] as [string, string][])
)

/** The area that a feature is (part of). Pure. */
export function drawnArea(feature: NaturalFeature): DrawnArea {
  const p = feature.properties
  const given = String(p.iso_3166_2)
  const country = countryOf(given, String(p.iso_a2))
  const code = codeOf(given, country, String(p.name ?? ''))
  const dispute = disputes.find(d => d.areas?.some(a => a === given || (a === 'XK-*' && country === 'XK'))) ?? null
  const place = code === null || code === 'BA-SRP' || code === 'BA-BIH' ? null : String(p.name ?? '')
  return {
    key: code ?? `${country ?? 'none'}:${dispute?.id ?? 'rest'}`,
    code,
    otherCodes: code === null ? [] : (laterCuts[code] ?? []),
    country,
    name: place ?? dispute?.name ?? String(p.admin ?? country ?? ''),
    dispute: dispute?.id ?? null
  }
}

/** All names that the layer has for a feature, the layer's own first. */
export function namesOf({ properties: p }: NaturalFeature): readonly string[] {
  const own = ['name', 'name_en', 'name_local', 'woe_name', 'gn_name', 'gns_name', 'name_alt'].map(key => p[key])
  const others = Object.entries(p).flatMap(([key, value]) => (/^name_[a-z]{2,3}$/.test(key) && key !== 'name_len' ? [value] : []))
  const names = [...own, ...others].flatMap(value => (typeof value === 'string' ? value.split(/[|/]/) : []))
  return [...new Set(names.map(name => name.trim()).filter(name => name !== ''))]
}

function countryOf(given: string, iso: string): string | null {
  // Crimea stands under Ukraine's codes and another country.
  if (given.startsWith('UA-')) return 'UA'
  return countryByFeature[given] ?? (/^[A-Z]{2}$/.test(iso) ? iso : null)
}

function codeOf(given: string, country: string | null, name: string): string | null {
  if (country === 'BF') return sahelCodeOf.get(given) ?? sahelCodeOf.get(name) ?? null
  // A canton of the Federation that the layer gives to the other half.
  if (country === 'BA' && name === 'Posavina') return 'BA-BIH'
  if (given === 'IR-07' && name === 'Alborz') return 'IR-30'
  const code = codeByFeature[given] ?? given
  return codePattern.test(code) && code.slice(0, 2) === country && !/X\d/.test(code) ? code : null
}
