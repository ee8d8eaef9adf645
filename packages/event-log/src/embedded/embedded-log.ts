// The log on one SQLite file: open, append by group commit, read, tail, commit. What a transaction does is in commit-group.ts,
// how rows look in the stores; nothing here knows what a value means.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '@tocsin/domain/ports'
import { checkLife, checkWithin } from '../cursor.ts'
import { EventLogError } from '../errors.ts'
import { partitionFor } from '../partitioner.ts'
import type {
  Appended,
  Capabilities,
  Cursor,
  EventLog,
  NewRecord,
  Page,
  PartitionState,
  ReadLimits,
  TailOptions
} from '../port.ts'
import { checkRecord, defaultRecordLimits, type RecordLimits } from '../record-limits.ts'
import { systemClock } from '../system-clock.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import { AppendQueue, type Call, defaultQueueLimits, type QueueLimits } from './append-queue.ts'
import { ChangeWatch } from './change-watch.ts'
import { Checkpointer } from './checkpointer.ts'
import { CommitGroup, type GroupOutcome } from './commit-group.ts'
import { checkFloors } from './floor-check.ts'
import { type LogIdentity, type Partitions, prepareSchema } from './schema.ts'
import { asEventLogError, sqliteFailure } from './sqlite-failure.ts'
import { scanWal } from './wal-scan.ts'

export interface EmbeddedLimits extends RecordLimits, QueueLimits {
  /**
   * Ids of a topic held in memory before they are sealed into a run on disk, roughly: one transaction may overshoot. More means fewer runs to
   * ask, and a longer pause to seal.
   */
  readonly unsealedIdsMax: number
}

const defaultLimits: EmbeddedLimits = { ...defaultRecordLimits, ...defaultQueueLimits, unsealedIdsMax: 65_536 }

/** Counts since the log was opened, and what is the case now; for metrics. */
export interface EmbeddedStats {
  readonly waitingRecords: number
  readonly waitingBytes: number
  readonly transactions: number
  readonly appendedRecords: number
  readonly duplicateRecords: number
  /** Appends refused because too much waited. */
  readonly overloaded: number
  /** Times that another process held the file and the transaction had to be tried again. */
  readonly busyRetries: number
  readonly checkpoints: number
  /** True while the WAL is being copied into the file. */
  readonly checkpointing: boolean
}

export interface EmbeddedOptions {
  /** The data folder: the log lies in its `log/`. Made when missing. */
  readonly dataDir: string
  /** Only read when the log is made; later it must agree. Default 1. */
  readonly partitions?: Partitions
  readonly limits?: Partial<EmbeddedLimits>
  readonly clock?: Clock
  /** Told of what the log does in the background and cannot answer to a caller. */
  readonly onBackgroundFailure?: (detail: string) => void
  /** Opens the database; a test puts a failing one here. */
  readonly openDatabase?: (file: string) => DatabaseSync
}

/** What the adapter can do beyond the port. */
export interface EmbeddedLog extends EventLog {
  /** Removes records below a position from a topic kept by retention. Rows that hold later records too stay until all are below. */
  trim(topic: Topic, partition: number, before: bigint): Promise<void>
  /** Removes records written before a time from a topic kept by retention. Returns how many. */
  trimOlderThan(topic: Topic, beforeMs: number): Promise<number>
  /** Cursors of all consumers, for lag. */
  consumers(): Promise<readonly { readonly consumer: string; readonly cursor: Cursor }[]>
  stats(): EmbeddedStats
  /** Resolves with what went wrong when the handle has failed for good: the process has to open the log anew. Never resolves otherwise. */
  readonly failed: Promise<EventLogError>
}

const tailDefaults: ReadLimits = { recordsMax: 500, bytesMax: 4 * 1024 * 1024 }
/** Pages of SQLite. Larger ones cost a single append more, smaller ones a batch. Measured: e2e/bench/log-bench.ts. */
const pageBytes = 8192
const pageCacheKib = 16 * 1024
/** How long opening waits for a file that another process is making or recovering, ms, and for how long of it SQLite itself may block. */
const openMsMax = 10_000
const openBlocksMs = 50

/** File of the log in a data folder. */
export function logFile(dataDir: string): string {
  return join(dataDir, 'log', 'log.sqlite')
}

/**
 * Opens the log of a data folder, or makes one. Several processes may have it open.
 * Rejects `format-newer`, `partitions-changed`, `disk-full`, `log-busy`, `log-unavailable`.
 */
