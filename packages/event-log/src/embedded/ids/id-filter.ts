// Bloom filters of the sealed runs, which rule out most runs without disk access. In memory the
// filters of up to 32 runs are interleaved bit by bit, so that a lookup reads a few words per 32
// runs rather than per run.

import type { IdWords } from './id-entry.ts'

/** 16 bits and 8 probes per id: 0.06 % false positives. */
const bitsPerId = 16
const probes = 8
const runsPerGroup = 32

/**
 * A filter for this many ids, in its stored form. The size is rounded to a power of two, so that
 * runs of similar size share a group.
 */
export function makeFilter(ids: number): Uint32Array {
  return new Uint32Array(2 ** Math.round(Math.log2(Math.max(ids * bitsPerId, 1024))) / 32)
}

export function addToFilter(filter: Uint32Array, id: IdWords): void {
  const mask = filter.length * 32 - 1
  // Ids are digests, so their own bits serve as hashes.
  const step = id[1]! | 1
  let bit = id[0]!
  for (let i = 0; i < probes; i++) {
    const at = bit & mask
    filter[at >>> 5]! |= 1 << (at & 31)
    bit = (bit + step) | 0
  }
}

/** Interleaved filters of one size: bit `i` of a word belongs to the group's i-th run. */
class FilterGroup {
  readonly runs: number[] = []
  readonly bits: number
  readonly #words: Uint32Array

  constructor(bits: number) {
    this.bits = bits
    this.#words = new Uint32Array(bits)
  }

  add(run: number, filter: Uint32Array): void {
    const mine = 1 << this.runs.length
    this.runs.push(run)
    for (let w = 0; w < filter.length; w++)
      for (let left = filter[w]!; left !== 0; left &= left - 1)
        this.#words[w * 32 + 31 - Math.clz32(left & -left)]! |= mine
  }

  /** One bit per run that may contain the id. */
  candidates(id: IdWords): number {
    const mask = this.bits - 1
    const step = id[1]! | 1
    let bit = id[0]!
    let runs = -1
    for (let i = 0; i < probes && runs !== 0; i++) {
      runs &= this.#words[bit & mask]!
      bit = (bit + step) | 0
    }
    return runs
  }
}

/** The filters of all sealed runs of a topic. */
export class RunFilters {
  readonly #groups: FilterGroup[] = []

  add(run: number, filter: Uint32Array): void {
    const bits = filter.length * 32
    let group = this.#groups.findLast(g => g.bits === bits && g.runs.length < runsPerGroup)
    if (group === undefined) {
      group = new FilterGroup(bits)
      this.#groups.push(group)
    }
    group.add(run, filter)
  }

  /** Calls each run that may contain the id, newest group first, until one answers. */
  find<T>(id: IdWords, ask: (run: number) => T | undefined): T | undefined {
    for (let g = this.#groups.length - 1; g >= 0; g--) {
      const group = this.#groups[g]!
      for (let left = group.candidates(id); left !== 0; left &= left - 1) {
        const found = ask(group.runs[31 - Math.clz32(left & -left)]!)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  clear(): void {
    this.#groups.length = 0
  }
}
