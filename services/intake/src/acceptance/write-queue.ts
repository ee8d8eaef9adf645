// Writes in flight, up to a limit: those of a report run one after another, in the order of
// arrival, so that they never interleave; others run concurrently. Each is answered by a deadline.

import type { Clock } from '@tocsin/domain/ports'
import { tooLate } from '../report/refusals.ts'

interface Waiter {
  readonly dueMs: number
  readonly giveUp: () => void
}

export class WriteQueue {
  readonly #clock: Clock
  readonly #max: number
  readonly #patienceMs: number
  /** The last write of each report. */
  readonly #tails = new Map<string, Promise<unknown>>()
  /** In the order in which they expire. */
  readonly #waiting = new Set<Waiter>()
  #running = 0
  #idle: AbortController | null = null

  /** `max`: writes that wait or run. `patienceMs`: when one is answered that has not ended. */
  constructor(clock: Clock, max: number, patienceMs: number) {
    this.#clock = clock
    this.#max = max
    this.#patienceMs = patienceMs
  }

  get running(): number {
    return this.#running
  }

  get isFull(): boolean {
    return this.#running >= this.#max
  }

  /**
   * Does a write once all earlier ones of the report have settled, also if they failed. Rejects as it
   * does, or with `log-unavailable` at the deadline: then it continues.
   */
  run<T>(reportId: string, write: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        dueMs: this.#clock.monotonicMs() + this.#patienceMs,
        giveUp: () => reject(tooLate())
      }
      this.#running++
      this.#waiting.add(waiter)
      if (this.#idle === null) void this.#watch()
      const before = this.#tails.get(reportId)
      const done =
        before === undefined ? new Promise<T>(begin => begin(write())) : before.then(write, write)
      this.#tails.set(reportId, done)
      const over = () => {
        this.#running--
        if (this.#tails.get(reportId) === done) this.#tails.delete(reportId)
        this.#waiting.delete(waiter)
        // With a reason: without one, abort() creates an exception and its stack trace.
        if (this.#waiting.size === 0) this.#idle?.abort('idle')
      }
      done.then(
        result => {
          over()
          resolve(result)
        },
        error => {
          over()
          reject(error)
        }
      )
    })
  }

  /** Resolves when all writes that run or wait now have settled. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#tails.values())
  }

  /** Runs while a write is pending, and leaves no timer behind. */
  async #watch(): Promise<void> {
    const idle = new AbortController()
    this.#idle = idle
    for (let [oldest] = this.#waiting; oldest !== undefined; [oldest] = this.#waiting) {
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
    // Writes that came while this loop was ending.
    if (this.#waiting.size > 0) void this.#watch()
  }
}
