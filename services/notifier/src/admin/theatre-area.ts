// Areas of theatres: read as polygons from a request body, said in words, and how many reports of
// the last week a change of them leaves in no theatre.

import { bodyInvalid, type ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import type { Place } from '@tocsin/contracts/theatre/report'
import {
  type TheatreConfig,
  unassignedTheatre,
  worldTheatre
} from '@tocsin/contracts/theatre/theatre-record'
import { countryName } from '@tocsin/domain/space-time/country-names'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { findRingFault, type Ring, unrollRing } from '@tocsin/domain/space-time/polygon'
import type { EventLog } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import { findTheatre, listDeclared } from '@tocsin/service/theatre/theatre-assignment'
import { polygonsMeet } from '@tocsin/service/theatre/theatre-overlap'

export type Rings = NonNullable<TheatreConfig['polygon']>
type Corner = readonly [number, number]

/** Maximum number of corners, over all rings. */
export const cornersMax = 2_000

/**
 * Reads a GeoJSON Polygon or MultiPolygon, or the rings alone. The rings of several polygons become
 * one list: polygons of an area must not overlap. Throws ProblemError that names `/polygon`.
 */
export function readRings(value: unknown): Rings {
  const polygons = listPolygons(value)
  if (!isFilledList(polygons) || !polygons.every(isFilledList))
    throw refuse('must be a GeoJSON Polygon or MultiPolygon, or rings of [lon, lat]')
  let corners = 0
  for (const ring of polygons.flat()) {
    if (!Array.isArray(ring) || ring.length < 4)
      throw refuse('has a ring of fewer than four positions')
    corners += ring.length
    if (corners > cornersMax) throw refuse(`has more than ${cornersMax} positions`)
    if (!ring.every(isCorner))
      throw refuse('has a position that is not [lon, lat] in degrees, -180 to 180 and -90 to 90')
    const [first, last] = [ring[0] as Corner, ring.at(-1) as Corner]
    if (first[0] !== last[0] || first[1] !== last[1])
      throw refuse('has a ring that does not end where it begins')
    const fault = findRingFault(ring)
    if (fault !== null) throw refuse(fault)
  }
  const read = polygons as readonly Rings[]
  if (read.some((one, i) => read.slice(i + 1).some(other => polygonsMeet(one, other))))
    throw refuse('has polygons that overlap')
  return read.flat()
}

/** The rings of each polygon; anything else if the value is no such list. */
function listPolygons(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value)) return [value]
  const { type, coordinates } = value as { readonly type: unknown; readonly coordinates?: unknown }
  if (type === 'MultiPolygon') return coordinates
  return type === 'Polygon' ? [coordinates] : null
}

function isFilledList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0
}

function isCorner(value: unknown): value is Corner {
  const isWithin = (part: unknown, max: number) =>
    typeof part === 'number' && part >= -max && part <= max
  return (
    Array.isArray(value) && value.length === 2 && isWithin(value[0], 180) && isWithin(value[1], 90)
  )
}

function refuse(detail: string): ProblemError {
  return bodyInvalid('/polygon', detail)
}

/** Countries named; the others are counted. */
const countriesNamedMax = 5

/** The area of a theatre: `world` covers every place until another theatre is declared. */
export function describeCover(
  { id, countries, polygon }: TheatreConfig,
  theatres: Iterable<TheatreConfig>
): string {
  if (id === worldTheatre)
    return listDeclared(theatres).length === 0
      ? 'every place'
      : 'nothing: other theatres are declared'
  if (countries !== null) {
    const more = countries.length - countriesNamedMax
    const named = countries.slice(0, countriesNamedMax).map(countryName)
    return [...named, ...(more > 0 ? [`${more} more countries`] : [])].join(', ')
  }
  const rings = (polygon ?? []).map(unrollRing)
  const lats = rings.flat().map(([, lat]) => lat)
  const formatLat = (lat: number) => formatDegrees(lat, 'N', 'S')
  const formatLon = (lon: number) => formatDegrees(lon > 180 ? lon - 360 : lon, 'E', 'W')
  const [south, north] = [Math.min(...lats), Math.max(...lats)].map(formatLat)
  const [west, east] = findSides(rings).map(formatLon)
  return `a polygon from ${south} to ${north}, ${west} to ${east}`
}

