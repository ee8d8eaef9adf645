// The base map as the build makes it, unpacked into what a map draws: areas with their frames and
// neighbours, and the names of countries. Pure.

export interface PackedMap {
  readonly units: number
  /** Country, code, name, 1 where it is disputed. */
  readonly areas: readonly (readonly [string, string, string, number])[]
  /** Areas on the sides of each arc: one at a coast. */
  readonly sides: readonly (readonly number[])[]
  /** The first corner of each arc, then differences. */
  readonly arcs: readonly (readonly number[])[]
  /** The area of each ring, then its arcs; `~i` for one walked backwards. */
  readonly rings: readonly (readonly [number, ...number[]])[]
  /** The first corner of each line or shore, then differences. */
  readonly rivers: readonly (readonly number[])[]
  readonly lakes: readonly (readonly number[])[]
  /** Name, longitude, latitude, rank: 0 is shown at every scale; 1 for a capital. */
  readonly towns: readonly (readonly [string, number, number, number, number])[]
}

export type Bounds = readonly [west: number, south: number, east: number, north: number]
export type Corner = [lon: number, lat: number]

export interface Feature<Geometry> {
  readonly type: 'Feature'
  readonly properties: Readonly<Record<string, string | number | boolean>>
  readonly geometry: Geometry
}
export interface Features<Geometry> {
  readonly type: 'FeatureCollection'
  readonly features: Feature<Geometry>[]
}
export interface Polygon {
  readonly type: 'Polygon'
  readonly coordinates: Corner[][]
}
export interface Line {
  readonly type: 'LineString'
  readonly coordinates: Corner[]
}
export interface Point {
  readonly type: 'Point'
  readonly coordinates: Corner
}

export type BaseMap = ReturnType<typeof unpackMap>

type Properties = Feature<unknown>['properties']

export function collection<G>(features: Feature<G>[]): Features<G> {
  return { type: 'FeatureCollection', features }
}

export function pointAt(coordinates: Corner, properties: Properties): Feature<Point> {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates } }
}

export function lineAlong(coordinates: Corner[], properties: Properties): Feature<Line> {
  return { type: 'Feature', properties, geometry: { type: 'LineString', coordinates } }
}

export function polygonIn(ring: Corner[], properties: Properties): Feature<Polygon> {
  return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } }
}

/** `kind` of a border: `country`, `area` or `disputed`. Coasts are where land ends. O(corners). */
export function unpackMap(packed: PackedMap) {
  const { units, areas, sides, arcs, rings, rivers, lakes, towns } = packed
  const lines = arcs.map(arc => computeCorners(arc, units))
  const walked = (arc: number): Corner[] =>
    arc >= 0 ? (lines[arc] as Corner[]) : (lines[~arc] as Corner[]).toReversed()
  const land = rings.flatMap(([area, ...parts]) => {
    const outline = parts.flatMap((arc, i) => walked(arc).slice(i === 0 ? 0 : 1))
    // Islands smaller than a pixel at every scale have become a line.
    return outline.length < 4 ? [] : [polygonIn(outline, { code: areas[area]?.[1] ?? '' })]
  })
  const borders = lines.flatMap((corners, i) => {
    const [one, other] = (sides[i] ?? []).map(area => areas[area])
    if (one === undefined || other === undefined) return []
    const isDisputed = one[3] === 1 || other[3] === 1
    const kind = one[0] === other[0] ? 'area' : isDisputed ? 'disputed' : 'country'
    return [lineAlong(corners, { kind })]
  })
  const named = towns.map(([name, lon, lat, rank, capital], order) =>
    pointAt([lon / units, lat / units], { name, rank, isCapital: capital === 1, order })
  )
  return {
    land: collection(land),
    borders: collection(borders),
    rivers: collection(rivers.map(river => lineAlong(computeCorners(river, units), {}))),
    lakes: collection(lakes.map(shore => polygonIn(computeCorners(shore, units), {}))),
    towns: collection(named)
  }
}

