// Counts by week that change in place.

import { dayMs } from '../../space-time/event-time.ts'

export const weekMs = 7 * dayMs

export function weekOf(ms: number): number {
  return Math.floor(ms / weekMs)
}

export class WeekCounts {
  /** The week of the first count. */
  #first = 0
  readonly #counts: number[] = []

  constructor(entries: readonly (readonly [week: number, count: number])[] = []) {
    for (const [week, count] of entries) this.add(week, count)
  }

  add(week: number, by: number): void {
    const counts = this.#counts
    if (counts.length === 0) this.#first = week
    for (; week < this.#first; this.#first--) counts.unshift(0)
    while (week >= this.#first + counts.length) counts.push(0)
    counts[week - this.#first] = (counts[week - this.#first] as number) + by
  }

  /** The sum from one week to another, both included. */
  sum(from: number, to: number): number {
    const last = Math.min(to - this.#first, this.#counts.length - 1)
    let sum = 0
    for (let at = Math.max(0, from - this.#first); at <= last; at++)
      sum += this.#counts[at] as number
    return sum
  }

  dropBefore(week: number): void {
    const count = Math.min(Math.ceil(week) - this.#first, this.#counts.length)
    if (count <= 0) return
    this.#counts.splice(0, count)
    this.#first += count
  }

  /** Those that are not 0, in order of time. */
  entries(): (readonly [week: number, count: number])[] {
    return this.#counts.flatMap((count, at) =>
      count === 0 ? [] : [[this.#first + at, count] as const]
    )
  }
}
