// Time that only a test moves.

import type { Clock } from '@tocsin/domain/ports'

/** A clock that only the test advances. */
export class ManualClock implements Clock {
  #nowMs: number
  readonly #sleepers = new Set<{ dueMs: number; wake: () => void }>()

  constructor(startMs = Date.parse('2025-06-01T00:00:00Z')) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (ms <= 0 || signal?.aborted) resolve()
    const sleeper = { dueMs: this.#nowMs + ms, wake: resolve }
    this.#sleepers.add(sleeper)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    return promise.then(() => void this.#sleepers.delete(sleeper))
  }

  get sleeping(): number {
    return this.#sleepers.size
  }

  advance(ms: number): void {
    this.#nowMs += ms
    for (const sleeper of this.#sleepers) if (sleeper.dueMs <= this.#nowMs) sleeper.wake()
  }
}
