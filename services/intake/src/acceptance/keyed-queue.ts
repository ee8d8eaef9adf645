// A queue per key: tasks of one key run one after another, in the order of arrival; tasks of
// different keys run concurrently, up to a limit. The key is the report id, so that two writes to
// one report never interleave.

import type { Clock } from '@tocsin/domain/ports'

export class KeyedQueue {
  /** The last task of each key. */
  readonly #tails = new Map<string, Promise<unknown>>()
  readonly #max: number
  #running = 0

  /** `max`: maximum number of tasks that wait or run. */
  constructor(max: number) {
    this.#max = max
  }

  get running(): number {
    return this.#running
  }

  get isFull(): boolean {
    return this.#running >= this.#max
  }

  /** Runs the task once all earlier tasks of the key have settled, also if they failed. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    this.#running++
    const before = this.#tails.get(key)
    const result = before === undefined ? begun(work) : before.then(work, work)
    this.#tails.set(key, result)
    const over = () => {
      this.#running--
      if (this.#tails.get(key) === result) this.#tails.delete(key)
    }
    result.then(over, over)
    return result
  }

  /** Resolves when all tasks that run or wait now have settled. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#tails.values())
  }
}

function begun<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work()
  } catch (error) {
    return Promise.reject(error)
  }
}

interface Waiter {
  readonly dueMs: number
  readonly giveUp: () => void
}

export class DeadlineWatch {
  readonly #clock: Clock
  readonly #patienceMs: number
  /** In the order in which they expire. */
  readonly #waiting = new Set<Waiter>()
  #idle: AbortController | null = null

  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock
    this.#patienceMs = patienceMs
  }

  /** The result of the work; rejects with `late` after the timeout. The work itself continues. */
  within<T>(work: Promise<T>, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        dueMs: this.#clock.monotonicMs() + this.#patienceMs,
        giveUp: () => reject(late())
      }
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
    // With a reason: without one, abort() creates an exception and its stack trace.
    if (this.#waiting.size === 0) this.#idle?.abort('idle')
  }

  /** Runs while any work is pending, and leaves no timer behind. */
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
    // Work that arrived while this loop was ending.
    if (this.#waiting.size > 0) void this.#watch()
  }
}
