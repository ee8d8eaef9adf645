// Backfill yields to live reports: while live reports are in flight in this process, a backfill
// stream begins no further line. Each pause is bounded, so that an import always makes progress,
// however many live reports there are.

import type { Clock } from '@tocsin/domain/ports'

/** Longest pause of a backfill stream, ms: about the time of a few writes to the log. */
export const yieldMaxMs = 20

export class BackfillYield {
  readonly #clock: Clock
  #live = 0
  #idle: AbortController | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a live report as in flight until its promise settles. Returns the same promise. */
  during<T>(work: Promise<T>): Promise<T> {
    this.#live++
    const over = () => {
      if (--this.#live > 0) return
      // With a reason: without one, abort() creates an exception and its stack trace.
      this.#idle?.abort('idle')
      this.#idle = null
    }
    work.then(over, over)
    return work
  }

  /**
   * Resolves once no live report is in flight, at the latest after `yieldMaxMs`. Null when none is
   * in flight now.
   */
  untilLiveIdle(): Promise<void> | null {
    if (this.#live === 0) return null
    this.#idle ??= new AbortController()
    return this.#clock.sleep(yieldMaxMs, this.#idle.signal)
  }
}
