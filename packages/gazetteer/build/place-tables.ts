// Builds the tables of `places.bin` from places: one row per settlement, in grid order, with its
// area.

import { distanceKm } from '@tocsin/domain/space-time/geometry'
import type { AdminAreas } from '../src/area/admin-areas.ts'
import { areaSeats, clearArea } from '../src/area/area-seats.ts'
import { isRetired, listSuccessors } from '../src/area/area-successors.ts'
import { disputes } from '../src/border/disputed-areas.ts'
import { buildIndex } from '../src/name/name-index.ts'
import { buildSlug, nameKey } from '../src/name/place-names.ts'
import { soundKey } from '../src/name/sound-key.ts'
import { disputeShift, encodeSeats, placeFlags } from '../src/settlement/settlements.ts'
import { encodeCountry } from '../src/table/country-codes.ts'
import { computeUnitCell, toUnits } from '../src/table/place-grid.ts'
import { writeTables } from '../src/table/table-file.ts'
import { findSuccessor, spanning } from './area-changes.ts'
import { buildBorderCityTables, buildWitnessTables } from './border-witnesses.ts'
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
export function buildPlaceTables(places: readonly RawPlace[], areas: AdminAreas): Buffer {
  const rows = withOwnIds(assignAreas(removeRepeats(places), areas)).sort(
    (a, b) => computeCell(a) - computeCell(b) || a.geonameId - b.geonameId
  )
  const adminCodes = [...new Set(rows.flatMap(row => row.area ?? []))].sort()
  const names = rows.map(row => Buffer.from(row.name))
  const holders = Map.groupBy(rows, row => `${row.area}/${buildSlug(row.name)}`)
  const isAlone = (row: Row) =>
    row.area !== null && holders.get(`${row.area}/${buildSlug(row.name)}`)?.length === 1
  const byName = buildIndex(
    rows
      .flatMap((row, i) => listAllNames(row).map(name => [nameKey(name), i] as const))
      .filter(([key]) => key !== '')
  )
  const bySound = buildIndex(
    rows
      .flatMap((row, i) => listLatinNames(row).map(name => [soundKey(name), i] as const))
      .filter(([key]) => key.length >= soundLengthMin)
  )
  return writeTables({
    geonameIds: Uint32Array.from(rows, row => row.geonameId),
    lats: Int32Array.from(rows, row => toUnits(row.lat)),
    lons: Int32Array.from(rows, row => toUnits(row.lon)),
    populations: Uint32Array.from(rows, row => row.population),
    countries: Uint16Array.from(rows, row => encodeCountry(row.country)),
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
    seats: encodeSeats(rows.map(row => row.seat)),
    nameLengths: Uint8Array.from(names, name => name.length),
    names: new Uint8Array(Buffer.concat(names)),
    adminCodes: new Uint8Array(Buffer.from(adminCodes.join('\n'))),
    disputes: new Uint8Array(Buffer.from(disputes.map(d => d.id).join('\n'))),
    nameHashes: byName.hashes,
    nameRows: byName.rows,
    soundHashes: bySound.hashes,
    soundRows: bySound.rows,
    ...buildWitnessTables(rows, areas),
    ...buildBorderCityTables(rows, areas)
  })
}

function computeCell({ lat, lon }: RawPlace): number {
  return computeUnitCell(toUnits(lat), toUnits(lon))
}

function listAllNames({ name, alternates }: RawPlace): readonly string[] {
  return [name, ...alternates]
}

/**
 * Sounds are compared in Latin letters: other scripts are transliterated at look-up, and need no
 * row.
 */
function listLatinNames(place: RawPlace): readonly string[] {
  return listAllNames(place).filter(name => /^\P{L}*\p{Script=Latin}/u.test(name))
}

/** Drops the smaller of two records of one place. Rows entered by hand all stay. */
function removeRepeats(places: readonly RawPlace[]): readonly RawPlace[] {
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
      `${row.area ?? row.country}/${buildSlug(row.name)}@${row.lat.toFixed(1)},${row.lon.toFixed(1)}`
  )
  return [...byName.values()].map(
    group =>
      group.toSorted((a, b) => b.population - a.population || a.geonameId - b.geonameId)[0] as Row
  )
}

function assignAreas(places: readonly RawPlace[], areas: AdminAreas): Row[] {
  const onMap = places.map(place => ({ place, ...locateOnMap(place, areas) }))
  const shares = countAreaShares(onMap)
  return assignSuccessors(
    onMap.map(({ place, area, parts, dispute }) => {
      const known = place.admin1 ?? areasByAdminCode[place.adminCode] ?? area ?? null
      const meant = known ?? (parts.length > 0 ? null : (shares.get(place.adminCode) ?? null))
      return {
        ...place,
        area: meant,
        parts: meant === null ? parts : listSuccessors(meant),
        dispute
      }
    })
  )
}

/**
 * Assigns settlements of split areas to the successors given by GeoNames; others to that of their
 * nearest neighbour, if unambiguous. Else an obsolete code stays, and a code in force is
 * removed.
 */
function assignSuccessors(rows: readonly Row[]): Row[] {
  const toldRows = rows.flatMap(({ lat, lon, parts, ...row }) => {
    const admin1 = parts.length === 0 ? null : findSuccessor(row, parts)
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
      : (findSuccessor(row, row.parts) ?? clearArea(voices, row))
    return { ...row, area: clear ?? (isRetired(row.area ?? '') ? row.area : null) }
  })
}

/** The area of the same country in which a place is on the map, and the dispute. */
function locateOnMap(place: RawPlace, areas: AdminAreas): OnMap {
  const { codes, hasOwnCode, ...found } = areas.findArea(place)
  const dispute = disputes.findIndex(d => d.name === found.dispute?.name) + 1
  const own = codes.filter(code => code.slice(0, 2) === place.country)
  const area = hasOwnCode ? (own[0] ?? null) : findSuccessor(place, own)
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
function countAreaShares(
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
