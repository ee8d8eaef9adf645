// Places as published by GeoNames, and those of the Sahel entered by hand: which rows count,
// under which names.

import { readFileSync } from 'node:fs'
import type { Seat } from '@tocsin/contracts/theatre/report'
import type { Point } from '@tocsin/domain/space-time/geometry'

export interface RawPlace extends Point {
  readonly geonameId: number
  readonly name: string
  readonly alternates: readonly string[]
  readonly country: string
  /** GeoNames' own code of the first-level area, which is not ISO's. */
  readonly adminCode: string
  /** The same with the codes of the second and the third level appended. */
  readonly finerCodes: readonly string[]
  readonly featureCode: string
  readonly seat: Seat | null
  readonly population: number
  /** The area, if known better than from the map. */
  readonly admin1: string | null
  readonly radiusKm: number
  readonly isTown: boolean
}

/** Radius of a place by its population, km. */
const reaches = [
  { populationMin: 1_000_000, radiusKm: 15 },
  { populationMin: 100_000, radiusKm: 8 },
  { populationMin: 15_000, radiusKm: 4 },
  { populationMin: 0, radiusKm: 2 }
] as const

/** GeoNames feature codes of capitals and of seats of first- and second-level areas. */
const seatsByFeature: Readonly<Record<string, Seat>> = {
  PPLC: 'country',
  PPLA: 'admin1',
  PPLA2: 'admin2'
}

/**
 * Seats of governments other than the capital, and of their area, which GeoNames lists only as the
 * former: La Paz, Cotonou, The Hague.
 */
const seatsOfAreasBesides = new Set([3911925, 2394819, 2747373])

function parseSeat(geonameId: number, featureCode: string): Seat | null {
  return seatsOfAreasBesides.has(geonameId) ? 'admin1' : (seatsByFeature[featureCode] ?? null)
}

/**
 * Seats of second-level areas without a population in GeoNames, which its list of towns therefore
 * omits.
 */
const seatsBesides = new Set([2455465])

/** Reads `cities1000.txt`: tab-separated, 19 columns without a header. */
export function readCities(path: string): readonly RawPlace[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(readCity)
}

function readCity(line: string): RawPlace {
  const f = line.split('\t')
  const field = (i: number) => f[i] ?? ''
  const population = Number(field(14))
  return {
    geonameId: Number(field(0)),
    name: field(1),
    alternates: parseAlternates(field(2), field(3)),
    lat: Number(field(4)),
    lon: Number(field(5)),
    featureCode: field(7),
    seat: parseSeat(Number(field(0)), field(7)),
    country: field(8),
    adminCode: `${field(8)}.${field(10)}`,
    finerCodes: [field(11), field(12)].map(code => `${field(8)}.${field(10)}.${code}`),
    population,
    admin1: null,
    radiusKm: estimateRadius(population),
    isTown: field(7) !== 'PPLX'
  }
}

function estimateRadius(population: number): number {
  return reaches.find(r => population >= r.populationMin)?.radiusKm ?? 2
}

/**
 * Alternate names in ordinary use: no airport codes, no transliterated syllables, no encyclopaedia
 * links.
 */
function parseAlternates(ascii: string, list: string): readonly string[] {
  const written = list
    .split(',')
    .filter(
      name =>
        name.length > 1 &&
        !/[\d/:]/.test(name) &&
        !/^[A-Z]{3,4}$/.test(name) &&
        !/^[a-z]/.test(name)
    )
  return [...new Set([ascii, ...written])]
}

/** A settlement with its time zone, a name of the IANA database. */
export interface ZonedPlace extends Point {
  readonly country: string
  readonly population: number
  readonly zone: string
}

/** The time zones that `cities1000.txt` states. */
export function readZones(path: string): readonly ZonedPlace[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const f = line.split('\t')
      const field = (i: number) => f[i] ?? ''
      const [country, zone] = [field(8), field(17)]
      return {
        country,
        zone,
        lat: Number(field(4)),
        lon: Number(field(5)),
        population: Number(field(14))
      }
    })
    .filter(({ zone }) => zone !== '')
}

/**
 * Merges the Sahel's table into the world's list: its rows take precedence, with the population and
 * the alternates of the list added.
 */
export function withSahel(cities: readonly RawPlace[], table: string): readonly RawPlace[] {
  const byId = new Map(cities.map(city => [city.geonameId, city]))
  const rows = table
    .trim()
    .split('\n')
    .slice(1)
    .map(line => parseSahelRow(line, byId))
  const covered = new Set(rows.map(row => row.country))
  return [...cities.filter(city => !covered.has(city.country)), ...rows]
}

function parseSahelRow(line: string, cities: ReadonlyMap<number, RawPlace>): RawPlace {
  const [id = '', name = '', alternates = '', admin1 = '', lat = '', lon = '', radiusKm = ''] =
    line.split('\t')
  if (name === '' || admin1 === '' || lat === '') throw new Error(`not a settlement: ${line}`)
  const city = cities.get(Number(id))
  const own = alternates === '' ? [] : alternates.split('|')
  return {
    geonameId: Number(id),
    name,
    alternates: [...own, ...(city?.alternates ?? [])],
    country: admin1.slice(0, 2),
    adminCode: '',
    finerCodes: [],
    featureCode: city?.featureCode ?? 'PPL',
    seat: city?.seat ?? (seatsBesides.has(Number(id)) ? 'admin2' : null),
    population: city?.population ?? 0,
    admin1,
    lat: Number(lat),
    lon: Number(lon),
    radiusKm: Number(radiusKm),
    isTown: city !== undefined || seatsBesides.has(Number(id))
  }
}
