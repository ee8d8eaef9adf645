// What is known to an extent alone, as it is drawn at a scale: a circle where that is drawn and
// wide enough to be seen as one, with its words at its edge; else a frame, which nobody takes for
// the mark of a place. Pure.

import { type Corner, collection, type Feature, type Features, type Point } from './base-map.ts'
import { type GatheredMark, gatherMarks, kmOnMap } from './gathered-marks.ts'

export interface ExtentMark extends GatheredMark {
  /** Its circle is too small at this scale, or not drawn: a frame stands for it. */
  readonly isFramed: boolean
}

/** A circle of a smaller radius looks like the mark of a place, px. */
export const seenAsCirclePx = 24
const kmPerDegree = 111.2

/**
 * Extents that would lie on one another are one, which stands where its gravest stands. `drawn`:
 * the marks whose circle is drawn; null: all. O(marks).
 */
export function extentsAt(
  marks: readonly Feature<Point>[],
  zoom: number,
  drawn: ReadonlySet<Feature<Point>> | null = null
): readonly ExtentMark[] {
  return gatherMarks(marks, zoom).map(each => ({
    ...each,
    isFramed: isSmall(each.mark, zoom) || drawn?.has(each.mark) === false
  }))
}

function isSmall({ properties, geometry }: Feature<Point>, zoom: number): boolean {
  return Number(properties.km) < kmOnMap(seenAsCirclePx, geometry.coordinates[1], zoom)
}

/** From this radius on a circle is seen as one at a zoom, px at zoom 0. */
export function seenFromPx(zoom: number): number {
  return seenAsCirclePx / 2 ** zoom
}

/** The radius of a circle at zoom 0, px. */
export function radiusPx(km: number, lat: number): number {
  return km / kmOnMap(1, lat, 0)
}

/**
 * Where the words of an extent stand: a frame around its middle, or the northern edge of its
 * circle.
 */
export function wordsPlace({ mark, isFramed }: ExtentMark): Corner {
  const [lon, lat] = mark.geometry.coordinates
  return isFramed ? [lon, lat] : [lon, Math.min(85, lat + Number(mark.properties.km) / kmPerDegree)]
}

/** `sayOf`: the words that stand there. */
export function extentPoints(
  extents: readonly ExtentMark[],
  sayOf: (extent: ExtentMark) => string
): Features<Point> {
  return collection(
    extents.map((extent, at): Feature<Point> => {
      const { id, kind, rank } = extent.mark.properties
      return {
        type: 'Feature',
        properties: {
          id: String(id),
          kind: String(kind),
          rank: Number(rank),
          at,
          isFramed: extent.isFramed,
          said: sayOf(extent)
        },
        geometry: { type: 'Point', coordinates: wordsPlace(extent) }
      }
    })
  )
}
