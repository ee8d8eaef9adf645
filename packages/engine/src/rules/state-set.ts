// A small set of numbers within a state: each slot contains a number plus 1, or 0 if it is free. The
// numbers ascend, so that equal sets are equal states. A number that finds no free slot is dropped.

import type { State } from './rule.ts'

export class StateSet {
  readonly #first: number
  readonly size: number

  /** `first`: the first slot; `size`: the number of slots. */
  constructor(first: number, size: number) {
    this.#first = first
    this.size = size
  }

  list(state: State): number[] {
    const numbers: number[] = []
    for (let slot = this.#first; slot < this.#first + this.size && state[slot] !== 0; slot++)
      numbers.push(state[slot]! - 1)
    return numbers
  }

  count(state: State): number {
    return this.list(state).length
  }

  has(state: State, number: number): boolean {
    return this.list(state).includes(number)
  }

  add(state: State, numbers: readonly number[]): void {
    this.#write(state, [...new Set([...this.list(state), ...numbers])])
  }

  remove(state: State, numbers: readonly number[]): void {
    this.#write(
      state,
      this.list(state).filter(number => !numbers.includes(number))
    )
  }

  clear(state: State): void {
    this.#write(state, [])
  }

  #write(state: State, numbers: readonly number[]): void {
    const kept = numbers.slice(0, this.size).sort((a, b) => a - b)
    for (let i = 0; i < this.size; i++) state[this.#first + i] = (kept[i] ?? -1) + 1
  }
}
