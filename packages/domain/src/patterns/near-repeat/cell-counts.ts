// How many attacks a cell had by window since the epoch: where many are usual, a repeat says
// nothing.

import { dayMs } from '../../space-time/event-time.ts'
import { type NearRepeatParameters, reachOf } from './near-repeat-parameters.ts'
import type { RepeatAttack } from './repeat-attack.ts'

interface Cell<A> {
  /** Counts by window of attacks that are no longer among the rows. */
  readonly passed: Map<number, number>
  /** All of these together. */
  passedCount: number
  /** In order of their windows. */
  readonly rows: A[]
}

/** Counts by window. */
export type SavedCell = readonly [
  cell: string,
  counts: readonly (readonly [window: number, count: number])[]
]

export class CellCounts<A extends RepeatAttack> {
  readonly #parameters: NearRepeatParameters
  /** Number of windows of the past, which ends one window before. */
  readonly #windows: number
  readonly #cells = new Map<string, Cell<A>>()

  constructor(parameters: NearRepeatParameters, saved: readonly SavedCell[] = []) {
    this.#parameters = parameters
    this.#windows = Math.max(1, Math.floor(parameters.rateDays / parameters.windowDays))
    for (const [cell, counts] of saved) {
      const passedCount = counts.reduce((sum, [, count]) => sum + count, 0)
      this.#cells.set(cell, { passed: new Map(counts), passedCount, rows: [] })
    }
  }

  /**
   * True if a cell's own rate in the windows before an attack makes three within a window usual.
   */
  isHot(
    name: string,
    { window, isExplosion }: Pick<RepeatAttack, 'window' | 'isExplosion'>
  ): boolean {
    const cell = this.#cells.get(name)
    if (cell === undefined || !this.#isUsual(cell.passedCount + cell.rows.length, isExplosion))
      return false
    return this.#isUsual(this.#pastOf(cell, window), isExplosion)
  }

  /**
   * `turned` gets each later attack for which a cell is hot now and was not, or the other way
   * round.
   */
  add(row: A, turned: (row: A) => void): void {
    for (const name of hit(row)) {
      const cell = this.#cells.get(name) ?? { passed: new Map(), passedCount: 0, rows: [] }
      if (cell.rows.length === 0) this.#cells.set(name, cell)
      cell.rows.splice(firstFrom(cell.rows, row.window + 1), 0, row)
      this.#turn(cell, row.window, 1, turned)
    }
  }

  remove(row: A, turned: (row: A) => void): void {
    for (const name of hit(row)) {
      const cell = this.#takeOut(name, row)
      this.#turn(cell, row.window, -1, turned)
      if (cell.rows.length + cell.passed.size === 0) this.#cells.delete(name)
    }
  }

  /** An attack leaves the rows and goes on counting. */
  pass(row: A): void {
    for (const name of hit(row)) {
      const cell = this.#takeOut(name, row)
      cell.passed.set(row.window, (cell.passed.get(row.window) ?? 0) + 1)
      cell.passedCount += 1
    }
  }

  /** Nothing that begins before this comes any more. */
  forget(beforeMs: number): void {
    const oldest = Math.floor(beforeMs / (this.#parameters.windowDays * dayMs)) - 1 - this.#windows
    for (const [name, cell] of this.#cells) {
      const { passed, rows } = cell
      for (const [window, count] of passed) {
        if (window >= oldest) continue
        passed.delete(window)
        cell.passedCount -= count
      }
      if (passed.size + rows.length === 0) this.#cells.delete(name)
    }
  }

  /** Counts of attacks that are no longer among the rows. */
  saved(): SavedCell[] {
    return [...this.#cells].flatMap(([name, { passed }]): SavedCell[] =>
      passed.size === 0 ? [] : [[name, [...passed]]]
    )
  }

  #takeOut(name: string, row: A): Cell<A> {
    const cell = this.#cells.get(name) as Cell<A>
    cell.rows.splice(cell.rows.indexOf(row, firstFrom(cell.rows, row.window)), 1)
    return cell
  }

  #turn(cell: Cell<A>, window: number, by: 1 | -1, turned: (row: A) => void): void {
    const { rows } = cell
    const last = window + 1 + this.#windows
    let of = Number.NaN
    let past = 0
    for (let at = firstFrom(rows, window + 2); at < rows.length; at++) {
      const row = rows[at] as A
      if (row.window > last) return
      if (row.window !== of) {
        of = row.window
        past = this.#pastOf(cell, of)
      }
      if (this.#isUsual(past, row.isExplosion) !== this.#isUsual(past - by, row.isExplosion))
        turned(row)
    }
  }

  #pastOf({ passed, rows }: Cell<A>, window: number): number {
    const oldest = window - 1 - this.#windows
    let past = firstFrom(rows, window - 1) - firstFrom(rows, oldest)
    passed.forEach((count, of) => {
      if (of >= oldest && of < window - 1) past += count
    })
    return past
  }

  #isUsual(past: number, isExplosion: boolean): boolean {
    const { windowDays, hotRate } = this.#parameters
    const { days } = reachOf(isExplosion, this.#parameters)
    return (past / this.#windows) * (days / windowDays) > hotRate
  }
}

/** Each cell that an attack hits, once. */
function hit({ cells }: Pick<RepeatAttack, 'cells'>): Iterable<string> {
  return cells.length < 2 ? cells : new Set(cells)
}

/** The first index of a window or a later one. */
function firstFrom(rows: readonly RepeatAttack[], window: number): number {
  let low = 0
  let high = rows.length
  // Mostly all are earlier.
  if (high > 0 && (rows[high - 1] as RepeatAttack).window < window) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle] as RepeatAttack).window < window) low = middle + 1
    else high = middle
  }
  return low
}
