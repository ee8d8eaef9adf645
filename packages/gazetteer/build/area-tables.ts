// Builds the map and the names of areas: from Natural Earth's features and the list of ISO codes to
// the tables of `areas.bin`. mapshaper simplifies the map, so that both sides of a border stay
// identical.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRetired, listSuccessors } from '../src/area/area-successors.ts'
import { disputes } from '../src/border/disputed-areas.ts'
import { unitsPerDegree } from '../src/map/map-zone.ts'
import { encodeRings } from '../src/map/ring-codec.ts'
import { bareKey, buildAreaKey } from '../src/name/area-names.ts'
import { buildIndex } from '../src/name/name-index.ts'
import { nameKey } from '../src/name/place-names.ts'
import { writeTables } from '../src/table/table-file.ts'
import { findJoined, toldCodes } from './area-changes.ts'
import { listCountryNames } from './country-names.ts'
import { type IsoEntry, listIsoNames, mapRenamedCodes } from './iso-codes.ts'
import { type DrawnArea, listNames, type NaturalFeature, readArea } from './natural-earth.ts'
import { otherAreaNames } from './other-area-names.ts'
import { sahelAreas } from './sahel-areas.ts'

/** How far simplification may move a border, metres. */
const simplifyMetres = 600
const mapshaper = 'mapshaper@0.7.70'

interface GroupedArea extends DrawnArea {
  readonly names: readonly string[]
  readonly features: readonly NaturalFeature[]
}

/** The bytes of `areas.bin`. Works in a scratch folder; takes a minute and 4 GB. */
export function buildAreaTables(
  features: readonly NaturalFeature[],
  entries: readonly IsoEntry[],
  scratch: string
): Buffer {
  const areas = groupAreas(features, entries)
  const rings = simplifyRings(areas, scratch)
  const rows = areas.map(a =>
    [a.code ?? '', a.otherCodes.join(','), a.country ?? '', a.name, a.dispute ?? ''].join('\t')
  )
  const codes = buildCodeRows(areas, entries)
  const pairs = [...listAreaNames(areas, entries, codes), ...listCountryNames()]
  const index = buildIndex(pairs.map(({ key, row }) => [key, row] as const))
  return writeTables({
    areas: encodeLines(rows),
    codes: encodeLines(codes.map(({ code, name }) => `${code}\t${name}`)),
    ...encodeRings(rings),
    nameHashes: index.hashes,
    nameRows: index.rows
  })
}

function encodeLines(lines: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.from(lines.join('\n')))
}

function groupAreas(
  features: readonly NaturalFeature[],
  entries: readonly IsoEntry[]
): readonly GroupedArea[] {
  const drawn = features.map(feature => ({ area: readArea(feature), feature }))
  const groups = [...Map.groupBy(drawn, d => d.area.key).values()].map(group => ({
    ...(group[0] as (typeof group)[0]).area,
    names: group.flatMap(d => listNames(d.feature)),
    features: group.map(d => d.feature)
  }))
  const byCountry = Map.groupBy(groups, g => g.code?.slice(0, 2) ?? '')
  const moved = [...byCountry].flatMap(([country, own]) => {
    const coded = own.flatMap(g => (g.code === null ? [] : [{ code: g.code, names: g.names }]))
    return [
      ...mapRenamedCodes(
        coded,
        entries.filter(e => e.code.startsWith(`${country}-`))
      )
    ]
  })
  const newCodes = new Map(moved)
  const renamed = groups.map(g => {
    const code = g.code === null ? null : (newCodes.get(g.code) ?? g.code)
    return code === g.code
      ? g
      : { ...g, code, names: [...g.names, ...(g.code === null ? [] : [g.code])] }
  })
  const areas = joinAreas(renamed, entries).map(area => withSuccessors(asListed(area, entries)))
  const used = areas.flatMap(a => a.code ?? [])
  if (new Set(used).size !== used.length) throw new Error('two areas of the map have one code')
  return areas.sort((a, b) => sortKey(a).localeCompare(sortKey(b), 'en'))
}

