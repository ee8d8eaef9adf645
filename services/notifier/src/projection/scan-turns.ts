// Looking at all alerts for one who asks must not hold up the others: the work is cut into slices, and between two slices of any scans the process
// turns to whatever else waits. What a scan looks for is not known here.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FilterWork } from '@tocsin/domain/alert/alert-filter'

/** Work of one slice: alternatives and positions looked at, and `alertUnits` for each alert. A millisecond or two. */
export const sliceUnitsMax = 10_000
/** What finding one alert, and what it is to a reader, costs beside the filter. */
export const alertUnits = 5

/** Lets the slices of all scans pass one after the other, one in each turn of the event loop: many scans together hold it up no longer than one. */
export class ScanTurns {
  #last: Promise<unknown> = Promise.resolve()
  #count = 0

  /** Slices that were waited for since the start. */
  get count(): number {
    return this.#count
  }

  /** Resolves when the next slice may begin. */
  async next(): Promise<void> {
    this.#count++
    const turn = this.#last.then(() => nextTurn())
    this.#last = turn
    await turn
  }

  /** A scan that begins now. */
  begin(): Scan {
    return new Scan(this)
  }
}

export class Scan implements FilterWork {
  readonly #turns: ScanTurns
  /** Done since the last rest. */
  units = 0

  constructor(turns: ScanTurns) {
    this.#turns = turns
  }

  /** True when others should have their turn: then `rest` is awaited, and what was read before it may be different after it. */
  get isTired(): boolean {
    return this.units >= sliceUnitsMax
  }

  async rest(): Promise<void> {
    this.units = 0
    await this.#turns.next()
  }
}
