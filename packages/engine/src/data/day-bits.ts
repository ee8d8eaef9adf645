// Sets of small numbers by day. The union over a window gives the distinct count of the window.

const bitsPerWord = 32
const minEvictedDays = 256

export class DayBits {
  #firstDay = -1
  #days: (Uint32Array | undefined)[] = []
  /** Words for the greatest number so far. */
  #wordCount = 1

  /** Adds a number to a day; a negative one means unknown and is ignored. */
  add(day: number, value: number): void {
    if (value < 0) return
    const word = Math.floor(value / bitsPerWord)
    if (word >= this.#wordCount) this.#wordCount = word + 1
    const bits = this.#ensureWords(this.#ensureDay(day))
    bits[word]! |= 1 << (value % bitsPerWord)
  }

  /** Empties a day. The caller adds what remains. */
  clear(day: number): void {
    const index = day - this.#firstDay
    if (index >= 0 && index < this.#days.length) this.#days[index] = undefined
  }

  /** Union of the days from `from` to `to`, both included. */
  computeUnion(from: number, to: number): Uint32Array {
    const union = new Uint32Array(this.#wordCount)
    const end = Math.min(this.#days.length, to - this.#firstDay + 1)
    for (let index = Math.max(0, from - this.#firstDay); index < end; index++) {
      const bits = this.#days[index]
      if (bits === undefined) continue
      for (let word = 0; word < bits.length; word++) union[word]! |= bits[word]!
    }
    return union
  }

  /** Removes the days before a day. Leaves them while they are few. */
  evictBefore(day: number): void {
    const count = day - this.#firstDay
    if (count < minEvictedDays) return
    this.#days = this.#days.slice(count)
    this.#firstDay = this.#days.length === 0 ? -1 : day
  }

  #ensureDay(day: number): number {
    if (this.#firstDay < 0) this.#firstDay = day
    if (day < this.#firstDay) {
      const missing = new Array<undefined>(this.#firstDay - day).fill(undefined)
      this.#days = [...missing, ...this.#days]
      this.#firstDay = day
    }
    const index = day - this.#firstDay
    while (this.#days.length <= index) this.#days.push(undefined)
    return index
  }

  #ensureWords(index: number): Uint32Array {
    const bits = this.#days[index]
    if (bits !== undefined && bits.length >= this.#wordCount) return bits
    const wider = new Uint32Array(this.#wordCount)
    if (bits !== undefined) wider.set(bits)
    this.#days[index] = wider
    return wider
  }
}

/** Counts the numbers in a set that `without` does not have. */
export function countBits(bits: Uint32Array, without?: Uint32Array): number {
  let count = 0
  for (let word = 0; word < bits.length; word++) {
    let rest = bits[word]! & ~(without?.[word] ?? 0)
    while (rest !== 0) {
      rest &= rest - 1
      count++
    }
  }
  return count
}
