// The base map as the build makes it, unpacked into what a map draws. Pure.

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

export interface BaseMap {
  readonly land: Features<Polygon>
  /** `kind`: `country`, `area` or `disputed`. Coasts are where land ends. */
  readonly borders: Features<Line>
  readonly rivers: Features<Line>
  readonly lakes: Features<Polygon>
  readonly towns: Features<Point>
}

export function collection<G>(features: Feature<G>[]): Features<G> {
  return { type: 'FeatureCollection', features }
}

/** O(corners). */
export function unpackMap(packed: PackedMap): BaseMap {
  const { units, areas, sides, arcs, rings, towns } = packed
  const lines = arcs.map(arc => computeCorners(arc, units))
  const walked = (arc: number): Corner[] =>
    arc >= 0 ? (lines[arc] as Corner[]) : (lines[~arc] as Corner[]).toReversed()
  const land = rings.flatMap(([area, ...parts]): Feature<Polygon>[] => {
    const outline = parts.flatMap((arc, i) => walked(arc).slice(i === 0 ? 0 : 1))
    // Islands smaller than a pixel at every scale have become a line.
    if (outline.length < 4) return []
    const code = areas[area]?.[1] ?? ''
    return [
      {
        type: 'Feature',
        properties: { code },
        geometry: { type: 'Polygon', coordinates: [outline] }
      }
    ]
  })
  const borders = lines.flatMap((coordinates, i): Feature<Line>[] => {
    const [one, other] = (sides[i] ?? []).map(area => areas[area])
    if (one === undefined || other === undefined) return []
    const isCountry = one[0] !== other[0]
    const kind =
      isCountry && (one[3] === 1 || other[3] === 1) ? 'disputed' : isCountry ? 'country' : 'area'
    return [
      { type: 'Feature', properties: { kind }, geometry: { type: 'LineString', coordinates } }
    ]
  })
  const named = towns.map(
    ([name, lon, lat, rank, capital], i): Feature<Point> => ({
      type: 'Feature',
      properties: { name, rank, isCapital: capital === 1, order: i },
      geometry: { type: 'Point', coordinates: [lon / units, lat / units] }
    })
  )
  const rivers = packed.rivers.map(
    (line): Feature<Line> => ({
      type: 'Feature',
      properties: {},
      geometry: { type: 'LineString', coordinates: computeCorners(line, units) }
    })
  )
  const lakes = packed.lakes.map(
    (shore): Feature<Polygon> => ({
      type: 'Feature',
      properties: {},
      geometry: { type: 'Polygon', coordinates: [computeCorners(shore, units)] }
    })
  )
  return {
    land: collection(land),
    borders: collection(borders),
    rivers: collection(rivers),
    lakes: collection(lakes),
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
