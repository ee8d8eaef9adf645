// Writes to the log. One with an unknown outcome is refused, and its sender sends it again; until
// the fold has passed the end of the log, which may have it, no decision uses the fold.

import { EventLogError } from '@tocsin/event-log/errors'
import { logAway, notRead } from '../report/refusals.ts'
import type { IntakeParts } from '../wiring/intake-parts.ts'

export class LogWrites {
  readonly #parts: IntakeParts
  /** When each write began that is not answered yet, ms; the oldest first. */
  readonly #pending = new Map<object, number>()
  #answeredMs = Number.NEGATIVE_INFINITY
  #doubts = 0
  #settled = 0

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /**
   * Why the log takes no writes: it is away, or answers none; null if it does. One that is full
   * answers each write itself.
   */
  get trouble(): string | null {
    const { clock, log, config } = this.#parts
    const { ok, isFull, detail } = log.health()
    if (!ok && !isFull) return detail
    const [oldestMs] = this.#pending.values()
    if (oldestMs === undefined) return null
    // One partition may be away while others answer: then only its own writes wait.
    const waitedMs = clock.monotonicMs() - Math.max(oldestMs, this.#answeredMs)
    if (waitedMs < config.intake.logPatienceMs) return null
    return `no write has been answered for ${Math.round(waitedMs / 1000)} s`
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
    const { clock } = this.#parts
    const pending = {}
    this.#pending.set(pending, clock.monotonicMs())
    return write().then(
      written => {
        this.#pending.delete(pending)
        this.#answeredMs = clock.monotonicMs()
        return written
      },
      error => {
        this.#pending.delete(pending)
        if (error instanceof EventLogError && error.code === 'append-unknown') this.#doubts++
        throw error
      }
    )
  }

  /**
   * Resolves once the fold has everything that was in the log `maxAgeMs` ago, and every write in
   * doubt. Rejects with `projection-behind` if it cannot, or with the log's error.
   */
  async learn(maxAgeMs: number): Promise<void> {
    const { model, config } = this.#parts
    const doubts = this.#doubts
    const ageMs = this.isInDoubt ? 0 : maxAgeMs
    if (!(await model.views.incidents.catchUp(config.intake.requestDeadlineMs, ageMs)))
      throw notRead()
    if (ageMs === 0) this.#settled = doubts
  }
}
