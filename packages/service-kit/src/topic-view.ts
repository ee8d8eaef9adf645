// One topic, followed from its beginning by one handler: caught up before the service is ready, waited for by those who have just written, and
// stopped loudly by what this version can't read. What the records mean is the handler's business.

import type { Decoded } from '@tocsin/contracts/records'
import type { Clock } from '@tocsin/domain/ports'
import { advance } from '@tocsin/event-log/cursor'
import { type Batch, Follower, isCaughtUp } from '@tocsin/event-log/follow'
import type { Appended, Cursor, EventLog, StoredRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import type { Logger } from './logger.ts'

export interface TopicViewOptions<T> {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly topic: Topic
  readonly decode: (value: Uint8Array) => Decoded<T>
  /** Takes records in the order of their partition. An error from it ends the view. */
  readonly take: (batch: Batch<T>) => void
  /** Takes an erased key of a compacted topic. */
  readonly erased?: (stored: StoredRecord) => void
  /** Told of bytes that were put into quarantine. */
  readonly onQuarantine?: () => void
}

interface Waiter {
  readonly isReached: () => boolean
  readonly settle: (reached: boolean) => void
}

export class TopicView<T> {
  readonly #options: TopicViewOptions<T>
  readonly #stop = new AbortController()
  readonly #waiters = new Set<Waiter>()
  readonly #failed = Promise.withResolvers<Error>()
  #failure: Error | null = null
  #cursor: Cursor | null = null
  #loop: Promise<void> | null = null

  constructor(options: TopicViewOptions<T>) {
    this.#options = options
  }

  /** Behind the last record that was taken; null before `start`. */
  get cursor(): Cursor | null {
    return this.#cursor
  }

  /** What ended the view for good, or null while it follows. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Resolves with what ended the view for good. Never otherwise. */
  get failed(): Promise<Error> {
    return this.#failed.promise
  }

  /** Takes all that the topic holds now, then follows. Rejects when it can't be read, or holds what this version can't. */
  async start(): Promise<void> {
    const { log, topic } = this.#options
    const end = await log.cursorAt(topic, 'latest')
    this.#cursor = await log.cursorAt(topic, 'earliest')
    this.#loop = this.#follow(this.#cursor)
    if (await this.waitFor(end, null)) return
    if (this.#failure !== null) throw this.#failure
  }

  /** True once the view has passed the cursor; false when that took longer (ms; null = no limit), it ended, or the cursor is of another log. */
  async waitFor(cursor: Cursor, timeoutMs: number | null): Promise<boolean> {
    if (this.#cursor?.topic !== cursor.topic || this.#cursor.epoch !== cursor.epoch) return false
    return this.until(() => isCaughtUp(this.#cursor as Cursor, cursor), timeoutMs)
  }

  /** True once the view has taken what was just appended. */
  async waitForAppended({ partition, position }: Pick<Appended, 'partition' | 'position'>, timeoutMs: number): Promise<boolean> {
    return this.until(() => (this.#cursor?.positions[partition] ?? 0n) > position, timeoutMs)
  }

  /** True once the condition holds; it is looked at after every batch. False after `timeoutMs` (null = no limit), or when the view ends. */
  async until(isReached: () => boolean, timeoutMs: number | null): Promise<boolean> {
    if (isReached()) return true
    if (this.#stop.signal.aborted || this.#failure !== null) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timeout = new AbortController()
    const waiter: Waiter = { isReached, settle: resolve }
    this.#waiters.add(waiter)
    if (timeoutMs !== null) void this.#options.clock.sleep(timeoutMs, timeout.signal).then(() => resolve(false))
    try {
      return await promise
    } finally {
      this.#waiters.delete(waiter)
      timeout.abort()
    }
  }

  /** Stops following. Idempotent; who still waits gets `false`. */
  async close(): Promise<void> {
    this.#stop.abort()
    this.#endWaits()
    await this.#loop
  }

  async #follow(from: Cursor): Promise<void> {
    const { log, clock, logger, topic, decode, take, erased, onQuarantine } = this.#options
    const follower = new Follower<T>({
      log,
      clock,
      from,
      decode,
      signal: this.#stop.signal,
      handle: batch => {
        take(batch)
        this.#moveTo(batch.cursor)
      },
      erased: stored => {
        erased?.(stored)
        this.#moveTo(advance(this.#cursor as Cursor, stored.partition, stored.position + 1n))
      },
      onRetry: (error, attempt, waitMs) => logger.warn({ error, topic, attempt, waitMs }, 'a topic cannot be read now'),
      onQuarantine: (stored, reason) => {
        logger.error({ topic, partition: stored.partition, position: String(stored.position), reason }, 'bytes are in quarantine')
        onQuarantine?.()
        this.#moveTo(advance(this.#cursor as Cursor, stored.partition, stored.position + 1n))
      }
    })
    try {
      await follower.run()
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error('a view of a topic failed', { cause: error })
      this.#failed.resolve(this.#failure)
      this.#endWaits()
    }
  }

  #moveTo(cursor: Cursor): void {
    this.#cursor = cursor
    for (const waiter of this.#waiters) if (waiter.isReached()) waiter.settle(true)
  }

  #endWaits(): void {
    for (const waiter of this.#waiters) waiter.settle(false)
  }
}
