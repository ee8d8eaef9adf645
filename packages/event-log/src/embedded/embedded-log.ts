// The log in one SQLite file: opening it, and the methods of the port. group-writer.ts writes
// appends to disk, commit-group.ts runs a transaction, the stores define the rows; nothing here
// interprets values.

import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '@tocsin/domain/ports'
import { checkLife, checkWithin } from '../cursor.ts'
import { EventLogError } from '../errors.ts'
import { createFixedMembership, type FixedShare } from '../fixed-membership.ts'
import { assignPartition } from '../partitioner.ts'
import type {
  Capabilities,
  Cursor,
  EventLog,
  Health,
  Membership,
  NewRecord,
  Page,
  PartitionState,
  ReadLimits,
  RecordPosition,
  TailOptions
} from '../port.ts'
import { checkRecord, defaultRecordLimits, type RecordLimits } from '../record-limits.ts'
import { systemClock } from '../system-clock.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import { defaultQueueLimits, type QueueLimits } from './append-queue.ts'
import { ChangeWatch } from './change-watch.ts'
import { Checkpointer } from './checkpoint/checkpointer.ts'
import { checkEnds, EndMarker } from './checkpoint/end-mark.ts'
import { checkLogFile } from './checkpoint/log-file-check.ts'
import { CommitGroup, type GroupOutcome } from './commit-group.ts'
import { checkFloors } from './floor-check.ts'
import { GroupWriter, type WriterStats } from './group-writer.ts'
import { HeldFiles, type StatFile } from './held-files.ts'
import { type DatabaseFile, openDatabase, prepareDatabase } from './log-database.ts'
import { prepareLogFolder } from './log-folder.ts'
import { checkLength, withRestoreWords } from './short-file.ts'
import type { LogIdentity, Partitions } from './store/schema.ts'
import { asEventLogError, classifyFailure } from './store/sqlite-failure.ts'
import { type DiskSpace, isOnReserve, readDiskSpace, writeFaultBeside } from './write-fault.ts'

export interface EmbeddedLimits extends RecordLimits, QueueLimits {}

const defaultLimits: EmbeddedLimits = { ...defaultRecordLimits, ...defaultQueueLimits }

/** For metrics. */
export interface EmbeddedStats extends WriterStats {
  /** Number of WAL restarts. */
  readonly checkpoints: number
  /** True while a checkpoint is running. */
  readonly checkpointing: boolean
}

export interface EmbeddedOptions {
  /** The data folder: the log lies in its `log/`. Created if missing. */
  readonly dataDir: string
  /** Used when the log is created; later it must match. Default 1. */
  readonly partitions?: Partitions
  /**
   * The share of the partitions that `join` gives, if threads of a process divide them. Default:
   * all.
   */
  readonly share?: FixedShare
  readonly limits?: Partial<EmbeddedLimits>
  readonly clock?: Clock
  /** Called for errors in the background that no caller gets. */
  readonly onBackgroundFailure?: (detail: string) => void
  /** Called with the duration of each commit, which ends with an fsync. */
  readonly onCommit?: (seconds: number) => void
  /** Opens the database; tests inject failures here. */
  readonly openDatabase?: (file: string) => DatabaseSync
  /** Looks whether its files are still there; the same. */
  readonly statFile?: StatFile
  /** Reads the space of its disk; the same. */
  readonly readDiskSpace?: (file: string) => DiskSpace | null
}

/** Features of the adapter beyond the port. */
export interface EmbeddedLog extends EventLog, AsyncDisposable {
  /**
   * Removes records below a position from a topic with retention. A row is removed once all
   * its records are below.
   */
  trim(topic: Topic, partition: number, before: bigint): Promise<void>
  /** Removes records written before a time from a topic with retention. Returns their number. */
  trimOlderThan(topic: Topic, beforeMs: number): Promise<number>
  /** Cursors of all consumers, for lag. */
  consumers(): Promise<readonly { readonly consumer: string; readonly cursor: Cursor }[]>
  stats(): EmbeddedStats
  /**
   * Resolves with the error if the handle has failed for good: the process has to open the log
   * again. Until then stays pending.
   */
  readonly failed: Promise<EventLogError>
}

/** Size of a consumer's cursor in the queue, bytes. */
const commitBytes = 256
const tailDefaults: ReadLimits = { recordsMax: 500, bytesMax: 4 * 1024 * 1024 }
/** Timeout for opening a file that another process is creating or recovering, ms. */
const openMsMax = 10_000

