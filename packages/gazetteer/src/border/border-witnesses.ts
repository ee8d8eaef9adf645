// Where the map's borders are known to be off, and by how much: settlements that the map draws in their neighbour's land, with no settlement of the
// neighbour so close to the border nearby that would speak against them. Round each, what the map puts no deeper into the neighbour's land belongs to
// the settlement's country. Source: decision 0010.

import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'
import { countryOfRow } from '../table/country-codes.ts'
import { placeUnitsPerDegree } from '../table/place-grid.ts'
import type { Tables } from '../table/table-file.ts'

/** How far a witness speaks for the border around it, km. */
export const witnessReachKm = 20
/** How deep into its neighbour's land a witness may lie, km: further in, it is not the border that is wrong. The steps are those of the measure. */
export const witnessDepthsKm = [0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3] as const

/** A settlement on the wrong side of a drawn border. */
export interface BorderWitness extends Point {
  /** The country whose it is. ISO 3166-1. */
  readonly country: string
  /** The country where the map has it. */
  readonly mapped: string
  /** One of the depths that are measured. */
  readonly depthKm: number
}

const degreesOfReach = witnessReachKm / 111

export class BorderWitnesses {
  /** By whole degrees of latitude and longitude; a witness stands in every cell that it reaches. */
  readonly #cells = new Map<number, BorderWitness[]>()

  constructor(witnesses: readonly BorderWitness[]) {
    for (const witness of witnesses) {
      const across = degreesOfReach / Math.max(0.1, Math.cos((witness.lat * Math.PI) / 180))
      for (const lat of new Set([witness.lat - degreesOfReach, witness.lat + degreesOfReach].map(Math.floor))) {
        for (const lon of new Set([witness.lon - across, witness.lon, witness.lon + across].map(Math.floor)))
          this.#add(lat, lon, witness)
      }
    }
  }

  /** The nearest witness within reach against what the map says of a point; null without one. Pure. */
  against(point: Point, mapped: string): BorderWitness | null {
    let best: BorderWitness | null = null
    let bestKm = witnessReachKm
    for (const witness of this.#cells.get(cellOf(Math.floor(point.lat), Math.floor(point.lon))) ?? []) {
      if (witness.mapped !== mapped) continue
      const km = distanceKm(witness, point)
      if (km <= bestKm) [best, bestKm] = [witness, km]
    }
    return best
  }

  #add(lat: number, lon: number, witness: BorderWitness): void {
    const cell = cellOf(lat, lon)
    const known = this.#cells.get(cell)
    if (known) known.push(witness)
    else this.#cells.set(cell, [witness])
  }
}

/** The witnesses of a file of places. */
export function readWitnesses(tables: Tables): BorderWitnesses {
  const lats = tables.i32('witnessLats')
  const lons = tables.i32('witnessLons')
  const countries = tables.u16('witnessCountries')
  const mapped = tables.u16('witnessMapped')
  const depths = tables.u8('witnessDepths')
  return new BorderWitnesses(
    Array.from(lats, (lat, i) => ({
      lat: lat / placeUnitsPerDegree,
      lon: (lons[i] as number) / placeUnitsPerDegree,
      country: countryOfRow(countries[i] as number),
      mapped: countryOfRow(mapped[i] as number),
      depthKm: witnessDepthsKm[depths[i] as number] ?? 0
    }))
  )
}

function cellOf(lat: number, lon: number): number {
  return lat * 1000 + lon
}
