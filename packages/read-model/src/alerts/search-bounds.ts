// Where alerts are in the order of lists and on the map, as bounds of a search.

import { type AskedArea, type Circle, computeBounds } from '@tocsin/domain/space-time/asked-area'

/** In the order of lists: when an alert was raised, then its id. */
export interface Place {
  readonly firstTime: string
  readonly alertId: string
}

const beforeAll: Place = { firstTime: '', alertId: '' }
const afterAll: Place = { firstTime: '\u{10ffff}', alertId: '' }

/** Between which two places the rest of a list is, in a direction, behind a place and in a span. */
export function computePlaceBounds({
  direction,
  after,
  from,
  to
}: {
  readonly direction: 'newest' | 'oldest'
  readonly after: Place | null
  readonly from: string | null
  readonly to: string | null
}): readonly [lower: Place, upper: Place] {
  const isUp = direction === 'oldest'
  return [later(from, isUp ? after : null), earlier(to, isUp ? null : after)]
}

function later(from: string | null, after: Place | null): Place {
  const bound = from === null ? beforeAll : { firstTime: from, alertId: '' }
  return after === null || isBefore(after, bound) ? bound : after
}

function earlier(to: string | null, after: Place | null): Place {
  const bound = to === null ? afterAll : { firstTime: to, alertId: '' }
  return after === null || isBefore(bound, after) ? bound : after
}

function isBefore(a: Place, b: Place): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.alertId < b.alertId)
}

/** A box for the R*Tree: never smaller than its area. The exact test follows. */
export interface AreaBounds {
  readonly south: number
  readonly north: number
  readonly west: number
  readonly east: number
}

const kmPerDegree = 111.195
/** R*Trees store 32 bits of a number; and the exact test measures on a tangent plane. */
const slack = 1.02
const slackDegrees = 0.01
/** Closer to a pole every longitude is near. */
const polarLatitude = 80

export function computeCircleBounds([lat, lon, km]: Circle): AreaBounds {
  const high = (km * slack) / kmPerDegree + slackDegrees
  const [south, north] = [lat - high, lat + high]
  const farthest = Math.max(Math.abs(south), Math.abs(north))
  const wide = high / Math.cos((Math.min(farthest, polarLatitude) * Math.PI) / 180)
  const [west, east] = [lon - wide, lon + wide]
  return farthest > polarLatitude || west < -180 || east > 180
    ? { south, north, west: -180, east: 180 }
    : { south, north, west, east }
}

/** What both the circle and the polygon allow. */
export function computeAreaBounds({ circle, polygon }: AskedArea): AreaBounds {
  const all = { south: -90, north: 90, west: -180, east: 180 }
  const ofCircle = circle === undefined ? all : computeCircleBounds(circle)
  const ofPolygon = polygon === undefined ? all : computePolygonBounds(computeBounds(polygon))
  return {
    south: Math.max(ofCircle.south, ofPolygon.south),
    north: Math.min(ofCircle.north, ofPolygon.north),
    west: Math.max(ofCircle.west, ofPolygon.west),
    east: Math.min(ofCircle.east, ofPolygon.east)
  }
}

/** Of one that may go round the far side of the earth every longitude. */
function computePolygonBounds({ south, north, west, east }: AreaBounds): AreaBounds {
  const isPlain = west >= -180 && east <= 180 && east - west < 180
  return isPlain ? { south, north, west, east } : { south, north, west: -180, east: 180 }
}

/** The columns of a circle; all null: none. */
export interface CircleRow {
  readonly lat: number | null
  readonly lon: number | null
  readonly km: number | null
}

export function readCircle({ lat, lon, km }: CircleRow): Circle | null {
  return lat === null ? null : [lat, lon as number, km as number]
}
