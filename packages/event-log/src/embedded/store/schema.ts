// Tables of the log file, its identity and its format version. One file has all topics, so that
// one transaction and one fsync cover several of them.

import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { EventLogError } from '../../errors.ts'
import { cleanupOf, type Topic, topics } from '../../topics.ts'

/** Format 1 also had tables of all ids; they are dropped when the log is opened for writing. */
const logFormat = 2
/**
 * Control records need one total order, for any number of partitions of other topics. Source:
 * shape.md#logs.
 */
const onePartitionOnly: readonly Topic[] = [topics.control]
/**
 * Row ids of a partition are in one range of this size. 2^42 records in each of 1,024 partitions
 * still give exact numbers.
 */
export const slotSpan = 2 ** 42
const partitionsMax = 1024

/** Number of partitions: one for all topics, or by topic. Fixed when the log is created. */
export type Partitions = number | Partial<Record<Topic, number>>

export interface LogIdentity {
  readonly epoch: string
  readonly partitions: ReadonlyMap<Topic, number>
}

/** Common prefix of the names of a topic's tables. */
export function getTableName(topic: Topic): string {
  return topic.replace(/^tocsin\./, '').replaceAll('.', '_')
}

/**
 * Creates missing tables, and returns the identity of the log. Throws `format-newer` and
 * `partitions-changed`. Must be in a transaction.
 */
export function prepareSchema(db: DatabaseSync, wanted: Partitions | undefined): LogIdentity {
  db.exec(
    'CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID'
  )
  const isNew = readMeta(db, 'format') === null
  if (isNew) {
    writeMeta(db, 'format', String(logFormat))
    writeMeta(db, 'epoch', randomBytes(8).toString('hex'))
  }
  checkFormat(db)
  db.exec(`
    CREATE TABLE IF NOT EXISTS topics (topic TEXT PRIMARY KEY, partitions INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS starts (topic TEXT, partition INTEGER, position INTEGER NOT NULL, PRIMARY KEY (topic, partition)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS consumers
      (consumer TEXT, topic TEXT, positions TEXT NOT NULL, written_ms INTEGER NOT NULL, PRIMARY KEY (consumer, topic)) WITHOUT ROWID`)
  for (const topic of Object.values(topics)) prepareTopic(db, topic, wanted, isNew)
  if (readFormat(db) < logFormat) dropIdTables(db)
  return readIdentity(db)
}

/** Whether a database was ever prepared. */
export function holdsLog(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() !== undefined
}

/**
 * The identity of an existing log. Throws `format-newer`; `log-unavailable` if the file contains no
 * log.
 */
export function readIdentity(db: DatabaseSync): LogIdentity {
  checkFormat(db)
  const rows = db.prepare('SELECT topic, partitions FROM topics').all()
  const partitions = new Map(rows.map(row => [row.topic as Topic, row.partitions as number]))
  return { epoch: readMeta(db, 'epoch')!, partitions }
}

/** Another epoch for the log: cursors of the one before are refused. */
export function writeEpoch(db: DatabaseSync, epoch: string): void {
  db.prepare("UPDATE meta SET value = ? WHERE name = 'epoch'").run(epoch)
}

function prepareTopic(
  db: DatabaseSync,
  topic: Topic,
  wanted: Partitions | undefined,
  isNew: boolean
): void {
  const row = db.prepare('SELECT partitions FROM topics WHERE topic = ?').get(topic)
  const asked = getAskedPartitions(topic, wanted)
  if (row === undefined) {
    const partitions = isNew ? (asked ?? 1) : 1
    db.prepare('INSERT INTO topics VALUES (?, ?)').run(topic, partitions)
    db.exec(makeTopicTables(topic))
    return
  }
  if (asked !== undefined && asked !== row.partitions)
    throw new EventLogError(
      'partitions-changed',
      `${topic} was created with ${row.partitions} partitions, ${asked} are configured`
    )
}

function getAskedPartitions(topic: Topic, wanted: Partitions | undefined): number | undefined {
  const asked = typeof wanted === 'object' ? wanted[topic] : wanted
  if (asked === undefined) return undefined
  if (!Number.isInteger(asked) || asked < 1 || asked > partitionsMax)
    throw new RangeError(`partitions: 1 to ${partitionsMax}, not ${asked}`)
  return onePartitionOnly.includes(topic) ? 1 : asked
}

function makeTopicTables(topic: Topic): string {
  const name = getTableName(topic)
  return cleanupOf[topic] === 'compacted'
    ? `CREATE TABLE ${name}_latest (slot INTEGER PRIMARY KEY, written_ms INTEGER NOT NULL, body INTEGER NOT NULL);
         CREATE TABLE ${name}_bodies (body INTEGER PRIMARY KEY, frames BLOB NOT NULL);
         CREATE TABLE ${name}_keys (key TEXT PRIMARY KEY, slot INTEGER NOT NULL) WITHOUT ROWID;`
    : `CREATE TABLE ${name}_chunks
           (slot INTEGER PRIMARY KEY, count INTEGER NOT NULL, written_ms INTEGER NOT NULL, head INTEGER NOT NULL, frames BLOB NOT NULL);`
}

function dropIdTables(db: DatabaseSync): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  for (const { name } of tables)
    if (/_(ids|id_runs|id_blocks)$/.test(name as string)) db.exec(`DROP TABLE ${name}`)
  db.prepare("UPDATE meta SET value = ? WHERE name = 'format'").run(String(logFormat))
}

function checkFormat(db: DatabaseSync): void {
  const format = readFormat(db)
  if (format > logFormat)
    throw new EventLogError(
      'format-newer',
      `the log has format ${format}; this version knows ${logFormat}. Use a newer version of the suite`
    )
}

function readFormat(db: DatabaseSync): number {
  return Number(readMeta(db, 'format') ?? 0)
}

function readMeta(db: DatabaseSync, name: string): string | null {
  const row = db.prepare('SELECT value FROM meta WHERE name = ?').get(name)
  return row === undefined ? null : (row.value as string)
}

function writeMeta(db: DatabaseSync, name: string, value: string): void {
  db.prepare('INSERT INTO meta VALUES (?, ?)').run(name, value)
}
