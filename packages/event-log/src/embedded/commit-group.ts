// One transaction: assigns positions, writes rows, keeps cursors. Synchronous and
// under SQLite's write lock, so that the file cannot change meanwhile; earlier writes of other
// processes are read first.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { checkForward, checkNotAhead, mergeCommit } from '../cursor.ts'
import { EventLogError } from '../errors.ts'
import { assignPartition } from '../partitioner.ts'
import type { Cursor, PartitionState, ReadLimits, RecordPosition, StoredRecord } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import type { AppendCall, Call, CommitCall } from './append-queue.ts'
import { ChunkStore, type RecordStore } from './store/chunk-store.ts'
import { CompactedStore } from './store/compacted-store.ts'
import { ConsumerTable } from './store/consumer-table.ts'
import type { LogIdentity } from './store/schema.ts'

export interface GroupOutcome {
  /** Approximate bytes added to the WAL; 0 if no record was written. */
  readonly bytes: number
  readonly records: number
  /** True if a key was erased: its old bytes must leave the WAL too. */
  readonly erased: boolean
  /** Callbacks that each settle one call; run them after the caller has updated its own state. */
  readonly settle: readonly (() => void)[]
}

interface TopicParts {
  readonly partitions: number
  readonly store: RecordStore
}

export class CommitGroup {
  readonly #db: DatabaseSync
  readonly #identity: LogIdentity
  readonly #topics = new Map<Topic, TopicParts>()
  readonly #consumers: ConsumerTable
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #dataVersion: StatementSync
  readonly #onForeignWrites: () => void
  readonly #onCommit: (seconds: number) => void
  #seenVersion: number
  /** Progress of the transaction; after a failure it shows whether the outcome is known. */
  phase: 'begin' | 'write' | 'commit' = 'begin'

  constructor(
    db: DatabaseSync,
    identity: LogIdentity,
    onForeignWrites: () => void,
    onCommit: (seconds: number) => void = () => {}
  ) {
    this.#onCommit = onCommit
    this.#db = db
    this.#onForeignWrites = onForeignWrites
    this.#identity = identity
    this.#consumers = new ConsumerTable(db, identity.epoch)
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#dataVersion = db.prepare('PRAGMA data_version')
    this.#dataVersion.setReturnArrays(true)
    this.#seenVersion = this.#readVersion()
  }

  /** Takes the write lock. Throws SQLite's busy error if another process has it. */
  begin(): void {
    this.phase = 'begin'
    this.#begin.run()
    this.noticeForeignWrites()
  }

