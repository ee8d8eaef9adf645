// Timers by day: what a clock wakes when it reaches their day.

import { never } from '../data/time.ts'
import type { Timer } from '../rules/finding.ts'

export class Timers {
  readonly #byDay = new Map<number, Timer[]>()
  #day = 0

  schedule(timer: Timer, day: number): void {
    if (day >= never || day <= this.#day) return
    const timers = this.#byDay.get(day)
    if (timers === undefined) this.#byDay.set(day, [timer])
    else timers.push(timer)
  }

  /** Calls the timers up to a day, in order of their days. */
  advance(to: number): void {
    if (to <= this.#day) return
    if (to - this.#day > this.#byDay.size) this.#callSorted(to)
    else for (let day = this.#day + 1; day <= to; day++) this.#call(day)
    this.#day = to
  }

  /** The first day that has a timer; `never` if none has. */
  findNextDay(): number {
    let next = never
    for (const day of this.#byDay.keys()) if (day < next) next = day
    return next
  }

  #callSorted(to: number): void {
    const days = [...this.#byDay.keys()].filter(day => day <= to)
    for (const day of days.sort((a, b) => a - b)) this.#call(day)
  }

  #call(day: number): void {
    const timers = this.#byDay.get(day)
    if (timers === undefined) return
    this.#byDay.delete(day)
    for (const timer of timers) timer.onTimer()
  }
}
