// The circle and the polygon that a filter asks for, against the circles of alerts: one by one, and
// many at once.

import { distanceKm } from './geometry.ts'

/** [lon, lat], as GeoJSON has it. */
export type LonLat = readonly [number, number]
/** A GeoJSON Polygon: rings of positions; the first is the outside, the others are holes. */
export interface PolygonArea {
  readonly type: 'Polygon'
  readonly coordinates: readonly (readonly LonLat[])[]
}

/**
 * The cost of matching so far, in positions and alternatives checked, for callers that match many
 * alerts in a shared thread. It is only counted here.
 */
export interface FilterWork {
  units: number
}

/** [lat, lon, km] */
export type Circle = readonly [number, number, number]

const kmPerDegree = 111.195
/**
 * Margin added to the circle's radius, km: above rounding error, so that the box never contradicts
 * the exact test.
 */
const boxSlackKm = 0.001

/** True if the two circles touch. An alert without coordinates matches no circle. */
export function meetsCircle(wanted: Circle, area: Circle | null): boolean {
  if (area === null) return false
  const reachKm = wanted[2] + area[2]
  // Most lie too far north or south: no angle need be computed for these.
  if (Math.abs(wanted[0] - area[0]) * kmPerDegree > reachKm + boxSlackKm) return false
  return distanceKm({ lat: wanted[0], lon: wanted[1] }, { lat: area[0], lon: area[1] }) <= reachKm
}

/**
 * True if the alert's circle touches the polygon: its centre lies inside, or an edge lies within
 * its radius.
 */
export function meetsPolygon(
  polygon: PolygonArea,
  bounds: Bounds,
  area: Circle | null,
  work?: FilterWork
): boolean {
  if (area === null) return false
  const [lat, lon, km] = area
  if (isBeyondReach(bounds, lon, lon, lat, lat, km)) return false
  if (work !== undefined) work.units += bounds.positions
  let isInside = false
  let least = Number.POSITIVE_INFINITY
  for (const ring of polygon.coordinates) {
    const met = meetRing(ring, area)
    if (met.holdsMiddle) isInside = !isInside
    least = Math.min(least, met.leastSquareKm)
  }
  return isInside || least <= area[2] * area[2]
}

export interface Bounds {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
  readonly positions: number
}

/** Bounds of filters' polygons; a polygon never changes. */
const boundsKnown = new WeakMap<PolygonArea, Bounds>()

export function computeBounds(polygon: PolygonArea): Bounds {
  const known = boundsKnown.get(polygon)
  if (known !== undefined) return known
  let [west, east, south, north, positions] = [180, -180, 90, -90, 0]
  for (const ring of polygon.coordinates) {
    positions += ring.length
    for (const [lon, lat] of ring) {
      west = Math.min(west, lon)
      east = Math.max(east, lon)
      south = Math.min(south, lat)
      north = Math.max(north, lat)
    }
  }
  const bounds = { west, east, south, north, positions }
  boundsKnown.set(polygon, bounds)
  return bounds
}

/**
 * Degrees from one meridian to another by the shorter way, from -180 to below 180. Without a
 * division, since it runs for every position.
 */
function computeDegreesEast(lon: number, from: number): number {
  const degrees = lon - from
  if (degrees >= 180) return degrees - 360
  return degrees < -180 ? degrees + 360 : degrees
}

/**
 * A ring against the centre of a circle, on the tangent plane there: accurate near the centre,
 * where it matters. The even–odd rule decides inside; the distance is that of the nearest edge.
 */
function meetRing(
  ring: readonly LonLat[],
  [lat0, lon0]: Circle
): { holdsMiddle: boolean; leastSquareKm: number } {
  const kmPerDegreeEast = Math.cos((lat0 * Math.PI) / 180) * kmPerDegree
  let holdsMiddle = false
  let leastSquareKm = Number.POSITIVE_INFINITY
  let x1 = 0
  let y1 = 0
  for (let i = 0; i < ring.length; i++) {
    const position = ring[i] as LonLat
    const x2 = computeDegreesEast(position[0], lon0) * kmPerDegreeEast
    const y2 = (position[1] - lat0) * kmPerDegree
    if (i > 0) {
      const dx = x2 - x1
      const dy = y2 - y1
      if (y1 > 0 !== y2 > 0 && x1 - (y1 * dx) / dy > 0) holdsMiddle = !holdsMiddle
      const square = dx * dx + dy * dy
      const along = square === 0 ? 0 : Math.max(0, Math.min(1, -(x1 * dx + y1 * dy) / square))
      const x = x1 + along * dx
      const y = y1 + along * dy
      const squareKm = x * x + y * y
      if (squareKm < leastSquareKm) leastSquareKm = squareKm
    }
    x1 = x2
    y1 = y2
  }
  return { holdsMiddle, leastSquareKm }
}

