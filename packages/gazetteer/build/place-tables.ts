// Builds the tables of `places.bin` from places: one row per settlement, in grid order, with its
// area.

import { distanceKm } from '@tocsin/domain/space-time/geometry'
import type { AdminAreas } from '../src/area/admin-areas.ts'
import { areaSeats, clearArea } from '../src/area/area-seats.ts'
import { isRetired, successorsOf } from '../src/area/area-successors.ts'
import { disputes } from '../src/border/disputed-areas.ts'
import { indexOf } from '../src/name/name-index.ts'
import { nameKey, slugOf } from '../src/name/place-names.ts'
import { soundKey } from '../src/name/sound-key.ts'
import { disputeShift, packSeats, placeFlags } from '../src/settlement/settlements.ts'
import { rowOfCountry } from '../src/table/country-codes.ts'
import { cellOfUnits, placeUnits } from '../src/table/place-grid.ts'
import { writeTables } from '../src/table/table-file.ts'
import { spanning, successorAt } from './area-changes.ts'
import { borderCityTables, witnessTables } from './border-witnesses.ts'
import type { RawPlace } from './geonames.ts'

/** Two records of one name this close are one place, km: a town and its old centre. */
const samePlaceKm = 5
/** A GeoNames code represents an area of the map if at least this share of its places are there. */
const shareMin = 0.5
/** Shorter sound keys match too many names. */
const soundLengthMin = 4

/** GeoNames codes for areas that the map does not draw separately. */
const areasByAdminCode: Readonly<Record<string, string>> = {
  'SO.12': 'SO-SA',
  'SO.19': 'SO-TO',
  'SO.20': 'SO-WO',
  'SO.21': 'SO-AW',
  'SO.22': 'SO-SO',
  'TD.23': 'TD-BO',
  'TD.27': 'TD-EE'
}

interface Row extends RawPlace {
  readonly area: string | null
  /** The successors of its area; empty if it was not split. */
  readonly parts: readonly string[]
  readonly dispute: number
}

/** The bytes of `places.bin`. */
export function placeTables(places: readonly RawPlace[], areas: AdminAreas): Buffer {
  const rows = withOwnIds(placed(distinct(places), areas)).sort(
    (a, b) => storedCell(a) - storedCell(b) || a.geonameId - b.geonameId
  )
  const adminCodes = [...new Set(rows.flatMap(row => row.area ?? []))].sort()
  const names = rows.map(row => Buffer.from(row.name))
  const holders = Map.groupBy(rows, row => `${row.area}/${slugOf(row.name)}`)
  const isAlone = (row: Row) =>
    row.area !== null && holders.get(`${row.area}/${slugOf(row.name)}`)?.length === 1
  const byName = indexOf(
    rows
      .flatMap((row, i) => allNames(row).map(name => [nameKey(name), i] as const))
      .filter(([key]) => key !== '')
  )
  const bySound = indexOf(
    rows
      .flatMap((row, i) => latinNames(row).map(name => [soundKey(name), i] as const))
      .filter(([key]) => key.length >= soundLengthMin)
  )
  return writeTables({
    geonameIds: Uint32Array.from(rows, row => row.geonameId),
    lats: Int32Array.from(rows, row => placeUnits(row.lat)),
    lons: Int32Array.from(rows, row => placeUnits(row.lon)),
    populations: Uint32Array.from(rows, row => row.population),
    countries: Uint16Array.from(rows, row => rowOfCountry(row.country)),
    admins: Uint16Array.from(rows, row =>
      row.area === null ? 0 : adminCodes.indexOf(row.area) + 1
    ),
    flags: Uint8Array.from(
      rows,
      row =>
        (isAlone(row) ? placeFlags.isAlone : 0) |
        (row.isTown ? placeFlags.isTown : 0) |
        (row.dispute << disputeShift)
    ),
    radii: Uint8Array.from(rows, row => row.radiusKm),
    seats: packSeats(rows.map(row => row.seat)),
    nameLengths: Uint8Array.from(names, name => name.length),
    names: new Uint8Array(Buffer.concat(names)),
    adminCodes: new Uint8Array(Buffer.from(adminCodes.join('\n'))),
    disputes: new Uint8Array(Buffer.from(disputes.map(d => d.id).join('\n'))),
    nameHashes: byName.hashes,
    nameRows: byName.rows,
    soundHashes: bySound.hashes,
    soundRows: bySound.rows,
    ...witnessTables(rows, areas),
    ...borderCityTables(rows, areas)
  })
}

function storedCell({ lat, lon }: RawPlace): number {
  return cellOfUnits(placeUnits(lat), placeUnits(lon))
}

