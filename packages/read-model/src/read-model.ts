// The read model's file: tables that are folded from logs, and how far each log is folded. Both
// change in one transaction, so that after a kill each record counts once. The file is disposable:
// if it is damaged or of another version, it is deleted, and everything is folded again. Damage may
// show only when a row is read, and a full disk when rows are written: then the process has to end.

import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementResultingChanges,
  type StatementSync
} from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Batch } from '@tocsin/event-log/follow'
import type { Cursor, EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { cleanupOf, type Topic } from '@tocsin/event-log/topics'

/** In place of a file: everything is gone when it is closed. */
export const inMemory = ':memory:'

export interface TableGroup {
  /** The log from which the tables are folded. */
  readonly topic: Topic
  /** Creates them. */
  readonly schema: string
}

export interface ReadModelOptions {
  /** Of the file, or `inMemory`. */
  readonly path: string
  readonly groups: readonly TableGroup[]
  /** Other inputs of the rows than the schema, such as the version of the engine. */
  readonly version: string
}

type Row = Record<string, SQLOutputValue>

/** The last of the records counts; the cursor is behind it. */
interface Folded extends Pick<Batch<unknown>, 'partition' | 'cursor'> {
  readonly records: readonly { readonly stored: StoredRecord }[]
}

/** SQLite's codes for a file that is damaged, and for one that is no database. */
const damageCodes: ReadonlySet<unknown> = new Set([11, 26])
const busyCode = 5

const positions = `
create table folded(
  topic text not null, partition integer not null, epoch text not null, next integer not null,
  last_position integer, last_id text, last_check integer, primary key(topic, partition)
) strict, without rowid;`

export class ReadModel {
  readonly #db: DatabaseSync
  readonly #options: ReadModelOptions
  readonly #statements = new Map<string, StatementSync>()
  readonly #failed = Promise.withResolvers<Error>()
  #failure: Error | null = null
  #isInTransaction = false
  /** By topic and partition: the last batch that was folded in this transaction. */
  readonly #passed = new Map<string, Folded>()
  readonly #writers: (() => void)[] = []

  private constructor(db: DatabaseSync, options: ReadModelOptions) {
    this.#db = db
    this.#options = options
  }

  /** Opens the file, or begins a new one. Throws `owner-present` if another process has it open. */
  static open(options: ReadModelOptions): ReadModel {
    const { path, groups, version } = options
    const schema = [positions, ...groups.map(group => group.schema)].join('\n')
    const userVersion = crc32(`${version}\n${schema}`) | 0
    if (path !== inMemory) mkdirSync(dirname(path), { recursive: true })
    const kept = openVersion(path, userVersion)
    if (kept !== null) return new ReadModel(kept, options)
    removeFile(path)
    const db = openDatabase(path)
    db.exec(`begin; ${schema} pragma user_version = ${userVersion}; commit`)
    return new ReadModel(db, options)
  }

  get isOnDisk(): boolean {
    return this.#options.path !== inMemory
  }

  /** Resolves when the file was found damaged or could not be written, or work threw. */
  get failed(): Promise<Error> {
    return this.#failed.promise
  }

  /** Not null: what is in memory may be in no table. Nothing more is written. */
  get failure(): Error | null {
    return this.#failure
  }

  /** The same statement for the same text: it must not be asked while it is iterated. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = watchErrors(this.#db.prepare(sql), error => {
      if (isDamage(error)) this.#fail(error)
    })
    this.#statements.set(sql, statement)
    return statement
  }

  /** The rows of a query, whose columns are the members of `T`. */
  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.prepare(sql).all(...values) as T[]
  }

  /** The rows of a query that have a position of a log. */
  allPlaced<T extends { readonly position: bigint }>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.all<T>(sql, ...values).map(row => ({ ...row, position: BigInt(row.position) }))
  }

  /** Its first row. */
  get<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.prepare(sql).get(...values) as T | undefined
  }

  /** Its rows one by one. */
  iterate<T = Row>(sql: string): Iterable<T> {
    return this.prepare(sql).iterate() as Iterable<T>
  }

  run(sql: string, ...values: SQLInputValue[]): StatementResultingChanges {
    return this.prepare(sql).run(...values)
  }

  /** Rows that are gathered in memory are written by this before each commit. */
  onCommit(write: () => void): void {
    this.#writers.push(write)
  }

  /** Does the work in one transaction, as `extend`. */
  transact<T>(work: () => T): T {
    if (this.#isInTransaction) return work()
    const result = this.extend(work)
    this.commit()
    return result
  }

  /**
   * Does the work in a transaction that stays open until `commit`, and is lost if the process ends
   * before. If the work throws, it is rolled back with all that came before: nothing more is
   * written then.
   */
  extend<T>(work: () => T): T {
    if (this.#failure !== null) throw this.#failure
    return this.#guard(() => {
      if (!this.#isInTransaction) this.#db.exec('begin')
      this.#isInTransaction = true
      return work()
    })
  }

  commit(): void {
    if (!this.#isInTransaction) return
    this.#guard(() => {
      for (const write of this.#writers) write()
      for (const folded of this.#passed.values()) this.#writePosition(folded)
      this.#db.exec('commit')
      this.#passed.clear()
      this.#isInTransaction = false
    })
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback')
      this.#isInTransaction = false
      throw this.#fail(error)
    }
  }

  /** A batch is folded: call this in the transaction of its rows. */
  folded(batch: Folded): void {
    this.#passed.set(`${batch.cursor.topic}/${batch.partition}`, batch)
  }

  #writePosition({ partition, records, cursor }: Folded): void {
    const last = records.at(-1)?.stored
    this.run(
      `insert into folded values(?, ?, ?, ?, ?, ?, ?)
       on conflict do update set epoch = excluded.epoch, next = excluded.next,
         last_position = coalesce(excluded.last_position, last_position),
         last_id = coalesce(excluded.last_id, last_id),
         last_check = coalesce(excluded.last_check, last_check)`,
      ...[cursor.topic, partition, cursor.epoch, cursor.positions[partition] as bigint],
      ...(last === undefined ? [null, null, null] : [last.position, last.id, computeCheck(last)])
    )
  }

  /**
   * The cursor behind the folded part of a log; null if all of it must be folded: then its tables
   * are empty. Rejects `offset-ahead` if the log has lost records that were folded.
   */
  async resume(log: EventLog, start: Cursor, end: Cursor): Promise<Cursor | null> {
    const rows = this.transact(() => this.#readFolded(end.topic))
    if (rows.length === 0) return null
    const isSame = rows.every(
      ({ epoch, partition }) => epoch === end.epoch && partition < end.positions.length
    )
    if (isSame && (await this.#areThere(log, rows, start, end))) {
      const next = new Map(rows.map(row => [row.partition, row.next]))
      return { ...end, positions: start.positions.map((first, i) => next.get(i) ?? first) }
    }
    this.clear(end.topic)
    return null
  }

  /** Empties the tables of a log. */
  clear(topic: Topic): void {
    this.transact(() => {
      this.run('delete from folded where topic = ?', topic)
      for (const group of this.#options.groups)
        if (group.topic === topic)
          for (const [, table] of group.schema.matchAll(/^create (?:virtual )?table (\w+)/gm))
            this.#db.exec(`delete from ${table}`)
    })
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close()
  }

  #fail(cause: unknown): Error {
    if (this.#failure !== null) return this.#failure
    if (isDamage(cause)) removeFile(this.#options.path)
    this.#failure = describeFailure(cause)
    this.#failed.resolve(this.#failure)
    return this.#failure
  }

  #readFolded(topic: Topic): readonly FoldedRow[] {
    const read = this.prepare(
      'select partition, epoch, next, last_position, last_id, last_check from folded where topic = ?'
    )
    read.setReadBigInts(true)
    return read.all(topic).map(row => ({
      partition: Number(row.partition),
      epoch: String(row.epoch),
      next: row.next as bigint,
      last:
        row.last_position === null
          ? null
          : {
              position: row.last_position as bigint,
              id: String(row.last_id),
              check: Number(row.last_check)
            }
    }))
  }

  async #areThere(
    log: EventLog,
    rows: readonly FoldedRow[],
    start: Cursor,
    end: Cursor
  ): Promise<boolean> {
    const { topic } = end
    for (const { partition, next, last } of rows) {
      const [from, to] = [start.positions[partition] ?? 0n, end.positions[partition] ?? 0n]
      if (next > to) throw describeLoss(topic, partition, `ends at ${to}, and had come to ${next}`)
      if (next < from) return false
      if (last === null || last.position < from) continue
      const stored = await readAt(log, topic, { partition, position: last.position })
      if (stored?.id === last.id && computeCheck(stored) === last.check) continue
      // Of a compacted topic records go that a later one replaced.
      if (stored === null || cleanupOf[topic] === 'compacted') return false
      throw describeLoss(topic, partition, `holds another record at ${last.position} than it did`)
    }
    return true
  }
}

interface FoldedRow {
  readonly partition: number
  readonly epoch: string
  readonly next: bigint
  /** The last record that was folded: another log may have the same epoch, if it was restored from a copy. */
  readonly last: { readonly position: bigint; readonly id: string; readonly check: number } | null
}

/** Null if there is no file of this version. */
function openVersion(path: string, userVersion: number): DatabaseSync | null {
  let db: DatabaseSync | null = null
  try {
    db = openDatabase(path)
    const found = db.prepare('pragma user_version').get()
    if (found?.user_version === userVersion && areTablesThere(db)) return db
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  if (db?.isOpen) db.close()
  return null
}

/**
 * Reads the schema too, which other pages may hold, and what a search index reads of its own pages
 * when it is named: statements are prepared while a service is built, where damage would stop every
 * start.
 */
function areTablesThere(db: DatabaseSync): boolean {
  const tables = db.prepare("select name from sqlite_schema where type = 'table'").all()
  try {
    for (const { name } of tables) db.prepare(`select 1 from ${String(name)}`)
    return true
  } catch (error) {
    if (!isOfSqlite(error)) throw error
    return false
  }
}

const fileMode = 0o600

function openDatabase(path: string): DatabaseSync {
  // It has what the log has: only its owner may read it. SQLite gives its other files the same mode.
  if (path !== inMemory) closeSync(openSync(path, 'a', fileMode))
  const db = new DatabaseSync(path)
  // The lock is exclusive: two processes of a role would fold into one file. A power loss may lose
  // the last transactions, which are folded again. Rows by id are spread over the file: a thousand
  // touch as many pages, and checkpoints at SQLite's default of 1,000 pages would write them, and
  // sync the disk, in nearly every transaction.
  try {
    db.exec(`
      pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal;
      pragma temp_store = memory; pragma wal_autocheckpoint = 4096; pragma cache_size = -65536;
      pragma mmap_size = 268435456`)
  } catch (error) {
    db.close()
    throw isBusy(error) ? describeOwner(path, error) : error
  }
  return db
}

function removeFile(path: string): void {
  if (path === inMemory) return
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
}

/** The same statement, which tells of its errors before it throws them. */
function watchErrors(statement: StatementSync, onError: (error: unknown) => void): StatementSync {
  const watch = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      onError(error)
      throw error
    }
  }
  const [all, get] = [statement.all.bind(statement), statement.get.bind(statement)]
  const [iterate, run] = [statement.iterate.bind(statement), statement.run.bind(statement)]
  return Object.assign(statement, {
    all: (...values: SQLInputValue[]) => watch(() => all(...values)),
    get: (...values: SQLInputValue[]) => watch(() => get(...values)),
    run: (...values: SQLInputValue[]) => watch(() => run(...values)),
    iterate: (...values: SQLInputValue[]) => {
      const rows = iterate(...values)
      const next = rows.next.bind(rows)
      return Object.assign(rows, { next: () => watch(next) })
    }
  })
}

