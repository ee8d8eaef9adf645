// A circuit breaker for writes to the log. While the log does not answer, writes in flight continue
// to wait, new ones are refused immediately, and an occasional probe is let through. A log that
// reports itself as away probes by itself and needs none.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError, type EventLogErrorCode } from '@tocsin/event-log/errors'
import type { Health } from '@tocsin/event-log/port'

export interface LogPatienceOptions {
  readonly clock: Clock
  readonly health: () => Health
  /** Writes in flight without any answer for this long mean that the log does not answer, ms. */
  readonly patienceMs: number
}

/** Interval between probes while the log does not answer, ms. */
const probeEveryMs = 500
/** Errors that mean that the log was not reached or did not answer. */
const silence: ReadonlySet<EventLogErrorCode> = new Set(['log-unavailable', 'append-unknown'])

export class LogPatience {
  readonly #options: LogPatienceOptions
  /** When each write in flight began; oldest first. */
  readonly #under = new Map<number, number>()
  #writes = 0
  #wasSilent = false
  #answeredAtMs = Number.NEGATIVE_INFINITY
  #probedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: LogPatienceOptions) {
    this.#options = options
  }

  /** Makes a write and records its outcome. */
  watch<T>(write: () => Promise<T>): Promise<T> {
    const number = this.#writes++
    this.#under.set(number, this.#options.clock.monotonicMs())
    return begun(write).then(
      written => {
        this.#under.delete(number)
        this.#wasSilent = false
        this.#answeredAtMs = this.#options.clock.monotonicMs()
        return written
      },
      error => {
        this.#under.delete(number)
        if (error instanceof EventLogError && silence.has(error.code)) this.#wasSilent = true
        throw error
      }
    )
  }

  /**
   * Why no write may begin now, as text for people; null if one may. While the log or a part is
   * silent, one caller per interval gets null as a probe. None does while the log probes by itself,
   * as each such caller would only wait for the timeout.
   */
  refusal(): string | null {
    const health = this.#options.health()
    if (health.isAway) return health.detail
    const words = this.trouble
    if (words === null) return null
    const nowMs = this.#options.clock.monotonicMs()
    if (nowMs - this.#probedAtMs < probeEveryMs) return words
    this.#probedAtMs = nowMs
    return null
  }

  /** What is wrong with the log, according to its writes; null if it works. */
  get trouble(): string | null {
    const health = this.#options.health()
    // A full log answers each write immediately, with the problem that names the reason.
    if (!health.ok && !health.isFull) return health.detail
    const [oldestMs] = this.#under.values()
    // One partition may be away while the others answer: then only its own writes wait.
    const sinceMs = oldestMs === undefined ? null : Math.max(oldestMs, this.#answeredAtMs)
    const waitedMs = sinceMs === null ? 0 : this.#options.clock.monotonicMs() - sinceMs
    if (waitedMs >= this.#options.patienceMs)
      return `no write has been answered for ${Math.round(waitedMs / 1000)} s`
    return this.#wasSilent ? 'the last write was not answered' : null
  }
}

function begun<T>(write: () => Promise<T>): Promise<T> {
  try {
    return write()
  } catch (error) {
    return Promise.reject(error)
  }
}
