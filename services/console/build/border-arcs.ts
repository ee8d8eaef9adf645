// Rings of areas cut into arcs: each stretch of border once, however many areas lie at it. Pure.
// Vertices are numbers.

export interface ArcTables {
  /** The vertices of each arc, from end to end; a closed one ends where it begins. */
  readonly arcs: readonly (readonly number[])[]
  /** Areas on the sides of each arc: one at a coast, two at a border. */
  readonly sides: readonly (readonly number[])[]
  /** For each ring its arcs in order; `~i` for one that is walked backwards. */
  readonly rings: readonly (readonly number[])[]
}

export interface Ring {
  readonly area: number
  /** Without the repeated last one. */
  readonly vertices: readonly number[]
}

/** More vertices than any map has here. */
const verticesMax = 2 ** 24

function edgeKey(a: number, b: number): number {
  return Math.min(a, b) * verticesMax + Math.max(a, b)
}

/** O(vertices). */
export function arcsOf(rings: readonly Ring[]): ArcTables {
  const sidesOf = sidesOfEdges(rings)
  const isEnd = endsIn(rings, sidesOf)
  const arcs: (readonly number[])[] = []
  const sides: (readonly number[])[] = []
  const known = new Map<string, number>()
  const numberOf = (arc: readonly number[]): number => {
    const reversed = arc.toReversed()
    const isForward = arc.join() < reversed.join()
    const text = (isForward ? arc : reversed).join()
    const found = known.get(text)
    if (found !== undefined) return isForward ? found : ~found
    known.set(text, arcs.length)
    arcs.push(isForward ? arc : reversed)
    sides.push([...new Set(sidesOf.get(edgeKey(arc[0] as number, arc[1] as number)))])
    return isForward ? arcs.length - 1 : ~(arcs.length - 1)
  }
  return { arcs, sides, rings: rings.map(ring => cut(ring, isEnd).map(numberOf)) }
}

function sidesOfEdges(rings: readonly Ring[]): ReadonlyMap<number, readonly number[]> {
  const sides = new Map<number, number[]>()
  for (const { area, vertices } of rings) {
    vertices.forEach((vertex, i) => {
      const key = edgeKey(vertex, vertices[(i + 1) % vertices.length] as number)
      const held = sides.get(key)
      if (held === undefined) sides.set(key, [area])
      else held.push(area)
    })
  }
  return sides
}

/**
 * Vertices at which an arc ends: where the areas beside the border change, or more than two edges
 * meet.
 */
function endsIn(
  rings: readonly Ring[],
  sidesOf: ReadonlyMap<number, readonly number[]>
): ReadonlySet<number> {
  const ends = new Set<number>()
  const beside = new Map<number, string>()
  for (const { vertices } of rings) {
    vertices.forEach((vertex, i) => {
      const before = vertices[(i || vertices.length) - 1] as number
      const after = vertices[(i + 1) % vertices.length] as number
      const [one, other] = [edgeKey(before, vertex), edgeKey(vertex, after)].sort(
        (a, b) => a - b
      ) as [number, number]
      const told = `${one} ${other}`
      const isOther = beside.has(vertex) && beside.get(vertex) !== told
      if (
        isOther ||
        String(sidesOf.get(one)?.toSorted()) !== String(sidesOf.get(other)?.toSorted())
      )
        ends.add(vertex)
      beside.set(vertex, told)
    })
  }
  return ends
}

/**
 * The arcs of a ring. One without an end is one closed arc, from its least vertex on: the same for
 * both who walk it.
 */
function cut({ vertices }: Ring, isEnd: ReadonlySet<number>): readonly (readonly number[])[] {
  const first = vertices.findIndex(vertex => isEnd.has(vertex))
  const from = first >= 0 ? first : vertices.indexOf(vertices.reduce((a, b) => Math.min(a, b)))
  const turned = [...vertices.slice(from), ...vertices.slice(0, from), vertices[from] as number]
  const arcs: number[][] = [[turned[0] as number]]
  turned.slice(1).forEach((vertex, i) => {
    arcs.at(-1)?.push(vertex)
    if (isEnd.has(vertex) && i < turned.length - 2) arcs.push([vertex])
  })
  return arcs
}
