// The circles that are drawn where there are more than can be: of what is in view, the gravest.
// Pure.

import { collection, type Feature, type Features, type Point, type Polygon } from './base-map.ts'
import { radiusPx, seenFromPx } from './extent-marks.ts'
import type { Bounds } from './gathered-marks.ts'
import { circleOf, circlesMax, pointsOf, type ShownPlaces } from './shown-places.ts'

export interface DrawnCircles {
  readonly circles: Features<Polygon>
  /** The marks whose circle is among them. */
  readonly of: ReadonlySet<Feature<Point>>
}

/** Whether all circles can be drawn, whatever is in view. */
export function areAllDrawn({
  centres,
  extents
}: Pick<ShownPlaces, 'centres' | 'extents'>): boolean {
  return centres.features.length + extents.features.length <= circlesMax
}

/**
 * Those that reach into a view. An extent that is so small at the zoom that a frame stands for it
 * takes no room from another. O(marks · log marks).
 */
export function circlesIn(places: ShownPlaces, view: Bounds, zoom: number): DrawnCircles {
  if (areAllDrawn(places)) return { circles: places.circles, of: new Set(pointsOf(places)) }
  const least = seenFromPx(zoom)
  const isSeen = ({ properties, geometry }: Feature<Point>) =>
    properties.isExtent !== true ||
    radiusPx(Number(properties.km), geometry.coordinates[1]) >= least
  const drawn = pointsOf(places)
    .filter(mark => isSeen(mark) && reachesInto(mark, view))
    .toSorted((a, b) => Number(a.properties.rank) - Number(b.properties.rank))
    .slice(-circlesMax)
  return { circles: collection(drawn.map(circleOf)), of: new Set(drawn) }
}

const kmPerDegree = 111.2

/** The world goes round: a view may lie beyond its edge. */
function reachesInto(
  { properties, geometry }: Feature<Point>,
  [west, south, east, north]: Bounds
): boolean {
  const [lon, lat] = geometry.coordinates
  const high = Number(properties.km) / kmPerDegree
  const wide = high / Math.max(0.05, Math.cos((Math.min(89, Math.abs(lat) + high) * Math.PI) / 180))
  if (lat + high < south || lat - high > north) return false
  return [-360, 0, 360].some(turn => lon + turn + wide >= west && lon + turn - wide <= east)
}
