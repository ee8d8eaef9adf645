// Marks that would lie on one another at a scale, gathered into one with their count and the
// gravest of them. It stands where its gravest stands: the middle between places would be a place
// where nothing happened. Pure.

import type { Corner, Feature, Point } from './base-map.ts'

export type Bounds = readonly [west: number, south: number, east: number, north: number]

export interface GatheredMark {
  /** The gravest; of equals the one that comes last. */
  readonly mark: Feature<Point>
  /** All of them, the gravest first. */
  readonly marks: readonly Feature<Point>[]
  /** Of different things: one that is at several places counts once. */
  readonly count: number
  /** Of all of them, the gravest first, each once. */
  readonly ids: readonly string[]
  /** Of the places of all of them. */
  readonly bounds: Bounds
}

/** Marks nearer than this are gathered, px: two of them, and room between. */
export const gatherPx = 44
/** Side of the world at zoom 0, px. */
const worldPx = 512
/** Where Mercator's square ends, degrees. */
const latitudeMax = 85
const kmAroundEquator = 40_075

/** So many px at a latitude and a zoom, km. */
export function kmOnMap(px: number, lat: number, zoom: number): number {
  return (px * kmAroundEquator * Math.cos((lat * Math.PI) / 180)) / (worldPx * 2 ** zoom)
}

interface Gathering {
  readonly mark: Feature<Point>
  readonly x: number
  readonly y: number
  readonly marks: Feature<Point>[]
  bounds: Bounds
}

/** `marks`: the mildest first, as they are drawn. Each is in exactly one. O(marks). */
export function gatherMarks(
  marks: readonly Feature<Point>[],
  zoom: number
): readonly GatheredMark[] {
  const scale = worldPx * 2 ** zoom
  const cells = new Map<string, Gathering[]>()
  const gathered: Gathering[] = []
  for (const mark of marks.toReversed()) {
    const { coordinates } = mark.geometry
    const [x, y] = pixelOf(coordinates, scale)
    const near = nearest(cells, x, y)
    if (near === undefined) {
      const own: Gathering = { mark, x, y, marks: [mark], bounds: [...coordinates, ...coordinates] }
      gathered.push(own)
      const key = cellOf(x, y)
      cells.set(key, [...(cells.get(key) ?? []), own])
    } else {
      near.marks.push(mark)
      near.bounds = widened(near.bounds, coordinates)
    }
  }
  return gathered.reverse().map(({ mark, marks, bounds }) => {
    const ids = [...new Set(marks.map(({ properties }) => String(properties.id)))]
    return { mark, marks, count: ids.length, ids, bounds }
  })
}

/** Where a place lies in the square of the world whose side is `scale`. */
export function pixelOf([lon, lat]: Corner, scale: number): readonly [number, number] {
  const shown = Math.max(-latitudeMax, Math.min(latitudeMax, lat))
  const north = Math.log(Math.tan(Math.PI / 4 + (shown * Math.PI) / 360))
  return [((lon + 180) / 360) * scale, (0.5 - north / (2 * Math.PI)) * scale]
}

function cellOf(x: number, y: number): string {
  return `${Math.floor(x / gatherPx)} ${Math.floor(y / gatherPx)}`
}

/** Cells are as wide as marks are gathered: what is near is in one of nine. */
function nearest(
  cells: ReadonlyMap<string, readonly Gathering[]>,
  x: number,
  y: number
): Gathering | undefined {
  let found: Gathering | undefined
  let least = gatherPx
  for (const dx of [-gatherPx, 0, gatherPx])
    for (const dy of [-gatherPx, 0, gatherPx])
      for (const each of cells.get(cellOf(x + dx, y + dy)) ?? []) {
        const apart = Math.hypot(each.x - x, each.y - y)
        if (apart < least) [found, least] = [each, apart]
      }
  return found
}

function widened([west, south, east, north]: Bounds, [lon, lat]: Corner): Bounds {
  return [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)]
}
