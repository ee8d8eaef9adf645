// What a process that starts makes of brokers that do not answer: what people are told meanwhile, and when waiting is of no use. That it waits at all, and
// how long, is awaited-log.ts.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { KafkaDriverError } from '@tocsin/event-log/kafka/driver/driver'

/** People are told at once, and then so often, ms. */
const sayEveryMs = 30_000
/** Credentials that were changed reach brokers one by one; those that are refused for so long are wrong, ms. */
const refusedPatienceMs = 10_000

export interface StartWaitingOptions {
  readonly brokers: readonly string[]
  readonly clock: Clock
  /** Told of the wait, in sentences. */
  readonly say: (sentence: string) => void
}

export class StartWaiting {
  readonly #options: StartWaitingOptions
  #saidMs: number | null = null
  #refusedSinceMs: number | null = null

  constructor(options: StartWaitingOptions) {
    this.#options = options
  }

  /** The error of an attempt to open the log, as it is to be judged: one that waiting does not mend is not retryable. */
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
      `the brokers refuse our credentials: look at kafka.sasl, kafka.username and kafka.password (${(error as Error).message})`,
      { cause: error }
    )
  }

  /** Says what it waits for and why, once at the beginning and then from time to time. */
  tell(reason: string): void {
    const { brokers, clock, say } = this.#options
    const nowMs = clock.monotonicMs()
    if (this.#saidMs !== null && nowMs - this.#saidMs < sayEveryMs) return
    const isFirst = this.#saidMs === null
    this.#saidMs = nowMs
    const hint = isFirst && brokers.every(isLocal) ? '. `npm run kafka` starts a broker for development' : ''
    say(`It ${isFirst ? 'waits' : 'still waits'} for ${brokers.join(', ')}: ${reason}${hint}`)
  }

  /** Says that the wait is over, to those who were told of it. */
  end(): void {
    if (this.#saidMs !== null) this.#options.say(`${this.#options.brokers.join(', ')} answers now`)
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof KafkaDriverError) return error.kind === 'auth-failed'
  return error instanceof EventLogError && isRefusal(error.cause)
}

function isLocal(broker: string): boolean {
  return /^(?:127\.|localhost:|\[::1\])/.test(broker)
}
