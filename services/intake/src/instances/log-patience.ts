// Whether it makes sense to begin a write now. A log that does not answer is not waited for by everyone: what is under way waits, what comes is
// turned away at once, and one write now and then is let through to see. A log that is away and looks for itself whether that is over needs nobody.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError, type EventLogErrorCode } from '@tocsin/event-log/errors'
import type { Health } from '@tocsin/event-log/port'

export interface LogPatienceOptions {
  readonly clock: Clock
  readonly health: () => Health
  /** Writes under way and none answered for so long: the log does not answer, ms. */
  readonly patienceMs: number
}

/** Time between two writes that are let through to see whether the log answers again, ms. */
const probeEveryMs = 500
/** What says that the log was not reached, or did not answer. */
const silence: ReadonlySet<EventLogErrorCode> = new Set(['log-unavailable', 'append-unknown'])

export class LogPatience {
  readonly #options: LogPatienceOptions
  /** When each write under way began; oldest first. */
  readonly #under = new Map<number, number>()
  #writes = 0
  #wasSilent = false
  #answeredAtMs = Number.NEGATIVE_INFINITY
  #probedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: LogPatienceOptions) {
    this.#options = options
  }

  /** Makes a write, and learns from how it goes. */
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
   * Why no write may begin now, in words for people; null where one may. While the log is silent, or a part of it is, one asker in a while is told null;
   * none while the log looks for itself, for who asks alone would wait every time.
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

  /** What is wrong with the log, as far as the writes show it; null where nothing is. */
  get trouble(): string | null {
    const health = this.#options.health()
    if (!health.ok) return health.detail
    const [oldestMs] = this.#under.values()
    // One partition may be away while the others answer: then only its own writes wait.
    const sinceMs = oldestMs === undefined ? null : Math.max(oldestMs, this.#answeredAtMs)
    const waitedMs = sinceMs === null ? 0 : this.#options.clock.monotonicMs() - sinceMs
    if (waitedMs >= this.#options.patienceMs) return `no write is answered for ${Math.round(waitedMs / 1000)} s`
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
