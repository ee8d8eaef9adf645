// An area of the base map that is a square, with sides in degrees.

import type { Feature, Polygon } from '../../src/map/base-map.ts'

export function aSquare(code: string, west: number, south: number, side: number): Feature<Polygon> {
  const [east, north] = [west + side, south + side]
  return {
    type: 'Feature',
    properties: { code },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          ...([
            [west, south],
            [east, south],
            [east, north]
          ] as [number, number][]),
          ...([
            [west, north],
            [west, south]
          ] as [number, number][])
        ]
      ]
    }
  }
}