/** What a filter asks of where an alert is. */
export interface AskedArea {
  readonly circle?: Circle
  readonly polygon?: PolygonArea
}

/** A box around the circles of many alerts, in degrees, which only grows. */
export interface AreaBox {
  west: number
  east: number
  south: number
  north: number
  /** The greatest radius, km. */
  km: number
}

/** Around nothing: no area meets it. */
export function emptyBox(): AreaBox {
  const inf = Number.POSITIVE_INFINITY
  return { west: inf, east: -inf, south: inf, north: -inf, km: 0 }
}

export function growBox(box: AreaBox, circle: Circle | null): void {
  if (circle === null) return
  const [lat, lon, km] = circle
  box.west = Math.min(box.west, lon)
  box.east = Math.max(box.east, lon)
  box.south = Math.min(box.south, lat)
  box.north = Math.max(box.north, lat)
  box.km = Math.max(box.km, km)
}

/** One asked area, for many alerts. The tests are pure except for the count in `work`. */
export interface AreaTest {
  /**
   * True if an alert's circle meets it; an alert without one meets none. O(positions) near the
   * polygon only.
   */
  meets(area: Circle | null, work: FilterWork): boolean
  /** False only where no circle in the box can meet it. O(1). */
  mayMeet(box: AreaBox): boolean
}

/** Null for who asks for no area. */
export function createAreaTest({ circle, polygon }: AskedArea): AreaTest | null {
  if (circle === undefined && polygon === undefined) return null
  const bounds = polygon === undefined ? null : computeBounds(polygon)
  return {
    meets: (area, work) =>
      (circle === undefined || meetsCircle(circle, area)) &&
      (polygon === undefined || bounds === null || meetsPolygon(polygon, bounds, area, work)),
    mayMeet: box =>
      (circle === undefined || mayMeetCircle(circle, box)) &&
      (bounds === null || mayMeetBounds(bounds, box))
  }
}

function mayMeetCircle([lat, _lon, km]: Circle, box: AreaBox): boolean {
  const reachKm = km + box.km + boxSlackKm
  return (lat - box.north) * kmPerDegree <= reachKm && (box.south - lat) * kmPerDegree <= reachKm
}

function mayMeetBounds(bounds: Bounds, { west, east, south, north, km }: AreaBox): boolean {
  return south <= north && !isBeyondReach(bounds, west, east, south, north, km)
}

/**
 * True if the polygon's bounding box is out of reach of every circle of a radius whose centre lies
 * within these degrees, so that no edge need be checked. Longitude decides only if the whole box
 * lies on one side of each centre's antimeridian: the exact test's plane is cut there. Numbers, not
 * a box: it runs for every alert.
 */
function isBeyondReach(
  { west, east, south, north }: Bounds,
  westmost: number,
  eastmost: number,
  southmost: number,
  northmost: number,
  km: number
): boolean {
  const reachKm = km + boxSlackKm
  if ((south - northmost) * kmPerDegree > reachKm || (southmost - north) * kmPerDegree > reachKm)
    return true
  const turn = Math.floor((west - eastmost + 180) / 360)
  if (turn !== Math.floor((east - westmost + 180) / 360)) return false
  // A degree east is shortest at the greatest latitude.
  const poleward = Math.max(Math.abs(southmost), Math.abs(northmost))
  const kmPerDegreeEast = Math.cos((poleward * Math.PI) / 180) * kmPerDegree
  return (
    (west - eastmost - 360 * turn) * kmPerDegreeEast > reachKm ||
    (westmost - east + 360 * turn) * kmPerDegreeEast > reachKm
  )
}
