// Values by the week in which they end: what a boundary passes is found without a scan of all.

import { trimEveryMs } from './trim-schedule.ts'

export class EndingWeeks<T extends string | object> {
  /** Most weeks have one, and a set for each would cost more memory. */
  readonly #byWeek = new Map<number, T | Set<T>>()

  /**
   * Files a value that ended, or will, at another moment than before. Null: at none, or it was or
   * is not here.
   */
  file(value: T, beforeMs: number | null, nowMs: number | null): void {
    if (beforeMs === nowMs) return
    const before = weekOf(beforeMs)
    const now = weekOf(nowMs)
    if (before === now) return
    if (before !== null) this.#take(before, value)
    if (now === null) return
    const there = this.#byWeek.get(now)
    if (there === undefined) this.#byWeek.set(now, value)
    else if (there instanceof Set) there.add(value)
    else if (there !== value) this.#byWeek.set(now, new Set([there, value]))
  }

  /** All that end in weeks that began before a moment. */
  beginningBefore(ms: number): T[] {
    const values: T[] = []
    this.#byWeek.forEach((ending, week) => {
      if (week * trimEveryMs >= ms) return
      if (ending instanceof Set) values.push(...ending)
      else values.push(ending)
    })
    return values
  }

  #take(week: number, value: T): void {
    const there = this.#byWeek.get(week)
    const isLast = there instanceof Set ? there.delete(value) && there.size === 0 : there === value
    if (isLast) this.#byWeek.delete(week)
  }
}

function weekOf(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / trimEveryMs)
}