export async function openEmbeddedLog(options: EmbeddedOptions): Promise<EmbeddedLog> {
  const file = logFile(options.dataDir)
  const clock = options.clock ?? systemClock
  const deadlineMs = clock.monotonicMs() + openMsMax
  for (;;) {
    try {
      mkdirSync(join(options.dataDir, 'log'), { recursive: true })
      checkWal(file)
      return openOn((options.openDatabase ?? openDatabase)(file), file, options)
    } catch (error) {
      if (sqliteFailure(error) !== 'busy' || clock.monotonicMs() > deadlineMs) throw asEventLogError(error, `opening ${file}`)
    }
    await clock.sleep(10)
  }
}

/** Throws `record-corrupt` when acknowledged transactions stand behind a damaged frame: SQLite would drop them without a word. */
function checkWal(file: string): void {
  const scan = scanWal(file)
  if (scan.kind === 'whole') return
  const what =
    scan.kind === 'damaged'
      ? `frame ${scan.frame} is damaged and ${scan.behind} acknowledged frames stand behind it`
      : 'its header is damaged'
  throw new EventLogError('record-corrupt', `${file}-wal: ${what}. Nothing was changed; restore the folder from a copy`)
}

function openDatabase(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: openBlocksMs })
}

function openOn(db: DatabaseSync, file: string, options: EmbeddedOptions): EmbeddedLog {
  try {
    return new SqliteLog(db, file, prepare(db, options.partitions), options)
  } catch (error) {
    db.close()
    throw error
  }
}

