// Sums by day that change in place, for sliding windows of days. An incident whose day is not known
// counts on each day of its interval with an equal share, and what was added can be taken out
// again. Days are kept in blocks with totals, only where there is something: a scope with three
// incidents in two years stays small, and a window of a year adds up a few dozen numbers.

import { dayMs, type Span } from '../../space-time/event-time.ts'

/**
 * Parts of one incident: integers, so that sums do not depend on the order of additions; divisible
 * by all interval lengths up to 16 days.
 */
export const wholeIncident = 720_720
/**
 * Maximum number of days over which an interval is spread; a longer one says nothing of when it
 * was.
 */
export const spreadDaysMax = 400
/** Days of a block, as a power of two: blocks are found by shifting bits. */
const blockBits = 5
const blockDays = 1 << blockBits

/** Number of the UTC day of a moment. */
export function dayOf(ms: number): number {
  return Math.floor(ms / dayMs)
}

/** The first moment after a day. */
export function dayEndMs(day: number): number {
  return (day + 1) * dayMs
}

/**
 * The moment at which a window that ends with a day contains an incident: the incident's own, or
 * the end of a later day.
 */
export function reachedAtMs({ fromMs, toMs }: Span, lastDay: number): number {
  if (lastDay === dayOf(fromMs)) return fromMs
  const endMs = dayEndMs(lastDay) - 1
  return lastDay === dayOf(toMs) ? Math.min(toMs, endMs) : endMs
}

export class DaySums {
  /** Number of the first block. */
  #first = 0
  /** For each block from the first, its place in the lists below; -1 where it has none. */
  #places: number[] = []
  /** Of each block the parts on its days, one block after the other. */
  readonly #parts: number[] = []
  #totals: number[] = []
  /** Places of dropped blocks. */
  readonly #free: number[] = []

  /** True if it has no block: nothing was added since all was dropped. */
  get isEmpty(): boolean {
    return this.#places.length === 0
  }

  /**
   * Adds an amount, in parts, spread evenly over the days of an interval. A negative amount takes
   * out what was added.
   */
  add({ fromMs, toMs }: Span, amount: number): void {
    if (amount === 0) return
    const firstDay = dayOf(fromMs)
    const days = dayOf(toMs) - firstDay + 1
    if (days === 1) {
      this.addOn(firstDay, amount)
      return
    }
    const whole = Math.abs(amount)
    const sign = Math.sign(amount)
    let before = 0
    for (let i = 1; i <= Math.min(days, spreadDaysMax); i++) {
      const until = Math.floor((whole * i) / days)
      if (until !== before) this.addOn(firstDay + i - 1, sign * (until - before))
      before = until
    }
  }

  /** Adds an amount on one day. */
  addOn(day: number, amount: number): void {
    const place = this.#placeOf(day >> blockBits)
    this.#totals[place] = (this.#totals[place] as number) + amount
    const at = (place << blockBits) + (day & (blockDays - 1))
    this.#parts[at] = (this.#parts[at] as number) + amount
  }

  /** What lies on a day. */
  on(day: number): number {
    const place = this.#places[(day >> blockBits) - this.#first]
    return place === undefined || place < 0
      ? 0
      : (this.#parts[(place << blockBits) + (day & (blockDays - 1))] as number)
  }

  /** The sum from one day to another, both included. */
  sum(fromDay: number, toDay: number): number {
    const last = Math.min((toDay >> blockBits) - this.#first, this.#places.length - 1)
    let sum = 0
    for (let i = Math.max((fromDay >> blockBits) - this.#first, 0); i <= last; i++) {
      const place = this.#places[i] as number
      if (place < 0) continue
      const start = (i + this.#first) << blockBits
      if (start >= fromDay && start + blockDays <= toDay + 1) sum += this.#totals[place] as number
      else {
        const end = (place << blockBits) + Math.min(toDay - start, blockDays - 1)
        for (let at = (place << blockBits) + Math.max(fromDay - start, 0); at <= end; at++)
          sum += this.#parts[at] as number
      }
    }
    return sum
  }

  /** The greatest sum of `days` days that end with one of these days. */
  mostIn(days: number, fromDay: number, toDay: number): number {
    let sum = this.sum(fromDay - days + 1, fromDay)
    let most = sum
    for (let day = fromDay + 1; day <= toDay; day++) {
      sum += this.on(day) - this.on(day - days)
      if (sum > most) most = sum
    }
    return most
  }

  /** Drops all blocks that end before a day. `dropped` is told what lay on each of their days. */
  dropBefore(day: number, dropped?: (day: number, amount: number) => void): void {
    const count = Math.min((day >> blockBits) - this.#first, this.#places.length)
    if (count <= 0) return
    for (let i = 0; i < count; i++) {
      const place = this.#places[i] as number
      if (place < 0) continue
      for (let d = 0; d < blockDays; d++) {
        const amount = this.#parts[(place << blockBits) + d] as number
        if (amount !== 0) dropped?.(((this.#first + i) << blockBits) + d, amount)
      }
      this.#parts.fill(0, place << blockBits, (place + 1) << blockBits)
      this.#totals[place] = 0
      this.#free.push(place)
    }
    this.#places.splice(0, count)
    this.#first += count
  }

  /** Plain data: day, amount, day, amount, … */
  data(): readonly number[] {
    const data: number[] = []
    for (const [i, place] of this.#places.entries()) {
      for (let d = 0; place >= 0 && d < blockDays; d++) {
        const amount = this.#parts[(place << blockBits) + d] as number
        if (amount !== 0) data.push(((this.#first + i) << blockBits) + d, amount)
      }
    }
    return data
  }

  /** Adds such data. */
  addData(data: readonly number[]): void {
    for (let i = 0; i < data.length; i += 2) this.addOn(data[i] as number, data[i + 1] as number)
  }

  #placeOf(block: number): number {
    if (this.#places.length === 0) this.#first = block
    while (block < this.#first) {
      this.#places.unshift(-1)
      this.#first -= 1
    }
    while (block >= this.#first + this.#places.length) this.#places.push(-1)
    const known = this.#places[block - this.#first] as number
    if (known >= 0) return known
    const place = this.#free.pop() ?? this.#newPlace()
    this.#places[block - this.#first] = place
    return place
  }

  #newPlace(): number {
    for (let d = 0; d < blockDays; d++) this.#parts.push(0)
    return this.#totals.push(0) - 1
  }
}
