// The event log as the services see it. Two adapters implement it (embedded and Kafka); one conformance suite holds both to it.
// Values are opaque bytes here: what they mean is the contracts' business.

import type { Topic } from './topics.ts'

/** A record to append. `id` makes a retry harmless: the same id twice is stored once (`exactIdDedup`) or dropped by readers. */
export interface NewRecord {
  readonly id: string
  /** The entity whose order matters; records of one key are in one partition, in the order of their appends. */
  readonly key: string
  /** Null erases the key on a compacted topic; refused elsewhere. */
  readonly value: Uint8Array | null
}

export interface StoredRecord {
  readonly topic: Topic
  readonly partition: number
  /** Strictly increasing within a partition; on a compacted topic with gaps. */
  readonly position: bigint
  readonly id: string
  readonly key: string
  readonly value: Uint8Array | null
}

/** Where an appended record stands. `duplicate`: the id was there before, this is its first position, nothing was written. */
export interface Appended {
  readonly partition: number
  readonly position: bigint
  readonly duplicate: boolean
}

/** The next position to read in each partition of one life of one topic. Encoded by `encodeCursor`. */
export interface Cursor {
  readonly topic: Topic
  readonly epoch: string
  readonly positions: readonly bigint[]
}

/** A run of records of one partition. `next` is where to go on; `end` is the first position not yet written. */
export interface Page {
  readonly partition: number
  readonly records: readonly StoredRecord[]
  readonly next: bigint
  readonly end: bigint
}

export interface PartitionState {
  readonly partition: number
  /** First position still held. */
  readonly start: bigint
  /** First position not yet written. */
  readonly end: bigint
}

export interface Capabilities {
  /** True where one id is stored once, for ever. Else a record may stand in its partition again later: the first one counts, readers drop the rest. */
  readonly exactIdDedup: boolean
  /** What an acknowledged append has survived. */
  readonly durableOnAck: 'fsync' | 'replicas' | 'memory'
  /** True where one append call is all or nothing even across keys and partitions of a topic. */
  readonly atomicAcrossPartitions: boolean
  /** True where several processes may hold one role at once: what one of them knows is then not all that was written. */
  readonly sharedRoles: boolean
}

/** Whether the log answers now, in words for people: `ok`, or what is wrong and since when. */
export interface Health {
  readonly ok: boolean
  readonly detail: string
  /** Nothing of the log is reached, and it looks by itself whether that is over: nobody else need try. */
  readonly isAway?: true
}

/** What the log's own tools call what is ours. */
export interface LogNames {
  topic(topic: Topic): string
  /** The group that keeps a consumer's cursors. */
  group(consumer: string): string
}

export interface MembershipOptions {
  /** What each partition weighs, such as how many theatres lie in it; asked of the member that divides. Default: all the same. */
  readonly weights?: () => readonly number[]
}

/**
 * One member's part of a topic. Parts of members do not overlap when all is well; of two that believe a partition to be theirs, one is late. So
 * membership saves work and is never what correctness rests on: the log's order is.
 */
export interface Membership {
  /** The partitions that are this member's now, ascending; empty before the first division. */
  readonly partitions: readonly number[]
  /**
   * Resolves once a division that counts this member in is known, behind the listeners that it calls: then no partitions means that it is not needed now.
   * Left out where `join` resolves with the first division.
   */
  readonly divided?: Promise<void>
  /** Calls the listener with the new partitions after every change from now on. Returns the end of it. */
  onChange(listener: (partitions: readonly number[]) => void): () => void
  /**
   * False when the last sign that the others count this member in is older than its session: it may have been given up for dead, paused or cut off,
   * and must not act on `partitions` before there is another. By a clock that never jumps. Left out where members are never given up.
   */
  isCurrent?(): boolean
  /** The weights may have changed: it is divided anew if that makes the parts evener. */
  reweigh(): void
  /** Resolves with what ended the membership for good; never otherwise. */
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
 * An append-only log of topics. Every method rejects with an `EventLogError` (see errors.ts) and nothing else.
 * One order for all readers of a partition; at least once for readers that start again from a cursor.
 */
export interface EventLog {
  readonly capabilities: Capabilities
  /** For figures that are to be joined with those of other tools. Left out where there are none. */
  readonly names?: LogNames
  /** Identity of this life of the log: a log made anew has another. */
  epoch(topic: Topic): Promise<string>
  /** Fixed for the life of a topic. */
  partitionCount(topic: Topic): Promise<number>
  /** murmur2(key) mod count, the same on every adapter. */
  partitionOf(topic: Topic, key: string): Promise<number>
  state(topic: Topic): Promise<readonly PartitionState[]>
  /** A cursor at the first held record, or behind the last one. */
  cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor>
  /**
   * Resolves once the records are durable, in the order given. All or nothing per partition.
   * Rejects with a `retryable` error when nothing was written, `append-unknown` when it may have been (retry with the same ids).
   */
  append(topic: Topic, records: readonly NewRecord[]): Promise<readonly Appended[]>
  /** Reads on from a position. An empty page means that nothing is there yet. Rejects `offset-lost` below the start, `offset-ahead` beyond the end. */
  read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page>
  /** Pages as they come, pulled: the next page is read when it is asked for. Ends when the signal aborts. Rejects `log-replaced` for another epoch. */
  tail(cursor: Cursor, options: TailOptions): AsyncIterable<Page>
  /**
   * Keeps a consumer's cursor: all of it, or only the positions of the given partitions. Never goes back: an older one is refused with
   * `stale-cursor`.
   */
  commit(consumer: string, cursor: Cursor, partitions?: readonly number[]): Promise<void>
  /** What was kept last; a partition that nobody committed stands at its first held position. Null when nothing was. */
  committed(consumer: string, topic: Topic): Promise<Cursor | null>
  /** Takes part in dividing a topic's partitions among all members of a group. Where roles are not shared, the one member has all at once. */
  join(group: string, topic: Topic, options?: MembershipOptions): Promise<Membership>
  /**
   * Removes the records below a position from a topic kept by retention; some may stay a while. Idempotent. Rejects `record-invalid` for any other
   * topic. Left out where nobody but the log itself may remove anything.
   */
  trim?(topic: Topic, partition: number, before: bigint): Promise<void>
  /** Without asking the log: what its last answers showed. */
  health(): Health
  close(): Promise<void>
}
