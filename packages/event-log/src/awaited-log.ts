// A log that may not answer yet when its process starts: opened in the background, with retries and a deadline. Calls made before
// wait for it; its capabilities are known from the start. The caller provides the function that opens it.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from './errors.ts'
import type {
  Appended,
  Capabilities,
  Cursor,
  EventLog,
  Health,
  LogNames,
  Membership,
  MembershipOptions,
  NewRecord,
  Page,
  PartitionState,
  ReadLimits,
  TailOptions
} from './port.ts'
import { backoffMs, isRetryable, retryUntilAborted } from './retry.ts'
import type { Topic } from './topics.ts'

/** A handle on a log that may fail permanently. */
export interface FailingLog extends EventLog {
  /** Resolves with what went wrong when the handle has failed for good: the process has to open the log anew. Never resolves otherwise. */
  readonly failed: Promise<Error>
}

export interface AwaitedLogOptions {
  /** The capabilities of the log. */
  readonly capabilities: Capabilities
  /** Names of our topics and groups in the log's own tools. */
  readonly names?: LogNames
  /** Opens it. A retryable EventLogError means: not yet. */
  readonly open: () => Promise<FailingLog>
  /** How long it is tried, ms. */
  readonly waitMs: number
  readonly clock: Clock
  /** Called for each failed attempt, before the wait. */
  readonly onRetry: (error: EventLogError, attempt: number, waitMs: number) => void
}

export class AwaitedLog implements FailingLog {
  readonly capabilities: Capabilities
  readonly names?: LogNames
  readonly failed: Promise<Error>
  /** Resolves when the log is open. Rejects when it refuses for good, did not answer in time, or was closed meanwhile. */
  readonly opened: Promise<void>
  readonly #options: AwaitedLogOptions
  readonly #opening: Promise<FailingLog>
  readonly #stop = new AbortController()
  readonly #startedMs: number
  #log: FailingLog | null = null
  #lastError = 'it has not answered yet'

  /** Begins to open it at once. */
  constructor(options: AwaitedLogOptions) {
    this.#options = options
    this.capabilities = options.capabilities
    if (options.names !== undefined) this.names = options.names
    this.#startedMs = options.clock.nowMs()
    this.#opening = this.#open()
    this.opened = this.#opening.then(() => {})
    // Who closes it before has not asked.
    this.opened.catch(() => {})
    this.failed = this.#opening.then(
      log => log.failed,
      () => new Promise<never>(() => {})
    )
  }

  health(): Health {
    if (this.#log !== null) return this.#log.health()
    return { ok: false, isAway: true, detail: `not reached since ${new Date(this.#startedMs).toISOString()}: ${this.#lastError}` }
  }

  async epoch(topic: Topic): Promise<string> {
    return (await this.#opening).epoch(topic)
  }

  async partitionCount(topic: Topic): Promise<number> {
    return (await this.#opening).partitionCount(topic)
  }

  async partitionOf(topic: Topic, key: string): Promise<number> {
    return (await this.#opening).partitionOf(topic, key)
  }

  async state(topic: Topic): Promise<readonly PartitionState[]> {
    return (await this.#opening).state(topic)
  }

  async cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor> {
    return (await this.#opening).cursorAt(topic, where)
  }

  async append(topic: Topic, records: readonly NewRecord[]): Promise<readonly Appended[]> {
    return (this.#log ?? (await this.#opening)).append(topic, records)
  }

  async read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page> {
    return (await this.#opening).read(topic, partition, from, limits)
  }

  async *tail(cursor: Cursor, options: TailOptions): AsyncGenerator<Page> {
    yield* (await this.#opening).tail(cursor, options)
  }

  async commit(consumer: string, cursor: Cursor, partitions?: readonly number[]): Promise<void> {
    return (await this.#opening).commit(consumer, cursor, partitions)
  }

  async committed(consumer: string, topic: Topic): Promise<Cursor | null> {
    return (await this.#opening).committed(consumer, topic)
  }

  async join(group: string, topic: Topic, options?: MembershipOptions): Promise<Membership> {
    return (await this.#opening).join(group, topic, options)
  }

  async trim(topic: Topic, partition: number, before: bigint): Promise<void> {
    await (await this.#opening).trim?.(topic, partition, before)
  }

  /** Stops waiting, or closes the log. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    const log = await this.#opening.catch(() => null)
    await log?.close()
  }

  async #open(): Promise<FailingLog> {
    const { open, clock, waitMs: withinMs, onRetry } = this.#options
    const waitMs = (attempt: number) => Math.max(firstPauseMs, backoffMs(attempt))
    this.#log = await retryUntilAborted(() => open().catch(error => this.#failed(error)), {
      clock,
      signal: this.#stop.signal,
      withinMs,
      waitMs,
      onRetry
    })
    if (this.#log === null) throw new EventLogError('closed', 'the log was closed before it answered')
    return this.#log
  }

  #failed(error: unknown): never {
    if (isRetryable(error)) this.#lastError = error.message
    throw error
  }
}

/** Minimum interval between attempts to open the log, ms: each one costs connections. */
const firstPauseMs = 250
