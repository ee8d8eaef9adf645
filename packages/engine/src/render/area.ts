// Where an alert is: areas and a circle around the places of triggers, and a name for people.

import type { AlertStatement, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { findPlaceName } from '@tocsin/domain/place-name'
import { areaInCountry, areaName } from '@tocsin/domain/space-time/area-names'
import { countryName, frenchCountryName } from '@tocsin/domain/space-time/country-names'
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
  const sum = new AreaSum()
  for (const incident of incidents) sum.add(incident)
  return sum.describe(group)
}

/** Where incidents are, added one by one: an alert may have thousands. The order does not matter. */
export class AreaSum {
  readonly #countries = new Set<string>()
  readonly #areas = new Set<string>()
  readonly #circle = new CircleSum()

  add({ countries, admin1, points }: Pick<IncidentFacts, 'countries' | 'admin1' | 'points'>): void {
    for (const code of countries) this.#countries.add(code)
    for (const code of admin1) this.#areas.add(code)
    for (const point of points) this.#circle.add(point)
  }

  describe(group: AlertSum['group']): Area {
    // The incidents of an area may lie outside it, as on the roads to a town.
    const areas =
      group.admin1 === undefined ? this.#areas : this.#areas.union(new Set([group.admin1]))
    const circle = this.#circle.describe()
    const isTooWide = circle !== null && group.theatre !== undefined && circle[2] > maxTheatreKm
    return {
      country: [...this.#countries].sort(),
      admin1: [...areas].sort(),
      circle: isTooWide ? null : circle,
      settlement: group.settlementId ?? null
    }
  }
}

/** The centre of the box of all points, and the reach from there to the farthest with its precision. */
class CircleSum {
  readonly #points: Point[] = []
  readonly #lats = new Range()
  readonly #lons = new Range()
  /** The same longitudes in one row, where the date line divides them. */
  readonly #unwrapped = new Range()
  /** Of the points before `#reached`, from `#centre`. */
  #reachKm = 0
  #reached = 0
  #centre: readonly [lat: number, lon: number] = [Number.NaN, Number.NaN]

  add(point: Point): void {
    this.#points.push(point)
    this.#lats.add(point.lat)
    this.#lons.add(point.lon)
    this.#unwrapped.add(point.lon < 0 ? point.lon + 360 : point.lon)
  }

  describe(): Area['circle'] {
    if (this.#points.length === 0) return null
    const lons = this.#lons.width <= 180 ? this.#lons : this.#unwrapped
    const [lat, lon] = [this.#lats.middle, wrapLongitude(lons.middle)]
    if (lat !== this.#centre[0] || lon !== this.#centre[1]) {
      this.#centre = [lat, lon]
      this.#reached = 0
      this.#reachKm = Number.NEGATIVE_INFINITY
    }
    for (; this.#reached < this.#points.length; this.#reached++) {
      const point = this.#points[this.#reached]!
      const km = computeDistanceKm(lat, lon, point.lat, point.lon) + point.km
      if (km > this.#reachKm) this.#reachKm = km
    }
    return [round(lat, degreeScale), round(lon, degreeScale), round(this.#reachKm, kmScale)]
  }
}

/** From the least to the greatest of some numbers. */
class Range {
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  add(value: number): void {
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  get width(): number {
    return this.#max - this.#min
  }

  get middle(): number {
    return (this.#min + this.#max) / 2
  }
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
  const place = findPlaceName(group)
  if (place !== null) return place
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
  if (findPlaceName(group) !== null || !named || named === area) return area
  return group.admin1 === undefined ? named : `${named}, ${area}`
}

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
  return language === 'en' ? countryName(code) : frenchCountryName(code)
}
