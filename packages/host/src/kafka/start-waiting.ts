// Unreachable brokers during a start: messages for people, and which errors make waiting
// pointless. Whether and how long to wait is in awaited-log.ts.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { KafkaDriverError } from '@tocsin/event-log/kafka/driver/driver'

/** Interval of messages to people after the first, ms. */
const sayEveryMs = 30_000
/** Changed credentials reach brokers one by one; after this long a refusal is final, ms. */
const refusedPatienceMs = 10_000

export interface StartWaitingOptions {
  readonly brokers: readonly string[]
  readonly clock: Clock
  /** Receives sentences about the wait. */
  readonly say: (sentence: string) => void
}

export class StartWaiting {
  readonly #options: StartWaitingOptions
  #saidMs: number | null = null
  #refusedSinceMs: number | null = null

  constructor(options: StartWaitingOptions) {
    this.#options = options
  }

  /** Classifies an error of opening the log: not retryable if waiting can't fix it. */
  judge(error: unknown): unknown {
    const nowMs = this.#options.clock.monotonicMs()
    if (!isRefusal(error)) {
      this.#refusedSinceMs = null
      return error
    }
    this.#refusedSinceMs ??= nowMs
    if (nowMs - this.#refusedSinceMs < refusedPatienceMs) return error
    return new EventLogError(
      'config-invalid',
      `the brokers refuse our credentials: check kafka.sasl, and kafka.username and kafka.password or kafka.tokenCommand (${(error as Error).message})`,
      { cause: error }
    )
  }

  /** Prints what it waits for and why, at the beginning and then periodically. */
  report(reason: string): void {
    const { brokers, clock, say } = this.#options
    const nowMs = clock.monotonicMs()
    if (this.#saidMs !== null && nowMs - this.#saidMs < sayEveryMs) return
    const isFirst = this.#saidMs === null
    this.#saidMs = nowMs
    const hint =
      isFirst && brokers.every(isLocal) ? '. `npm run kafka` starts a broker for development' : ''
    say(`${isFirst ? 'Waiting' : 'Still waiting'} for ${brokers.join(', ')}: ${reason}${hint}`)
  }

  /** Announces the end of the wait if the wait was announced. */
  end(): void {
    if (this.#saidMs !== null) this.#options.say(`${this.#options.brokers.join(', ')} is available`)
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof KafkaDriverError) return error.kind === 'auth-failed'
  return error instanceof EventLogError && isRefusal(error.cause)
}

function isLocal(broker: string): boolean {
  return /^(?:127\.|localhost:|\[::1\])/.test(broker)
}
