// What the parts of a partition's worker share: its ports, its theatres, and how something beside the folding ends it.

import type { Clock } from '@tocsin/domain/ports'
import type { Appended, Cursor, EventLog, NewRecord } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { ControlPlan } from '../theatre/control-plan.ts'
import { appendUntilDone, doUntilDone } from '../theatre/durable-append.ts'
import type { EngineObserver } from '../theatre/engine-observer.ts'
import type { Compression, SnapshotPlace } from '../theatre/snapshot-store.ts'
import type { TheatreOwner } from '../theatre/theatre-owner.ts'

export interface WorkerOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly observer: EngineObserver
  readonly snapshotEveryRecords: number
  readonly pageRecordsMax: number
  readonly compression: Compression
  readonly plan: ControlPlan
  readonly partition: number
}

/** Positions of one partition of three logs: what a state does not hold stands behind them. */
export interface Ends {
  /** Of the incidents log. */
  readonly next: bigint
  readonly alerts: bigint
  readonly assembly: bigint
}

export interface HeldTheatre {
  readonly owner: TheatreOwner
  /** Records before it are in the owner's state already. */
  readonly from: bigint
  /** Behind the last record that its state holds. */
  next: bigint
  recordsSinceSnapshot: number
  /** How long the folding of those records took, ms: a start would need as long again. */
  foldedMsSinceSnapshot: number
  /** Where the partition was when a snapshot of it was last taken, whatever became of that. */
  takenAt: bigint
  snapshots: readonly SnapshotPlace[]
  /** What its newest snapshot does not hold stands behind these, in this order: incidents, alerts, assembly. */
  held: Ends
}

export class PartitionScope {
  readonly options: WorkerOptions
  readonly partition: number
  readonly theatres = new Map<string, HeldTheatre>()
  /** Theatres that this version can not go on with, and why. */
  readonly stoppedTheatres = new Map<string, string>()
  /** Of the incidents log. */
  epoch = ''
  partitionCount = 0
  /** The first position that is not folded, or of which not all is published. */
  position = 0n
  /** True while a page is folded and not all published: nothing may be built on the states as they are. */
  isTaking = false
  readonly #stop = new AbortController()
  /** Rejects with what ended something beside the folding for good. */
  readonly #beside = Promise.withResolvers<never>()

  constructor(options: WorkerOptions) {
    this.options = options
    this.partition = options.partition
    this.#beside.promise.catch(() => {})
  }

  /** Aborts when nothing more is to be written but what is under way. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get isStopping(): boolean {
    return this.#stop.signal.aborted
  }

  /** Never resolves; rejects with what was given to `fail`. */
  get failed(): Promise<never> {
    return this.#beside.promise
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Ends the worker for good. */
  fail(error: unknown): void {
    this.#beside.reject(error)
  }

  /** A cursor that is about this partition alone. */
  cursorAt(position: bigint): Cursor {
    const positions = Array.from({ length: this.partitionCount }, (_, i) => (i === this.partition ? position : 0n))
    return { topic: topics.incidents, epoch: this.epoch, positions }
  }

  /** Tried again until the log has the records or the worker stops; `onWritten` hears only of what was written. */
  async append(topic: Topic, records: readonly NewRecord[], onWritten?: (written: readonly Appended[]) => void): Promise<void> {
    const { log, clock, observer } = this.options
    const written = await appendUntilDone(log, topic, records, clock, this.signal, error => observer.retried(error))
    if (written !== null) onWritten?.(written)
  }

  /** Does something with the log until it has worked, or the worker stops (null). */
  untilDone<T>(work: () => Promise<T>): Promise<T | null> {
    const { clock, observer } = this.options
    return doUntilDone(work, clock, this.signal, error => observer.retried(error))
  }
}

export function later<T extends bigint | string>(a: T, b: T): T {
  if (a < b) return b
  return a
}

export function earlier(a: bigint, b: bigint): bigint {
  if (b < a) return b
  return a
}
