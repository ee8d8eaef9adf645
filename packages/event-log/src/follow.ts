// How a service follows a log: pages come, records are decoded, a handler takes them in order, trouble is judged by name. Nothing is skipped
// in silence: undecodable bytes go to quarantine first, a newer version or a damaged record ends the loop with its error.

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

/** Records of one partition, in order, and where to go on after them. */
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
  /** True for a record that its handler knows without reading it, and has taken: it is not decoded. Default: none. */
  readonly isTaken?: (stored: StoredRecord) => boolean
  /** Called with one batch at a time; with an empty one where all of it was taken so. A retryable EventLogError from it makes the same batch come again; any other error ends the loop. */
  readonly handle: (batch: Batch<T>) => Promise<void> | void
  /** An erased key of a compacted topic. Default: passed over. */
  readonly erased?: (stored: StoredRecord) => Promise<void> | void
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told of each retryable error before the wait; for the log file and the metrics. */
  readonly onRetry?: (error: EventLogError, attempt: number, waitMs: number) => void
  readonly onQuarantine?: (stored: StoredRecord, reason: string) => void
}

/** A record of a newer major version stood at this position: the loop stopped before it. */
export class NewerRecordError extends Error {
  override readonly name = 'NewerRecordError'
  readonly code = 'record-newer'
  readonly retryable = false
}

export interface Lag {
  /** Records not yet handled, over the followed partitions. On a compacted topic an upper bound. */
  readonly events: number
  /** How long there has been something unhandled, seconds; 0 when caught up. */
  readonly seconds: number
}

/** A loop over one topic. `run` goes until the signal aborts (then resolves) or until it can't go on (then rejects). */
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

  /** Behind the last batch that was handled. */
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

  /** How far behind the log the loop is now. The log is asked, unless its caller has just done so. */
  async lag(asked?: readonly PartitionState[]): Promise<Lag> {
    const { log, clock } = this.#options
    const states = asked ?? (await log.state(this.#cursor.topic))
    const events = this.#partitions.reduce((sum, p) => sum + Math.max(0, Number(states[p]!.end - this.#cursor.positions[p]!)), 0)
    if (events === 0) this.#behindSinceMs = null
    else this.#behindSinceMs ??= clock.monotonicMs()
    return { events, seconds: this.#behindSinceMs === null ? 0 : (clock.monotonicMs() - this.#behindSinceMs) / 1000 }
  }

  #pages(): AsyncIterable<Page> {
    const { log, signal, recordsMax, bytesMax } = this.#options
    const limits = { ...(recordsMax === undefined ? {} : { recordsMax }), ...(bytesMax === undefined ? {} : { bytesMax }) }
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
      // What came before is handled first: the order of the log is the order of the handler.
      await this.#hand(page, ready.splice(0), stored.position)
      if (decoded === 'erased') await this.#options.erased?.(stored)
      else if (decoded.kind === 'newer') throw newer(stored, decoded.type)
      else await this.#setAside(stored, decoded.reason)
      this.#cursor = advance(this.#cursor, page.partition, stored.position + 1n)
    }
    await this.#hand(page, ready, page.next, passed)
    if (page.next === page.end) this.#behindSinceMs = null
  }

  async #hand(page: Page, records: readonly Followed<T>[], next: bigint, passed = 0): Promise<void> {
    const cursor = advance(this.#cursor, page.partition, next)
    if (records.length + passed > 0) await this.#options.handle({ partition: page.partition, records, cursor, end: page.end })
    this.#cursor = cursor
  }

  async #setAside(stored: StoredRecord, reason: Extract<Decoded<T>, { kind: 'undecodable' }>['reason']): Promise<void> {
    const { log, clock, onQuarantine } = this.#options
    await quarantineRecord(log, stored, reason, new Date(clock.nowMs()).toISOString())
    onQuarantine?.(stored, reason)
  }
}

/** Follows a topic until the signal aborts. For a loop whose cursor and lag are asked for, make a `Follower`. */
export function follow<T>(options: FollowOptions<T>): Promise<void> {
  return new Follower(options).run()
}

function newer(stored: StoredRecord, type: string): NewerRecordError {
  const place = `${stored.topic}/${stored.partition}/${stored.position}`
  return new NewerRecordError(`${place} is ${type}, which is newer than this version knows: it is never skipped`)
}

/** True once a follower has handled all that the target covers. Throws by name when they are not of one log. */
export function isCaughtUp(follower: Cursor, target: Cursor): boolean {
  return isAtOrBefore(target, follower)
}