function isOfSqlite(error: unknown): error is Error & { readonly errcode: unknown } {
  return error instanceof Error && 'errcode' in error
}

function describeFailure(cause: unknown): Error {
  if (cause instanceof Error && !isOfSqlite(cause)) return cause
  const what = isDamage(cause) ? 'is damaged and was removed' : 'cannot be written'
  return new Error(`the read model ${what}: start again`, { cause })
}

function isDamage(error: unknown): boolean {
  return isOfSqlite(error) && damageCodes.has(Number(error.errcode) & 255)
}

function isBusy(error: unknown): boolean {
  return isOfSqlite(error) && (Number(error.errcode) & 255) === busyCode
}

function describeOwner(path: string, cause: unknown): EventLogError {
  return new EventLogError(
    'owner-present',
    `another process has ${path} open: stop it first, or give this one a data folder of its own`,
    { cause }
  )
}

function computeCheck({ value }: StoredRecord): number {
  return value === null ? 0 : crc32(value)
}

/**
 * Proof that acknowledged records are gone: positions, and ids made from positions, would be issued
 * a second time.
 */
function describeLoss(topic: Topic, partition: number, what: string): EventLogError {
  return new EventLogError(
    'offset-ahead',
    `${topic}/${partition} ${what}, as the read model shows: acknowledged records are missing. Restore log and views from one copy. How to go on without what is missing, and what that costs: operations.md`
  )
}