  /**
   * Checks for writes of other connections: if there are any, caches are invalidated and waiting
   * readers are woken.
   */
  noticeForeignWrites(): void {
    const version = this.#readVersion()
    if (version === this.#seenVersion) return
    this.#seenVersion = version
    for (const { store } of this.#topics.values()) store.invalidate()
    this.#onForeignWrites()
  }

  /**
   * Executes the calls in the transaction that `begin` opened, and commits. On any failure it rolls
   * back everything and throws.
   */
  run(calls: readonly Call[], nowMs: number): GroupOutcome {
    return this.finish(() => this.#stageAll(calls, nowMs))
  }

  /** Executes a change in the transaction that `begin` opened, and commits. */
  finish<T>(change: () => T): T {
    this.phase = 'write'
    try {
      const outcome = change()
      this.phase = 'commit'
      const startedMs = performance.now()
      this.#commit.run()
      this.#onCommit((performance.now() - startedMs) / 1000)
      return outcome
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  state(topic: Topic): readonly PartitionState[] {
    return Array.from({ length: this.#parts(topic).partitions }, (_, partition) =>
      this.partitionState(topic, partition)
    )
  }

  /** The ends of all partitions, by topic. */
  ends(): Readonly<Record<string, readonly number[]>> {
    const ends = [...this.#topics.keys()].map(topic => [
      topic,
      this.state(topic).map(({ end }) => Number(end))
    ])
    return Object.fromEntries(ends)
  }

  partitionState(topic: Topic, partition: number): PartitionState {
    const { store } = this.#parts(topic)
    return {
      partition,
      start: BigInt(store.getStart(partition)),
      end: BigInt(store.getEnd(partition))
    }
  }

  read(
    topic: Topic,
    partition: number,
    from: number,
    end: number,
    limits: ReadLimits
  ): StoredRecord[] {
    return this.#parts(topic).store.read(partition, from, end, limits)
  }

  committed(consumer: string, topic: Topic): Cursor | null {
    return this.#consumers.get(consumer, topic)
  }

  consumers(): readonly { consumer: string; cursor: Cursor }[] {
    return this.#consumers.all()
  }

  trim(topic: Topic, partition: number, before: bigint): void {
    const { store } = this.#parts(topic)
    if (!(store instanceof ChunkStore)) throw new TypeError(`${topic} is compacted`)
    store.trim(partition, Number(before))
  }

  trimOlderThan(topic: Topic, beforeMs: number): number {
    const { store, partitions } = this.#parts(topic)
    if (!(store instanceof ChunkStore)) throw new TypeError(`${topic} is compacted`)
    let removed = 0
    for (let partition = 0; partition < partitions; partition++) {
      const start = store.getStart(partition)
      const before = store.findFirstWritten(partition, beforeMs)
      if (before > start) store.trim(partition, before)
      removed += Math.max(0, before - start)
    }
    return removed
  }

  #stageAll(calls: readonly Call[], nowMs: number): GroupOutcome {
    const settle: (() => void)[] = []
    let bytes = 0
    let erased = false
    let records = 0
    const touched = new Set<RecordStore>()
    for (const call of calls) {
      if (call.kind === 'commit') {
        bytes += this.#stageCommit(call, nowMs, settle)
        continue
      }
      const parts = this.#parts(call.topic)
      const appended = this.#stageAppend(call, parts)
      settle.push(() => call.resolve(appended))
      records += appended.length
      touched.add(parts.store)
      bytes += call.bytes
      erased ||= call.records.some(record => record.value === null)
    }
    for (const store of touched) store.write(nowMs)
    return { bytes: bytes === 0 ? 0 : bytes + 4096, records, erased, settle }
  }

  #stageAppend(call: AppendCall, { partitions, store }: TopicParts): RecordPosition[] {
    const appended: RecordPosition[] = new Array(call.records.length)
    let key: string | null = null
    let partition = 0
    for (let i = 0; i < call.records.length; i++) {
      const record = call.records[i]!
      if (record.key !== key) {
        key = record.key
        partition = assignPartition(call.topic, key, partitions)
      }
      appended[i] = { partition, position: BigInt(store.stage(partition, record)) }
    }
    return appended
  }

  /** A cursor that would go back fails only its own call, not the others of the group. */
  #stageCommit(call: CommitCall, nowMs: number, settle: (() => void)[]): number {
    try {
      const { consumer } = call
      const held = this.#consumers.get(consumer, call.cursor.topic)
      const cursor = mergeCommit(held ?? this.#starts(call.cursor), call.cursor, call.partitions)
      this.#checkCursor(cursor)
      if (held !== null) checkForward(consumer, held, cursor)
      this.#consumers.put(consumer, cursor, nowMs)
      settle.push(() => call.resolve())
      return call.bytes
    } catch (error) {
      if (!(error instanceof EventLogError)) throw error
      settle.push(() => call.reject(error))
      return 0
    }
  }

  #starts(cursor: Cursor): Cursor {
    return { ...cursor, positions: this.state(cursor.topic).map(({ start }) => start) }
  }

  #checkCursor(cursor: Cursor): void {
    for (const { partition, end } of this.state(cursor.topic))
      checkNotAhead(cursor.topic, partition, cursor.positions[partition]!, end)
  }

  #parts(topic: Topic): TopicParts {
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    const partitions = this.#identity.partitions.get(topic)!
    const Store = cleanupOf[topic] === 'compacted' ? CompactedStore : ChunkStore
    const parts = { partitions, store: new Store(this.#db, topic, partitions) }
    this.#topics.set(topic, parts)
    return parts
  }

  #rollback(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
    for (const { store } of this.#topics.values()) store.discard()
  }

  #readVersion(): number {
    return (this.#dataVersion.get() as unknown as [number])[0]
  }
}
