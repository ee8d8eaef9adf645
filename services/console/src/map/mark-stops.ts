// Where the keyboard stops on a map: at each mark, at what is gathered into one, at each area that
// is shown for what is known by area alone, and at incidents that no alert names, where those are
// shown. Pure.

import type { BaseMap, Corner, Features, Point } from './base-map.ts'
import { type Bounds, type GatheredMark, gatherMarks, pixelOf } from './gathered-marks.ts'
import { type LooseIncidents, noLoose } from './loose-incidents.ts'
import type { ShownPlaces } from './shown-places.ts'

export interface MarkStop {
  /** Of the gravest there. */
  readonly id: string
  readonly at: Corner
  /** In the square of the whole world, 0 to 1 from west to east and from north to south. */
  readonly x: number
  readonly y: number
  readonly count: number
  /** Of what is gathered there. */
  readonly bounds: Bounds
  /** The area, for what is known by area alone: it has no place in it. */
  readonly code: string | null
  /** How far around it may be, for what is known to an extent alone: it has no place either. */
  readonly withinKm: number | null
  /** An incident that no alert names: it is said, and opens nothing. */
  readonly isLoose: boolean
}

export type Direction = 'left' | 'right' | 'up' | 'down'

type Marks = Features<Point>

/** The stops at a zoom. O(marks + areas + incidents). */
export function stopsOf(
  places: ShownPlaces,
  anchors: ReadonlyMap<string, Corner>,
  zoom: number,
  loose: Pick<LooseIncidents, 'points' | 'middles'> = noLoose
): readonly MarkStop[] {
  // What is known to an extent alone is not gathered with what has a place.
  const placed = ({ features }: Marks) =>
    gatherMarks(features, zoom).map(each => ({ ...markStop(each), withinKm: null }))
  const around = ({ features }: Marks) =>
    gatherMarks(features, zoom).map(each => ({
      ...markStop(each),
      withinKm: Number(each.mark.properties.km)
    }))
  const unnamed = [...placed(loose.points), ...around(loose.middles)].map(each => ({
    ...each,
    isLoose: true
  }))
  const areas = Object.entries(places.areas).flatMap(([code, { id, count }]): MarkStop[] => {
    const at = anchors.get(code)
    return at === undefined
      ? []
      : [{ ...stopAt(id, at), count, bounds: [...at, ...at], code, withinKm: null }]
  })
  return [...placed(places.centres), ...around(places.extents), ...areas, ...unnamed]
}

function markStop({ mark, count, bounds }: GatheredMark) {
  return { ...stopAt(String(mark.properties.id), mark.geometry.coordinates), count, bounds }
}

function stopAt(id: string, at: Corner) {
  const [x, y] = pixelOf(at, 1)
  return { id, at, x, y, code: null, isLoose: false }
}

type Spot = Pick<MarkStop, 'x' | 'y'>

/**
 * The stop that is nearest in a direction: within 45° of it, else anywhere on that side; null where
 * nothing is.
 */
export function nextStop(
  stops: readonly MarkStop[],
  from: Spot,
  direction: Direction
): MarkStop | null {
  let [ahead, aside]: [MarkStop | null, MarkStop | null] = [null, null]
  let [leastAhead, leastAside] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const stop of stops) {
    const [along, across] = towards(stop, from, direction)
    if (along <= 0) continue
    const far = Math.hypot(along, across)
    if (across <= along && far < leastAhead) [ahead, leastAhead] = [stop, far]
    if (across > along && far < leastAside) [aside, leastAside] = [stop, far]
  }
  return ahead ?? aside
}

function towards(
  to: Spot,
  from: Spot,
  direction: Direction
): readonly [along: number, across: number] {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  if (direction === 'left' || direction === 'right')
    return [direction === 'left' ? -dx : dx, Math.abs(dy)]
  return [direction === 'up' ? -dy : dy, Math.abs(dx)]
}

/** The stop that is nearest to a place. */
export function nearestStop(stops: readonly MarkStop[], to: Corner): MarkStop | null {
  const [x, y] = pixelOf(to, 1)
  const apart = (stop: MarkStop) => Math.hypot(stop.x - x, stop.y - y)
  return stops.reduce<MarkStop | null>(
    (best, stop) => (best === null || apart(stop) < apart(best) ? stop : best),
    null
  )
}

/**
 * By code of an area, the middle of its largest part: where keys find it and the map turns to, not
 * a place. O(corners).
 */
export function areaAnchors(land: BaseMap['land']): ReadonlyMap<string, Corner> {
  const largest = new Map<string, { readonly size: number; readonly middle: Corner }>()
  for (const { properties, geometry } of land.features) {
    let [west, south, east, north] = [180, 90, -180, -90]
    for (const [lon, lat] of geometry.coordinates[0] ?? []) {
      west = Math.min(west, lon)
      east = Math.max(east, lon)
      south = Math.min(south, lat)
      north = Math.max(north, lat)
    }
    const code = String(properties.code)
    const size = (east - west) * (north - south)
    if (size > (largest.get(code)?.size ?? -1))
      largest.set(code, { size, middle: [(west + east) / 2, (south + north) / 2] })
  }
  return new Map([...largest].map(([code, { middle }]) => [code, middle]))
}
