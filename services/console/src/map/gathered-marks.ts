// Marks that would overlap at a scale, combined into one with their count and their gravest. It is
// at the place of the gravest: the middle between places would be a place without any event. Pure.

import Supercluster from 'supercluster'
import type { Bounds, Corner, Feature, Point } from './base-map.ts'

export interface GatheredMark {
  /** The gravest; of equals the one that comes last. */
  readonly mark: Feature<Point>
  /** Of different things: one that is at several places counts once. */
  readonly count: number
  /** All ids, the gravest first, each once. */
  readonly ids: readonly string[]
  readonly bounds: Bounds
}

/** Marks nearer than this are combined, px: the size of two marks, and room between. */
export const gatherPx = 44
/** Side of the world at zoom 0, px. */
const worldPx = 512
const kmAroundEquator = 40_075

export function radiusPx(km: number, lat: number): number {
  return (km * worldPx) / (kmAroundEquator * Math.cos((lat * Math.PI) / 180))
}

interface Gathering {
  readonly all: Feature<Point>[]
}

/** Mildest first; `scale` times as large as at a desk. Each is in one. O(marks · log marks). */
export function gatherMarks(
  marks: readonly Feature<Point>[],
  zoom: number,
  scale = 1
): readonly GatheredMark[] {
  // The first of a gathering is then farther from any other than marks are gathered.
  const whole = Math.max(0, Math.floor(zoom))
  const index = new Supercluster<Gathering, Gathering>({
    minZoom: whole,
    maxZoom: whole,
    radius: gatherPx * scale,
    extent: worldPx * 2 ** (zoom - whole),
    map: ({ all }) => ({ all: [...all] }),
    reduce: (gathered, { all }) => {
      gathered.all.push(...all)
    }
  })
  index.load(
    marks.toReversed().map(mark => ({
      type: 'Feature',
      properties: { all: [mark] },
      geometry: { type: 'Point', coordinates: [...mark.geometry.coordinates] }
    }))
  )
  return index
    .getClusters([-180, -90, 180, 90], whole)
    .map(({ properties: { all } }): GatheredMark => {
      const ids = [...new Set(all.map(({ properties }) => String(properties.id)))]
      const mark = all[0] as Feature<Point>
      return {
        mark,
        count: ids.length,
        ids,
        bounds: all.reduce<Bounds>(
          (bounds, { geometry }) => widened(bounds, geometry.coordinates),
          [...mark.geometry.coordinates, ...mark.geometry.coordinates]
        )
      }
    })
    .sort((a, b) => Number(a.mark.properties.rank) - Number(b.mark.properties.rank))
}

function widened([west, south, east, north]: Bounds, [lon, lat]: Corner): Bounds {
  return [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)]
}
