// The event log as services see it. Two adapters implement it (embedded and Kafka), and one
// conformance suite tests both. Values are opaque bytes here; the contracts interpret them.

import type { Topic } from './topics.ts'

/**
 * A record to append. `id` makes a retry idempotent: an id may be stored again, the first record of
 * an id in its partition counts, and readers drop the rest.
 */
export interface NewRecord {
  readonly id: string
  /**
   * The entity whose order matters; records of a key are in one partition, in the order of their
   * appends.
   */
  readonly key: string
  /** Null erases the key on a compacted topic; refused elsewhere. */
  readonly value: Uint8Array | null
}

/** The place of a record in its topic. */
export interface RecordPosition {
  readonly partition: number
  /** Strictly increasing within a partition; on a compacted topic with gaps. */
  readonly position: bigint
}

export interface StoredRecord extends RecordPosition {
  readonly topic: Topic
  readonly id: string
  readonly key: string
  readonly value: Uint8Array | null
}

/**
 * The next position to read in each partition of an epoch of a topic. Encoded by `encodeCursor`.
 */
export interface Cursor {
  readonly topic: Topic
  readonly epoch: string
  readonly positions: readonly bigint[]
}

/**
 * Consecutive records of a partition. `next` is the position to continue from; `end` is the first
 * position not yet written.
 */
export interface Page {
  readonly partition: number
  readonly records: readonly StoredRecord[]
  readonly next: bigint
  readonly end: bigint
}

export interface PartitionState {
  readonly partition: number
  /** First position that still has a record. */
  readonly start: bigint
  /** First position not yet written. */
  readonly end: bigint
}

export interface Capabilities {
  /** What an acknowledged append survives. */
  readonly durableOnAck: 'fsync' | 'replicas' | 'memory'
  /** True if one append call is atomic, also across keys and partitions of a topic. */
  readonly atomicAcrossPartitions: boolean
  /**
   * True if several processes may have one role at the same time: then no process knows all writes
   * by itself.
   */
  readonly sharedRoles: boolean
}

/** Health of the log, as text for people: `ok`, or what is wrong and since when. */
export interface Health {
  readonly ok: boolean
  readonly detail: string
  /** The log is unreachable and probes by itself: callers need not try. */
  readonly isAway?: true
  /** There is no space for writes. The log still answers each immediately, with `disk-full`. */
  readonly isFull?: true
}

/** Names of our topics and groups in the log's own tools. */
export interface LogNames {
  topic(topic: Topic): string
  /** The group that keeps a consumer's cursors. */
  group(consumer: string): string
}

export interface MembershipOptions {
  /**
   * Weight of each partition, such as its number of theatres; called at the member that divides.
   * Default: all equal.
   */
  readonly weights?: () => readonly number[]
}

/**
 * One member's share of a topic. Shares normally do not overlap; if two members claim a partition,
 * one of them has outdated knowledge. So membership only avoids duplicate work: correctness rests
 * on the order of the log.
 */
export interface Membership {
  /** The partitions of this member, ascending; empty before the first division. */
  readonly partitions: readonly number[]
  /**
   * Resolves once a division that includes this member is known, after the listeners were called:
   * having no partitions then means that the member is not needed. Omitted if `join` resolves with
   * the first division.
   */
  readonly divided?: Promise<void>
  /**
   * Calls the listener with the new partitions after every change. Returns a function that
   * unsubscribes it.
   */
  onChange(listener: (partitions: readonly number[]) => void): () => void
  /**
   * False if the last confirmation of this member by the group is older than its session: it may
   * have been declared dead while paused or cut off, and must not act on `partitions` until the
   * next confirmation. Uses a monotonic clock. Omitted if members never expire.
   */
  isCurrent?(): boolean
  /**
   * Call when the weights may have changed: partitions are divided again if that improves the
   * balance.
   */
  reweigh(): void
  /** Resolves with the error that permanently ended the membership; until then stays pending. */
  readonly failed: Promise<Error>
  /** Gives the partitions back. Idempotent. */
  leave(): Promise<void>
}

export interface ReadLimits {
  readonly recordsMax: number
  readonly bytesMax: number
}

export interface TailOptions extends Partial<ReadLimits> {
  readonly signal: AbortSignal
  /** Only these partitions; default all. */
  readonly partitions?: readonly number[]
}

/**
 * An append-only log of topics. Every method rejects with an `EventLogError` (see errors.ts) and
 * no other error. One order for all readers of a partition; at least once for readers that start
 * again from a cursor.
 */
export interface EventLog {
  readonly capabilities: Capabilities
  /** For joining metrics with those of other tools. Omitted if there are none. */
  readonly names?: LogNames
  /** Identity of this life of the log: a recreated log has another. */
  epoch(topic: Topic): Promise<string>
  /** Fixed for the life of a topic. */
  partitionCount(topic: Topic): Promise<number>
  /** murmur2(key) mod count, the same on every adapter. */
  findPartition(topic: Topic, key: string): Promise<number>
  state(topic: Topic): Promise<readonly PartitionState[]>
  /** A cursor at the first record, or behind the last one. */
  cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor>
  /**
   * Resolves with their places once the records are durable, in the order given. Atomic per
   * partition. Rejects with a `retryable` error if no record was written, `append-unknown` if it
   * may have been (retry with the same ids).
   */
  append(topic: Topic, records: readonly NewRecord[]): Promise<readonly RecordPosition[]>
  /**
   * Reads from a position. An empty page means that there are no records yet. Rejects `offset-lost`
   * below the start, `offset-ahead` beyond the end.
   */
  read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page>
  /**
   * Pages as they arrive, pulled: the next page is read on demand. Ends when the signal aborts.
   * Rejects `log-replaced` for another epoch.
   */
  tail(cursor: Cursor, options: TailOptions): AsyncIterable<Page>
  /**
   * Commits a consumer's cursor: all of it, or only the given partitions. Never goes back: an older
   * one is refused with `stale-cursor`.
   */
  commit(consumer: string, cursor: Cursor, partitions?: readonly number[]): Promise<void>
  /**
   * The last commit; a partition without one is at its first position. Null if no position was
   * committed.
   */
  committed(consumer: string, topic: Topic): Promise<Cursor | null>
  /**
   * Joins the group that divides a topic's partitions among its members. Without shared roles, the
   * only member has all partitions from the start.
   */
  join(group: string, topic: Topic, options?: MembershipOptions): Promise<Membership>
  /**
   * Removes records below a position from a topic with retention; some may be removed later.
   * Idempotent. Rejects `record-invalid` for any other topic. Omitted if only the log itself may
   * remove records.
   */
  trim?(topic: Topic, partition: number, before: bigint): Promise<void>
  /** Without a request: from the log's last answers. */
  health(): Health
  close(): Promise<void>
}
