// Follows one topic from its beginning with one handler: it catches up before the service is ready,
// lets callers wait for what they have just written, and ends with an error at a record of a newer
// version. While the log is unreachable it retries and reports the trouble. The handler interprets
// the records.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Decoded } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import { advance } from '@tocsin/event-log/cursor'
import type { EventLogError } from '@tocsin/event-log/errors'
import { type Batch, Follower, isCaughtUp, type Lag } from '@tocsin/event-log/follow'
import type {
  Cursor,
  EventLog,
  PartitionState,
  RecordPosition,
  StoredRecord
} from '@tocsin/event-log/port'
import { retryUntilAborted } from '@tocsin/event-log/retry'
import type { Topic } from '@tocsin/event-log/topics'
import type { Registry } from 'prom-client'
import { within } from '../process/within.ts'
import type { Logger } from '../telemetry/logger.ts'
import { CoalescedQuery } from './coalesced-query.ts'
import { watchLag } from './view-lag.ts'

export interface TopicViewOptions<T> {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly topic: Topic
  readonly decode: (value: Uint8Array) => Decoded<T>
  /** Takes records in the order of their partition. An error ends the view. */
  readonly take: (batch: Batch<T>) => void | Promise<void>
  /**
   * True for a record that the handler recognises undecoded because this process wrote it, and has
   * taken: it is not decoded.
   */
  readonly isTaken?: (stored: StoredRecord) => boolean
  readonly erased?: (stored: StoredRecord) => void
  readonly metrics?: Registry
  /** The state is in a read model, with its position; default none. */
  readonly stored?: StoredState | undefined
}

/** A state that the handler stores in one transaction with its position. */
export interface StoredState {
  readonly isOnDisk: boolean
  /** The cursor behind it; null if everything is to be folded. Rejects with an error of the log. */
  readonly resume: (start: Cursor, end: Cursor) => Promise<Cursor | null>
}

/** Twice the longest wait between two attempts. */
const quietAfterMs = 10_000

/**
 * Views that catch up leave a turn to others after this long, ms, however many there are: pages of
 * a log on this machine come without one.
 */
const turnMs = 10
let turnsFrom = Number.NEGATIVE_INFINITY

/** Own records that wait for one before them; calls that overlap end in the order of the log. */
const earlyMax = 10_000

export class TopicView<T> {
  readonly #options: TopicViewOptions<T>
  readonly #stop = new AbortController()
  readonly #rest = new AbortController()
  readonly #waiters = new Set<{ isReached(): boolean; resolve(reached: boolean): void }>()
  readonly #failed = Promise.withResolvers<Error>()
  /** The end of the topic, and when it was there. */
  readonly #ends: CoalescedQuery<{ readonly atMs: number; readonly end: Cursor }>
  #failure: Error | null = null
  #cursor: Cursor | null = null
  #follower: Follower<T> | null = null
  #loop: Promise<void> | null = null
  #trouble: { readonly code: string; readonly sinceMs: number; readonly lastMs: number } | null =
    null
  #freshAtMs = Number.NEGATIVE_INFINITY
  /** By partition: own records that were applied before earlier records of the log. */
  readonly #early = new Map<number, Set<bigint>>()

