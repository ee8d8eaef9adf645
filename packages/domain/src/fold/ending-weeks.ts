// Values by the week in which they end: what a boundary passes is found without a scan of all.

import { trimEveryMs } from './trim-schedule.ts'

export class EndingWeeks<T> {
  readonly #byWeek = new Map<number, Set<T>>()

  /** Files a value that ended, or will, at another moment than before. Null: at none, or it was or is not here. */
  file(value: T, beforeMs: number | null, nowMs: number | null): void {
    if (beforeMs === nowMs) return
    const before = weekOf(beforeMs)
    const now = weekOf(nowMs)
    if (before === now) return
    if (before !== null) this.#take(before, value)
    if (now === null) return
    const there = this.#byWeek.get(now)
    if (there === undefined) this.#byWeek.set(now, new Set([value]))
    else there.add(value)
  }

  /** All that end in weeks that began before a moment. */
  beginningBefore(ms: number): T[] {
    const values: T[] = []
    for (const [week, ending] of this.#byWeek) if (week * trimEveryMs < ms) values.push(...ending)
    return values
  }

  #take(week: number, value: T): void {
    const there = this.#byWeek.get(week)
    if (there?.delete(value) && there.size === 0) this.#byWeek.delete(week)
  }
}

function weekOf(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / trimEveryMs)
}
