// A Bloom filter over the ids of one sealed run: says "surely not there" without touching the disk. Ids are digests, so their own bits are the hashes.

import type { IdWords } from './id-entry.ts'

/** 16 bits and 8 probes an id: 0.06 % of strangers pass. */
const bitsPerId = 16
const probes = 8

export function makeFilter(ids: number): Uint32Array {
  return new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(ids * bitsPerId, 1024))) / 32)
}

export function addToFilter(filter: Uint32Array, id: IdWords): void {
  const mask = filter.length * 32 - 1
  const step = id[1]! | 1
  let bit = id[0]!
  for (let i = 0; i < probes; i++) {
    const at = bit & mask
    filter[at >>> 5]! |= 1 << (at & 31)
    bit = (bit + step) | 0
  }
}

/** False only when the id is surely not in the run. */
export function mayContain(filter: Uint32Array, id: IdWords): boolean {
  const mask = filter.length * 32 - 1
  const step = id[1]! | 1
  let bit = id[0]!
  for (let i = 0; i < probes; i++) {
    const at = bit & mask
    if ((filter[at >>> 5]! & (1 << (at & 31))) === 0) return false
    bit = (bit + step) | 0
  }
  return true
}
