// Rows by buckets of days and cell, in chains of typed arrays: a map of lists takes three times the
// memory. Who searches a cell may meet rows of another: their keys may be equal.

import { computeCapacity, growColumns, makeColumns } from '../data/columns.ts'

const maxBuckets = 64
/** Of a chain: it has no further entry. */
const end = -1
const minSlots = 1024

export class DayIndex {
  readonly #bucketBits: number
  readonly #entries = makeColumns({ key: 'i32', row: 'i32', next: 'i32' }, minSlots)
  /** First entry of each chain: a power of two. */
  #slots = new Int32Array(minSlots).fill(end)
  #entryCount = 0
  #firstFree = end

  constructor(bucketBits: number) {
    this.#bucketBits = bucketBits
  }

  add(row: number, cells: readonly number[], from: number, to: number): void {
    for (const key of this.#listKeys(cells, from, to)) {
      const entry = this.#takeEntry()
      this.#entries.key[entry] = key
      this.#entries.row[entry] = row
      this.#link(entry)
    }
  }

  remove(row: number, cells: readonly number[], from: number, to: number): void {
    for (const key of this.#listKeys(cells, from, to)) this.#removeEntry(key, row)
  }

  visit(cells: readonly number[], from: number, to: number, visit: (row: number) => void): void {
    if (this.#entryCount === 0) return
    const slots = this.#slots
    const { key: keys, row: rows, next } = this.#entries
    for (const key of this.#listKeys(cells, from, to))
      for (let entry = slots[key & (slots.length - 1)]!; entry !== end; entry = next[entry]!)
        if (keys[entry] === key) visit(rows[entry]!)
  }

  #listKeys(cells: readonly number[], from: number, to: number): readonly number[] {
    const keys: number[] = []
    const first = from >> this.#bucketBits
    const last = Math.min(to >> this.#bucketBits, first + maxBuckets - 1)
    for (let bucket = first; bucket <= last; bucket++)
      for (const cell of cells) keys.push((Math.imul(bucket, 0x9e3779b1) + cell) | 0)
    return keys
  }

  #takeEntry(): number {
    const { key, next } = this.#entries
    const free = this.#firstFree
    if (free !== end) {
      this.#firstFree = next[free]!
      return free
    }
    if (this.#entryCount === key.length)
      growColumns(this.#entries, computeCapacity(key.length, key.length + 1))
    if (this.#entryCount === this.#slots.length) {
      this.#slots = new Int32Array(2 * this.#slots.length).fill(end)
      for (let entry = 0; entry < this.#entryCount; entry++) this.#link(entry)
    }
    return this.#entryCount++
  }

  #link(entry: number): void {
    const { key, next } = this.#entries
    const slot = key[entry]! & (this.#slots.length - 1)
    next[entry] = this.#slots[slot]!
    this.#slots[slot] = entry
  }

  #removeEntry(key: number, row: number): void {
    const { key: keys, row: rows, next } = this.#entries
    const slot = key & (this.#slots.length - 1)
    let before = end
    let entry = this.#slots[slot]!
    while (entry !== end && (rows[entry] !== row || keys[entry] !== key)) {
      before = entry
      entry = next[entry]!
    }
    if (entry === end) return
    if (before === end) this.#slots[slot] = next[entry]!
    else next[before] = next[entry]!
    next[entry] = this.#firstFree
    this.#firstFree = entry
  }
}
