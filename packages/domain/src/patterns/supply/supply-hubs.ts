// Supply hubs and the ways into them: declared corridors, or bearings. Decides where a place lies
// relative to a hub; nothing here depends on time.

import type { IncidentPlace } from '../../incident/incident.ts'
import { findWind } from '../../report/report.ts'
import { capitals } from '../../space-time/capitals.ts'
import { distanceKm, kmPerDegree, type Point } from '../../space-time/geometry.ts'
import { hubFaults } from './hub-shape.ts'

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
  /** The first-level area that it lies in; left out or null if unknown. */
  readonly admin1?: string | null
  /** Left out or empty: its ways are told apart by bearing. */
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

/**
 * Where a place lies relative to a hub. `vague`: in reach, but not precise enough to tell the way.
 */
export type Whereabouts =
  | { readonly kind: 'hub' }
  | { readonly kind: 'corridor'; readonly corridor: string }
  | { readonly kind: 'vague' }
  | { readonly kind: 'elsewhere' }

const known = new WeakMap<
  readonly Hub[],
  { readonly capitals: boolean; readonly hubs: ReadonlyMap<string, Hub> }
>()

/**
 * All hubs by key: the declared ones, and the capitals that are not declared. Values that are not
 * shaped like a hub are left out; `hubFaults` explains them.
 */
export function hubsByKey({
  hubs,
  nationalCapitals,
  hubKm
}: HubParameters): ReadonlyMap<string, Hub> {
  const before = known.get(hubs)
  if (before?.capitals === nationalCapitals) return before.hubs
  const declared = hubs.filter(isHub)
  const isDeclared = (capital: Hub) =>
    declared.some(h => h.country === capital.country && distanceKm(h, capital) <= hubKm)
  const all = [
    ...declared,
    ...(nationalCapitals ? capitals.filter(capital => !isDeclared(capital)) : [])
  ]
  const found = new Map(all.map(hub => [hubKey(hub), hub]))
  known.set(hubs, { capitals: nationalCapitals, hubs: found })
  return found
}

export function hubKey(hub: Hub): string {
  return `${hub.country ?? 'XX'}/${hub.name}`
}

/** True for a value that is shaped like a hub. */
export function isHub(value: unknown): value is Hub {
  return hubFaults(value).length === 0
}

/**
 * The hubs that an incident at this place may concern: those with a declared corridor there, and
 * those of its own country in reach; if there are none, the nearest in reach. Pure.
 */
export function hubsNear(place: IncidentPlace, parameters: HubParameters): Hub[] {
  const { lat, lon, country } = place
  if (lat === null || lon === null) return []
  const point = { lat, lon }
  const reach: { hub: Hub; km: number }[] = []
  for (const hub of hubsByKey(parameters).values()) {
    if (Math.abs(hub.lat - lat) * kmPerDegree > parameters.radiusKm) continue
    const km = distanceKm(hub, point)
    if (km <= parameters.radiusKm) reach.push({ hub, km })
  }
  const near = reach
    .filter(({ hub }) => hub.country === country || isOnCorridor(hub, place, parameters))
    .map(({ hub }) => hub)
  if (near.length > 0 || reach.length === 0) return near
  return [reach.reduce((a, b) => (b.km < a.km ? b : a)).hub]
}

/** The hubs of a country. */
export function hubsOfCountry(country: string, parameters: HubParameters): Hub[] {
  return [...hubsByKey(parameters).values()].filter(hub => hub.country === country)
}

function isOnCorridor(hub: Hub, place: IncidentPlace, parameters: HubParameters): boolean {
  return (
    (hub.corridors?.length ?? 0) > 0 && whereaboutsOf(hub, place, parameters).kind === 'corridor'
  )
}

/**
 * Where a place lies relative to a hub: in it, on one of its ways, or neither. Bearings are rounded
 * to five degrees, as texts. Pure.
 */
export function whereaboutsOf(
  hub: Hub,
  place: IncidentPlace,
  parameters: HubParameters
): Whereabouts {
  if (place.lat === null || place.lon === null) return { kind: 'elsewhere' }
  const point = { lat: place.lat, lon: place.lon }
  const radiusKm = place.radiusKm ?? Infinity
  const km = distanceKm(hub, point)
  if (km > parameters.radiusKm) return { kind: 'elsewhere' }
  if (km <= parameters.hubKm) {
    if (place.country !== null && hub.country !== null && place.country !== hub.country)
      return { kind: 'elsewhere' }
    return radiusKm <= parameters.hubKm ? { kind: 'hub' } : { kind: 'vague' }
  }
  const corridor = hub.corridors?.length
    ? declaredCorridor(hub, hub.corridors, point, radiusKm, parameters)
    : bearingIsKnown(radiusKm, km, parameters)
      ? String(stepOf(bearingFrom(hub, point)))
      : null
  return corridor === null ? { kind: 'vague' } : { kind: 'corridor', corridor }
}

