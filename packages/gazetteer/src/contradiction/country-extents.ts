// Bounding boxes of countries, in whole degrees with a margin, to distinguish swapped coordinates
// from coordinates abroad.

import { kmPerDegree, type Point } from '@tocsin/domain/space-time/geometry'

interface Extent {
  readonly south: number
  readonly west: number
  readonly north: number
  readonly east: number
}

export class CountryExtents {
  readonly #extents = new Map<string, Extent>()

  /** Reads a table of tab-separated columns with a header: country, south, west, north, east. */
  constructor(table: string) {
    for (const line of table.trim().split('\n').slice(1)) {
      const [country = '', south = '', west = '', north = '', east = ''] = line.split('\t')
      this.#extents.set(country, {
        south: Number(south),
        west: Number(west),
        north: Number(north),
        east: Number(east)
      })
    }
  }

  /**
   * True if the point is outside the country's extent and would be inside when swapped. False
   * for an unknown country.
   */
  isSwapped(country: string, lat: number, lon: number): boolean {
    const extent = this.#extents.get(country)
    return extent !== undefined && !holds(extent, lat, lon) && holds(extent, lon, lat)
  }

  holds(country: string): boolean {
    return this.#extents.has(country)
  }

  /**
   * False if a point is certainly further than this many km from the country; true if it may be
   * near, and for an unknown country.
   */
  isWithin(country: string, { lat, lon }: Point, km: number): boolean {
    const extent = this.#extents.get(country)
    if (extent === undefined) return true
    const degrees = km / kmPerDegree
    if (lat < extent.south - degrees || lat > extent.north + degrees) return false
    const across =
      degrees / Math.max(0.01, Math.cos((Math.min(89, Math.abs(lat) + degrees) * Math.PI) / 180))
    return [-360, 0, 360].some(
      turn => lon + turn >= extent.west - across && lon + turn <= extent.east + across
    )
  }
}

function holds({ south, west, north, east }: Extent, lat: number, lon: number): boolean {
  return lat >= south && lat <= north && lon >= west && lon <= east
}
