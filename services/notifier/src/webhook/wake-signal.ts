// A sleeper that can be woken: loops wait on it for work or for time, whichever comes first.

import type { Clock } from '@tocsin/domain/ports'

/** Longest single sleep, ms; timers do not take more than some weeks. */
const sleepMaxMs = 3_600_000

export class WakeSignal {
  #next = new AbortController()

  /** Wakes who sleeps on a ticket that was taken before. */
  wake(): void {
    const woken = this.#next
    this.#next = new AbortController()
    woken.abort('woken')
  }

  /** Taken before looking at the state, so that a wake between look and sleep is not lost. */
  ticket(): AbortSignal {
    return this.#next.signal
  }

  /** Resolves after the time (null: when woken), when woken, or when `stop` aborts. */
  async sleep(clock: Clock, ms: number | null, ticket: AbortSignal, stop: AbortSignal): Promise<void> {
    await clock.sleep(Math.min(ms ?? sleepMaxMs, sleepMaxMs), AbortSignal.any([ticket, stop]))
  }
}
