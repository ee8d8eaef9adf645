// Where an alert is: areas and a circle around the places of triggers, and a name for people.

import type { AlertStatement, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { areaInCountry, areaName } from '@tocsin/domain/space-time/area-names'
import { countryName } from '@tocsin/domain/space-time/country-names'
import { computeDistanceKm } from '../data/distance.ts'
import type { Language } from '../rules/definition.ts'
import type { IncidentFacts, Point } from './lookup.ts'
import { fixedWords } from './words.ts'

/** Around incidents of a whole theatre, a wider circle is no place. */
const maxTheatreKm = 2400
const degreeScale = 1e4
const kmScale = 10

type Area = AlertStatement['area']

export function describeArea(group: AlertSum['group'], incidents: readonly IncidentFacts[]): Area {
  const countries = new Set<string>()
  const areas = new Set<string>()
  const points: Point[] = []
  for (const incident of incidents) {
    for (const code of incident.countries) countries.add(code)
    for (const code of incident.admin1) areas.add(code)
    points.push(...incident.points)
  }
  // The incidents of an area may lie outside it, as on the roads to a town.
  if (group.admin1 !== undefined) areas.add(group.admin1)
  const circle = computeCircle(points)
  const isTooWide = circle !== null && group.theatre !== undefined && circle[2] > maxTheatreKm
  return {
    country: [...countries].sort(),
    admin1: [...areas].sort(),
    circle: isTooWide ? null : circle,
    settlement: group.settlementId ?? null
  }
}

/** The centre of the box of all points, and the reach from there to the farthest with its precision. */
export function computeCircle(points: readonly Point[]): Area['circle'] {
  if (points.length === 0) return null
  const lons = unwrapLongitudes(points.map(({ lon }) => lon))
  const lats = points.map(({ lat }) => lat)
  const lat = (Math.min(...lats) + Math.max(...lats)) / 2
  const lon = wrapLongitude((Math.min(...lons) + Math.max(...lons)) / 2)
  const reach = points.map(point => computeDistanceKm(lat, lon, point.lat, point.lon) + point.km)
  return [round(lat, degreeScale), round(lon, degreeScale), round(Math.max(...reach), kmScale)]
}

/** Longitudes in one row, where the date line divides them. */
function unwrapLongitudes(lons: readonly number[]): readonly number[] {
  if (Math.max(...lons) - Math.min(...lons) <= 180) return lons
  return lons.map(lon => (lon < 0 ? lon + 360 : lon))
}

function wrapLongitude(lon: number): number {
  return lon > 180 ? lon - 360 : lon
}

function round(value: number, scale: number): number {
  return Math.round(value * scale) / scale
}

/** The name of the place for people: that of the group, else that of the first incident. */
export function nameArea(
  { group }: AlertSum,
  area: Area,
  incidents: readonly IncidentFacts[],
  language: Language
): string {
  if (group.settlement !== undefined) return group.settlement
  const code = group.admin1 ?? group.country
  if (code !== undefined) return findAreaName(code, language)
  if (group.theatre !== undefined) return fixedWords[language].theatre
  const named = incidents.find(({ placeName }) => placeName !== null)?.placeName
  const known = area.admin1[0] ?? area.country[0]
  if (named) return named
  return known === undefined ? fixedWords[language].unknownPlace : findAreaName(known, language)
}

/** The place of the first incident with the name of the area; the area alone if it has no name. */
export function namePlace(
  { group }: AlertSum,
  area: string,
  incidents: readonly IncidentFacts[]
): string {
  const named = incidents.find(({ placeName }) => placeName !== null)?.placeName
  if (group.settlement !== undefined || !named || named === area) return area
  return group.admin1 === undefined ? named : `${named}, ${area}`
}

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