  constructor(options: TopicViewOptions<T>) {
    this.#options = options
    const { metrics, log, clock, topic } = options
    this.#ends = new CoalescedQuery(async () => {
      const atMs = clock.monotonicMs()
      return { atMs, end: await log.cursorAt(topic, 'latest') }
    })
    if (metrics !== undefined)
      watchLag(metrics, { log, clock, topic, lag: states => this.#lag(states) })
  }

  /** The cursor behind the last record taken; null before `start`. */
  get cursor(): Cursor | null {
    return this.#cursor
  }

  /** The error that permanently ended the view, or null while it follows. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Resolves with the error that permanently ended the view; pending until then. */
  get failed(): Promise<Error> {
    return this.#failed.promise
  }

  /** Why the topic cannot be read at the moment, as text for people; null if it can. */
  get trouble(): string | null {
    if (this.#trouble === null) return null
    const { log, clock } = this.#options
    const { code, sinceMs, lastMs } = this.#trouble
    const nowMs = clock.monotonicMs()
    // Without new records, only time without a failure shows that reading works again.
    if (this.#cursor !== null && log.health().ok && nowMs - lastMs > quietAfterMs) return null
    return `${code} for ${Math.round((nowMs - sinceMs) / 1000)} s`
  }

  /**
   * Applies everything in the topic now, then follows it. An unreachable log is retried until the
   * view is closed; the host limits how long its process waits. Rejects if the topic is permanently
   * unreadable, or needs a newer version.
   */
  async start(): Promise<void> {
    const { log, topic, stored } = this.#options
    const found = await this.#untilThere(async () => {
      // The beginning first: another instance may trim in between. A beginning that is gone is
      // refused when it is read; one past the end would pass for an empty topic.
      const start = await log.cursorAt(topic, 'earliest')
      const end = await log.cursorAt(topic, 'latest')
      return { end, from: (await stored?.resume(start, end)) ?? start }
    })
    if (found === null) return
    this.#cursor = found.from
    this.#loop = this.#follow(found.from)
    if (!(await this.waitFor(found.end, null)) && this.#failure !== null) throw this.#failure
  }

  /**
   * True once the view has passed everything in the topic now; concurrent callers share one query.
   * False after the timeout, or if the view ends. With `maxAgeMs`, having passed its
   * content of that long ago is enough and takes no query. Rejects with the log's error.
   */
  async catchUp(timeoutMs: number, maxAgeMs = 0): Promise<boolean> {
    if (this.isFresh(maxAgeMs)) return true
    const { atMs, end } = await this.#ends.fresh()
    if (!(await this.waitFor(end, timeoutMs))) return false
    this.#freshAtMs = Math.max(this.#freshAtMs, atMs)
    return true
  }

  /**
   * True if the view is known to have passed everything that was in the topic `maxAgeMs` ago:
   * `catchUp` would not query the log.
   */
  isFresh(maxAgeMs: number): boolean {
    return this.#failure === null && this.#options.clock.monotonicMs() - this.#freshAtMs < maxAgeMs
  }

  /**
   * True once the view has passed the cursor; false after the timeout (ms; null = none), if it
   * ended, or if the cursor belongs to another log.
   */
  async waitFor(cursor: Cursor, timeoutMs: number | null): Promise<boolean> {
    if (this.#cursor?.topic !== cursor.topic || this.#cursor.epoch !== cursor.epoch) return false
    return this.until(() => isCaughtUp(this.#cursor as Cursor, cursor), timeoutMs)
  }

  /** True once the view has taken the appended record; false after the timeout, ms. */
  async waitForAppended(
    { partition, position }: RecordPosition,
    timeoutMs: number
  ): Promise<boolean> {
    return this.until(() => (this.#cursor?.positions[partition] ?? 0n) > position, timeoutMs)
  }

  /**
   * True once the condition is met, which is checked after every batch. False after `timeoutMs`
   * (null = none), or if the view ends.
   */
  async until(isReached: () => boolean, timeoutMs: number | null): Promise<boolean> {
    if (isReached()) return true
    if (this.#stop.signal.aborted || this.#failure !== null) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const waiter = { isReached, resolve }
    this.#waiters.add(waiter)
    try {
      return timeoutMs === null
        ? await promise
        : (await within(this.#options.clock, timeoutMs, promise)) === true
    } finally {
      this.#waiters.delete(waiter)
    }
  }

  /**
   * Stops following where this process is the only writer of the topic: from now on `took` reports
   * what it wrote. Requires that it has started.
   */
  async rest(): Promise<void> {
    this.#rest.abort()
    await this.#loop
  }

  /**
   * Records that this process wrote, and has taken itself. The cursor moves behind them when it has
   * taken all before them too: not after one that it wrote without knowing.
   */
  took(written: readonly RecordPosition[]): void {
    for (const { partition, position } of written) {
      if (position < this.#findNext(partition)) continue
      const early = this.#early.get(partition) ?? new Set()
      this.#early.set(partition, early)
      if (early.size < earlyMax) early.add(position)
      this.#passEarly(partition)
    }
  }

  /** More was taken than what is before the cursor. */
  get isTorn(): boolean {
    return this.#early.values().some(early => early.size > 0)
  }

  #findNext(partition: number): bigint {
    return this.#cursor?.positions[partition] ?? 0n
  }

  #passEarly(partition: number): void {
    const early = this.#early.get(partition)
    for (let next = this.#findNext(partition); early?.delete(next); next++)
      this.#moveTo(advance(this.#cursor as Cursor, partition, next + 1n))
  }

  /** Stops following; pending waits resolve to `false`. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    this.#endWaits()
    await this.#loop
  }

  /** The lag of the view; null while it is not followed. The lag of a failed view grows. */
  async #lag(states: readonly PartitionState[]): Promise<Lag | null> {
    return this.#follower === null || this.#stop.signal.aborted || this.#rest.signal.aborted
      ? null
      : this.#follower.lag(states)
  }

  /**
   * The answer of a log that may be unreachable: retried until it comes, or until the view is
   * closed (null). Rejects with a permanent error.
   */
  async #untilThere<A>(ask: () => Promise<A>): Promise<A | null> {
    const { clock } = this.#options
    const [signal, onRetry] = [this.#stop.signal, this.#onRetry]
    const answer = await retryUntilAborted(ask, { clock, signal, onRetry })
    this.#trouble = null
    return answer
  }

  readonly #onRetry = (error: EventLogError, attempt: number, waitMs: number): void => {
    const { logger, topic, clock } = this.#options
    const nowMs = clock.monotonicMs()
    const sinceMs = this.trouble === null ? nowMs : (this.#trouble?.sinceMs ?? nowMs)
    this.#trouble = { code: error.code, sinceMs, lastMs: nowMs }
    logger.warn({ error, topic, attempt, waitMs }, 'a topic cannot be read now')
  }

  async #follow(from: Cursor): Promise<void> {
    const { logger, topic, take, erased, stored: state, ...options } = this.#options
    const passBy = ({ partition, position }: StoredRecord) =>
      this.#moveTo(advance(this.#cursor as Cursor, partition, position + 1n))
    this.#follower = new Follower<T>({
      ...options,
      from,
      signal: AbortSignal.any([this.#stop.signal, this.#rest.signal]),
      handle: async batch => {
        await take(batch)
        this.#moveTo(batch.cursor)
        if (state?.isOnDisk === true && performance.now() - turnsFrom >= turnMs) {
          await nextTurn()
          turnsFrom = performance.now()
        }
      },
      erased: stored => {
        erased?.(stored)
        passBy(stored)
      },
      onRetry: this.#onRetry,
      onQuarantine: (stored, reason) => {
        const place = { partition: stored.partition, position: String(stored.position) }
        logger.error({ topic, ...place, reason }, 'bytes are in quarantine')
        passBy(stored)
      }
    })
    try {
      await this.#follower.run()
    } catch (error) {
      this.#failure =
        error instanceof Error ? error : new Error('a view of a topic failed', { cause: error })
      this.#failed.resolve(this.#failure)
      this.#endWaits()
    }
  }

  #moveTo(cursor: Cursor): void {
    this.#cursor = cursor
    this.#trouble = null
    for (const waiter of this.#waiters) if (waiter.isReached()) waiter.resolve(true)
  }

  #endWaits(): void {
    for (const waiter of this.#waiters) waiter.resolve(false)
  }
}