function computeCorners(arc: readonly number[], units: number): Corner[] {
  const corners: Corner[] = []
  let [x, y] = [0, 0]
  for (let i = 0; i < arc.length; i += 2) {
    x += arc[i] as number
    y += arc[i + 1] as number
    corners.push([x / units, y / units])
  }
  return corners
}

/** By code of an area, around its largest part. O(corners). */
export function areaFrames(land: BaseMap['land']): ReadonlyMap<string, Bounds> {
  const frames = new Map<string, Bounds>()
  const computeSize = ([west, south, east, north]: Bounds) => (east - west) * (north - south)
  for (const { properties, geometry } of land.features) {
    const code = String(properties.code)
    const frame = computeBounds(geometry.coordinates[0] ?? [])
    const known = frames.get(code)
    if (known === undefined || computeSize(frame) > computeSize(known)) frames.set(code, frame)
  }
  return frames
}

export function computeBounds(corners: readonly Corner[]): Bounds {
  let [west, south, east, north] = [180, 90, -180, -90]
  for (const [lon, lat] of corners) {
    west = Math.min(west, lon)
    south = Math.min(south, lat)
    east = Math.max(east, lon)
    north = Math.max(north, lat)
  }
  return [west, south, east, north]
}

/** By code. Areas without one, such as disputed land, adjoin nothing. */
export function adjoiningAreas({
  areas,
  sides
}: PackedMap): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  const add = (code: string, other: string) => {
    found.set(code, (found.get(code) ?? new Set()).add(other))
  }
  for (const [one = '', other = ''] of sides.map(pair => pair.map(area => areas[area]?.[1]))) {
    if (one === '' || other === '' || one === other) continue
    add(one, other)
    add(other, one)
  }
  return new Map([...found].map(([code, others]) => [code, [...others]]))
}

interface Sized {
  readonly size: number
  readonly middle: Corner
}

/** The largest first: names that would lie on one another give way to it. O(corners). */
export function countryLabels(
  land: BaseMap['land'],
  nameOf: (country: string) => string
): Features<Point> {
  const parts = new Map<string, Sized[]>()
  for (const { properties, geometry } of land.features) {
    const country = String(properties.code).split('-')[0] ?? ''
    const part = makePart(geometry.coordinates[0] ?? [])
    if (country !== '' && part.size > 0) parts.set(country, [...(parts.get(country) ?? []), part])
  }
  const countries = [...parts].map(([country, all]) => {
    const size = all.reduce((sum, part) => sum + part.size, 0)
    const computeMiddle = (axis: 0 | 1) =>
      all.reduce((sum, part) => sum + part.middle[axis] * part.size, 0) / size
    const [lon, lat] = [computeMiddle(0), computeMiddle(1)]
    const far = ({ middle }: Sized) => Math.hypot(middle[0] - lon, middle[1] - lat)
    const [nearest] = all.toSorted((a, b) => far(a) - far(b))
    return { country, size, at: nearest?.middle ?? [lon, lat] }
  })
  return collection(
    countries
      .toSorted((a, b) => b.size - a.size)
      .map(({ country, at }, order) => pointAt([at[0], at[1]], { name: nameOf(country), order }))
  )
}

/** Its size in square degrees, and its centre of gravity. */
function makePart(ring: readonly Corner[]): Sized {
  let [doubled, x, y] = [0, 0, 0]
  for (const [i, [lon, lat]] of ring.entries()) {
    const [nextLon, nextLat] = ring[(i + 1) % ring.length] as Corner
    const cross = lon * nextLat - nextLon * lat
    doubled += cross
    x += (lon + nextLon) * cross
    y += (lat + nextLat) * cross
  }
  if (doubled === 0) return { size: 0, middle: ring[0] ?? [0, 0] }
  return { size: Math.abs(doubled) / 2, middle: [x / (3 * doubled), y / (3 * doubled)] }
}
