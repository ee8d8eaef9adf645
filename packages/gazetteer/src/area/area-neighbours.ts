// Adjacency of first-level areas by code, across country borders too. The world's is a table
// generated from the map; that of a boundaries file is computed when it is opened.

import { AreaBorders } from '../map/area-borders.ts'
import { type Area, type AreaLayer, listCodes } from '../map/area-layer.ts'
import type { RingTables } from '../map/map-zone.ts'
import { isRetired, listSuccessors } from './area-successors.ts'

/** An area on a map, and the codes that are in it. */
interface DrawnCodes {
  readonly rings: RingTables
  readonly codes: readonly (readonly string[])[]
}

/**
 * Adjacent codes by code, sorted. Whatever touches an area touches each of its codes, and these
 * touch each other. O(n log n) in the borders.
 */
export function findNeighboursOnMaps(
  maps: readonly DrawnCodes[]
): ReadonlyMap<string, readonly string[]> {
  const borders = new AreaBorders()
  const codes = maps.flatMap(map => map.codes)
  let first = 0
  for (const map of maps) {
    const offset = first
    borders.add(map.rings, area => ((map.codes[area]?.length ?? 0) > 0 ? offset + area : null))
    first += map.codes.length
  }
  const touching = new Map<string, Set<string>>()
  const addNeighbours = (own: readonly string[], others: readonly string[]) => {
    for (const code of own) {
      const met = touching.get(code) ?? new Set()
      for (const other of others) if (other !== code) met.add(other)
      touching.set(code, met)
    }
  }
  for (const own of codes) addNeighbours(own, own)
  for (const [a, b] of borders.listPairs()) {
    addNeighbours(codes[a] ?? [], codes[b] ?? [])
    addNeighbours(codes[b] ?? [], codes[a] ?? [])
  }
  return new Map([...touching].sort(compareCodes).map(([code, met]) => [code, [...met].sort()]))
}

/**
 * The base layer draws borders elsewhere: areas this far beyond a file's areas may still touch
 * them, thousandths of a degree.
 */
const marginUnits = 100

/**
 * Adjacency of the areas of a boundaries file, among each other and with the base areas that it
 * does not replace; the base areas get the reverse entries. O(n log n) in the borders, some seconds
 * for the largest file.
 */
export function mergeNeighbours(
  above: AreaLayer,
  below: AreaLayer,
  replaced: ReadonlySet<string>
): ReadonlyMap<string, readonly string[]> {
  const near = findAreasWithin(below.rings, computeBox(above.rings))
  const isKept = (area: Area, i: number) =>
    near.has(i) && area.country !== null && !replaced.has(area.country)
  const belowCodes = below.areas.map((area, i) => (isKept(area, i) ? listCodesWithin(area) : []))
  return findNeighboursOnMaps([
    { rings: above.rings, codes: above.areas.map(listCodes) },
    { rings: below.rings, codes: belowCodes }
  ])
}

interface Box {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

function computeBox({ xs, ys }: Pick<RingTables, 'xs' | 'ys'>): Box {
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = 0; i < xs.length; i++) {
    west = Math.min(west, xs[i] as number)
    east = Math.max(east, xs[i] as number)
    south = Math.min(south, ys[i] as number)
    north = Math.max(north, ys[i] as number)
  }
  return { west, east, south, north }
}

/** Areas with a ring inside or close to a box. */
function findAreasWithin(
  { xs, ys, ringStarts, ringAreas }: RingTables,
  box: Box
): ReadonlySet<number> {
  const areas = new Set<number>()
  for (let ring = 0; ring < ringAreas.length; ring++) {
    const span = [ringStarts[ring] as number, ringStarts[ring + 1] as number] as const
    const own = computeBox({ xs: xs.subarray(...span), ys: ys.subarray(...span) })
    const isNear =
      own.west <= box.east + marginUnits &&
      own.east >= box.west - marginUnits &&
      own.south <= box.north + marginUnits &&
      own.north >= box.south - marginUnits
    if (isNear) areas.add(ringAreas[ring] as number)
  }
  return areas
}

/** All codes in force within an area of the map: successors replace an obsolete code. Pure. */
export function listCodesWithin(area: Area): readonly string[] {
  const all = new Set([...listCodes(area), ...listSuccessors(area.code ?? '')])
  if (area.code !== null && isRetired(area.code) && area.otherCodes.length > 0)
    all.delete(area.code)
  return [...all]
}

/** The table as text: a line per code, followed by the adjacent ones. Pure. */
export function writeNeighbours(neighbours: ReadonlyMap<string, readonly string[]>): string {
  return [...neighbours].map(([code, others]) => `${code}\t${others.join(',')}\n`).join('')
}

const none: readonly string[] = []

/** Adjacency of areas, read from the table on first use. */
export class AreaNeighbours {
  readonly #lines = new Map<string, string>()
  readonly #lists = new Map<string, readonly string[]>()
  /** Countries whose areas come from a file, and the adjacency that it gives to all. */
  readonly #replaced: ReadonlySet<string>
  readonly #above: ReadonlyMap<string, readonly string[]>

  constructor(
    table: string,
    replaced: ReadonlySet<string> = new Set(),
    above: ReadonlyMap<string, readonly string[]> = new Map()
  ) {
    for (const line of table.split('\n')) {
      const end = line.indexOf('\t')
      if (end > 0) this.#lines.set(line.slice(0, end), line.slice(end + 1))
    }
    this.#replaced = replaced
    this.#above = above
  }

  /**
   * The adjacent codes of a code, sorted; empty for an island and for a code that is not drawn. The
   * same array each time. Pure.
   */
  listNeighbours(code: string): readonly string[] {
    const known = this.#lists.get(code)
    if (known !== undefined) return known
    const list = this.#buildList(code)
    if (list !== none) this.#lists.set(code, list)
    return list
  }

  #buildList(code: string): readonly string[] {
    const above = this.#above.get(code) ?? none
    const line = this.#isReplaced(code) ? '' : (this.#lines.get(code) ?? '')
    const own = line === '' ? none : line.split(',').filter(other => !this.#isReplaced(other))
    if (own.length === 0) return above
    return above.length === 0 ? own : [...new Set([...own, ...above])].sort()
  }

  #isReplaced(code: string): boolean {
    return this.#replaced.has(code.slice(0, 2))
  }

  get codes(): readonly string[] {
    return [...this.#lines.keys()]
  }
}

function compareCodes([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
