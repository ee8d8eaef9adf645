// Writes until confirmed: a write with an unknown outcome is retried under the same ids until the
// log confirms or refuses it. While one is in doubt, the fold of the log may lack the written
// records, and no decision uses it.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { retry } from '@tocsin/event-log/retry'
import type { LogPatience } from './log-patience.ts'

export interface ConfirmedWritesOptions {
  readonly clock: Clock
  /** How long a write in doubt is retried, and how long to wait for the fold, ms. */
  readonly deadlineMs: number
  /**
   * Resolves with true once the fold has passed the end of the log as of now; false if it cannot.
   */
  readonly catchUp: (timeoutMs: number) => Promise<boolean>
  /** Called for every retry. */
  readonly onRetry?: () => void
  readonly patience: LogPatience
}

export class ConfirmedWrites {
  readonly #options: ConfirmedWritesOptions
  #doubts = 0
  #settled = 0

  constructor(options: ConfirmedWritesOptions) {
    this.#options = options
  }

  /** Writes so far with an outcome unknown at first. */
  get doubts(): number {
    return this.#doubts
  }

  /** True while something may have been written that the fold has not passed. */
  get isInDoubt(): boolean {
    return this.#doubts > this.#settled
  }

  /**
   * Makes a write, and retries it while its outcome is unknown. A retry must carry the same ids or
   * be idempotent in another way. Rejects with the log's error. After a doubt a refusal is no
   * proof, as the first try may have been written: it then rejects with the doubt.
   */
  untilConfirmed<T>(write: () => Promise<T>): Promise<T> {
    const { clock, deadlineMs, patience } = this.#options
    const untilMs = clock.monotonicMs() + deadlineMs
    // Nearly all writes succeed on the first try: a loop for each would cost as much as its record.
    return patience.watch(write).catch(error => this.#confirm(write, error, untilMs))
  }

  async #confirm<T>(write: () => Promise<T>, failure: unknown, untilMs: number): Promise<T> {
    if (!isDoubt(failure)) throw failure
    const { clock, patience, onRetry = () => {} } = this.#options
    let doubt: unknown
    const confirm = async (nth: number) => {
      try {
        if (nth === 0) throw failure
        return await patience.watch(write)
      } catch (error) {
        if (isDoubt(error)) {
          doubt = error
          this.#doubts++
        }
        throw error
      }
    }
    try {
      return await retry(({ attempt }) => confirm(attempt), { clock, untilMs, onRetry })
    } catch (error) {
      throw error instanceof EventLogError ? doubt : error
    }
  }

  /**
   * Waits until the fold has passed every write made so far. Rejects with a ProblemError if it
   * cannot.
   */
  async settle(): Promise<void> {
    const { deadlineMs, catchUp } = this.#options
    const doubts = this.#doubts
    if (!(await catchUp(deadlineMs))) {
      throw new ProblemError(
        'projection-behind',
        'Intake has not yet read its log to the end. Send the report again.',
        {
          retryAfterS: 1
        }
      )
    }
    this.#settled = Math.max(this.#settled, doubts)
  }
}

function isDoubt(error: unknown): boolean {
  return error instanceof EventLogError && error.code === 'append-unknown'
}
