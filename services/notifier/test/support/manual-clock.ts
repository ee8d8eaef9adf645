// A clock that advances only when the test says so.

import type { Clock } from '@tocsin/domain/ports'

interface Sleeper {
  readonly dueMs: number
  readonly order: number
  readonly wake: () => void
}

export class ManualClock implements Clock {
  #nowMs: number
  #elapsedMs = 0
  #order = 0
  readonly #sleepers = new Set<Sleeper>()

  constructor(start = '2026-03-01T12:00:00.000Z') {
    this.#nowMs = Date.parse(start)
  }

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#elapsedMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        this.#sleepers.delete(sleeper)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const sleeper: Sleeper = {
        dueMs: this.#elapsedMs + Math.max(0, ms),
        order: this.#order++,
        wake: done
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', done, { once: true })
    })
  }

  /** The wall clock jumps; timers do not notice. */
  jump(ms: number): void {
    this.#nowMs += ms
  }

  /** Advances the time and wakes due sleepers in order, running other work in between. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms
    await settle()
    for (;;) {
      const next = [...this.#sleepers]
        .filter(each => each.dueMs <= endMs)
        .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0]
      if (next === undefined) break
      this.#moveTo(next.dueMs)
      next.wake()
      await settle()
    }
    this.#moveTo(endMs)
    await settle()
  }

  #moveTo(elapsedMs: number): void {
    if (elapsedMs <= this.#elapsedMs) return
    this.#nowMs += elapsedMs - this.#elapsedMs
    this.#elapsedMs = elapsedMs
  }
}

/**
 * What a test process always has: the pipes to vitest, and its timers. Code under test waits for
 * the clock, not for these.
 */
const ofTheProcess: ReadonlySet<string> = new Set(['PipeWrap', 'Timeout'])

/**
 * Runs everything that does not wait for the clock: to its end, or for so many turns while files or
 * sockets are open.
 */
export async function settle(turns = 12): Promise<void> {
  for (let i = 0; i < turns; i++) {
    await new Promise<void>(resolve => setImmediate(resolve))
    if (process.getActiveResourcesInfo().every(kind => ofTheProcess.has(kind))) return
  }
}