/** West and east of the shortest interval of longitude that contains all rings, from -180°. */
function findSides(rings: readonly Ring[]): readonly [number, number] {
  const spans = rings
    .map(ring => {
      const lons = ring.map(([lon]) => lon)
      const west = Math.min(...lons)
      const turn = west < -180 ? 360 : west >= 180 ? -360 : 0
      return [west + turn, Math.max(...lons) + turn] as const
    })
    .sort((a, b) => a[0] - b[0])
  const first = spans[0]?.[0] ?? 0
  let reached = Number.NEGATIVE_INFINITY
  let best = { gap: Number.NEGATIVE_INFINITY, west: first, east: first }
  for (const [i, span] of spans.entries()) {
    reached = Math.max(reached, span[1])
    const next = spans[i + 1]?.[0] ?? first + 360
    if (next - reached > best.gap) best = { gap: next - reached, west: next, east: reached }
  }
  return [best.west >= 180 ? best.west - 360 : best.west, best.east]
}

function formatDegrees(degrees: number, positive: string, negative: string): string {
  return `${Math.round(Math.abs(degrees) * 100) / 100}°${degrees < 0 ? negative : positive}`
}

/** Newest records read of each partition, in steps until one is before the last week. */
const recordsMax = 20_000
const stepRecords = 1000n

/**
 * How many reports lie in a theatre of `before` and in none of `after`; `isAll` false: the week has
 * more records than are read. `nowIn`: the time in a theatre, ISO 8601. Null if there are none.
 * Rejects with the log's error.
 */
export async function countLeftOutside(
  log: EventLog,
  { before, after }: Readonly<Record<'before' | 'after', readonly TheatreConfig[]>>,
  nowIn: (theatre: string) => string,
  max = recordsMax
) {
  /** By report: whether its newest record leaves it outside. */
  const found = new Map<string, boolean>()
  const isOutside = (place: Place, theatres: readonly TheatreConfig[]) =>
    findTheatre(place, theatres) === unassignedTheatre
  const replays = new Set(after.filter(({ clock }) => clock === 'replay').map(({ id }) => id))
  let isAll = true
  for (const { partition, start, end } of await log.state(topics.incidents)) {
    const least = end - start > BigInt(max) ? end - BigInt(max) : start
    let [to, isBefore] = [end, false]
    while (to > least && !isBefore) {
      const from = to - stepRecords > least ? to - stepRecords : least
      const inStep = new Map<string, boolean>()
      let [recent, older] = [0, 0]
      await readUpTo(log, { topic: topics.incidents, partition, from, to }, ({ value }) => {
        const decoded = value === null ? null : decodeTheatreRecord(value)
        if (decoded?.kind !== 'decoded') return
        const { record } = decoded
        if (Date.parse(record.time) < Date.parse(nowIn(record.theatre)) - 7 * dayMs) {
          // The years of a replay go by in minutes: recent records of others may lie before them.
          if (!replays.has(record.theatre)) older++
          return
        }
        recent++
        if (record.type === 'report.withdrawn') inStep.set(record.data.reportId, false)
        if (record.type !== 'report.received') return
        const { reportId, place } = record.data
        inStep.set(reportId, !isOutside(place, before) && isOutside(place, after))
      })
      for (const [reportId, isLeft] of inStep) found.set(reportId, found.get(reportId) ?? isLeft)
      isBefore = recent === 0 && older > 0
      to = from
    }
    if (!isBefore && least > start) isAll = false
  }
  const reports = [...found.values()].filter(Boolean).length
  if (reports === 0) return null
  const lie = reports === 1 ? 'report of the last 7 days lies' : 'reports of the last 7 days lie'
  const hint = `${isAll ? '' : 'at least '}${reports.toLocaleString('en')} ${lie} in no theatre by the declared areas: no rule sees later reports there. Declare a theatre that holds them if rules should.`
  return { reports, isAll, hint }
}
