// How long ago a record's event was: by the monotonic clock from the first look on, so that setting
// the wall clock neither delays nor speeds up what is timed by it.

import type { Clock } from '@tocsin/domain/ports'

export class TimeSince {
  readonly #clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly #sinceMs: number
  readonly #aheadMsMax: number
  readonly #firstMs: number
  readonly #firstAtMs: number

  /**
   * `aheadMsMax`: how far ahead the record may be by itself. A later one was written by a clock
   * that was ahead.
   */
  constructor(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>, sinceMs: number, aheadMsMax: number) {
    this.#clock = clock
    this.#sinceMs = sinceMs
    this.#aheadMsMax = aheadMsMax
    const saidMs = clock.nowMs() - sinceMs
    this.#firstMs = this.#isAhead(saidMs) ? 0 : saidMs
    this.#firstAtMs = clock.monotonicMs()
  }

  /** Negative before it. A clock that was ahead at the first look, and is mended, is believed. */
  ms(): number {
    const passedMs = this.#firstMs + this.#clock.monotonicMs() - this.#firstAtMs
    const saidMs = this.#clock.nowMs() - this.#sinceMs
    return this.#isAhead(saidMs) ? passedMs : Math.min(saidMs, passedMs)
  }

  #isAhead(saidMs: number): boolean {
    return saidMs < -this.#aheadMsMax
  }
}
