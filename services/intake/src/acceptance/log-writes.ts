// Writes to the log. One with an unknown outcome is refused, and its sender sends it again; until
// the fold has passed the end of the log, which may have it, no decision uses the fold.

import { EventLogError } from '@tocsin/event-log/errors'
import type { Health } from '@tocsin/event-log/port'
import { logAway, notRead } from '../report/refusals.ts'

export interface LogWritesOptions {
  readonly health: () => Health
  /**
   * Resolves with true once the fold has passed the end of the log `maxAgeMs` ago (0: its end now);
   * false if it cannot.
   */
  readonly catchUp: (timeoutMs: number, maxAgeMs: number) => Promise<boolean>
  /** How long to wait for the fold, ms. */
  readonly deadlineMs: number
}

export class LogWrites {
  readonly #options: LogWritesOptions
  #doubts = 0
  #settled = 0

  constructor(options: LogWritesOptions) {
    this.#options = options
  }

  /** Why the log takes no writes; null if it does. One that is full answers each write itself. */
  get trouble(): string | null {
    const { ok, isFull, detail } = this.#options.health()
    return ok || isFull ? null : detail
  }

  /** Throws `log-unavailable` while the log takes no writes. */
  check(): void {
    const { trouble } = this
    if (trouble !== null) throw logAway(trouble)
  }

  /** True while something may have been written that the fold has not passed. */
  get isInDoubt(): boolean {
    return this.#doubts > this.#settled
  }

  /** Makes a write. Rejects as it does. */
  run<T>(write: () => Promise<T>): Promise<T> {
    return write().catch(error => {
      if (error instanceof EventLogError && error.code === 'append-unknown') this.#doubts++
      throw error
    })
  }

  /**
   * Resolves once the fold has everything that was in the log `maxAgeMs` ago, and every write in
   * doubt. Rejects with `projection-behind` if it cannot, or with the log's error.
   */
  async learn(maxAgeMs: number): Promise<void> {
    const doubts = this.#doubts
    const ageMs = this.isInDoubt ? 0 : maxAgeMs
    if (!(await this.#options.catchUp(this.#options.deadlineMs, ageMs))) throw notRead()
    if (ageMs === 0) this.#settled = doubts
  }
}