function allNames({ name, alternates }: RawPlace): readonly string[] {
  return [name, ...alternates]
}

/**
 * Sounds are compared in Latin letters: other scripts are transliterated at look-up, and need no
 * row.
 */
function latinNames(place: RawPlace): readonly string[] {
  return allNames(place).filter(name => /^\P{L}*\p{Script=Latin}/u.test(name))
}

/** Drops the smaller of two records of one place. Rows entered by hand all stay. */
function distinct(places: readonly RawPlace[]): readonly RawPlace[] {
  const groups = Map.groupBy(places, p => `${p.country}/${nameKey(p.name)}`)
  return [...groups.values()].flatMap(group => {
    const kept: RawPlace[] = []
    for (const place of group.toSorted(
      (a, b) => b.population - a.population || a.geonameId - b.geonameId
    )) {
      if (place.admin1 !== null || kept.every(k => distanceKm(k, place) > samePlaceKm))
        kept.push(place)
    }
    return kept
  })
}

/**
 * Drops the smaller of two namesakes that have the same position to one decimal of a degree: their
 * ids would be equal.
 */
function withOwnIds(rows: readonly Row[]): Row[] {
  const byName = Map.groupBy(
    rows,
    row =>
      `${row.area ?? row.country}/${slugOf(row.name)}@${row.lat.toFixed(1)},${row.lon.toFixed(1)}`
  )
  return [...byName.values()].map(
    group =>
      group.toSorted((a, b) => b.population - a.population || a.geonameId - b.geonameId)[0] as Row
  )
}

function placed(places: readonly RawPlace[], areas: AdminAreas): Row[] {
  const onMap = places.map(place => ({ place, ...onMapOf(place, areas) }))
  const shares = areaShares(onMap)
  return inSuccessors(
    onMap.map(({ place, area, parts, dispute }) => {
      const known = place.admin1 ?? areasByAdminCode[place.adminCode] ?? area ?? null
      const meant = known ?? (parts.length > 0 ? null : (shares.get(place.adminCode) ?? null))
      return { ...place, area: meant, parts: meant === null ? parts : successorsOf(meant), dispute }
    })
  )
}

/**
 * Assigns settlements of split areas to the successors given by GeoNames; others to that of their
 * nearest neighbour, if unambiguous. Else an obsolete code stays, and a code in force is
 * removed.
 */
function inSuccessors(rows: readonly Row[]): Row[] {
  const toldRows = rows.flatMap(({ lat, lon, parts, ...row }) => {
    const admin1 = parts.length === 0 ? null : successorAt(row, parts)
    return admin1 === null ? [] : { lat, lon, admin1, key: parts.join() }
  })
  const told = Map.groupBy(toldRows, voice => voice.key)
  return rows.map(row => {
    if (row.parts.length === 0) return row
    const voices = [
      ...(told.get(row.parts.join()) ?? []),
      ...areaSeats.filter(seat => row.parts.includes(seat.admin1))
    ]
    const clear = spanning.has(row.geonameId)
      ? null
      : (successorAt(row, row.parts) ?? clearArea(voices, row))
    return { ...row, area: clear ?? (isRetired(row.area ?? '') ? row.area : null) }
  })
}

/** The area of the same country in which a place is on the map, and the dispute. */
function onMapOf(place: RawPlace, areas: AdminAreas): OnMap {
  const { codes, hasOwnCode, ...found } = areas.at(place)
  const dispute = disputes.findIndex(d => d.name === found.dispute?.name) + 1
  const own = codes.filter(code => code.slice(0, 2) === place.country)
  const area = hasOwnCode ? (own[0] ?? null) : successorAt(place, own)
  return { area, parts: area === null ? own : [], dispute }
}

interface OnMap {
  readonly area: string | null
  /** The successors of the area, if the map has no code. */
  readonly parts: readonly string[]
  readonly dispute: number
}

/**
 * What GeoNames codes represent, by the area that contains most of their places: for places off a
 * simplified coast or across a border drawn differently.
 */
function areaShares(
  places: readonly { readonly place: RawPlace; readonly area: string | null }[]
): ReadonlyMap<string, string> {
  const shares = new Map<string, string>()
  for (const [code, group] of Map.groupBy(places, p => p.place.adminCode)) {
    const counts = Map.groupBy(
      group.filter(p => p.area !== null),
      p => p.area as string
    )
    const [most] = [...counts].sort((a, b) => b[1].length - a[1].length)
    if (most && most[1].length >= shareMin * group.length) shares.set(code, most[0])
  }
  return shares
}
