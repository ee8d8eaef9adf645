// Known settlements: rows of a table, found by name (own or alternate), sound or distance. The
// caller decides what a name denotes.

import type { Seat } from '@tocsin/contracts/theatre/report'
import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'
import { disputes } from '../border/disputed-areas.ts'
import { listLetters } from '../name/misspellings.ts'
import { NameIndex } from '../name/name-index.ts'
import { nameKey } from '../name/place-names.ts'
import { buildSettlementId } from '../name/settlement-id.ts'
import { decodeCountry } from '../table/country-codes.ts'
import { PlaceGrid, placeUnitsPerDegree } from '../table/place-grid.ts'
import type { Tables } from '../table/table-file.ts'

export interface Settlement {
  readonly id: string
  readonly name: string
  /** ISO 3166-1. */
  readonly country: string
  /**
   * ISO 3166-2: the area it belongs to, which near a border may differ from the map's. Null if the
   * list has none.
   */
  readonly admin1: string | null
  readonly lat: number
  readonly lon: number
  readonly radiusKm: number
  /** 0 if unknown. */
  readonly population: number
  /** A town or administrative seat: distances are given from it. */
  readonly isTown: boolean
  /** The area whose seat it is; null if none, or none known to GeoNames. */
  readonly seat: Seat | null
}

export const placeFlags = {
  /** No other settlement of its area has its name. */
  isAlone: 1,
  isTown: 2
} as const
/** Above the flags: 0, or the number of the dispute the settlement is in. */
export const disputeShift = 2

/** Meaning of the two bits in the table of seats. */
const seats: readonly (Seat | null)[] = [null, 'admin2', 'admin1', 'country']

/** Seats of settlements, four in a byte. Pure. */
export function encodeSeats(rows: readonly (Seat | null)[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(rows.length / 4))
  rows.forEach((seat, row) => {
    bytes[row >> 2]! |= seats.indexOf(seat) << (2 * (row & 3))
  })
  return bytes
}

const reachMaxKm = 15

export class Settlements {
  readonly #lats: Int32Array
  readonly #lons: Int32Array
  readonly #populations: Uint32Array
  readonly #countries: Uint16Array
  readonly #admins: Uint16Array
  readonly #flags: Uint8Array
  readonly #radii: Uint8Array
  readonly #seats: Uint8Array
  readonly #adminCodes: readonly string[]
  /** Claimants of the disputes that settlements are in. */
  readonly #claimants: readonly (readonly string[])[]
  readonly #nameEnds: Uint32Array
  readonly #names: Buffer
  readonly #byName: NameIndex
  readonly #bySound: NameIndex
  readonly #grid: PlaceGrid

