// Index from a name's key to its rows. Keys are not stored: each row has a 46-bit hash, eight bytes
// for any name in any script. With half a million keys, one unknown name in a hundred million
// collides with a known one.

/** Rows that an index can distinguish: 18 bits. */
const rowsMax = 2 ** 18
const rowBits = 18
const bucketBits = 16

export interface NameIndexTables {
  /** Upper 32 bits of the hash, in order. */
  readonly hashes: Uint32Array
  /** The lower 14 bits of the hash, then the row. */
  readonly rows: Uint32Array
}

export class NameIndex {
  readonly #hashes: Uint32Array
  readonly #rows: Uint32Array
  /** Start of the hashes with the same first 16 bits. */
  #buckets: Uint32Array | null = null

  constructor({ hashes, rows }: NameIndexTables) {
    this.#hashes = hashes
    this.#rows = rows
  }

  /** The rows under a key, in ascending order. Pure; a few comparisons. */
  find(key: string): number[] {
    const state = computeState(key)
    const found: number[] = []
    this.#collect(state, row => found.push(row))
    return found
  }

  /**
   * The rows under keys one edit away: a letter added, missing, replaced, or two swapped. Inserted
   * letters come from the alphabet. Pure; O(key length × alphabet × key length): hashes are
   * computed without building the keys.
   */
  findOneSlipAway(key: string, alphabet: string): ReadonlySet<number> {
    const found = new Set<number>()
    const units = Array.from({ length: key.length }, (_, i) => key.charCodeAt(i))
    const letters = Array.from({ length: alphabet.length }, (_, i) => alphabet.charCodeAt(i))
    const head = new HashState()
    const probe = (middle: readonly number[], from: number) => {
      const state = head.copy()
      for (const unit of middle) state.add(unit)
      for (let i = from; i < units.length; i++) state.add(units[i] as number)
      this.#collect(state, row => found.add(row))
    }
    for (let i = 0; i <= units.length; i++) {
      const here = units[i]
      const next = units[i + 1]
      if (here !== undefined) probe([], i + 1)
      if (here !== undefined && next !== undefined) probe([next, here], i + 2)
      for (const letter of letters) {
        probe([letter], i)
        if (here !== undefined) probe([letter], i + 1)
      }
      if (here !== undefined) head.add(here)
    }
    return found
  }

  #collect(state: HashState, take: (row: number) => void): void {
    const { hash, check } = state
    const bucket = hash >>> (32 - bucketBits)
    // Built on first use: processes without sound look-ups do not pay for it.
    this.#buckets ??= computeBuckets(this.#hashes)
    const end = this.#buckets[bucket + 1] as number
    for (let i = this.#buckets[bucket] as number; i < end; i++) {
      if (this.#hashes[i] !== hash) continue
      const row = this.#rows[i] as number
      if (row >>> rowBits === check) take(row & (rowsMax - 1))
    }
  }
}

/** Index tables from pairs of key and row; duplicate pairs are stored once. Pure. */
export function buildIndex(pairs: Iterable<readonly [key: string, row: number]>): NameIndexTables {
  const entries = new Map<string, readonly [number, number]>()
  for (const [key, row] of pairs) {
    if (row >= rowsMax) throw new RangeError(`an index has at most ${rowsMax} rows`)
    const { hash, check } = computeState(key)
    const packed = ((check << rowBits) | row) >>> 0
    entries.set(`${hash}/${packed}`, [hash, packed])
  }
  const sorted = [...entries.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  return { hashes: Uint32Array.from(sorted, e => e[0]), rows: Uint32Array.from(sorted, e => e[1]) }
}

function computeBuckets(hashes: Uint32Array): Uint32Array {
  const buckets = new Uint32Array(2 ** bucketBits + 1)
  let bucket = 0
  for (let i = 0; i < hashes.length; i++) {
    const own = (hashes[i] as number) >>> (32 - bucketBits)
    while (bucket < own) buckets[++bucket] = i
  }
  while (bucket < 2 ** bucketBits) buckets[++bucket] = hashes.length
  return buckets
}

/** Two mixed hashes of UTF-16 units: 32 bits and 14 bits. Tables on disk depend on it. */
class HashState {
  #a = 0xdeadbeef
  #b = 0x41c6ce57

  add(unit: number): void {
    this.#a = Math.imul(this.#a ^ unit, 0x9e3779b1)
    this.#b = Math.imul(this.#b ^ unit, 0x5f356495)
  }

  copy(): HashState {
    const copy = new HashState()
    copy.#a = this.#a
    copy.#b = this.#b
    return copy
  }

  get hash(): number {
    return this.#mixState() >>> 0
  }

  get check(): number {
    const a = this.#mixState()
    return (
      ((Math.imul(this.#b ^ (this.#b >>> 16), 0x85ebca6b) ^
        Math.imul(a ^ (a >>> 13), 0xc2b2ae35)) >>>
        0) >>>
      rowBits
    )
  }

  #mixState(): number {
    return (
      Math.imul(this.#a ^ (this.#a >>> 16), 0x85ebca6b) ^
      Math.imul(this.#b ^ (this.#b >>> 13), 0xc2b2ae35)
    )
  }
}

function computeState(key: string): HashState {
  const state = new HashState()
  for (let i = 0; i < key.length; i++) state.add(key.charCodeAt(i))
  return state
}
