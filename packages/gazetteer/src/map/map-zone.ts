// A zone of a map, ten degrees of latitude high: its edges by bands of a tenth of a degree, and the
// areas in each band by sectors of longitude, so that a look-up checks a few dozen edges of a few
// areas, however long their coasts are. Built at its first point.

/** Grid units per degree: 0.001° is at most 111 m. */
export const unitsPerDegree = 1000
const bandUnits = 100
const bandsOfZone = 100
const bandsCount = (180 * unitsPerDegree) / bandUnits
const zonesCount = bandsCount / bandsOfZone
const sectorsOfBand = 36
const sectorUnits = (360 * unitsPerDegree) / sectorsOfBand

/**
 * Closed rings, one after another; outlines and holes need no order, since only edges between
 * inside and outside matter.
 */
export interface RingTables {
  /** Longitude and latitude of each corner, in units. A ring ends with its first corner. */
  readonly xs: Int32Array
  readonly ys: Int32Array
  /** Index of the first corner of each ring, followed by the number of corners. */
  readonly ringStarts: Uint32Array
  /** The area of each ring; rings of an area are adjacent. */
  readonly ringAreas: Uint16Array
}

/** The zone of a latitude, in units. Pure. */
export function computeZone(y: number): number {
  return Math.floor(computeBand(y) / bandsOfZone)
}

function computeBand(y: number): number {
  const band = Math.floor((y + 90 * unitsPerDegree) / bandUnits)
  return Math.max(0, Math.min(bandsCount - 1, band))
}

function computeSector(x: number): number {
  const sector = Math.floor((x + 180 * unitsPerDegree) / sectorUnits)
  return Math.max(0, Math.min(sectorsOfBand - 1, sector))
}

export class MapZone {
  readonly #rings: RingTables
  readonly #firstBand: number
  /** Indices of the corners at which edges begin, by band, then by area. */
  readonly #edges: Uint32Array
  /** A span is the part of an area in one band: the area, its range of longitude, its edges. */
  readonly #spanAreas: number[] = []
  readonly #spanWest: number[] = []
  readonly #spanEast: number[] = []
  readonly #spanEdges: number[] = []
  /** Index of the first span of each band. */
  readonly #bandStarts = new Uint32Array(bandsOfZone + 1)
  /** Index of the first span of each sector of each band, and the spans. */
  readonly #sectorStarts = new Uint32Array(bandsOfZone * sectorsOfBand + 1)
  readonly #sectorSpans: Uint32Array

