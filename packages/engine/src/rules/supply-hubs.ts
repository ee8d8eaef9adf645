// Supply hubs and the ways into them: declared corridors, or bearings. Where a place is relative to
// a hub, which does not depend on time.

import capitals from '../data/capitals.json' with { type: 'json' }
import { computeDistanceKm, kmPerDegree, subtractLongitudes } from '../data/distance.ts'
import type { ParameterFault } from './definition.ts'

interface Point {
  readonly lat: number
  readonly lon: number
}

/** A way into a hub: points along it, or its bearing as seen from the hub, degrees from north. */
export interface Corridor {
  readonly name: string
  readonly bearing?: number
  /** `[lat, lon]` in order along the way. */
  readonly points?: readonly (readonly [number, number])[]
}

export interface Hub extends Point {
  readonly name: string
  /** ISO 3166-1 alpha-2; null if it belongs to none. */
  readonly country: string | null
  /** The first-level area in which it is; left out or null if unknown. */
  readonly admin1?: string | null
  /** Left out or empty: its ways are distinguished by bearing. */
  readonly corridors?: readonly Corridor[]
}

export interface HubParameters {
  readonly hubs: readonly Hub[]
  readonly nationalCapitals: boolean
  readonly radiusKm: number
  readonly hubKm: number
  readonly sectorDegrees: number
  readonly corridorKm: number
}

export interface RoutePlace extends Point {
  readonly country: string
  /** Precision; infinite if unknown. */
  readonly km: number
}

/** In the hub, on a way into it (its name or bearing), or neither. */
export interface Whereabouts {
  readonly isInHub: boolean
  readonly corridor: string | null
}

const elsewhere: Whereabouts = { isInHub: false, corridor: null }
const inHub: Whereabouts = { isInHub: true, corridor: null }

/** The declared hubs, and the capitals that they do not replace. */
export function listHubs({ hubs, nationalCapitals, hubKm }: HubParameters): readonly Hub[] {
  if (!nationalCapitals) return hubs
  const rows = capitals as [string, string, number, number, string | null][]
  const others = rows.map(([country, name, lat, lon, admin1]): Hub => {
    return { country, name, lat, lon, admin1 }
  })
  const isReplaced = (capital: Hub) =>
    hubs.some(hub => hub.country === capital.country && computeKm(hub, capital) <= hubKm)
  return [...hubs, ...others.filter(capital => !isReplaced(capital))]
}

/**
 * The hubs that an incident at this place may concern: those with a declared corridor there, and
 * those in reach of the same country; if there are none, the nearest in reach.
 */
export function listHubsNear(
  hubs: readonly Hub[],
  place: RoutePlace,
  parameters: HubParameters
): readonly Hub[] {
  const { radiusKm } = parameters
  const isInReach = (hub: Hub) =>
    Math.abs(hub.lat - place.lat) * kmPerDegree <= radiusKm && computeKm(hub, place) <= radiusKm
  const inReach = hubs.filter(isInReach)
  const concerned = inReach.filter(
    hub =>
      hub.country === place.country ||
      (hasCorridors(hub) && locate(hub, place, parameters).corridor !== null)
  )
  if (concerned.length > 0 || inReach.length === 0) return concerned
  return [inReach.reduce((a, b) => (computeKm(b, place) < computeKm(a, place) ? b : a))]
}

export function hasCorridors({ corridors }: Hub): boolean {
  return corridors !== undefined && corridors.length > 0
}

/** Where a place is relative to a hub. Bearings are rounded to five degrees. */
export function locate(hub: Hub, place: RoutePlace, parameters: HubParameters): Whereabouts {
  const { radiusKm, hubKm } = parameters
  const apartKm = computeKm(hub, place)
  if (apartKm > radiusKm) return elsewhere
  if (apartKm <= hubKm) {
    const isAbroad = place.country !== '' && hub.country !== null && place.country !== hub.country
    return !isAbroad && place.km <= hubKm ? inHub : elsewhere
  }
  if (hasCorridors(hub)) return { isInHub: false, corridor: findCorridor(hub, place, parameters) }
  if (!hasKnownBearing(place.km, apartKm, parameters)) return elsewhere
  const step = Math.round(computeBearing(hub, place) / bearingStep) * bearingStep
  return { isInHub: false, corridor: String(step % 360) }
}