/** Areas that ISO lists under another code, or merged with others, converted to those. */
function joinAreas(areas: readonly GroupedArea[], entries: readonly IsoEntry[]): GroupedArea[] {
  const findCode = (area: GroupedArea) => findJoined(area.code ?? '') ?? area.code
  return [...Map.groupBy(areas, a => findCode(a) ?? a.key).values()].map(group => {
    const own = group.find(a => findCode(a) === a.code)
    const first = own ?? (group[0] as GroupedArea)
    if (group.length === 1 && own !== undefined) return own
    const entry = entries.find(e => e.code === findCode(first))
    const name = own?.name ?? (entry && listIsoNames(entry)[0]) ?? first.name
    const olderCodes = group.flatMap(a => (a === own || a.code === null ? [] : [a.code]))
    const names = [
      name,
      ...first.names,
      ...group.flatMap(a => (a === first ? [] : a.names)),
      ...olderCodes
    ]
    return {
      ...first,
      code: findCode(first),
      name,
      names,
      features: group.flatMap(a => a.features)
    }
  })
}

/** Countries whose names on the map precede a reassignment of codes. */
const namedByIso = new Set(['MA'])

/**
 * Removes a code that ISO no longer lists and whose successor is unknown; takes the current name if
 * that on the map belongs to another area.
 */
function asListed(area: GroupedArea, entries: readonly IsoEntry[]): GroupedArea {
  const { code } = area
  if (code === null || sahelAreas[code] !== undefined) return area
  const entry = entries.find(e => e.code === code)
  if (entry === undefined)
    return listSuccessors(code).length > 0 ? area : { ...area, code: null, otherCodes: [] }
  const [name = area.name] = listIsoNames(entry)
  return namedByIso.has(code.slice(0, 2)) ? { ...area, name, names: [name, ...area.names] } : area
}

/**
 * A split area with the codes of its successors, if settlements determine which one contains a
 * point.
 */
function withSuccessors(area: GroupedArea): GroupedArea {
  const told = listSuccessors(area.code ?? '').filter(
    code => code !== area.code && toldCodes.has(code)
  )
  return told.length === 0 ? area : { ...area, otherCodes: [...area.otherCodes, ...told] }
}

function sortKey({ code, country, key }: DrawnArea): string {
  return code ?? `${country ?? 'ZZ'}-~${key}`
}

/** Areas dissolved and simplified together, as rings on the grid. */
function simplifyRings(areas: readonly GroupedArea[], scratch: string) {
  const raw = join(scratch, 'areas.json')
  const out = join(scratch, 'simplified.json')
  const collection = areas.flatMap(({ features }, area) =>
    features.map(({ geometry }) => ({ type: 'Feature', properties: { area }, geometry }))
  )
  writeFileSync(raw, JSON.stringify({ type: 'FeatureCollection', features: collection }))
  const steps = [
    '-snap',
    '-clean',
    '-dissolve',
    'area',
    '-simplify',
    `interval=${simplifyMetres}`,
    'keep-shapes',
    'visvalingam'
  ]
  const output = ['-o', out, 'format=geojson', `precision=${1 / unitsPerDegree}`]
  execFileSync('npx', ['--yes', mapshaper, raw, ...steps, ...output], {
    stdio: ['ignore', 'inherit', 'inherit']
  })
  return extractRings(JSON.parse(readFileSync(out, 'utf8')) as Simplified)
}

interface Simplified {
  readonly features: readonly {
    readonly properties: { readonly area: number }
    readonly geometry: { readonly type: string; readonly coordinates: unknown } | null
  }[]
}

type Corner = readonly [number, number]

function extractRings({ features }: Simplified) {
  const xs: number[] = []
  const ys: number[] = []
  const ringStarts: number[] = [0]
  const ringAreas: number[] = []
  for (const { properties, geometry } of [...features].sort(
    (a, b) => a.properties.area - b.properties.area
  )) {
    if (geometry === null) continue
    const polygons = (
      geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
    ) as Corner[][][]
    for (const ring of polygons.flat()) {
      const corners = onGrid(ring)
      if (corners.length < 4) continue
      for (const [x, y] of corners) {
        xs.push(x)
        ys.push(y)
      }
      ringStarts.push(xs.length)
      ringAreas.push(properties.area)
    }
  }
  return {
    xs: Int32Array.from(xs),
    ys: Int32Array.from(ys),
    ringStarts: Uint32Array.from(ringStarts),
    ringAreas: Uint16Array.from(ringAreas)
  }
}

