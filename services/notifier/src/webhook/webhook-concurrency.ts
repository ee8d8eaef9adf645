// Lets attempts wait for their slots (attempt-slots.ts in the domain).

import type { Clock } from '@tocsin/domain/ports'
import { AttemptSlots, type SlotAsk, type SlotLimits } from './attempt-slots.ts'

export class WebhookConcurrency {
  readonly #clock: Clock
  readonly #slots: AttemptSlots
  readonly #granted = new Map<number, () => void>()
  #isWatching = false

  constructor(clock: Clock, limits: SlotLimits) {
    this.#clock = clock
    this.#slots = new AttemptSlots(limits)
  }

  get running(): number {
    return this.#slots.running
  }

  get waiting(): number {
    return this.#slots.waiting
  }

  /** Resolves with a release function once a slot is free. */
  async acquire(ask: SlotAsk): Promise<() => void> {
    const id = this.#slots.ask(ask)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#granted.set(id, resolve)
    this.#grant()
    await promise
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#slots.release(id)
      this.#grant()
    }
  }

  #grant(): void {
    for (const id of this.#slots.grant(this.#clock.monotonicMs())) {
      this.#granted.get(id)?.()
      this.#granted.delete(id)
    }
    void this.#watch()
  }

  /** While somebody waits, time alone may make room. */
  async #watch(): Promise<void> {
    if (this.#isWatching) return
    this.#isWatching = true
    for (;;) {
      const waitMs = this.#slots.nextChangeMs(this.#clock.monotonicMs())
      if (waitMs === null) break
      await this.#clock.sleep(waitMs)
      for (const id of this.#slots.grant(this.#clock.monotonicMs())) {
        this.#granted.get(id)?.()
        this.#granted.delete(id)
      }
    }
    this.#isWatching = false
  }
}
