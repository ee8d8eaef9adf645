// Limits how many webhook attempts run concurrently. Healthy endpoints have separate slots, so that
// others can hang without delaying them. The waiting attempt with the lowest lane begins first.

import type { Clock } from '@tocsin/domain/ports'
import { calmLane } from '../notification/delivery.ts'

export interface SlotAsk {
  /** The lowest goes first. */
  readonly lane: number
  /** The last attempt at the endpoint was accepted and quick, or there was none yet. */
  readonly isHealthy: boolean
}

/**
 * For requests that are not deliveries. An endpoint that is quick with deliveries may hang with tests
 * and heartbeats, which leave no record.
 */
export const unsequencedAsk: SlotAsk = { lane: calmLane, isHealthy: false }
/** An attempt that runs longer than this is slow, whichever health its endpoint had. */
export const slowAfterMs = 1_000

interface Attempt {
  readonly lane: number
  readonly begin: () => void
  startedMs: number
}

/** `running` in the order in which they began, `waiting` in that in which they begin. */
function makeSlots(max: number) {
  return { max, running: new Set<Attempt>(), waiting: [] as Attempt[] }
}

export class AttemptSlots {
  readonly #clock: Clock
  readonly #healthy: ReturnType<typeof makeSlots>
  readonly #others: ReturnType<typeof makeSlots>
  #isWatching = false

  /** The others have half as many as healthy endpoints. */
  constructor(clock: Clock, healthyMax: number) {
    this.#clock = clock
    this.#healthy = makeSlots(healthyMax)
    this.#others = makeSlots(Math.ceil(healthyMax / 2))
  }

  get running(): number {
    return this.#healthy.running.size + this.#others.running.size
  }

  get waiting(): number {
    return this.#healthy.waiting.length + this.#others.waiting.length
  }

  /** Resolves with a release function once a slot is free. */
  async acquire({ lane, isHealthy }: SlotAsk): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const attempt = { lane, begin: resolve, startedMs: 0 }
    const { waiting } = isHealthy ? this.#healthy : this.#others
    const place = waiting.findLastIndex(each => each.lane <= lane) + 1
    waiting.splice(place, 0, attempt)
    this.#grant()
    await promise
    return () => {
      const isHeld = this.#healthy.running.delete(attempt) || this.#others.running.delete(attempt)
      if (isHeld) this.#grant()
    }
  }

  #grant(): void {
    const nowMs = this.#clock.monotonicMs()
    this.#moveSlow(nowMs)
    for (const { max, running, waiting } of [this.#healthy, this.#others])
      while (running.size < max) {
        const next = waiting.shift()
        if (next === undefined) break
        next.startedMs = nowMs
        running.add(next)
        next.begin()
      }
    void this.#watch(nowMs)
  }

  /**
   * Slow attempts give up slots that healthy endpoints wait for, while the other slots have room.
   */
  #moveSlow(nowMs: number): void {
    const { running, waiting } = this.#healthy
    if (waiting.length === 0) return
    for (const attempt of running) {
      if (nowMs - attempt.startedMs < slowAfterMs) return
      if (this.#others.running.size >= this.#others.max) return
      running.delete(attempt)
      this.#others.running.add(attempt)
    }
  }

  /** While a healthy endpoint waits, time alone may make room. */
  async #watch(nowMs: number): Promise<void> {
    const [oldest] = this.#healthy.running
    const { running, max } = this.#others
    const isWaiting = this.#healthy.waiting.length > 0 && running.size < max
    if (this.#isWatching || oldest === undefined || !isWaiting) return
    this.#isWatching = true
    await this.#clock.sleep(Math.max(1, oldest.startedMs + slowAfterMs - nowMs))
    this.#isWatching = false
    this.#grant()
  }
}