/** A ring in grid units, without consecutive equal corners. */
function onGrid(ring: readonly Corner[]): Corner[] {
  const corners: Corner[] = []
  for (const [lon, lat] of ring) {
    const corner = [Math.round(lon * unitsPerDegree), Math.round(lat * unitsPerDegree)] as const
    const last = corners.at(-1)
    if (last?.[0] !== corner[0] || last[1] !== corner[1]) corners.push(corner)
  }
  return corners
}

interface CodeRow {
  readonly code: string
  readonly name: string
}

/**
 * All codes that a report may state: those of the map, of the list in force, and of areas split
 * later.
 */
function buildCodeRows(
  areas: readonly GroupedArea[],
  entries: readonly IsoEntry[]
): readonly CodeRow[] {
  const names = new Map<string, string>()
  for (const entry of entries) names.set(entry.code, listIsoNames(entry)[0] ?? entry.name)
  for (const { code, name } of areas) if (code !== null) names.set(code, name)
  for (const [code, [name = code]] of Object.entries(sahelAreas)) names.set(code, name)
  // The names of Burkina Faso's provinces are names of its regions here.
  for (const name of Object.values(sahelAreas).flat()) names.delete(name)
  return [...names]
    .map(([code, name]) => ({ code, name }))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
}

interface NamePair {
  readonly key: string
  readonly row: number
}

/**
 * Keys of area names. Of two areas with the same key, the one with the higher rank keeps it; with
 * equal ranks both do.
 */
function listAreaNames(
  areas: readonly GroupedArea[],
  entries: readonly IsoEntry[],
  codes: readonly CodeRow[]
): readonly NamePair[] {
  const rowOf = new Map(codes.map(({ code }, row) => [code, row]))
  const claims = new Map<string, Map<number, number>>()
  const addClaim = (code: string, key: string, rank: number) => {
    const row = rowOf.get(code)
    if (key === '' || row === undefined) return
    const full = buildAreaKey(code.slice(0, 2), key)
    const rows = claims.get(full) ?? new Map<number, number>()
    rows.set(row, Math.min(rank, rows.get(row) ?? rank))
    claims.set(full, rows)
  }
  const name = (code: string, text: string, rank: number) => {
    addClaim(code, nameKey(text), rank)
    addClaim(code, bareKey(text), rank + 1)
  }
  for (const { code } of codes) addClaim(code, nameKey(code), 0)
  for (const [code, names] of Object.entries(sahelAreas))
    for (const text of names) name(code, text, 1)
  for (const { code, names } of areas.filter(
    a => a.code !== null && sahelAreas[a.code] === undefined
  )) {
    // A name of an obsolete area ranks below any name of one in force.
    const rank = isRetired(code as string) ? 7 : 1
    for (const [i, text] of names.entries())
      name(code as string, text, i === 0 ? rank : Math.max(rank, 5))
  }
  const onMap = new Set(areas.map(a => a.code))
  for (const entry of entries.filter(e => sahelAreas[e.code] === undefined)) {
    for (const text of listIsoNames(entry)) name(entry.code, text, onMap.has(entry.code) ? 1 : 3)
  }
  for (const [code, names] of Object.entries(otherAreaNames))
    for (const text of names) name(code, text, 0)
  return [...claims].flatMap(([key, rows]) => {
    const best = Math.min(...rows.values())
    return [...rows].filter(([, rank]) => rank === best).map(([row]) => ({ key, row }))
  })
}

/**
 * Every dispute must be on the map: as areas or as a zone inside one. Throws for a name that the
 * layer does not have.
 */
export function checkDisputes(features: readonly NaturalFeature[]): void {
  const drawn = new Set(features.flatMap(feature => readArea(feature).dispute ?? []))
  const missing = disputes.filter(d => d.areas !== undefined && !drawn.has(d.id)).map(d => d.id)
  if (missing.length > 0) throw new Error(`not on the map: ${missing.join(', ')}`)
}