/** Resolution of bearings, degrees. */
const bearingStep = 5

/** True if a circle covers at most one sector, as seen from the hub. */
function hasKnownBearing(km: number, apartKm: number, { sectorDegrees }: HubParameters): boolean {
  return km <= apartKm * Math.sin((sectorDegrees / 2) * radians)
}

/** The nearest declared way with points; else the nearest by bearing. */
function findCorridor(hub: Hub, place: RoutePlace, parameters: HubParameters): string | null {
  const { corridorKm, sectorDegrees } = parameters
  const along = hub
    .corridors!.filter(({ points }) => points !== undefined)
    .map(({ name, points }) => ({ name, off: computeKmOff(place, [hub, ...listPoints(points!)]) }))
    .filter(({ off }) => off <= corridorKm && place.km <= corridorKm)
  if (along.length > 0) return along.reduce((a, b) => (b.off < a.off ? b : a)).name
  if (!hasKnownBearing(place.km, computeKm(hub, place), parameters)) return null
  const bearing = computeBearing(hub, place)
  const facing = hub
    .corridors!.filter(corridor => corridor.points === undefined && corridor.bearing !== undefined)
    .map(corridor => ({ name: corridor.name, off: computeTurn(bearing, corridor.bearing!) }))
    .filter(({ off }) => off <= sectorDegrees / 2)
  return facing.length === 0 ? null : facing.reduce((a, b) => (b.off < a.off ? b : a)).name
}

function listPoints(points: readonly (readonly [number, number])[]): Point[] {
  return points.map(([lat, lon]) => ({ lat, lon }))
}

const radians = Math.PI / 180

function computeKm(a: Point, b: Point): number {
  return computeDistanceKm(a.lat, a.lon, b.lat, b.lon)
}

/** Initial bearing of the great circle, degrees from north, 0 to 360. */
function computeBearing(from: Point, to: Point): number {
  const turn = (to.lon - from.lon) * radians
  const [latA, latB] = [from.lat * radians, to.lat * radians]
  const y = Math.sin(turn) * Math.cos(latB)
  const x = Math.cos(latA) * Math.sin(latB) - Math.sin(latA) * Math.cos(latB) * Math.cos(turn)
  return (Math.atan2(y, x) / radians + 360) % 360
}

/** Degrees between two bearings. */
function computeTurn(a: number, b: number): number {
  const apart = Math.abs(a - b) % 360
  return Math.min(apart, 360 - apart)
}

/**
 * Distance of a point from a way, km, on the tangent plane of the point: accurate to one per cent
 * over some hundred kilometres.
 */
function computeKmOff(point: Point, way: readonly Point[]): number {
  const scale = Math.cos(point.lat * radians)
  const flat = way.map(({ lat, lon }) => ({
    x: subtractLongitudes(lon, point.lon) * kmPerDegree * scale,
    y: (lat - point.lat) * kmPerDegree
  }))
  let nearest = Number.POSITIVE_INFINITY
  for (let i = 1; i < flat.length; i++) {
    const [a, b] = [flat[i - 1]!, flat[i]!]
    const [dx, dy] = [b.x - a.x, b.y - a.y]
    const length = dx * dx + dy * dy
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, -(a.x * dx + a.y * dy) / length))
    nearest = Math.min(nearest, Math.hypot(a.x + share * dx, a.y + share * dy))
  }
  return nearest
}