/** File of the log in a data folder. */
export function logFile(dataDir: string): string {
  return join(dataDir, 'log', 'log.sqlite')
}

/**
 * Opens the log of a data folder, or creates it. Several processes may have it open. Rejects
 * `format-newer`, `partitions-changed`, `disk-full`, `log-busy`, `log-unavailable`,
 * `record-corrupt`.
 */
export async function openEmbeddedLog(options: EmbeddedOptions): Promise<EmbeddedLog> {
  const file = logFile(options.dataDir)
  const clock = options.clock ?? systemClock
  const deadlineMs = clock.monotonicMs() + openMsMax
  for (;;) {
    try {
      const mark = checkLogFile(file)
      prepareLogFolder(options.dataDir, file)
      return openOn((options.openDatabase ?? openDatabase)(file), { file, mark }, options)
    } catch (error) {
      if (classifyFailure(error) !== 'busy' || clock.monotonicMs() > deadlineMs)
        throw withRestoreWords(describeOpeningError(error, file))
    }
    await clock.sleep(10)
  }
}

/** With the system's words where SQLite has none for what it met. */
function describeOpeningError(error: unknown, file: string): EventLogError {
  const known = asEventLogError(error, `opening ${file}`)
  const fault =
    known.code === 'log-unavailable' && typeof (error as { errcode?: unknown }).errcode === 'number'
      ? writeFaultBeside(file)
      : null
  if (fault === null) return known
  return new EventLogError(
    fault.isOutOfSpace ? 'disk-full' : 'log-unavailable',
    `${known.message} (${fault.message})`,
    {
      cause: error
    }
  )
}

function openOn(db: DatabaseSync, opened: DatabaseFile, options: EmbeddedOptions): EmbeddedLog {
  try {
    checkLength(db, opened.file)
    return new SqliteLog(db, opened, prepareDatabase(db, opened, options.partitions), options)
  } catch (error) {
    db.close()
    throw error
  }
}

class SqliteLog implements EmbeddedLog {
  readonly capabilities: Capabilities = {
    durableOnAck: 'fsync',
    atomicAcrossPartitions: true,
    sharedRoles: false
  }
  readonly #db: DatabaseSync
  readonly #identity: LogIdentity
  readonly #limits: EmbeddedLimits
  readonly #group: CommitGroup
  readonly #writer: GroupWriter
  readonly #watch: ChangeWatch
  readonly #checkpointer: Checkpointer
  readonly #marker: EndMarker
  readonly #held: HeldFiles
  readonly #share: FixedShare | undefined
  readonly #failing = Promise.withResolvers<EventLogError>()
  #isClosed = false
  #closing: Promise<void> | null = null

  constructor(
    db: DatabaseSync,
    { file, mark }: DatabaseFile,
    identity: LogIdentity,
    options: EmbeddedOptions
  ) {
    this.#share = options.share
    this.#db = db
    this.#identity = identity
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#watch = new ChangeWatch(() => this.#lookForForeignWrites())
    this.#group = new CommitGroup(db, identity, () => this.#watch.changed(), options.onCommit)
    checkFloors(db, topic => this.#group.state(topic))
    if (mark !== null)
      checkEnds(file, mark, { epoch: identity.epoch, stateOf: topic => this.#group.state(topic) })
    const clock = options.clock ?? systemClock
    this.#held = new HeldFiles(file, clock, options.statFile)
    this.#writer = new GroupWriter(this.#group, this.#limits, clock, {
      lost: () => this.#held.lostLately(),
      fault: () => writeFaultBeside(file),
      isOnReserve: () => isOnReserve((options.readDiskSpace ?? readDiskSpace)(file)),
      committed: outcome => this.#committed(outcome),
      failed: error => this.#failed(error)
    })
    this.#held.watch(lost => this.#writer.fail(lost))
    this.#checkpointer = new Checkpointer(file, {
      pause: () => this.#writer.pause(),
      resume: () => this.#writer.resume(),
      failed: options.onBackgroundFailure ?? (() => {})
    })
    this.#marker = new EndMarker({
      databaseFile: file,
      now: () =>
        this.#held.lost() === null ? { epoch: identity.epoch, ends: this.#group.ends() } : null,
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

