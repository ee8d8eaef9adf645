// Distances and shapes on the sphere, as patterns and assembly need them. Degrees in, kilometres
// out.

export interface Point {
  readonly lat: number
  readonly lon: number
}

export const earthRadiusKm = 6371.0088
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
 * Area of the convex hull, km², on the tangent plane at the centre of the points: accurate to a few
 * per cent over a theatre.
 */
export function hullAreaKm2(points: readonly Point[]): number {
  const hull = convexHull(flatten(points))
  let twice = 0
  hull.forEach(([x, y], i) => {
    const [nextX, nextY] = hull[(i + 1) % hull.length] as Flat
    twice += x * nextY - nextX * y
  })
  return Math.abs(twice) / 2
}

/**
 * Decimals of coordinates, of the more precise of the two numbers, by its shortest text: JSON drops
 * trailing zeros (14.00 is 14), and both numbers of a pair have the same precision in practice.
 * Pure.
 */
export function decimalsOf({ lat, lon }: Point): number {
  return Math.max(decimalsOfNumber(lat), decimalsOfNumber(lon))
}

/** Up to here degrees times a power of ten are exact integers. */
const decimalsTried = 9

function decimalsOfNumber(value: number): number {
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

/**
 * The grid cell of a point as a stable text: cells are `degrees` wide in latitude and longitude.
 */
export function cellOf(point: Point, degrees: number): string {
  return `${Math.floor(point.lat / degrees)}:${Math.floor(point.lon / degrees)}`
}

/** The cells within `km` of a point, its own included. */
export function cellsAround(point: Point, degrees: number, km: number): string[] {
  const latReach = Math.ceil(km / (degrees * kmPerDegree))
  const lonKm = degrees * kmPerDegree * Math.max(0.05, Math.cos(point.lat * radians))
  const lonReach = Math.ceil(km / lonKm)
  const row = Math.floor(point.lat / degrees)
  const column = Math.floor(point.lon / degrees)
  const cells: string[] = []
  for (let r = row - latReach; r <= row + latReach; r++) {
    for (let c = column - lonReach; c <= column + lonReach; c++)
      cells.push(`${r}:${wrapColumn(c, degrees)}`)
  }
  return cells
}

/** Kilometres as alerts show them, with one decimal. */
export function roundKm(km: number): number {
  return Math.round(km * 10) / 10
}

type Flat = readonly [number, number]

function flatten(points: readonly Point[]): Flat[] {
  if (points.length === 0) return []
  const lons = unwrap(points.map(p => p.lon))
  const middle = points.reduce((sum, p) => sum + p.lat, 0) / points.length
  const scale = Math.cos(middle * radians)
  return points.map(
    (p, i) => [(lons[i] as number) * kmPerDegree * scale, p.lat * kmPerDegree] as const
  )
}

/** Longitudes on one side of the date line, so that neighbours across it stay neighbours. */
function unwrap(lons: readonly number[]): number[] {
  const wide = Math.max(...lons) - Math.min(...lons) > 180
  return lons.map(lon => (wide && lon < 0 ? lon + 360 : lon))
}

function normalLon(lon: number): number {
  return lon > 180 ? lon - 360 : lon
}

function wrapColumn(column: number, degrees: number): number {
  const columns = Math.round(360 / degrees)
  const half = columns / 2
  return ((((column + half) % columns) + columns) % columns) - half
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Flat[]): Flat[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  if (sorted.length < 3) return sorted
  const half = (ordered: readonly Flat[]) => {
    const chain: Flat[] = []
    for (const p of ordered) {
      while (chain.length >= 2 && cross(chain.at(-2) as Flat, chain.at(-1) as Flat, p) <= 0)
        chain.pop()
      chain.push(p)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half([...sorted].reverse())]
}

function cross(o: Flat, a: Flat, b: Flat): number {
  return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
}
