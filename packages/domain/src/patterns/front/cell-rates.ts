// Which cells of the grid are hot for an attack: how many attacks its cell had in the year before
// the attack's window.

import { countUpTo, firstFrom } from '../../fold/sorted.ts'
import { dayMs } from '../../space-time/event-time.ts'
import type { Point } from '../../space-time/geometry.ts'
import type { FrontRow } from './members.ts'

/** The span before the window from which a cell's own rate is computed, days. */
export const rateDays = 364

interface Cell {
  /** When its attacks began, in order: also those that are no longer among the rows. */
  readonly times: number[]
  /** In order of their beginning. */
  readonly rows: FrontRow[]
}

/** By cell, with the text that names it: times of attacks that are no longer among the rows. */
export type PassedTimes = readonly (readonly [cell: string, times: readonly number[]])[]

export class CellRates {
  readonly #windowMs: number
  /** Attacks in the year from which on a cell is hot. */
  readonly #hotFrom: number
  readonly #cells = new Map<number, Cell>()

  constructor(epsilonDays: number, hotRate: number, passed: PassedTimes = []) {
    this.#windowMs = epsilonDays * dayMs
    this.#hotFrom = leastAbove(hotRate, epsilonDays / rateDays)
    for (const [name, times] of passed)
      this.#cells.set(cellNamed(name), { times: [...times], rows: [] })
  }

  /**
   * True if its cell's own rate is above the limit. Times alone decide: without a window no rate is
   * above 0.
   */
  isHot({ cell, fromMs }: FrontRow): boolean {
    if (this.#hotFrom === 0) return true
    const { times } = this.#cells.get(cell) as Cell
    if (times.length < this.#hotFrom) return false
    const untilMs = fromMs - this.#windowMs
    const first = countUpTo(times, untilMs) - this.#hotFrom
    return first >= 0 && (times[first] as number) > untilMs - rateDays * dayMs
  }

  /** `changed` gets the later attacks that count this one. */
  add(row: FrontRow, changed: FrontRow[]): void {
    const { cell, fromMs } = row
    const there = this.#cells.get(cell)
    if (there === undefined) {
      this.#cells.set(cell, { times: [fromMs], rows: [row] })
      return
    }
    const { times, rows } = there
    // Most attacks come last.
    if ((times.at(-1) as number) <= fromMs) {
      times.push(fromMs)
      rows.push(row)
      return
    }
    times.splice(countUpTo(times, fromMs), 0, fromMs)
    rows.splice(firstFrom(rows, fromMs), 0, row)
    this.#tell(rows, fromMs, changed)
  }

  remove(row: FrontRow, changed: FrontRow[]): void {
    const { cell, fromMs } = row
    const { times, rows } = this.#cells.get(cell) as Cell
    times.splice(countUpTo(times, fromMs) - 1, 1)
    leave(rows, row)
    this.#tell(rows, fromMs, changed)
    if (times.length === 0) this.#cells.delete(cell)
  }

  /** An attack leaves the rows and goes on counting. */
  pass(row: FrontRow): void {
    leave((this.#cells.get(row.cell) as Cell).rows, row)
  }

  /** Nothing that begins before this comes any more, and no row does. */
  forget(beforeMs: number): void {
    const oldestMs = beforeMs - this.#windowMs - rateDays * dayMs
    for (const [cell, { times }] of this.#cells) {
      const old = countUpTo(times, oldestMs)
      if (old > 0) times.splice(0, old)
      if (times.length === 0) this.#cells.delete(cell)
    }
  }

  passed(): PassedTimes {
    const all: [string, number[]][] = []
    for (const [cell, { times, rows }] of this.#cells) {
      const passed = timesWithout(times, rows)
      if (passed.length > 0) all.push([nameOf(cell), passed])
    }
    return all
  }

  #tell(rows: readonly FrontRow[], fromMs: number, changed: FrontRow[]): void {
    const sinceMs = fromMs + this.#windowMs
    for (let i = firstFrom(rows, sinceMs); i < rows.length; i++) {
      const row = rows[i] as FrontRow
      if (row.fromMs >= sinceMs + rateDays * dayMs) return
      changed.push(row)
    }
  }
}

/** Cells as numbers: as wide in both directions, and few enough for a number of 31 bits. */
const columns = 4096

/** The cell of a point. */
export function rateCellOf({ lat, lon }: Point, degrees: number): number {
  return cellAt(Math.floor(lat / degrees), Math.floor(lon / degrees))
}

function cellAt(row: number, column: number): number {
  return (row + columns / 2) * columns + column + columns / 2
}

/** As `cellOf` names it. */
function nameOf(cell: number): string {
  return `${Math.floor(cell / columns) - columns / 2}:${(cell % columns) - columns / 2}`
}

function cellNamed(name: string): number {
  const [row, column] = name.split(':').map(Number) as [number, number]
  return cellAt(row, column)
}

/** The least count that is above a rate, at so much for each; infinity if none is. */
function leastAbove(rate: number, each: number): number {
  const about = each > 0 ? Math.max(0, Math.floor(rate / each) - 1) : 0
  for (let count = about; count <= about + 3; count++) if (count * each > rate) return count
  return Number.POSITIVE_INFINITY
}

/** Both in order. */
function timesWithout(times: readonly number[], rows: readonly FrontRow[]): number[] {
  let next = 0
  return times.filter(ms => {
    if (rows[next]?.fromMs !== ms) return true
    next += 1
    return false
  })
}

function leave(rows: FrontRow[], row: FrontRow): void {
  rows.splice(rows.indexOf(row, firstFrom(rows, row.fromMs)), 1)
}
