// Maps millions of ids to candidate places of their records, at ten to eighteen bytes per id, in
// typed arrays that the garbage collector does not scan. Only 32 bits of an id are stored: of ten
// million ids, one in five hundred also matches another's place, so callers compare the whole id
// with the record. Extendible hashing: a full bucket is split in two, so that nothing is copied as
// a whole and memory does not fragment.

import { getRandomValues } from 'node:crypto'
import type { IdWords } from './id-words.ts'

const bucketSlots = 4096
const wordCount = bucketSlots * 2
const fullAt = (bucketSlots * 7) / 8
/** Deeper buckets would contain ids that agree in all bits used for splitting. */
const depthMax = 19

class Bucket {
  /** Tag and place + 1 of each id, adjacent; 0 = free. */
  readonly words = new Uint32Array(wordCount)
  /** Number of leading bits that all tags of this bucket share. */
  depth: number
  size = 0

  constructor(depth: number) {
    this.depth = depth
  }

  put(tag: number, held: number): void {
    const at = this.freeAt(tag)
    this.words[at] = tag
    this.words[at + 1] = held
    this.size++
  }

  freeAt(tag: number): number {
    let at = firstAt(tag)
    while (this.words[at + 1] !== 0) at = nextAt(at)
    return at
  }
}

/** Most places: they are 32-bit numbers. */
export const positionsMax = 0xffff_ffff

export class IdPositions {
  /** By the leading bits of a tag; a bucket of less depth appears several times. */
  #directory: Bucket[] = [new Bucket(0)]
  #depth = 0
  #buckets = 1
  #size = 0
  /** Random: senders can choose ids, and must not be able to make them collide in one bucket. */
  readonly #seed = getRandomValues(new Uint32Array(8))

  /** Number of known places. */
  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#buckets * wordCount * 4
  }

  /** The first candidate place of the id for which `isIt` is true; -1 if there is none. */
  find(id: IdWords, isIt: (place: number) => boolean): number {
    const at = this.#find(id, isIt)
    return at < 0 ? -1 : this.#computeBucket(this.#computeTag(id)).words[at + 1]! - 1
  }

  /**
   * Adds the place of an id that `find` does not know. Throws if four thousand ids share the same
   * bits.
   */
  add(id: IdWords, place: number): void {
    const tag = this.#computeTag(id)
    while (this.#computeBucket(tag).size >= fullAt) this.#split(tag)
    this.#computeBucket(tag).put(tag, place + 1)
    this.#size++
  }

  /** Changes the place of an id that is known at `from`. */
  move(id: IdWords, from: number, to: number): void {
    const at = this.#find(id, place => place === from)
    if (at < 0) throw new Error('an id to be moved is unknown')
    this.#computeBucket(this.#computeTag(id)).words[at + 1] = to + 1
  }

  /** 32 unpredictable bits of an id: all its words, multiplied by secret factors. */
  #computeTag(id: IdWords): number {
    let tag = 0
    for (let w = 0; w < 4; w++) {
      let mixed = Math.imul(id[w]! ^ this.#seed[w]!, this.#seed[w + 4]! | 1)
      mixed = Math.imul(mixed ^ (mixed >>> 15), this.#seed[7 - w]! | 1)
      tag = Math.imul(tag ^ mixed ^ (mixed >>> 13), 0x9e3779b1)
    }
    return (tag ^ (tag >>> 16)) >>> 0
  }

  #computeBucket(tag: number): Bucket {
    return this.#directory[this.#depth === 0 ? 0 : tag >>> (32 - this.#depth)] as Bucket
  }

  #find(id: IdWords, isIt: (place: number) => boolean): number {
    const tag = this.#computeTag(id)
    const { words } = this.#computeBucket(tag)
    for (let at = firstAt(tag); words[at + 1] !== 0; at = nextAt(at)) {
      if (words[at] === tag && isIt(words[at + 1]! - 1)) return at
    }
    return -1
  }

  /** Splits the bucket of a tag: tags whose next bit is set move to a new bucket. */
  #split(tag: number): void {
    const bucket = this.#computeBucket(tag)
    if (bucket.depth === depthMax) throw new RangeError('too many ids share the same bits')
    if (bucket.depth === this.#depth) {
      this.#directory = this.#directory.flatMap(known => [known, known])
      this.#depth++
    }
    bucket.depth++
    const other = new Bucket(bucket.depth)
    this.#buckets++
    const entries = bucket.words.slice()
    bucket.words.fill(0)
    bucket.size = 0
    for (let at = 0; at < wordCount; at += 2) {
      const held = entries[at]!
      if (entries[at + 1] !== 0)
        (computeBit(held, bucket.depth) === 0 ? bucket : other).put(held, entries[at + 1]!)
    }
    for (let i = 0; i < this.#directory.length; i++) {
      const leading = this.#depth === 0 ? 0 : (i << (32 - this.#depth)) >>> 0
      if (this.#directory[i] === bucket && computeBit(leading, bucket.depth) === 1)
        this.#directory[i] = other
    }
  }
}

/** The n-th leading bit, from 1. */
function computeBit(tag: number, n: number): number {
  return (tag >>> (32 - n)) & 1
}

/** Start of the probe sequence of a tag: its last bits, which are independent of the bucket. */
function firstAt(tag: number): number {
  return (tag & (bucketSlots - 1)) * 2
}

function nextAt(at: number): number {
  return at + 2 === wordCount ? 0 : at + 2
}
