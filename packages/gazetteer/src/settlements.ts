// The settlements that are known: read once from a table, found by name (own or alternate) or by nearness.

import { distanceKm, type Point } from '@tocsin/domain/geometry'
import { nameKey } from './place-names.ts'
import { settlementId } from './settlement-id.ts'

export interface Settlement {
  readonly id: string
  readonly name: string
  readonly country: string
  /** ISO 3166-2: the area it belongs to, which near a border need not be the one its point lies in. */
  readonly admin1: string
  readonly lat: number
  readonly lon: number
  /** How far the settlement reaches, km. */
  readonly radiusKm: number
}

/** No settlement reaches further, degrees of latitude. */
const reachMaxDegrees = 0.5

/** The nearest settlement that is no further from a point than it may be, km. Pure; O(settlements); the first of equals. */
export function nearestOf(
  among: readonly Settlement[],
  point: Point,
  withinKm: (settlement: Settlement) => number
): Settlement | null {
  let best: Settlement | null = null
  let bestKm = Number.POSITIVE_INFINITY
  for (const settlement of among) {
    const km = distanceKm(point, settlement)
    if (km < bestKm && km <= withinKm(settlement)) [best, bestKm] = [settlement, km]
  }
  return best
}

export class Settlements {
  readonly #all: readonly Settlement[]
  readonly #byName = new Map<string, Settlement[]>()

  /** Reads a table of tab-separated columns with a header: geonameid, name, alternates (|), admin1, lat, lon, radiusKm. */
  constructor(table: string) {
    const rows = table.trim().split('\n').slice(1).map(readRow)
    const holders = new Map<string, number>()
    for (const row of rows) count(holders, `${row.admin1}/${nameKey(row.name)}`)
    this.#all = rows.map(row => {
      const isAlone = holders.get(`${row.admin1}/${nameKey(row.name)}`) === 1
      const settlement = { ...row, id: settlementId(row.name, row.admin1, row.country, row, isAlone) ?? row.name }
      for (const key of new Set([row.name, ...row.alternates].map(nameKey))) this.#index(key, settlement)
      return settlement
    })
  }

  get all(): readonly Settlement[] {
    return this.#all
  }

  /** All that a name may mean, whatever its spelling; in a country where one is given. */
  named(name: string, country: string | null): readonly Settlement[] {
    const all = this.#byName.get(nameKey(name)) ?? []
    return country === null ? all : all.filter(s => s.country === country)
  }

  /** The nearest one whose own reach holds the point. O(settlements). */
  holding(point: Point): Settlement | null {
    // A degree of latitude is 111 km: far ones are passed over without trigonometry.
    return nearestOf(
      this.#all.filter(s => Math.abs(s.lat - point.lat) < reachMaxDegrees),
      point,
      s => s.radiusKm
    )
  }

  #index(key: string, settlement: Settlement): void {
    const known = this.#byName.get(key)
    if (known) known.push(settlement)
    else this.#byName.set(key, [settlement])
  }
}

function readRow(line: string) {
  const [, name = '', alternates = '', admin1 = '', lat = '', lon = '', radiusKm = ''] = line.split('\t')
  const row = { name, admin1, country: admin1.slice(0, 2), lat: Number(lat), lon: Number(lon), radiusKm: Number(radiusKm) }
  if (name === '' || admin1 === '' || lat === '' || Object.values(row).some(Number.isNaN))
    throw new Error(`not a settlement: ${line}`)
  return { ...row, alternates: alternates === '' ? [] : alternates.split('|') }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
