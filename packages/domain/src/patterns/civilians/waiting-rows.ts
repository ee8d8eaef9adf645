// Rows that must be looked at, in order of the fold.

import { placeOf } from '../../fold/sorted.ts'
import { compareRows } from '../episode/late-rows.ts'
import type { HarmRow } from './harm-row.ts'

export class WaitingRows {
  /** Those before the head have been taken. In order once the first was asked for. */
  #rows: HarmRow[] = []
  #head = 0
  #isOrdered = true

  add(row: HarmRow): void {
    if (row.isWaiting || row.isGone || row.passed > 0) return
    row.isWaiting = true
    if (
      !this.#isOrdered ||
      this.#head === this.#rows.length ||
      compareRows(this.#rows.at(-1) as HarmRow, row) < 0
    )
      this.#rows.push(row)
    else this.#rows.splice(this.#placeOf(row), 0, row)
  }

  /**
   * The next additions come in any order, and places may change until the first is asked for again.
   */
  loosen(): void {
    this.#isOrdered = false
  }

  /** The first; null if none waits. */
  get first(): HarmRow | null {
    if (!this.#isOrdered) {
      if (this.#rows.length - this.#head > 1) {
        this.#rows = this.#rows.slice(this.#head).sort(compareRows)
        this.#head = 0
      }
      this.#isOrdered = true
    }
    while (this.#rows[this.#head]?.isGone) this.#head += 1
    return this.#rows[this.#head] ?? null
  }

  /** Takes the first. */
  take(): void {
    const row = this.#rows[this.#head++] as HarmRow
    row.isWaiting = false
    if (this.#head === this.#rows.length) {
      this.#rows = []
      this.#head = 0
    }
  }

  #placeOf(row: HarmRow): number {
    return placeOf(this.#rows, row, compareRows, this.#head)
  }
}