  async findPartition(topic: Topic, key: string): Promise<number> {
    return assignPartition(topic, key, this.#partitions(topic))
  }

  async state(topic: Topic): Promise<readonly PartitionState[]> {
    return this.#reading(`state of ${topic}`, () => {
      this.#group.noticeForeignWrites()
      return this.#group.state(topic)
    })
  }

  async cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor> {
    const states = await this.state(topic)
    return {
      topic,
      epoch: this.#identity.epoch,
      positions: states.map(s => (where === 'earliest' ? s.start : s.end))
    }
  }

  append(topic: Topic, records: readonly NewRecord[]): Promise<readonly RecordPosition[]> {
    return new Promise((resolve, reject) => {
      this.#checkOpen()
      this.#partitions(topic)
      let bytes = 0
      for (const record of records) bytes += checkRecord(topic, record, this.#limits)
      if (records.length === 0) resolve([])
      else this.#writer.submit({ kind: 'append', topic, records, bytes, resolve, reject })
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
      // A following loop must end then, rather than retry on a handle that cannot recover.
      if (this.#writer.failure !== null) throw this.#writer.failure
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

  commit(consumer: string, cursor: Cursor, partitions?: readonly number[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#checkOpen()
      checkLife(cursor, this.#identity.epoch, this.#partitions(cursor.topic))
      this.#writer.submit({
        kind: 'commit',
        consumer,
        cursor,
        partitions,
        bytes: commitBytes,
        resolve,
        reject
      })
    })
  }

  async committed(consumer: string, topic: Topic): Promise<Cursor | null> {
    this.#partitions(topic)
    return this.#reading(`cursor of ${consumer}`, () => this.#group.committed(consumer, topic))
  }

  async join(_group: string, topic: Topic): Promise<Membership> {
    return createFixedMembership(this.#partitions(topic), this.#share)
  }

  health(): Health {
    const failure = this.#writer.failure
    if (failure !== null) return { ok: false, detail: failure.message }
    return this.#writer.isFull
      ? { ok: false, detail: 'the disk is full: writes are refused', isFull: true }
      : { ok: true, detail: 'ok' }
  }

  async consumers(): Promise<readonly { consumer: string; cursor: Cursor }[]> {
    return this.#reading('cursors', () => this.#group.consumers())
  }

  stats(): EmbeddedStats {
    return { ...this.#writer.stats(), ...this.#checkpointer.stats() }
  }

  async trim(topic: Topic, partition: number, before: bigint): Promise<void> {
    this.#checkTrimmable(topic)
    await this.#writer.administer(() => this.#group.trim(topic, partition, before))
  }

  async trimOlderThan(topic: Topic, beforeMs: number): Promise<number> {
    this.#checkTrimmable(topic)
    return this.#writer.administer(() => this.#group.trimOlderThan(topic, beforeMs))
  }

  get failed(): Promise<EventLogError> {
    return this.#failing.promise
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#isClosed = true
    this.#held.close()
    await this.#writer.drain()
    this.#watch.close()
    await this.#marker.close()
    await this.#checkpointer.close()
    if (this.#held.mayClose) this.#db.close()
  }

  #committed(outcome: GroupOutcome): void {
    if (outcome.bytes === 0) return
    this.#checkpointer.wrote(outcome.bytes)
    if (outcome.erased) this.#checkpointer.erased()
    this.#marker.changed()
    this.#watch.changed()
  }

  #failed(error: EventLogError): void {
    this.#watch.changed()
    this.#failing.resolve(error)
  }

  #partitions(topic: Topic): number {
    const count = this.#identity.partitions.get(topic)
    if (count === undefined) throw new EventLogError('record-invalid', `there is no topic ${topic}`)
    return count
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new EventLogError('closed', 'the log is closed')
    const { failure } = this.#writer
    if (failure !== null)
      throw new EventLogError('log-unavailable', failure.message, { cause: failure })
  }

  #checkTrimmable(topic: Topic): void {
    this.#checkOpen()
    if (cleanupOf[topic] !== 'by-retention')
      throw new EventLogError(
        'record-invalid',
        `${topic} is not kept by retention: nothing is removed`
      )
  }

  #page(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Page {
    if (!(partition < this.#partitions(topic)))
      throw new EventLogError('partitions-changed', `${topic} has no partition ${partition}`)
    const state = this.#group.partitionState(topic, partition)
    checkWithin(topic, state, from)
    if (from === state.end) return { partition, records: [], next: from, end: state.end }
    // Up to the end as of the look-up: later records are read next time.
    const records = this.#group.read(topic, partition, Number(from), Number(state.end), limits)
    const last = records.at(-1)
    return {
      partition,
      records,
      next: last === undefined ? state.end : last.position + 1n,
      end: state.end
    }
  }

  /**
   * A poll has no caller: when it fails, waiting readers are woken, and their own reads return the
   * error.
   */
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
}