  /**
   * Builds a zone from the rings that reach into it. O(their edges); areas come in order, and so do
   * the spans of a band.
   */
  constructor(rings: RingTables, zone: number, reaching: readonly number[]) {
    this.#rings = rings
    this.#firstBand = zone * bandsOfZone
    const starts = new Uint32Array(bandsOfZone + 1)
    this.#visitEdges(reaching, band => starts[band + 1]!++)
    sumUp(starts)
    this.#edges = new Uint32Array(starts[bandsOfZone] as number)
    const areas = new Uint16Array(this.#edges.length)
    const next = starts.slice()
    this.#visitEdges(reaching, (band, corner, area) => {
      const at = next[band]!++
      this.#edges[at] = corner
      areas[at] = area
    })
    this.#cutSpans(starts, areas)
    this.#sectorSpans = this.#groupSpans()
  }

  /** The area that contains a point of the zone, the first of several; -1 if none does. Pure. */
  findArea(x: number, y: number): number {
    const sector = (computeBand(y) - this.#firstBand) * sectorsOfBand + computeSector(x)
    const end = this.#sectorStarts[sector + 1] as number
    for (let i = this.#sectorStarts[sector] as number; i < end; i++) {
      const span = this.#sectorSpans[i] as number
      if (x < (this.#spanWest[span] as number) || x > (this.#spanEast[span] as number)) continue
      if (this.#isInside(span, x, y)) return this.#spanAreas[span] as number
    }
    return -1
  }

  /** Counts the edges that a ray to the east crosses. */
  #isInside(span: number, x: number, y: number): boolean {
    const { xs, ys } = this.#rings
    let inside = false
    const end = this.#spanEdges[span + 1] as number
    for (let i = this.#spanEdges[span] as number; i < end; i++) {
      const from = this.#edges[i] as number
      const fromY = ys[from] as number
      const toY = ys[from + 1] as number
      if (fromY > y === toY > y) continue
      const fromX = xs[from] as number
      if (x < (((xs[from + 1] as number) - fromX) * (y - fromY)) / (toY - fromY) + fromX)
        inside = !inside
    }
    return inside
  }

  #visitEdges(
    reaching: readonly number[],
    visit: (band: number, corner: number, area: number) => void
  ): void {
    const { ys, ringStarts, ringAreas } = this.#rings
    for (const ring of reaching) {
      const area = ringAreas[ring] as number
      const last = (ringStarts[ring + 1] as number) - 1
      let from = computeBand(ys[ringStarts[ring] as number] as number) - this.#firstBand
      for (let corner = ringStarts[ring] as number; corner < last; corner++) {
        const to = computeBand(ys[corner + 1] as number) - this.#firstBand
        const north = Math.min(bandsOfZone - 1, Math.max(from, to))
        for (let band = Math.max(0, Math.min(from, to)); band <= north; band++)
          visit(band, corner, area)
        from = to
      }
    }
  }

  #cutSpans(starts: Uint32Array, areas: Uint16Array): void {
    for (let band = 0; band < bandsOfZone; band++) {
      this.#bandStarts[band] = this.#spanAreas.length
      const end = starts[band + 1] as number
      for (let from = starts[band] as number; from < end; ) {
        let to = from + 1
        while (to < end && areas[to] === areas[from]) to++
        this.#addSpan(areas[from] as number, from, to)
        from = to
      }
    }
    this.#bandStarts[bandsOfZone] = this.#spanAreas.length
    this.#spanEdges.push(this.#edges.length)
  }

  #addSpan(area: number, from: number, to: number): void {
    const { xs } = this.#rings
    let west = Number.POSITIVE_INFINITY
    let east = Number.NEGATIVE_INFINITY
    for (let i = from; i < to; i++) {
      const corner = this.#edges[i] as number
      west = Math.min(west, xs[corner] as number, xs[corner + 1] as number)
      east = Math.max(east, xs[corner] as number, xs[corner + 1] as number)
    }
    this.#spanAreas.push(area)
    this.#spanWest.push(west)
    this.#spanEast.push(east)
    this.#spanEdges.push(from)
  }

  #groupSpans(): Uint32Array {
    const starts = this.#sectorStarts
    this.#visitSectors(sector => starts[sector + 1]!++)
    sumUp(starts)
    const next = starts.slice()
    const spans = new Uint32Array(starts.at(-1) as number)
    this.#visitSectors((sector, span) => {
      spans[next[sector]!++] = span
    })
    return spans
  }

  #visitSectors(visit: (sector: number, span: number) => void): void {
    for (let band = 0; band < bandsOfZone; band++) {
      for (
        let span = this.#bandStarts[band] as number;
        span < (this.#bandStarts[band + 1] as number);
        span++
      ) {
        const last = computeSector(this.#spanEast[span] as number)
        for (let s = computeSector(this.#spanWest[span] as number); s <= last; s++)
          visit(band * sectorsOfBand + s, span)
      }
    }
  }
}

/** The rings that reach into each zone. Pure; O(corners). */
export function groupRingsByZone({
  ys,
  ringStarts,
  ringAreas
}: RingTables): readonly (readonly number[])[] {
  const zones: number[][] = Array.from({ length: zonesCount }, () => [])
  for (let ring = 0; ring < ringAreas.length; ring++) {
    let south = Number.POSITIVE_INFINITY
    let north = Number.NEGATIVE_INFINITY
    const end = ringStarts[ring + 1] as number
    for (let i = ringStarts[ring] as number; i < end; i++) {
      const y = ys[i] as number
      if (y < south) south = y
      if (y > north) north = y
    }
    for (let zone = computeZone(south); zone <= computeZone(north); zone++) zones[zone]?.push(ring)
  }
  return zones
}

/** Turns counts, each stored behind its index, into start indices. */
function sumUp(counts: Uint32Array): void {
  for (let i = 1; i < counts.length; i++) counts[i]! += counts[i - 1] as number
}
