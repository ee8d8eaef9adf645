// Counts by week that change in place.

import { dayMs } from '../../space-time/event-time.ts'

export const weekMs = 7 * dayMs

export function weekOf(ms: number): number {
  return Math.floor(ms / weekMs)
}

export class WeekCounts {
  readonly #counts: Map<number, number>

  constructor(entries: readonly (readonly [week: number, count: number])[] = []) {
    this.#counts = new Map(entries)
  }

  add(week: number, by: 1 | -1): void {
    const count = (this.#counts.get(week) ?? 0) + by
    if (count === 0) this.#counts.delete(week)
    else this.#counts.set(week, count)
  }

  /** The sum from one week to another, both included. */
  sum(from: number, to: number): number {
    let sum = 0
    if (to - from > this.#counts.size) {
      this.#counts.forEach((count, week) => {
        if (week >= from && week <= to) sum += count
      })
      return sum
    }
    for (let week = from; week <= to; week++) sum += this.#counts.get(week) ?? 0
    return sum
  }

  dropBefore(week: number): void {
    for (const each of this.#counts.keys()) if (each < week) this.#counts.delete(each)
  }

  /** In order of time. */
  entries(): (readonly [week: number, count: number])[] {
    return [...this.#counts].sort((a, b) => a[0] - b[0])
  }
}
