// The queue of appends: all calls of a turn of the event loop go into one transaction. Bounded by
// records and bytes; when full, `append-overloaded`.

import { AppendLimit } from '../append-limit.ts'
import type { EventLogError } from '../errors.ts'
import type { Cursor, NewRecord, RecordPosition } from '../port.ts'
import type { Topic } from '../topics.ts'

export interface QueueLimits {
  /** Most records that may wait, over all topics. */
  readonly waitingRecordsMax: number
  /** Most bytes that may wait, over all topics. */
  readonly waitingBytesMax: number
  /** Most bytes of a transaction: further calls go into the next one; a call is never split. */
  readonly transactionBytesMax: number
  /** How long a call waits for a file locked by another process, ms. After that `log-busy`. */
  readonly busyMsMax: number
}

export const defaultQueueLimits: QueueLimits = {
  waitingRecordsMax: 50_000,
  waitingBytesMax: 64 * 1024 * 1024,
  transactionBytesMax: 8 * 1024 * 1024,
  busyMsMax: 5_000
}

interface Settling<T> {
  readonly deadlineMs: number
  readonly bytes: number
  readonly resolve: (value: T) => void
  readonly reject: (error: EventLogError) => void
}

export interface AppendCall extends Settling<readonly RecordPosition[]> {
  readonly kind: 'append'
  readonly topic: Topic
  readonly records: readonly NewRecord[]
}

export interface CommitCall extends Settling<void> {
  readonly kind: 'commit'
  readonly consumer: string
  readonly cursor: Cursor
  /** Commit only these positions of the cursor; undefined = all. */
  readonly partitions: readonly number[] | undefined
}

export type Call = AppendCall | CommitCall

export class AppendQueue {
  readonly #limits: QueueLimits
  #calls: Call[] = []
  readonly #appendLimit: AppendLimit

  constructor(limits: QueueLimits) {
    this.#limits = limits
    this.#appendLimit = new AppendLimit(limits)
  }

  get length(): number {
    return this.#calls.length
  }

  get waiting(): { records: number; bytes: number } {
    return this.#appendLimit.waiting
  }

  /**
   * Throws `append-overloaded` if the call does not fit now, `record-too-large` if it never will.
   */
  checkAppendLimit(records: number, bytes: number): void {
    this.#appendLimit.check(records, bytes)
  }

  push(call: Call): void {
    this.#calls.push(call)
    this.#appendLimit.take(countRecords(call), call.bytes)
  }

  /** Removes and returns the calls for one transaction, in order, at least one. */
  take(): Call[] {
    let bytes = 0
    let n = 0
    while (
      n < this.#calls.length &&
      (n === 0 || bytes + this.#calls[n]!.bytes <= this.#limits.transactionBytesMax)
    )
      bytes += this.#calls[n++]!.bytes
    return this.#leave(n)
  }

  /** Removes and returns the calls with a deadline in the past. Calls are in order of deadline. */
  takeExpired(nowMs: number): Call[] {
    let n = 0
    while (n < this.#calls.length && this.#calls[n]!.deadlineMs <= nowMs) n++
    return this.#leave(n)
  }

  takeAll(): Call[] {
    return this.#leave(this.#calls.length)
  }

  #leave(n: number): Call[] {
    const left = n === this.#calls.length ? this.#calls : this.#calls.slice(0, n)
    this.#calls = n === this.#calls.length ? [] : this.#calls.slice(n)
    for (const call of left) this.#appendLimit.leave(countRecords(call), call.bytes)
    return left
  }
}

function countRecords(call: Call): number {
  return call.kind === 'append' ? call.records.length : 0
}
