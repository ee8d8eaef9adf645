// Deadlines for pending work. All have the same timeout, so they expire in the order of arrival and
// share one timer: a timer for each would cost more than most of the work.

import type { Clock } from '@tocsin/domain/ports'

interface Waiter {
  readonly dueMs: number
  readonly giveUp: () => void
}

export class DeadlineWatch {
  readonly #clock: Clock
  readonly #patienceMs: number
  /** In the order in which they expire. */
  readonly #waiting = new Set<Waiter>()
  #idle: AbortController | null = null

  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock
    this.#patienceMs = patienceMs
  }

  /** The result of the work; rejects with `late` after the timeout. The work itself continues. */
  within<T>(work: Promise<T>, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        dueMs: this.#clock.monotonicMs() + this.#patienceMs,
        giveUp: () => reject(late())
      }
      this.#waiting.add(waiter)
      if (this.#idle === null) void this.#watch()
      work.then(
        result => {
          this.#over(waiter)
          resolve(result)
        },
        error => {
          this.#over(waiter)
          reject(error)
        }
      )
    })
  }

  #over(waiter: Waiter): void {
    this.#waiting.delete(waiter)
    // With a reason: without one, abort() creates an exception and its stack trace.
    if (this.#waiting.size === 0) this.#idle?.abort('idle')
  }

  /** Runs while any work is pending, and leaves no timer behind. */
  async #watch(): Promise<void> {
    const idle = new AbortController()
    this.#idle = idle
    for (;;) {
      const [oldest] = this.#waiting
      if (oldest === undefined) break
      const leftMs = oldest.dueMs - this.#clock.monotonicMs()
      if (leftMs <= 0) {
        this.#waiting.delete(oldest)
        oldest.giveUp()
        continue
      }
      await this.#clock.sleep(leftMs, idle.signal)
      if (idle.signal.aborted) break
    }
    this.#idle = null
    // Work that arrived while this loop was ending.
    if (this.#waiting.size > 0) void this.#watch()
  }
}