/** True if a circle covers at most one sector, as seen from the hub. */
function bearingIsKnown(radiusKm: number, km: number, { sectorDegrees }: HubParameters): boolean {
  return radiusKm <= km * Math.sin((sectorDegrees / 2) * radians)
}

/** Resolution of bearings, degrees. */
export const bearingStep = 5

function stepOf(bearing: number): number {
  return (Math.round(bearing / bearingStep) * bearingStep) % 360
}

function declaredCorridor(
  hub: Hub,
  corridors: readonly Corridor[],
  point: Point,
  radiusKm: number,
  parameters: HubParameters
): string | null {
  const along = corridors
    .filter(c => c.points !== undefined)
    .map(c => ({ name: c.name, off: offWayKm(point, [hub, ...pointsOf(c)]) }))
    .filter(({ off }) => off <= parameters.corridorKm && radiusKm <= parameters.corridorKm)
  if (along.length > 0) return along.reduce((a, b) => (b.off < a.off ? b : a)).name
  if (!bearingIsKnown(radiusKm, distanceKm(hub, point), parameters)) return null
  const bearing = bearingFrom(hub, point)
  const facing = corridors
    .filter(c => c.points === undefined && c.bearing !== undefined)
    .map(c => ({ name: c.name, off: degreesApart(bearing, c.bearing as number) }))
    .filter(({ off }) => off <= parameters.sectorDegrees / 2)
  return facing.length === 0 ? null : facing.reduce((a, b) => (b.off < a.off ? b : a)).name
}

function pointsOf({ points = [] }: Corridor): Point[] {
  return points.map(([lat, lon]) => ({ lat, lon }))
}

const radians = Math.PI / 180

/** Initial bearing of the great circle, degrees from north, 0 to 360. */
export function bearingFrom(from: Point, to: Point): number {
  const dLon = (to.lon - from.lon) * radians
  const [lat1, lat2] = [from.lat * radians, to.lat * radians]
  const y = Math.sin(dLon) * Math.cos(lat2)
  const x = Math.cos(lat1) * Math.sin(lat2) - Math.sin(lat1) * Math.cos(lat2) * Math.cos(dLon)
  return (Math.atan2(y, x) / radians + 360) % 360
}

export function degreesApart(a: number, b: number): number {
  const apart = Math.abs(a - b) % 360
  return Math.min(apart, 360 - apart)
}

/**
 * Distance of a point from a way, km, on the tangent plane of the point: accurate to one per cent
 * over some hundred kilometres.
 */
function offWayKm(point: Point, way: readonly Point[]): number {
  const scale = Math.cos(point.lat * radians)
  const flat = way.map(p => ({
    x: (p.lon - point.lon) * kmPerDegree * scale,
    y: (p.lat - point.lat) * kmPerDegree
  }))
  let nearest = Number.POSITIVE_INFINITY
  for (let i = 1; i < flat.length; i++) {
    const [a, b] = [flat[i - 1] as { x: number; y: number }, flat[i] as { x: number; y: number }]
    const [dx, dy] = [b.x - a.x, b.y - a.y]
    const length = dx * dx + dy * dy
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, -(a.x * dx + a.y * dy) / length))
    nearest = Math.min(nearest, Math.hypot(a.x + share * dx, a.y + share * dy))
  }
  return nearest
}

/**
 * Maximum number of these bearings that lie pairwise at least `degrees` apart on the circle. Exact.
 */
export function mostApartOnCircle(bearings: readonly number[], degrees: number): number {
  const sorted = [...new Set(bearings)].sort((a, b) => a - b)
  const [first] = sorted
  if (first === undefined) return 0
  let most = 1
  // Some best choice begins in the first sector: otherwise its first bearing could be added, or
  // replace another.
  for (const start of sorted) {
    if (start - first >= degrees) break
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

/** `the north`, if a corridor is a bearing; its name if it is declared. */
export function corridorName(hub: Hub, corridor: string): string {
  return hub.corridors?.length ? corridor : `the ${findWind(Number(corridor))}`
}
