// A log that may not answer yet when its process starts: opened in the background, with retries and
// a deadline. Calls made before wait for it; its capabilities are known from the start. The caller
// provides the function that opens it.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from './errors.ts'
import type { Capabilities, Cursor, EventLog, Health, LogNames, Page, TailOptions } from './port.ts'
import { computeBackoffMs, isRetryable, retryUntilAborted } from './retry.ts'

/** A handle on a log that may fail permanently. */
export interface FailingLog extends EventLog {
  /**
   * Resolves with the error if the handle has failed for good: the process has to open the log
   * again. Until then pending.
   */
  readonly failed: Promise<Error>
}

export interface AwaitedLogOptions {
  readonly capabilities: Capabilities
  /** Names of our topics and groups in the log's own tools. */
  readonly names?: LogNames
  /** Opens the log. A retryable EventLogError means that the log is not reachable yet. */
  readonly open: () => Promise<FailingLog>
  /** Time limit for opening, ms. */
  readonly waitMs: number
  readonly clock: Clock
  /** Called for each failed attempt, before the wait. */
  readonly onRetry: (error: EventLogError, attempt: number, waitMs: number) => void
}

export class AwaitedLog implements FailingLog {
  readonly capabilities: Capabilities
  readonly names?: LogNames
  readonly failed: Promise<Error>
  /**
   * Resolves when the log is open. Rejects if opening failed permanently, exceeded the time limit,
   * or was cut short by `close`.
   */
  readonly opened: Promise<void>
  readonly #options: AwaitedLogOptions
  readonly #opening: Promise<FailingLog>
  readonly #stop = new AbortController()
  readonly #startedMs: number
  #log: FailingLog | null = null
  #lastError = 'it has not answered yet'

  /** Starts to open the log immediately. */
  constructor(options: AwaitedLogOptions) {
    this.#options = options
    this.capabilities = options.capabilities
    if (options.names !== undefined) this.names = options.names
    this.#startedMs = options.clock.nowMs()
    this.#opening = this.#open()
    this.opened = this.#opening.then(() => {})
    // A caller that only closes the log does not await `opened`: its rejection must not count as
    // unhandled.
    this.opened.catch(() => {})
    this.failed = this.#opening.then(
      log => log.failed,
      () => new Promise<never>(() => {})
    )
  }

  health(): Health {
    if (this.#log !== null) return this.#log.health()
    return {
      ok: false,
      isAway: true,
      detail: `not reached since ${new Date(this.#startedMs).toISOString()}: ${this.#lastError}`
    }
  }

  readonly epoch: EventLog['epoch'] = async (...asked) => (await this.#opening).epoch(...asked)
  readonly partitionCount: EventLog['partitionCount'] = async (...asked) =>
    (await this.#opening).partitionCount(...asked)
  readonly findPartition: EventLog['findPartition'] = async (...asked) =>
    (await this.#opening).findPartition(...asked)
  readonly state: EventLog['state'] = async (...asked) => (await this.#opening).state(...asked)
  readonly cursorAt: EventLog['cursorAt'] = async (...asked) =>
    (await this.#opening).cursorAt(...asked)
  readonly append: EventLog['append'] = async (...asked) =>
    (this.#log ?? (await this.#opening)).append(...asked)
  readonly read: EventLog['read'] = async (...asked) => (await this.#opening).read(...asked)
  readonly commit: EventLog['commit'] = async (...asked) => (await this.#opening).commit(...asked)
  readonly committed: EventLog['committed'] = async (...asked) =>
    (await this.#opening).committed(...asked)
  readonly join: EventLog['join'] = async (...asked) => (await this.#opening).join(...asked)
  readonly trim: NonNullable<EventLog['trim']> = async (...asked) =>
    (await this.#opening).trim?.(...asked)

  async *tail(cursor: Cursor, options: TailOptions): AsyncGenerator<Page> {
    yield* (await this.#opening).tail(cursor, options)
  }

  /** Stops waiting, or closes the log. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    const log = await this.#opening.catch(() => null)
    await log?.close()
  }

  async #open(): Promise<FailingLog> {
    const { open, clock, waitMs: withinMs, onRetry } = this.#options
    const waitMs = (attempt: number) => Math.max(firstPauseMs, computeBackoffMs(attempt))
    this.#log = await retryUntilAborted(() => open().catch(error => this.#failed(error)), {
      clock,
      signal: this.#stop.signal,
      withinMs,
      waitMs,
      onRetry
    })
    if (this.#log === null)
      throw new EventLogError('closed', 'the log was closed before it answered')
    return this.#log
  }

  #failed(error: unknown): never {
    if (isRetryable(error)) this.#lastError = error.message
    throw error
  }
}

/** Minimum interval between attempts to open the log, ms: each one costs connections. */
const firstPauseMs = 250
