// The newest ids of a topic in memory: an open-addressed table in two arrays. A Map of strings did the same at three times the cost of an append.

import type { IdWords } from './id-entry.ts'

const capacityAtFirst = 1024
const free = -1

export class IdTable {
  #words = new Uint32Array(capacityAtFirst * 4)
  #slots = new Float64Array(capacityAtFirst).fill(free)
  #size = 0

  get size(): number {
    return this.#size
  }

  find(id: IdWords): number | undefined {
    const slot = this.#slots[this.#placeOf(id)]!
    return slot === free ? undefined : slot
  }

  /** Adds an id that `find` does not know. True when the table was laid out anew for it. */
  add(id: IdWords, slot: number): boolean {
    const grows = (this.#size + 1) * 2 > this.#slots.length
    if (grows) this.#grow()
    this.#put(id, slot)
    return grows
  }

  /** Takes back the id that was added last; with more to take back, in reverse order. Else the paths to other ids would break. */
  removeLast(id: IdWords): void {
    this.#slots[this.#placeOf(id)] = free
    this.#size--
  }

  clear(): void {
    this.#slots.fill(free)
    this.#size = 0
  }

  /** The words are valid only during the call. */
  forEach(visit: (id: IdWords, slot: number) => void): void {
    const id: IdWords = new Uint32Array(4)
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[i]!
      if (slot === free) continue
      for (let w = 0; w < 4; w++) id[w] = this.#words[i * 4 + w]!
      visit(id, slot)
    }
  }

  #put(id: IdWords, slot: number): void {
    const place = this.#placeOf(id)
    for (let w = 0; w < 4; w++) this.#words[place * 4 + w] = id[w]!
    this.#slots[place] = slot
    this.#size++
  }

  /** Where the id is, or the free place where it belongs. */
  #placeOf(id: IdWords): number {
    const words = this.#words
    const slots = this.#slots
    const mask = slots.length - 1
    let place = id[0]! & mask
    while (slots[place] !== free) {
      const at = place * 4
      if (words[at] === id[0] && words[at + 1] === id[1] && words[at + 2] === id[2] && words[at + 3] === id[3]) return place
      place = (place + 1) & mask
    }
    return place
  }

  #grow(): void {
    const words = this.#words
    const slots = this.#slots
    this.#words = new Uint32Array(words.length * 2)
    this.#slots = new Float64Array(slots.length * 2).fill(free)
    this.#size = 0
    const id: IdWords = new Uint32Array(4)
    for (let i = 0; i < slots.length; i++) {
      if (slots[i] === free) continue
      for (let w = 0; w < 4; w++) id[w] = words[i * 4 + w]!
      this.#put(id, slots[i]!)
    }
  }
}
