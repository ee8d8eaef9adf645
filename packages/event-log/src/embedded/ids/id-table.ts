// The newest ids of a topic in memory: an open-addressed hash table in one array. A Map of strings
// tripled the cost of an append.

import type { IdWords } from './id-entry.ts'

const capacityAtFirst = 1024
/**
 * Words of an entry: the four of the id, then the slot as low and high word. They are adjacent, so
 * that a lookup has one cache miss.
 */
const stride = 6
/**
 * The high word of a slot is less than 2^21; it is stored plus one, so that zero marks a free
 * entry.
 */
const highAt = 5
const lowAt = 4

export class IdTable {
  #places = new Uint32Array(capacityAtFirst * stride)
  #capacity = capacityAtFirst
  #size = 0

  get size(): number {
    return this.#size
  }

  find(id: IdWords): number | undefined {
    const at = this.#placeOf(id)
    return this.#places[at + highAt] === 0 ? undefined : this.#slotAt(at)
  }

  /** Adds an id that `find` does not know. True if the table was resized for it. */
  add(id: IdWords, slot: number): boolean {
    const grows = (this.#size + 1) * 2 > this.#capacity
    if (grows) this.#grow()
    this.#put(id, slot)
    return grows
  }

  /**
   * Removes the id that was added last; several must be removed in reverse order, or the probe
   * sequences of others would break.
   */
  removeLast(id: IdWords): void {
    this.#places[this.#placeOf(id) + highAt] = 0
    this.#size--
  }

  clear(): void {
    this.#places.fill(0)
    this.#size = 0
  }

  /** The words are valid only during the call. */
  forEach(visit: (id: IdWords, slot: number) => void): void {
    const id: IdWords = new Uint32Array(4)
    for (let at = 0; at < this.#places.length; at += stride) {
      if (this.#places[at + highAt] === 0) continue
      for (let w = 0; w < 4; w++) id[w] = this.#places[at + w]!
      visit(id, this.#slotAt(at))
    }
  }

  #slotAt(at: number): number {
    return (this.#places[at + highAt]! - 1) * 0x1_0000_0000 + this.#places[at + lowAt]!
  }

  #put(id: IdWords, slot: number): void {
    const at = this.#placeOf(id)
    for (let w = 0; w < 4; w++) this.#places[at + w] = id[w]!
    this.#places[at + lowAt] = slot % 0x1_0000_0000
    this.#places[at + highAt] = Math.floor(slot / 0x1_0000_0000) + 1
    this.#size++
  }

  /** The entry of the id, or the free entry where it belongs. */
  #placeOf(id: IdWords): number {
    const places = this.#places
    const mask = this.#capacity - 1
    let place = id[0]! & mask
    for (;;) {
      const at = place * stride
      if (places[at + highAt] === 0) return at
      if (
        places[at] === id[0] &&
        places[at + 1] === id[1] &&
        places[at + 2] === id[2] &&
        places[at + 3] === id[3]
      )
        return at
      place = (place + 1) & mask
    }
  }

  #grow(): void {
    const old = new IdTable()
    old.#places = this.#places
    this.#capacity *= 2
    this.#places = new Uint32Array(this.#capacity * stride)
    this.#size = 0
    old.forEach((id, slot) => {
      this.#put(id, slot)
    })
  }
}
