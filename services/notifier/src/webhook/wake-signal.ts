// An interruptible sleep: loops wait for work or for time, whichever comes first.

import type { Clock } from '@tocsin/domain/ports'

/** Longest single sleep, ms; timers are limited to some weeks. */
const sleepMaxMs = 3_600_000

export class WakeSignal {
  #wakes = 0
  readonly #sleeping = new Set<() => void>()

  /** Wakes sleepers that took their ticket before. Free while there are no sleepers. */
  wake(): void {
    this.#wakes++
    for (const wakeSleeper of this.#sleeping) wakeSleeper()
    this.#sleeping.clear()
  }

  /** Take it before checking the state, so that a wake between check and sleep is not lost. */
  ticket(): number {
    return this.#wakes
  }

  /** Resolves after the time (null: there is none), when woken, or when `stop` aborts. */
  async sleep(clock: Clock, ms: number | null, ticket: number, stop: AbortSignal): Promise<void> {
    if (ticket !== this.#wakes || stop.aborted) return
    // Senders sleep once for each delivery: without a time no timer is set, since each would end
    // with an error.
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    this.#sleeping.add(wake)
    stop.addEventListener('abort', wake, { once: true })
    const timer = ms === null ? null : new AbortController()
    if (ms !== null && timer !== null)
      void clock.sleep(Math.min(ms, sleepMaxMs), timer.signal).then(wake)
    await promise
    this.#sleeping.delete(wake)
    stop.removeEventListener('abort', wake)
    timer?.abort('woken')
  }
}
