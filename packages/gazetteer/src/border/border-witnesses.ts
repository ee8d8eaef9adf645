// Known errors of drawn borders: settlements that the map draws in the neighbouring country, with
// no settlement of that neighbour nearby and as close to the border. Around each, land no deeper in
// the neighbour belongs to the settlement's country.

import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'
import { decodeCountry } from '../table/country-codes.ts'
import { placeUnitsPerDegree } from '../table/place-grid.ts'
import type { Tables } from '../table/table-file.ts'

/** Radius in which a witness applies to the border, km. */
export const witnessReachKm = 20
/**
 * Maximum depth of a witness in the neighbour's land, km: deeper, the border is not the cause. The
 * steps are those of the measure.
 */
export const witnessDepthsKm = [0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3] as const

/** A settlement on the wrong side of a drawn border. */
export interface BorderWitness extends Point {
  /** The country it belongs to. ISO 3166-1. */
  readonly country: string
  /** The country in which the map draws it. */
  readonly mapped: string
  /** One of the measured depths. */
  readonly depthKm: number
}

const degreesOfReach = witnessReachKm / 111

export class BorderWitnesses {
  /** By whole degrees of latitude and longitude; a witness is in every cell that it reaches. */
  readonly #cells = new Map<number, BorderWitness[]>()

  constructor(witnesses: readonly BorderWitness[]) {
    for (const witness of witnesses) {
      const across = degreesOfReach / Math.max(0.1, Math.cos((witness.lat * Math.PI) / 180))
      for (const lat of new Set(
        [witness.lat - degreesOfReach, witness.lat + degreesOfReach].map(Math.floor)
      )) {
        for (const lon of new Set(
          [witness.lon - across, witness.lon, witness.lon + across].map(Math.floor)
        ))
          this.#add(lat, lon, witness)
      }
    }
  }

  /**
   * The nearest witness within reach that contradicts the map at a point; null without one. Pure.
   */
  findAgainst(point: Point, mapped: string): BorderWitness | null {
    let best: BorderWitness | null = null
    let bestKm = witnessReachKm
    for (const witness of this.#cells.get(
      computeCell(Math.floor(point.lat), Math.floor(point.lon))
    ) ?? []) {
      if (witness.mapped !== mapped) continue
      const km = distanceKm(witness, point)
      if (km <= bestKm) [best, bestKm] = [witness, km]
    }
    return best
  }

  #add(lat: number, lon: number, witness: BorderWitness): void {
    const cell = computeCell(lat, lon)
    const known = this.#cells.get(cell)
    if (known) known.push(witness)
    else this.#cells.set(cell, [witness])
  }
}

export function readWitnesses(tables: Tables): BorderWitnesses {
  const lats = tables.readI32('witnessLats')
  const lons = tables.readI32('witnessLons')
  const countries = tables.readU16('witnessCountries')
  const mapped = tables.readU16('witnessMapped')
  const depths = tables.readU8('witnessDepths')
  return new BorderWitnesses(
    Array.from(lats, (lat, i) => ({
      lat: lat / placeUnitsPerDegree,
      lon: (lons[i] as number) / placeUnitsPerDegree,
      country: decodeCountry(countries[i] as number),
      mapped: decodeCountry(mapped[i] as number),
      depthKm: witnessDepthsKm[depths[i] as number] ?? 0
    }))
  )
}

function computeCell(lat: number, lon: number): number {
  return lat * 1000 + lon
}
