// An interruptible sleep: loops wait for work or for time, whichever comes first.

import type { Clock } from '@tocsin/domain/ports'

/** Longest single sleep, ms; timers are limited to some weeks. */
const sleepMaxMs = 3_600_000

export class WakeSignal {
  #next = new AbortController()

  /** Wakes sleepers whose ticket was taken before. */
  wake(): void {
    const woken = this.#next
    this.#next = new AbortController()
    woken.abort('woken')
  }

  /** Take it before checking the state, so that a wake between check and sleep is not lost. */
  ticket(): AbortSignal {
    return this.#next.signal
  }

  /** Resolves after the time (null: only when woken), when woken, or when `stop` aborts. */
  async sleep(clock: Clock, ms: number | null, ticket: AbortSignal, stop: AbortSignal): Promise<void> {
    await clock.sleep(Math.min(ms ?? sleepMaxMs, sleepMaxMs), AbortSignal.any([ticket, stop]))
  }
}
