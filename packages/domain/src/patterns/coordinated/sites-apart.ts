// How many of some points lie pairwise far apart: a search over sets of bits, each pair of points compared at most once.

import type { Point } from '../../space-time/geometry.ts'
import { liesApart, onSphere, type SpherePoint } from '../../space-time/point-clusters.ts'

/** Maximum steps of the search; at the maximum the best result so far counts. */
const searchMax = 4000

/** The number of points that lie pairwise at least `km` apart; counted up to `most`. */
export function sitesApart(points: readonly Point[], km: number, most: number): number {
  const sites = distinct(points)
  const words = Math.ceil(sites.length / 32)
  const apart = new LaterApart(sites, km, words)
  const left = new Uint32Array((most + 1) * words)
  for (let i = 0; i < sites.length; i++) left[i >> 5] = (left[i >> 5] as number) | (1 << (i & 31))
  let best = 0
  let steps = 0
  /** Goes on from `chosen` sites with the `count` that are left beside them. */
  const search = (chosen: number, count: number): void => {
    best = Math.max(best, chosen)
    let rest = count
    for (let word = 0; word < words; word++) {
      for (let bits = left[chosen * words + word] as number; bits !== 0; bits &= bits - 1) {
        if (best >= most || chosen + rest <= best || steps >= searchMax) return
        steps += 1
        rest -= 1
        const site = word * 32 + 31 - Math.clz32(bits & -bits)
        const later = apart.of(site)
        let after = 0
        for (let w = 0; w < words; w++) {
          const both = (left[chosen * words + w] as number) & (later[w] as number)
          left[(chosen + 1) * words + w] = both
          after += bitsIn(both)
        }
        search(chosen + 1, after)
      }
    }
  }
  search(0, sites.length)
  return best
}

/** For each point a set of bits: the points after it that lie apart from it. Made when asked for: few points are. */
class LaterApart {
  readonly #areApart: ReturnType<typeof liesApart>
  readonly #spots: readonly SpherePoint[]
  readonly #words: number
  readonly #made: Uint32Array[] = []

  constructor(points: readonly Point[], km: number, words: number) {
    this.#areApart = liesApart(km)
    this.#spots = points.map(onSphere)
    this.#words = words
  }

  of(index: number): Uint32Array {
    this.#made[index] ??= this.#make(index)
    return this.#made[index] as Uint32Array
  }

  #make(index: number): Uint32Array {
    const spot = this.#spots[index] as SpherePoint
    const apart = new Uint32Array(this.#words)
    for (let j = index + 1; j < this.#spots.length; j++)
      if (this.#areApart(spot, this.#spots[j] as SpherePoint)) apart[j >> 5] = (apart[j >> 5] as number) | (1 << (j & 31))
    return apart
  }
}

/** Each point once, in order. */
function distinct(points: readonly Point[]): readonly Point[] {
  const found: Point[] = []
  for (const point of points) if (!found.some(({ lat, lon }) => lat === point.lat && lon === point.lon)) found.push(point)
  return found
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