  constructor(tables: Tables) {
    this.#lats = tables.readI32('lats')
    this.#lons = tables.readI32('lons')
    this.#populations = tables.readU32('populations')
    this.#countries = tables.readU16('countries')
    this.#admins = tables.readU16('admins')
    this.#flags = tables.readU8('flags')
    this.#radii = tables.readU8('radii')
    this.#seats = tables.readU8('seats')
    this.#adminCodes = tables.readLines('adminCodes')
    this.#claimants = tables
      .readLines('disputes')
      .map(id => disputes.find(d => d.id === id)?.claimants ?? [])
    this.#nameEnds = sumLengths(tables.readU8('nameLengths'))
    const names = tables.readU8('names')
    this.#names = Buffer.from(names.buffer, names.byteOffset, names.length)
    this.#byName = new NameIndex({
      hashes: tables.readU32('nameHashes'),
      rows: tables.readU32('nameRows')
    })
    this.#bySound = new NameIndex({
      hashes: tables.readU32('soundHashes'),
      rows: tables.readU32('soundRows')
    })
    this.#grid = new PlaceGrid(this.#lats, this.#lons)
  }

  get size(): number {
    return this.#lats.length
  }

  getSettlement(row: number): Settlement {
    const name = this.getName(row)
    const country = this.getCountry(row)
    const admin1 = this.getAdmin1(row)
    const point = this.#buildPoint(row)
    const isAlone = ((this.#flags[row] as number) & placeFlags.isAlone) !== 0
    return {
      id: buildSettlementId(name, admin1, country, point, isAlone) ?? name,
      name,
      country,
      admin1,
      ...point,
      radiusKm: this.#radii[row] as number,
      population: this.#populations[row] as number,
      isTown: this.isTown(row),
      seat: this.getSeat(row)
    }
  }

  /** All settlements of a name in any spelling; within a country if given. */
  findByName(name: string, country: string | null): Settlement[] {
    return this.findRows(name, country).map(row => this.getSettlement(row))
  }

  /** The rows of all settlements that a name may denote. */
  findRows(name: string, country: string | null): number[] {
    const rows = this.findRowsByKey(nameKey(name))
    return country === null ? rows : rows.filter(row => this.isInCountry(row, country))
  }

  /** Rows with a key made by `nameKey`, as their own name or as an alternate. */
  findRowsByKey(key: string): number[] {
    return key === '' ? [] : this.#byName.find(key)
  }

  /** Rows with a key one edit away. */
  findRowsByNearKey(key: string): ReadonlySet<number> {
    return this.#byName.findOneSlipAway(key, listLetters(key))
  }

  /** Rows with a sound key one edit away. */
  findRowsByNearSound(key: string): ReadonlySet<number> {
    return this.#bySound.findOneSlipAway(key, listLetters(key))
  }

  /** Rows with a name of this sound key, made by `soundKey`. */
  findRowsBySound(key: string): number[] {
    return key === '' ? [] : this.#bySound.find(key)
  }

  /** The nearest one with the point inside its radius. */
  findContaining(point: Point): Settlement | null {
    return this.findNearest(point, reachMaxKm, (row, km) => km <= (this.#radii[row] as number))
  }

  /** The nearest one within the requested distance. */
  findNearest(
    point: Point,
    reachKm: number,
    accepts: (row: number, km: number) => boolean = () => true
  ): Settlement | null {
    const row = this.#grid.findNearest(point, reachKm, accepts)
    return row < 0 ? null : this.getSettlement(row)
  }

  /**
   * The nearest of some rows, no further than its own radius or a tolerance, km; the first of
   * equals.
   */
  findNearestRow(rows: readonly number[], point: Point, toleranceKm: number): Settlement | null {
    let best = -1
    let bestKm = Number.POSITIVE_INFINITY
    // A degree of latitude is 111 km: distant namesakes are skipped without trigonometry.
    const latReach = Math.max(toleranceKm, reachMaxKm) / 110
    for (const row of rows) {
      if (Math.abs((this.#lats[row] as number) / placeUnitsPerDegree - point.lat) > latReach)
        continue
      const km = distanceKm(point, this.#buildPoint(row))
      if (km < bestKm && km <= Math.max(toleranceKm, this.#radii[row] as number))
        [best, bestKm] = [row, km]
    }
    return best < 0 ? null : this.getSettlement(best)
  }

  findRowsWithin(point: Point, reachKm: number): number[] {
    return this.#grid.findWithin(point, reachKm)
  }

  isTown(row: number): boolean {
    return ((this.#flags[row] as number) & placeFlags.isTown) !== 0
  }

  /** True if the settlement belongs to the country or is in land that it claims. */
  isInCountry(row: number, country: string): boolean {
    if (this.getCountry(row) === country) return true
    const dispute = (this.#flags[row] as number) >> disputeShift
    return dispute > 0 && (this.#claimants[dispute - 1]?.includes(country) ?? false)
  }

  getSeat(row: number): Seat | null {
    return seats[((this.#seats[row >> 2] as number) >> (2 * (row & 3))) & 3] ?? null
  }

  getName(row: number): string {
    return this.#names.toString(
      'utf8',
      row === 0 ? 0 : (this.#nameEnds[row - 1] as number),
      this.#nameEnds[row] as number
    )
  }

  /** The bytes of a name: a cheap test that excludes dissimilar names without decoding them. */
  countNameBytes(row: number): number {
    return (this.#nameEnds[row] as number) - (row === 0 ? 0 : (this.#nameEnds[row - 1] as number))
  }

  getCountry(row: number): string {
    return decodeCountry(this.#countries[row] as number)
  }

  getAdmin1(row: number): string | null {
    return this.#adminCodes[(this.#admins[row] as number) - 1] ?? null
  }

  #buildPoint(row: number): Point {
    return {
      lat: (this.#lats[row] as number) / placeUnitsPerDegree,
      lon: (this.#lons[row] as number) / placeUnitsPerDegree
    }
  }
}

/** The nearest of some places to a point. Pure; O(places); the first of equals. */
export function findNearestAmong<P extends Point>(among: readonly P[], point: Point): P | null {
  let best: P | null = null
  let bestKm = Number.POSITIVE_INFINITY
  for (const place of among) {
    const km = distanceKm(point, place)
    if (km < bestKm) [best, bestKm] = [place, km]
  }
  return best
}

function sumLengths(lengths: Uint8Array): Uint32Array {
  const sums = new Uint32Array(lengths.length)
  let sum = 0
  for (let i = 0; i < lengths.length; i++) {
    sum += lengths[i] as number
    sums[i] = sum
  }
  return sums
}
