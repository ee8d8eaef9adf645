// How many attacks a cell of the grid had in the year before each attack's window: its own rate.

import { dayMs } from '../../space-time/event-time.ts'
import { compareRows } from '../episode/late-rows.ts'
import type { FrontRow } from './members.ts'

/** The span before the window from which a cell's own rate is computed, days. */
export const rateDays = 364

interface Cell {
  /** Times of attacks that are no longer among the rows, in order. */
  readonly passed: number[]
  /** In order of the fold. */
  readonly attacks: FrontRow[]
}

export class CellRates {
  readonly #windowMs: number
  readonly #cells = new Map<string, Cell>()

  constructor(epsilonDays: number, times: readonly (readonly [cell: string, times: readonly number[]])[] = []) {
    this.#windowMs = epsilonDays * dayMs
    for (const [cell, passed] of times) this.#cells.set(cell, { passed: [...passed], attacks: [] })
  }

  /** Adds an attack and counts those before it. `changed` gets the later attacks for which it counts. */
  add(attack: FrontRow, changed: (attack: FrontRow) => void): void {
    const cell = this.#cells.get(attack.cell) ?? { passed: [], attacks: [] }
    this.#cells.set(attack.cell, cell)
    const { attacks } = cell
    const last = attacks.at(-1)
    const at = last === undefined || compareRows(last, attack) < 0 ? attacks.length : indexIn(attacks, attack)
    attacks.splice(at, 0, attack)
    const untilMs = attack.fromMs - this.#windowMs
    const sinceMs = untilMs - rateDays * dayMs
    // Of a window without length, only what precedes it in the fold, and itself.
    const upTo = this.#windowMs > 0 ? firstAfter(attacks, untilMs, at) : at + 1
    attack.past =
      upTo - firstAfter(attacks, sinceMs, upTo) + numbersUpTo(cell.passed, untilMs) - numbersUpTo(cell.passed, sinceMs)
    this.#count(attacks, at, 1, changed)
  }

  remove(attack: FrontRow, changed: (attack: FrontRow) => void): void {
    const { passed, attacks } = this.#cells.get(attack.cell) as Cell
    const at = indexIn(attacks, attack)
    this.#count(attacks, at, -1, changed)
    attacks.splice(at, 1)
    if (attacks.length + passed.length === 0) this.#cells.delete(attack.cell)
  }

  /** An attack leaves the rows and goes on counting. They leave in order of the fold. */
  pass(attack: FrontRow): void {
    const { passed, attacks } = this.#cells.get(attack.cell) as Cell
    attacks.splice(indexIn(attacks, attack), 1)
    passed.splice(numbersUpTo(passed, attack.fromMs), 0, attack.fromMs)
  }

  /** Nothing that begins before this comes any more. */
  forget(beforeMs: number): void {
    const oldestMs = beforeMs - this.#windowMs - rateDays * dayMs
    for (const [name, { passed, attacks }] of this.#cells) {
      passed.splice(0, numbersUpTo(passed, oldestMs))
      if (passed.length + attacks.length === 0) this.#cells.delete(name)
    }
  }

  /** Times of attacks that are no longer among the rows, by cell. */
  passed(): [cell: string, times: number[]][] {
    return [...this.#cells].flatMap(([cell, { passed }]) => (passed.length === 0 ? [] : [[cell, [...passed]]]))
  }

  /** The attacks after this one that count it. */
  #count(attacks: readonly FrontRow[], at: number, by: 1 | -1, changed: (attack: FrontRow) => void): void {
    const fromMs = (attacks[at] as FrontRow).fromMs + this.#windowMs
    for (let i = at + 1; i < attacks.length; i++) {
      const attack = attacks[i] as FrontRow
      if (attack.fromMs < fromMs) continue
      if (attack.fromMs >= fromMs + rateDays * dayMs) return
      attack.past += by
      changed(attack)
    }
  }
}

function indexIn(attacks: readonly FrontRow[], attack: FrontRow): number {
  let [low, high] = [0, attacks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareRows(attacks[middle] as FrontRow, attack) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The first index, below `high`, of what begins after a moment. */
function firstAfter(attacks: readonly FrontRow[], ms: number, high: number): number {
  let low = 0
  while (low < high) {
    const middle = (low + high) >> 1
    if ((attacks[middle] as FrontRow).fromMs <= ms) low = middle + 1
    else high = middle
  }
  return low
}

function numbersUpTo(numbers: readonly number[], most: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) <= most) low = middle + 1
    else high = middle
  }
  return low
}
