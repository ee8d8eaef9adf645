// How many of some points lie pairwise far apart: a search over sets of bits. Points within half
// the distance of one of them are a spot: no two of a spot lie apart, so that there are never more
// sites than spots. Of a spot only those points are tried that leave something to go on with that
// no other of them leaves.

import { liesApart, type SpherePoint } from '../../space-time/point-clusters.ts'

/**
 * Maximum steps of the search. Where it ends there, the best result so far counts, and is said to
 * be the least.
 */
export const searchMax = 20_000

export interface SitesApart {
  readonly sites: number
  /** True if the search ended before it was known that there are no more. */
  readonly isLeast: boolean
}

/** What of a search is asked for. */
export interface SitesAsked {
  /** Fewer are of no interest: some lower number is given for them. Default: 1. */
  readonly least?: number
  /** Counted up to this. */
  readonly most: number
  /** Default: `searchMax`. */
  readonly stepsMax?: number
}

/**
 * The number of points that lie pairwise at least `km` apart. Where it is not cut, an order of the
 * points is as good as any.
 */
export function sitesApart(
  points: readonly SpherePoint[],
  km: number,
  asked: SitesAsked
): SitesApart {
  const { least = 1, most, stepsMax = searchMax } = asked
  const found = firstApart(points, km, most)
  if (found >= most) return { sites: found, isLeast: false }
  const spots = spotsOf(distinct(points), km)
  if (spots.length <= found || spots.length < least) return { sites: found, isLeast: false }
  const search = new SiteSearch(spots, km, { least, most, stepsMax }, found)
  search.run()
  return { sites: search.best, isLeast: search.isCut }
}

/** Those of one walk through the points that lie apart from each other. */
function firstApart(spheres: readonly SpherePoint[], km: number, most: number): number {
  const areApart = liesApart(km)
  const chosen: SpherePoint[] = []
  for (const one of spheres) {
    if (chosen.length >= most) break
    if (chosen.every(other => areApart(one, other))) chosen.push(one)
  }
  return chosen.length
}

function spotsOf(spheres: readonly SpherePoint[], km: number): SpherePoint[][] {
  const areApart = liesApart(km / 2)
  const spots: [SpherePoint, ...SpherePoint[]][] = []
  for (const one of spheres) {
    const spot = spots.find(([middle]) => !areApart(one, middle))
    if (spot === undefined) spots.push([one])
    else spot.push(one)
  }
  return spots
}

class SiteSearch {
  best: number
  isCut = false
  readonly #areApart: ReturnType<typeof liesApart>
  readonly #asked: Required<SitesAsked>
  /** Spot after spot. */
  readonly #points: readonly SpherePoint[]
  /** For each spot the number of its first point; at last the number of all points. */
  readonly #starts: readonly number[]
  readonly #words: number
  /** For each point those of later spots that lie apart from it; made when asked for. */
  readonly #apart: Uint32Array[] = []
  #steps = 0

  constructor(
    spots: readonly (readonly SpherePoint[])[],
    km: number,
    asked: Required<SitesAsked>,
    best: number
  ) {
    this.best = best
    this.#areApart = liesApart(km)
    this.#asked = asked
    this.#points = spots.flat()
    let start = 0
    this.#starts = [0, ...spots.map(spot => (start += spot.length))]
    this.#words = Math.ceil(this.#points.length / 32)
  }

  run(): void {
    const left = new Uint32Array(this.#words)
    for (let i = 0; i < this.#points.length; i++)
      left[i >> 5] = (left[i >> 5] as number) | (1 << (i & 31))
    this.#goOn(0, left, 0)
  }

  /** Goes on from `chosen` sites with what is left of the spots from one on. */
  #goOn(chosen: number, left: Uint32Array, from: number): void {
    this.best = Math.max(this.best, chosen)
    const open = this.#openSpots(left, from)
    for (const [i, spot] of open.entries()) {
      if (this.#isEnough(chosen + open.length - i)) return
      const rest = this.#without(left, this.#starts[spot + 1] as number)
      for (const one of this.#ways(left, spot, rest)) {
        if (this.#isEnough(chosen + open.length - i)) return
        this.#goOn(chosen + 1, one, spot + 1)
        // With a point that leaves all of the rest there is nothing to gain without the spot.
        if (areSameBits(one, rest)) return
      }
      left = rest
    }
  }

  /** True if no more can be found, or need be. */
  #isEnough(possible: number): boolean {
    const { least, most, stepsMax } = this.#asked
    if (this.best >= most || possible <= this.best || possible < least) return true
    if (this.#steps < stepsMax) return false
    this.isCut = true
    return true
  }

  /**
   * What each point of a spot leaves of the rest, but for what is part of what another one leaves.
   * The most first.
   */
  #ways(left: Uint32Array, spot: number, rest: Uint32Array): readonly Uint32Array[] {
    const all: { readonly bits: Uint32Array; readonly count: number }[] = []
    for (let at = this.#starts[spot] as number; at < (this.#starts[spot + 1] as number); at++) {
      if (!hasBit(left, at)) continue
      this.#steps += 1
      const apart = this.#apartFrom(at, spot)
      const bits = new Uint32Array(this.#words)
      let count = 0
      for (let w = 0; w < bits.length; w++) {
        const both = (rest[w] as number) & (apart[w] as number)
        bits[w] = both
        count += bitsIn(both)
      }
      all.push({ bits, count })
    }
    const ways: Uint32Array[] = []
    for (const { bits } of all.sort((a, b) => b.count - a.count))
      if (!ways.some(way => isPartOf(bits, way))) ways.push(bits)
    return ways
  }

  #openSpots(left: Uint32Array, from: number): number[] {
    const open: number[] = []
    for (let spot = from; spot < this.#starts.length - 1; spot++) {
      const end = this.#starts[spot + 1] as number
      for (let at = this.#starts[spot] as number; at < end; at++) {
        if (!hasBit(left, at)) continue
        open.push(spot)
        break
      }
    }
    return open
  }

  /** Without the points before one. */
  #without(left: Uint32Array, before: number): Uint32Array {
    const rest = left.slice()
    rest.fill(0, 0, before >> 5)
    if ((before & 31) !== 0)
      rest[before >> 5] = (rest[before >> 5] as number) & (-1 << (before & 31))
    return rest
  }

  #apartFrom(index: number, spot: number): Uint32Array {
    const known = this.#apart[index]
    if (known !== undefined) return known
    const point = this.#points[index] as SpherePoint
    const apart = new Uint32Array(this.#words)
    for (let j = this.#starts[spot + 1] as number; j < this.#points.length; j++)
      if (this.#areApart(point, this.#points[j] as SpherePoint))
        apart[j >> 5] = (apart[j >> 5] as number) | (1 << (j & 31))
    this.#apart[index] = apart
    return apart
  }
}

/** Each point once, in order. */
function distinct(points: readonly SpherePoint[]): readonly SpherePoint[] {
  const lons = new Map<number, Set<number>>()
  return points.filter(({ lat, lon }) => {
    const known = lons.get(lat)
    if (known === undefined) lons.set(lat, new Set([lon]))
    else if (known.has(lon)) return false
    else known.add(lon)
    return true
  })
}

function hasBit(bits: Uint32Array, at: number): boolean {
  return ((bits[at >> 5] as number) & (1 << (at & 31))) !== 0
}

function isPartOf(some: Uint32Array, all: Uint32Array): boolean {
  return some.every((word, w) => (word & ~(all[w] as number)) === 0)
}

function areSameBits(a: Uint32Array, b: Uint32Array): boolean {
  return a.every((word, w) => word === b[w])
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
