// Follows a log: pages are read, records decoded and passed to a handler in order, errors handled
// by code. No record is skipped silently: undecodable bytes are quarantined first; a newer version
// or a damaged record ends the loop with its error.

import type { Decoded } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import { advance, isAtOrBefore } from './cursor.ts'
import type { EventLogError } from './errors.ts'
import type { Cursor, EventLog, Page, PartitionState, ReadLimits, StoredRecord } from './port.ts'
import { quarantineRecord } from './quarantine.ts'
import { retryUntilAborted } from './retry.ts'

export interface Followed<T> {
  readonly stored: StoredRecord
  readonly decoded: Extract<Decoded<T>, { kind: 'decoded' }>
}

/** Records of a partition, in order, and the cursor behind them. */
export interface Batch<T> {
  readonly partition: number
  readonly records: readonly Followed<T>[]
  /** Cursor behind the batch, over all partitions. */
  readonly cursor: Cursor
  /** First position of the partition not yet written when the batch was read. */
  readonly end: bigint
}

export interface FollowOptions<T> extends Partial<ReadLimits> {
  readonly log: EventLog
  readonly from: Cursor
  readonly partitions?: readonly number[]
  readonly decode: (value: Uint8Array) => Decoded<T>
  /**
   * True for a record that the handler recognises undecoded and has already taken: it is not
   * decoded. Asked again if the page is handled again after an error. Default: none.
   */
  readonly isTaken?: (stored: StoredRecord) => boolean
  /**
   * Called with one batch at a time; the batch is empty if all records were taken already.
   * After a retryable EventLogError the same batch is passed again; any other error ends the loop.
   */
  readonly handle: (batch: Batch<T>) => Promise<void> | void
  /** Called for an erased key of a compacted topic. Default: ignored. */
  readonly erased?: (stored: StoredRecord) => Promise<void> | void
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Called for each retryable error before the wait; for logging and metrics. */
  readonly onRetry?: (error: EventLogError, attempt: number, waitMs: number) => void
  readonly onQuarantine?: (stored: StoredRecord, reason: string) => void
}

/** The record at this position has a newer major version: the loop stopped before it. */
export class NewerRecordError extends Error {
  override readonly name = 'NewerRecordError'
  readonly code = 'record-newer'
  readonly retryable = false
}

export interface Lag {
  /** Records not yet handled, over the followed partitions. On a compacted topic an upper bound. */
  readonly events: number
  /** Time since when there have been unhandled records, seconds; 0 when caught up. */
  readonly seconds: number
}

/**
 * A loop over one topic. `run` resolves after the signal aborts, and rejects with the error that
 * ended the loop.
 */
export class Follower<T> {
  readonly #options: FollowOptions<T>
  readonly #partitions: readonly number[]
  #cursor: Cursor
  #behindSinceMs: number | null = null

  constructor(options: FollowOptions<T>) {
    this.#options = options
    this.#cursor = options.from
    this.#partitions = options.partitions ?? options.from.positions.map((_, partition) => partition)
  }

  /** The cursor behind the last handled batch. */
  get cursor(): Cursor {
    return this.#cursor
  }

  async run(): Promise<void> {
    const { signal, clock, onRetry } = this.#options
    const following = async (progressed: () => void) => {
      for await (const page of this.#pages()) {
        await this.#take(page)
        progressed()
      }
    }
    await retryUntilAborted(({ progressed }) => following(progressed), {
      clock,
      signal,
      failureAfterAbort: 'is-ignored',
      ...(onRetry === undefined ? {} : { onRetry })
    })
  }

  /** The lag of the loop. Asks the log for its end, unless the caller passes a fresh answer. */
  async lag(asked?: readonly PartitionState[]): Promise<Lag> {
    const { log, clock } = this.#options
    const states = asked ?? (await log.state(this.#cursor.topic))
    const events = this.#partitions.reduce(
      (sum, p) => sum + Math.max(0, Number(states[p]!.end - this.#cursor.positions[p]!)),
      0
    )
    if (events === 0) this.#behindSinceMs = null
    else this.#behindSinceMs ??= clock.monotonicMs()
    return {
      events,
      seconds: this.#behindSinceMs === null ? 0 : (clock.monotonicMs() - this.#behindSinceMs) / 1000
    }
  }

  #pages(): AsyncIterable<Page> {
    const { log, signal, recordsMax, bytesMax } = this.#options
    const limits = {
      ...(recordsMax === undefined ? {} : { recordsMax }),
      ...(bytesMax === undefined ? {} : { bytesMax })
    }
    return log.tail(this.#cursor, { signal, partitions: this.#partitions, ...limits })
  }

  async #take(page: Page): Promise<void> {
    this.#behindSinceMs ??= this.#options.clock.monotonicMs()
    const { isTaken } = this.#options
    const ready: Followed<T>[] = []
    let passed = 0
    for (const stored of page.records) {
      if (isTaken?.(stored) === true) {
        passed++
        continue
      }
      const decoded = stored.value === null ? 'erased' : this.#options.decode(stored.value)
      if (decoded !== 'erased' && decoded.kind === 'decoded') {
        ready.push({ stored, decoded })
        continue
      }
      // Records before it are handled first: the handler sees the order of the log.
      await this.#hand(page, ready.splice(0), stored.position)
      if (decoded === 'erased') await this.#options.erased?.(stored)
      else if (decoded.kind === 'newer') throw newer(stored, decoded.type)
      else await this.#setAside(stored, decoded.reason)
      this.#cursor = advance(this.#cursor, page.partition, stored.position + 1n)
    }
    await this.#hand(page, ready, page.next, passed)
    if (page.next === page.end) this.#behindSinceMs = null
  }

  async #hand(
    page: Page,
    records: readonly Followed<T>[],
    next: bigint,
    passed = 0
  ): Promise<void> {
    const cursor = advance(this.#cursor, page.partition, next)
    if (records.length + passed > 0)
      await this.#options.handle({ partition: page.partition, records, cursor, end: page.end })
    this.#cursor = cursor
  }

  async #setAside(
    stored: StoredRecord,
    reason: Extract<Decoded<T>, { kind: 'undecodable' }>['reason']
  ): Promise<void> {
    const { log, clock, onQuarantine } = this.#options
    await quarantineRecord(log, stored, reason, new Date(clock.nowMs()).toISOString())
    onQuarantine?.(stored, reason)
  }
}

/**
 * Follows a topic until the signal aborts. Use `Follower` for a loop of which the cursor and lag
 * are needed.
 */
export function follow<T>(options: FollowOptions<T>): Promise<void> {
  return new Follower(options).run()
}

function newer(stored: StoredRecord, type: string): NewerRecordError {
  const place = `${stored.topic}/${stored.partition}/${stored.position}`
  return new NewerRecordError(
    `${place} is ${type}. It is newer than this version knows, and is never skipped`
  )
}

/**
 * True if a follower has handled everything before the target. Throws if they differ in topic,
 * epoch or number of partitions.
 */
export function isCaughtUp(follower: Cursor, target: Cursor): boolean {
  return isAtOrBefore(target, follower)
}
