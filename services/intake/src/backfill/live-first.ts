// How old news gives way: as long as live reports are under way here, a stream of the backfill begins nothing further. It is held up for no more than
// so long at a time, so that an import always goes on, however many live reports there are.

import type { Clock } from '@tocsin/domain/ports'

/** How long live reports hold a stream up at a time, ms: some writes of the log. */
export const givesWayMs = 20

export class LiveFirst {
  readonly #clock: Clock
  #live = 0
  #idle: AbortController | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a live report until its work is over. Gives the same promise. */
  during<T>(work: Promise<T>): Promise<T> {
    this.#live++
    const over = () => {
      if (--this.#live > 0) return
      // With a reason of its own: without one an exception is made, stack and all.
      this.#idle?.abort('idle')
      this.#idle = null
    }
    work.then(over, over)
    return work
  }

  /** Resolves once no live report is under way, at the latest after `givesWayMs`. Null where none is. */
  gaveWay(): Promise<void> | null {
    if (this.#live === 0) return null
    this.#idle ??= new AbortController()
    return this.#clock.sleep(givesWayMs, this.#idle.signal)
  }
}
