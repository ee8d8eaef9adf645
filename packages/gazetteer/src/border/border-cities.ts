// Border cities: a point in a city's centre belongs to the city's country even if the map's
// simplified border, often a river, runs through its streets. Towns of the neighbour count against
// it, as wide as each city.

import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'
import { decodeCountry } from '../table/country-codes.ts'
import { placeUnitsPerDegree } from '../table/place-grid.ts'
import type { Tables } from '../table/table-file.ts'

export const cityPopulationMin = 100_000
/** The centre of a city is this share of its radius. */
export const cityMiddle = 0.5
/** Maximum border error there, km. One of the measured depths. */
export const cityDepthKm = 2

export interface BorderVoice extends Point {
  /** ISO 3166-1. */
  readonly country: string
  readonly reachKm: number
  /** A city that may claim a point; other places only count against it. */
  readonly isCity: boolean
}

const cellsPerDegree = 4

export class BorderCities {
  readonly #cells = new Map<number, BorderVoice[]>()

  constructor(voices: readonly BorderVoice[]) {
    for (const voice of voices) {
      const [lat, lon] = computeCell(voice)
      for (const north of [-1, 0, 1])
        for (const east of [-1, 0, 1]) this.#add(computeKey(lat + north, lon + east), voice)
    }
  }

  /**
   * The country of the city whose centre contains a point that the map assigns to another country;
   * null without one, or if a town of that other country is nearer. Pure.
   */
  findClaim(point: Point, mapped: string): string | null {
    const [lat, lon] = computeCell(point)
    const voices = this.#cells.get(computeKey(lat, lon))
    if (voices === undefined) return null
    let claim: string | null = null
    let nearest = cityMiddle
    for (const voice of voices) {
      const share = distanceKm(voice, point) / voice.reachKm
      if (share > nearest || (voice.country !== mapped && !voice.isCity)) continue
      claim = voice.country === mapped ? null : voice.country
      nearest = share
    }
    return claim
  }

  #add(key: number, voice: BorderVoice): void {
    const known = this.#cells.get(key)
    if (known) known.push(voice)
    else this.#cells.set(key, [voice])
  }
}

/** Border cities of a places file, and the places that count against them. */
export function readBorderCities(tables: Tables): BorderCities {
  const lats = tables.readI32('borderLats')
  const lons = tables.readI32('borderLons')
  const countries = tables.readU16('borderCountries')
  const reaches = tables.readU8('borderReaches')
  const cities = tables.readU8('borderCities')
  return new BorderCities(
    Array.from(lats, (lat, i) => ({
      lat: lat / placeUnitsPerDegree,
      lon: (lons[i] as number) / placeUnitsPerDegree,
      country: decodeCountry(countries[i] as number),
      reachKm: reaches[i] as number,
      isCity: cities[i] === 1
    }))
  )
}

function computeCell({ lat, lon }: Point): readonly [lat: number, lon: number] {
  return [Math.floor(lat * cellsPerDegree), Math.floor(lon * cellsPerDegree)]
}

function computeKey(lat: number, lon: number): number {
  return lat * 10_000 + lon
}