/** The greatest number of these bearings with at least `degrees` between any two. Exact. */
export function countApart(bearings: readonly number[], degrees: number): number {
  const sorted = [...new Set(bearings)].sort((a, b) => a - b)
  let most = 0
  // Some best choice begins in the first sector: else its first bearing could be added.
  for (const start of sorted) {
    if (start - sorted[0]! >= degrees) break
    let [count, last] = [1, start]
    for (const bearing of sorted) {
      if (bearing - last < degrees || start + 360 - bearing < degrees) continue
      count += 1
      last = bearing
    }
    most = Math.max(most, count)
  }
  return most
}

const hubMembers = ['name', 'country', 'admin1', 'lat', 'lon', 'corridors']
const corridorMembers = ['name', 'bearing', 'points']

/** Faults of a value as a hub; paths from the value down. */
export function listHubFaults(value: unknown): readonly ParameterFault[] {
  if (!isObject(value)) return [makeFault([], 'must be a hub: {name, country, lat, lon}')]
  const { country = null, admin1 = null, lat, lon, corridors = [] } = value
  const faults = [...listNameFaults(value), ...listUnknownMembers(value, hubMembers)]
  if (!isCodeOrNull(country, /^[A-Z]{2}$/))
    faults.push(makeFault(['country'], 'must be a code of ISO 3166-1, such as "ML", or null'))
  if (!isCodeOrNull(admin1, /^[A-Z]{2}-[A-Z0-9]{1,3}$/))
    faults.push(makeFault(['admin1'], 'must be a code of ISO 3166-2, such as "ML-4"'))
  if (!isWithin(lat, -90, 90)) faults.push(makeFault(['lat'], 'must be degrees, -90 to 90'))
  if (!isWithin(lon, -180, 180)) faults.push(makeFault(['lon'], 'must be degrees, -180 to 180'))
  if (!Array.isArray(corridors))
    return [...faults, makeFault(['corridors'], 'must be a list of corridors')]
  for (const [i, corridor] of corridors.entries())
    for (const { path, detail } of listCorridorFaults(corridor))
      faults.push(makeFault(['corridors', i, ...path], detail))
  return faults
}

function listCorridorFaults(value: unknown): readonly ParameterFault[] {
  if (!isObject(value))
    return [makeFault([], 'must be a corridor: {name, bearing} or {name, points}')]
  const { bearing, points } = value
  const faults = [...listNameFaults(value), ...listUnknownMembers(value, corridorMembers)]
  if (bearing === undefined && points === undefined)
    return [...faults, makeFault([], 'lacks a bearing or points')]
  if (bearing !== undefined && !isWithin(bearing, 0, 360))
    faults.push(makeFault(['bearing'], 'must be degrees from north, 0 to 360'))
  if (points === undefined) return faults
  if (!Array.isArray(points) || points.length === 0)
    return [...faults, makeFault(['points'], 'must be a list of points, at least one: [lat, lon]')]
  for (const [i, point] of points.entries())
    if (!isPoint(point)) faults.push(makeFault(['points', i], 'must be [lat, lon] in degrees'))
  return faults
}

function listNameFaults({ name }: Readonly<Record<string, unknown>>): ParameterFault[] {
  const isName = typeof name === 'string' && name.trim() !== ''
  return isName ? [] : [makeFault(['name'], 'must be a name')]
}

function listUnknownMembers(value: object, members: readonly string[]): ParameterFault[] {
  const unknown = Object.keys(value).filter(name => !members.includes(name))
  return unknown.map(name =>
    makeFault([name], `is not known here; there are ${members.join(', ')}`)
  )
}

function isPoint(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false
  return isWithin(value[0], -90, 90) && isWithin(value[1], -180, 180)
}

function isCodeOrNull(value: unknown, form: RegExp): boolean {
  return value === null || (typeof value === 'string' && form.test(value))
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function makeFault(path: readonly (string | number)[], detail: string): ParameterFault {
  return { path, detail }
}
