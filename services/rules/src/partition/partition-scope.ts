// What the parts of a partition's worker share: ports, theatres, and how a failure outside folding
// ends the worker.

import type { Clock } from '@tocsin/domain/ports'
import type { Cursor, EventLog, NewRecord, RecordPosition } from '@tocsin/event-log/port'
import { retryUntilAborted } from '@tocsin/event-log/retry'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { ControlPlan } from '../theatre/control-plan.ts'
import type { EngineObserver } from '../theatre/engine-observer.ts'
import type { EngineOwner } from '../theatre/engine-owner.ts'
import type { PublishedPositions } from '../theatre/owner.ts'
import type { TheatreFacts } from '../theatre/published-events.ts'
import type { Compression, SnapshotPlace } from '../theatre/snapshot-store.ts'

export interface WorkerOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly observer: EngineObserver
  readonly snapshotEveryRecords: number
  readonly pageRecordsMax: number
  readonly compression: Compression
  /** Which engine folds. */
  readonly plan: ControlPlan
  readonly partition: number
  /**
   * Number of partitions that this instance folds: they share what a start may have to fold again.
   */
  readonly partitionsHeld: () => number
}

/** Positions of one partition in three logs. Records not in a state are at or after them. */
export interface Ends {
  /** Of the incidents log. */
  readonly next: bigint
  readonly alerts: bigint
  readonly assembly: bigint
}

export interface HeldTheatre {
  readonly owner: EngineOwner
  /** Records before this position are already in the owner's state. */
  readonly from: bigint
  /** Position after the last record in the state. */
  next: bigint
  recordsSinceSnapshot: number
  /** How long folding took since the last snapshot, ms: a start would need as long again. */
  foldedMsSinceSnapshot: number
  /**
   * How long writing its last snapshot blocked the thread, ms, and the reports in that snapshot;
   * null before the first.
   */
  written: { readonly ms: number; readonly reports: number } | null
  /** Position of the partition when its last snapshot was begun, even if that failed. */
  takenAt: bigint
  snapshots: readonly SnapshotPlace[]
  /** Positions from which its newest snapshot must be continued: incidents, alerts, assembly. */
  held: Ends
}

/** The positions, or those of what was published beyond a state, if earlier. */
export function endsWith(ends: Ends, { alerts, assembly }: PublishedPositions): Ends {
  return {
    next: ends.next,
    alerts: alerts === null ? ends.alerts : earlier(alerts, ends.alerts),
    assembly: assembly === null ? ends.assembly : earlier(assembly, ends.assembly)
  }
}

export class PartitionScope {
  readonly options: WorkerOptions
  readonly partition: number
  readonly theatres = new Map<string, HeldTheatre>()
  /** The published facts of theatres without a record so far. */
  readonly unmet = new Map<string, TheatreFacts>()
  /** Theatres that this version cannot continue, with the reason. */
  readonly stoppedTheatres = new Map<string, string>()
  /** Of the incidents log. */
  epoch = ''
  partitionCount = 0
  /** The first position that is not folded, or not completely published. */
  position = 0n
  /** True while a page is folded but not completely published: the states must not be used yet. */
  isTaking = false
  readonly #stop = new AbortController()
  /** Rejects with a permanent failure outside folding. */
  readonly #beside = Promise.withResolvers<never>()

  constructor(options: WorkerOptions) {
    this.options = options
    this.partition = options.partition
    this.#beside.promise.catch(() => {})
  }

  /** Aborts when no further write may begin. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get isStopping(): boolean {
    return this.#stop.signal.aborted
  }

  /** Never resolves; rejects with the error given to `fail`. */
  get failed(): Promise<never> {
    return this.#beside.promise
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Ends the worker permanently. */
  fail(error: unknown): void {
    this.#beside.reject(error)
  }

  /** A cursor for this partition only. */
  cursorAt(position: bigint): Cursor {
    const positions = Array.from({ length: this.partitionCount }, (_, i) =>
      i === this.partition ? position : 0n
    )
    return { topic: topics.incidents, epoch: this.epoch, positions }
  }

  /**
   * Retries until the log has the records or the worker stops. `onWritten` is called only for
   * records that were written.
   */
  async append(
    topic: Topic,
    records: readonly NewRecord[],
    onWritten?: (written: readonly RecordPosition[]) => void
  ): Promise<void> {
    const { log } = this.options
    const written =
      records.length === 0 ? [] : await this.untilDone(() => log.append(topic, records))
    if (written !== null) onWritten?.(written)
  }

  /**
   * Retries an operation on the log until it succeeds, or the worker stops (null). A write must
   * carry the same ids each time.
   */
  untilDone<T>(work: () => Promise<T>): Promise<T | null> {
    const { clock, observer } = this.options
    return retryUntilAborted(work, {
      clock,
      signal: this.signal,
      onRetry: error => observer.retried(error)
    })
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
