// The states of a track in order of their days. One flat array has all numbers.

import { findIndex } from '../../data/sorted-list.ts'
import { openedDay, type State } from '../rule.ts'

export class DayStates {
  readonly size: number
  days: number[] = []
  #numbers: number[] = []

  constructor(size: number) {
    this.size = size
  }

  get length(): number {
    return this.days.length
  }

  /** Index of the first stored day on or after a day. */
  findIndex(day: number): number {
    return findIndex(this.days, day)
  }

  /** Day on which the open episode of a state began; 0 if none is open, or there is no such state. */
  getOpenedDay(index: number): number {
    return this.#numbers[index * this.size + openedDay] ?? 0
  }

  /** A copy of a state, to go on from. The state before the first one is blank. */
  copyState(index: number): State {
    if (index < 0) return new Array<number>(this.size).fill(0)
    return this.#numbers.slice(index * this.size, (index + 1) * this.size)
  }

  /** True if the stored state of the day equals this one. A day that is not stored is blank. */
  isEqualOn(day: number, index: number, state: State): boolean {
    if (this.days[index] !== day) return isBlank(state)
    const offset = index * this.size
    for (let i = 0; i < this.size; i++) if (state[i] !== this.#numbers[offset + i]) return false
    return true
  }

  /** Replaces the states from one index to before another. */
  replace(from: number, to: number, days: readonly number[], numbers: readonly number[]): void {
    const { size } = this
    if (to < this.days.length) {
      this.days.splice(from, to - from, ...days)
      this.#numbers.splice(from * size, (to - from) * size, ...numbers)
      return
    }
    this.days.length = from
    this.#numbers.length = from * size
    for (const day of days) this.days.push(day)
    for (const number of numbers) this.#numbers.push(number)
  }

  exportBefore(day: number): readonly [days: readonly number[], numbers: readonly number[]] {
    const index = this.findIndex(day)
    return [this.days.slice(0, index), this.#numbers.slice(0, index * this.size)]
  }
}

export function isBlank(state: State): boolean {
  for (const number of state) if (number !== 0) return false
  return true
}