function prepare(db: DatabaseSync, partitions: Partitions | undefined): LogIdentity {
  db.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
      PRAGMA cache_size = -${pageCacheKib}; PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY`)
  db.exec('BEGIN IMMEDIATE')
  const identity = prepareSchema(db, partitions)
  db.exec('COMMIT')
  // From here on nothing may block the event loop: a busy file is tried again by the queue.
  db.exec('PRAGMA busy_timeout = 0')
  return identity
}

class SqliteLog implements EmbeddedLog {
  readonly capabilities: Capabilities = { exactIdDedup: true, durableOnAck: 'fsync', atomicAcrossPartitions: true }
  readonly #db: DatabaseSync
  readonly #identity: LogIdentity
  readonly #limits: EmbeddedLimits
  readonly #clock: Clock
  readonly #queue: AppendQueue
  readonly #group: CommitGroup
  readonly #watch: ChangeWatch
  readonly #checkpointer: Checkpointer
  readonly #counts = { transactions: 0, appendedRecords: 0, duplicateRecords: 0, overloaded: 0, busyRetries: 0 }
  #flushing = false
  #paused = false
  #busyTries = 0
  #state: 'open' | 'closing' | 'closed' | 'failed' = 'open'
  #failure: unknown = null
  readonly #failing = Promise.withResolvers<EventLogError>()
  #closing: Promise<void> | null = null

  constructor(db: DatabaseSync, file: string, identity: LogIdentity, options: EmbeddedOptions) {
    this.#db = db
    this.#identity = identity
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#clock = options.clock ?? systemClock
    this.#queue = new AppendQueue(this.#limits)
    this.#watch = new ChangeWatch(() => this.#lookForForeignWrites())
    this.#group = new CommitGroup(db, identity, this.#limits.unsealedIdsMax, () => this.#watch.changed())
    checkFloors(db, identity, topic => this.#group.state(topic))
    this.#checkpointer = new Checkpointer(file, {
      pause: () => {
        this.#paused = true
      },
      resume: () => this.#resume(),
      failed: options.onBackgroundFailure ?? (() => {})
    })
  }

  async epoch(topic: Topic): Promise<string> {
    this.#partitions(topic)
    return this.#identity.epoch
  }

  async partitionCount(topic: Topic): Promise<number> {
    return this.#partitions(topic)
  }

  async partitionOf(topic: Topic, key: string): Promise<number> {
    return partitionFor(key, this.#partitions(topic))
  }

  async state(topic: Topic): Promise<readonly PartitionState[]> {
    return this.#reading(`state of ${topic}`, () => {
      this.#group.noticeForeignWrites()
      return this.#group.state(topic)
    })
  }

  async cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor> {
    const states = await this.state(topic)
    return { topic, epoch: this.#identity.epoch, positions: states.map(s => (where === 'earliest' ? s.start : s.end)) }
  }

  append(topic: Topic, records: readonly NewRecord[]): Promise<readonly Appended[]> {
    return new Promise((resolve, reject) => {
      this.#checkOpen()
      this.#partitions(topic)
      let bytes = 0
      for (const record of records) bytes += checkRecord(topic, record, this.#limits)
      if (records.length === 0) return resolve([])
      this.#checkRoom(records.length, bytes)
      this.#enqueue({ kind: 'append', topic, records, bytes, deadlineMs: this.#deadline(), resolve, reject })
    })
  }

  async read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page> {
    return this.#reading(`reading ${topic}/${partition}/${from}`, () => {
      this.#group.noticeForeignWrites()
      return this.#page(topic, partition, from, limits)
    })
  }

  async *tail(cursor: Cursor, options: TailOptions): AsyncGenerator<Page> {
    const { topic } = cursor
    checkLife(cursor, this.#identity.epoch, this.#partitions(topic))
    const limits = {
      recordsMax: options.recordsMax ?? tailDefaults.recordsMax,
      bytesMax: options.bytesMax ?? tailDefaults.bytesMax
    }
    const partitions = options.partitions ?? cursor.positions.map((_, partition) => partition)
    const positions = [...cursor.positions]
    // The cursor may come from a process that has seen more than this one.
    this.#reading(`tailing ${topic}`, () => this.#group.noticeForeignWrites())
    while (!options.signal.aborted) {
      // A loop that follows must end then, not try again on a handle that will never work.
      if (this.#state === 'failed')
        throw new EventLogError('closed', 'the log failed and must be opened anew', { cause: this.#failure })
      const seen = this.#watch.version
      let found = false
      for (const partition of partitions) {
        const page = this.#reading(`tailing ${topic}/${partition}`, () =>
          this.#page(topic, partition, positions[partition]!, limits)
        )
        positions[partition] = page.next
        if (page.records.length === 0) continue
        found = true
        yield page
        if (options.signal.aborted) return
      }
      if (!found) await this.#watch.after(seen, options.signal)
    }
  }

  commit(consumer: string, cursor: Cursor): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#checkOpen()
      checkLife(cursor, this.#identity.epoch, this.#partitions(cursor.topic))
      const bytes = 256
      this.#checkRoom(0, bytes)
      this.#enqueue({ kind: 'commit', consumer, cursor, bytes, deadlineMs: this.#deadline(), resolve, reject })
    })
  }

  async committed(consumer: string, topic: Topic): Promise<Cursor | null> {
    this.#partitions(topic)
    return this.#reading(`cursor of ${consumer}`, () => this.#group.committed(consumer, topic))
  }

  async consumers(): Promise<readonly { consumer: string; cursor: Cursor }[]> {
    return this.#reading('cursors', () => this.#group.consumers())
  }

  stats(): EmbeddedStats {
    const { records, bytes } = this.#queue.waiting
    return { ...this.#counts, waitingRecords: records, waitingBytes: bytes, ...this.#checkpointer.stats() }
  }

  async trim(topic: Topic, partition: number, before: bigint): Promise<void> {
    await this.#administering(topic, () => this.#group.trim(topic, partition, before))
  }

  async trimOlderThan(topic: Topic, beforeMs: number): Promise<number> {
    return this.#administering(topic, () => this.#group.trimOlderThan(topic, beforeMs))
  }

  get failed(): Promise<EventLogError> {
    return this.#failing.promise
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const failed = this.#state === 'failed'
    this.#state = 'closing'
    while (!failed && this.#queue.length > 0) await new Promise(resolve => setImmediate(resolve))
    this.#state = 'closed'
    this.#watch.close()
    await this.#checkpointer.close()
    this.#db.close()
  }

  #partitions(topic: Topic): number {
    const count = this.#identity.partitions.get(topic)
    if (count === undefined) throw new EventLogError('record-invalid', `there is no topic ${topic}`)
    return count
  }

  #deadline(): number {
    return this.#clock.monotonicMs() + this.#limits.busyMsMax
  }

  #checkOpen(): void {
    if (this.#state === 'open') return
    if (this.#state === 'failed')
      throw new EventLogError('log-unavailable', 'the log failed and must be opened anew', { cause: this.#failure })
    throw new EventLogError('closed', 'the log is closed')
  }

  #checkRoom(records: number, bytes: number): void {
    try {
      this.#queue.checkRoom(records, bytes)
    } catch (error) {
      if (error instanceof EventLogError && error.code === 'append-overloaded') this.#counts.overloaded++
      throw error
    }
  }

  #enqueue(call: Call): void {
    this.#queue.push(call)
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flush())
  }

  /** One transaction with all that waits. When another process holds the file, nobody is made to wait inside it: it is tried again. */
  #flush(): void {
    if (this.#paused || this.#state === 'failed' || this.#state === 'closed') return
    const begun = this.#begin()
    if (begun === 'busy') {
      this.#retryBusy()
      return
    }
    this.#busyTries = 0
    if (begun === 'begun') this.#commitGroup(this.#queue.take())
    if (this.#queue.length > 0) setImmediate(() => this.#flush())
    else this.#flushing = false
  }

  #resume(): void {
    this.#paused = false
    if (this.#queue.length > 0) this.#flush()
    else this.#flushing = false
  }

  #begin(): 'begun' | 'busy' | 'refused' {
    try {
      this.#group.begin()
      return 'begun'
    } catch (error) {
      if (sqliteFailure(error) === 'busy') return 'busy'
      this.#rejectAll(this.#queue.takeAll(), this.#judge(error, 'begin'))
      return 'refused'
    }
  }

  #retryBusy(): void {
    const now = this.#clock.monotonicMs()
    this.#rejectAll(
      this.#queue.takeExpired(now),
      new EventLogError('log-busy', `another process held the log for ${this.#limits.busyMsMax} ms: nothing was written`)
    )
    if (this.#queue.length === 0) {
      this.#flushing = false
      return
    }
    // A commit takes a fraction of a millisecond: look again in the next turns first, then every millisecond, and sometimes eagerly
    // again, for a busy neighbour leaves only short gaps.
    this.#busyTries++
    this.#counts.busyRetries++
    if (this.#busyTries % 256 < 128) setImmediate(() => this.#flush())
    else setTimeout(() => this.#flush(), 1)
  }

  #commitGroup(calls: readonly Call[]): void {
    let outcome: GroupOutcome
    try {
      outcome = this.#group.run(calls, this.#clock.nowMs())
    } catch (error) {
      this.#rejectAll(calls, this.#judge(error, this.#group.phase))
      return
    }
    this.#count(outcome)
    if (outcome.bytes > 0) this.#checkpointer.wrote(outcome.bytes)
    if (outcome.erased) this.#checkpointer.erased()
    for (const settle of outcome.settle) settle()
    if (outcome.bytes > 0) this.#watch.changed()
  }

  #count(outcome: GroupOutcome): void {
    if (outcome.bytes > 0) this.#counts.transactions++
    this.#counts.appendedRecords += outcome.records
    this.#counts.duplicateRecords += outcome.duplicates
  }

  /** What a failed transaction means to its callers. After an I/O error the handle is never used again: what was written is unknown. */
  #judge(error: unknown, phase: 'begin' | 'write' | 'commit'): EventLogError {
    if (error instanceof EventLogError) return error
    const failure = sqliteFailure(error)
    if (failure === 'full') return new EventLogError('disk-full', 'the disk is full: nothing was written', { cause: error })
    if (failure === 'busy')
      return new EventLogError('log-busy', 'another process holds the log: nothing was written', { cause: error })
    this.#state = 'failed'
    this.#failure = error
    this.#rejectAll(
      this.#queue.takeAll(),
      new EventLogError('log-unavailable', 'the log failed before this was written', { cause: error })
    )
    this.#watch.changed()
    const detail = error instanceof Error ? error.message : String(error)
    this.#failing.resolve(new EventLogError('closed', `the log failed and must be opened anew: ${detail}`, { cause: error }))
    return phase === 'commit'
      ? new EventLogError('append-unknown', `the log failed while committing, what is durable is not known: ${detail}`, {
          cause: error
        })
      : new EventLogError('log-unavailable', `the log failed, nothing was written: ${detail}`, { cause: error })
  }

  #rejectAll(calls: readonly Call[], error: EventLogError): void {
    for (const call of calls) call.reject(error)
  }

  #page(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Page {
    const state = this.#group.state(topic)[partition]
    if (state === undefined) throw new EventLogError('partitions-changed', `${topic} has no partition ${partition}`)
    checkWithin(topic, state, from)
    if (from === state.end) return { partition, records: [], next: from, end: state.end }
    // Never beyond the end as it was looked up: what came in since is met at the next look.
    const records = this.#group.read(topic, partition, Number(from), Number(state.end), limits)
    const last = records.at(-1)
    return { partition, records, next: last === undefined ? state.end : last.position + 1n, end: state.end }
  }

  /** A poll has nobody to answer to: when it fails, those who wait are woken, and their own read says what is wrong. */
  #lookForForeignWrites(): void {
    try {
      this.#group.noticeForeignWrites()
    } catch {
      this.#watch.changed()
    }
  }

  #reading<T>(doing: string, read: () => T): T {
    this.#checkOpen()
    try {
      return read()
    } catch (error) {
      throw asEventLogError(error, doing)
    }
  }

  /** Runs a change of its own under the writer's lock, in turn with the appends. */
  async #administering<T>(topic: Topic, change: () => T): Promise<T> {
    this.#checkOpen()
    if (cleanupOf[topic] !== 'by-retention')
      throw new EventLogError('record-invalid', `${topic} is not kept by retention: nothing is removed`)
    const deadline = this.#deadline()
    while (this.#begin() === 'busy') {
      if (this.#clock.monotonicMs() > deadline) throw new EventLogError('log-busy', 'another process holds the log')
      await this.#clock.sleep(1)
      this.#checkOpen()
    }
    this.#checkOpen()
    try {
      return this.#group.finish(change)
    } catch (error) {
      throw this.#judge(error, this.#group.phase)
    }
  }
}
