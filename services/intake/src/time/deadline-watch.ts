// Answers for those whose work does not come in time. All have the same patience, so who came first is due first, and one timer is enough for any
// number of them: one for each would cost more than most of the work.

import type { Clock } from '@tocsin/domain/ports'

interface Waiter {
  readonly dueMs: number
  readonly giveUp: () => void
}

export class DeadlineWatch {
  readonly #clock: Clock
  readonly #patienceMs: number
  /** In the order in which they are due. */
  readonly #waiting = new Set<Waiter>()
  #idle: AbortController | null = null

  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock
    this.#patienceMs = patienceMs
  }

  /** What the work comes to; rejects with `late` when that takes longer than the patience. The work goes on then. */
  within<T>(work: Promise<T>, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { dueMs: this.#clock.monotonicMs() + this.#patienceMs, giveUp: () => reject(late()) }
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
    // With a reason of its own: without one an exception is made, stack and all.
    if (this.#waiting.size === 0) this.#idle?.abort('idle')
  }

  /** Goes on while anyone waits, and then leaves no timer behind. */
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
    // Who came while this one was on its way out.
    if (this.#waiting.size > 0) void this.#watch()
  }
}
