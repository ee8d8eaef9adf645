// Distances and shapes on the sphere, as patterns and assembly need them. Degrees in, kilometres
// out.

export interface Point {
  readonly lat: number
  readonly lon: number
}

const earthRadiusKm = 6371.0088
const radians = Math.PI / 180
/** Kilometres in one degree of latitude. */
export const kmPerDegree = earthRadiusKm * radians

/** Great-circle distance, km (haversine). */
export function distanceKm(a: Point, b: Point): number {
  const dLat = (b.lat - a.lat) * radians
  const dLon = (b.lon - a.lon) * radians
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(dLon / 2) ** 2
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)))
}

/**
 * Decimals of coordinates, of the more precise of the two numbers, by its shortest text: JSON drops
 * trailing zeros (14.00 is 14), and both numbers of a pair have the same precision in practice.
 * Pure.
 */
export function countDecimals({ lat, lon }: Point): number {
  return Math.max(countNumberDecimals(lat), countNumberDecimals(lon))
}

/** Up to here degrees times a power of ten are exact integers. */
const decimalsTried = 9

function countNumberDecimals(value: number): number {
  // A whole number over a power of ten is rounded as its text is: both are the nearest double to
  // that decimal.
  for (let [decimals, scale] = [0, 1]; decimals <= decimalsTried; decimals++, scale *= 10)
    if (Math.round(value * scale) / scale === value) return decimals
  const [digits = '', exponent = '0'] = String(value).split('e')
  const point = digits.indexOf('.')
  return Math.max(0, (point === -1 ? 0 : digits.length - point - 1) - Number(exponent))
}

/**
 * A circle that covers the points with their own radii: the centre of their box, and the reach from
 * there. Null without points.
 */
export function coveringCircle(
  points: readonly (Point & { readonly radiusKm: number })[]
): { center: Point; radiusKm: number } | null {
  if (points.length === 0) return null
  const lats = points.map(p => p.lat)
  const lons = unwrap(points.map(p => p.lon))
  const center = {
    lat: (Math.min(...lats) + Math.max(...lats)) / 2,
    lon: normalLon((Math.min(...lons) + Math.max(...lons)) / 2)
  }
  return { center, radiusKm: Math.max(...points.map(p => distanceKm(center, p) + p.radiusKm)) }
}

/** Kilometres as alerts show them, with one decimal. */
export function roundKm(km: number): number {
  return Math.round(km * 10) / 10
}

/** Longitudes on one side of the date line, so that neighbours across it stay neighbours. */
function unwrap(lons: readonly number[]): number[] {
  const wide = Math.max(...lons) - Math.min(...lons) > 180
  return lons.map(lon => (wide && lon < 0 ? lon + 360 : lon))
}

function normalLon(lon: number): number {
  return lon > 180 ? lon - 360 : lon
}
