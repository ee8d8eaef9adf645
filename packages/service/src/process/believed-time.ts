// The time by which old things are removed for good. A clock that jumped ahead is believed at twice
// the pace of the monotonic one: it may be mended before much is removed by it.

import type { Clock } from '@tocsin/domain/ports'

export class BelievedTime {
  readonly #clock: Clock
  readonly #firstMs: () => number | null
  /**
   * The time of the last look, as far as it was believed, and when that was on the monotonic clock.
   */
  #believed: { readonly nowMs: number; readonly atMs: number } | null = null

  /** `firstMs`: a time that is known at the first look; null: the clock is believed then. */
  constructor(clock: Clock, firstMs: () => number | null = () => null) {
    this.#clock = clock
    this.#firstMs = firstMs
  }

  /** Counts from the look before: look now and then. */
  nowMs(): number {
    const atMs = this.#clock.monotonicMs()
    const said = this.#clock.nowMs()
    const known = this.#believed ?? { nowMs: this.#firstMs() ?? said, atMs }
    const nowMs = Math.min(said, known.nowMs + 2 * (atMs - known.atMs))
    this.#believed = { nowMs, atMs }
    return nowMs
  }
}
