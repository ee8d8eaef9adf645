// Signs of a situation in a place, such as the criteria of a siege: of each the first and the last day
// on which it was reported. They have numbers, from 0.

import type { Incidents } from '../data/incidents.ts'
import type { DayView } from './day-view.ts'
import type { Measure } from './finding.ts'
import type { State } from './rule.ts'

export class Signs {
  readonly #slot: number
  readonly #numbers: readonly number[]
  /** The signs that an incident shows, as bits. */
  readonly read: (incidents: Incidents, row: number) => number

  /** `slot`: the first of two slots for each sign. */
  constructor(slot: number, count: number, read: Signs['read']) {
    this.#slot = slot
    this.#numbers = Array.from({ length: count }, (_, number) => number)
    this.read = read
  }

  getFirstDay(state: State, number: number): number {
    return state[this.#slot + 2 * number]!
  }

  getLastDay(state: State, number: number): number {
    return state[this.#slot + 2 * number + 1]!
  }

  /** Numbers of the signs that were reported. */
  list(state: State): readonly number[] {
    return this.#numbers.filter(number => this.getFirstDay(state, number) !== 0)
  }

  findFirstDay(state: State): number {
    return Math.min(...this.list(state).map(number => this.getFirstDay(state, number)))
  }

  /** Notes the signs of a day. Returns the rows that show some. */
  note(state: State, { incidents, day }: DayView, rows: readonly number[]): readonly number[] {
    const shown = rows.filter(row => this.read(incidents, row) !== 0)
    for (const row of shown)
      for (const number of this.#numbers) {
        if ((this.read(incidents, row) & (1 << number)) === 0) continue
        const slot = this.#slot + 2 * number
        state[slot] ||= day
        state[slot + 1] = Math.max(state[slot + 1]!, incidents.columns.toDay[row]!)
      }
    return shown
  }

  /** Forgets the signs that were last reported before a day. Returns true if none is left. */
  forgetBefore(state: State, day: number): boolean {
    for (const number of this.#numbers)
      if (this.getLastDay(state, number) < day)
        state.fill(0, this.#slot + 2 * number, this.#slot + 2 * number + 2)
    return this.list(state).length === 0
  }

  /** The signs in the days up to that of the view. */
  measure(view: DayView, days: number, threshold: number): Measure {
    let bits = 0
    for (const row of view.listOverlapping(view.day - days, view.day))
      bits |= this.read(view.incidents, row)
    const value = this.#numbers.filter(number => (bits & (1 << number)) !== 0).length
    return { value, threshold, baseline: null }
  }
}
