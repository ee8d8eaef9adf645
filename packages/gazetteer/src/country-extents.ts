// How far countries reach, in whole degrees and a little more, to tell coordinates that were swapped from coordinates that are merely abroad.

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
      this.#extents.set(country, { south: Number(south), west: Number(west), north: Number(north), east: Number(east) })
    }
  }

  /** True where the point lies outside of the country's extent and would lie inside when turned round. False where the country is not held. */
  looksSwapped(country: string, lat: number, lon: number): boolean {
    const extent = this.#extents.get(country)
    return extent !== undefined && !holds(extent, lat, lon) && holds(extent, lon, lat)
  }
}

function holds({ south, west, north, east }: Extent, lat: number, lon: number): boolean {
  return lat >= south && lat <= north && lon >= west && lon <= east
}
