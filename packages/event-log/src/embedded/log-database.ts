// The database of a log as SQLite opens it: how it writes, and its tables.

import { DatabaseSync } from 'node:sqlite'
import { createNoLogError, type EndMark } from './checkpoint/end-mark.ts'
import { holdsLog, type LogIdentity, type Partitions, prepareSchema } from './store/schema.ts'

/**
 * SQLite's page size. Larger pages slow down single appends, smaller ones batches. Measured:
 * packages/bench/src/log-bench.ts.
 */
const pageBytes = 8192
const pageCacheKib = 16 * 1024
/**
 * For how long SQLite itself may block while a file is opened that another process is creating or
 * recovering, ms.
 */
const openBlocksMs = 50

export function openDatabase(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: openBlocksMs })
}

/** What is known of a database before it is opened. */
export interface DatabaseFile {
  readonly file: string
  readonly mark: EndMark | null
}

/**
 * Creates what is missing, and returns the identity of the log. Throws as `prepareSchema`,
 * `record-corrupt` if a log would be begun beside the mark of another, and SQLite's errors.
 */
export function prepareDatabase(
  db: DatabaseSync,
  { file, mark }: DatabaseFile,
  partitions?: Partitions
): LogIdentity {
  // First: the pragmas write to a database that was in another mode. A mark that is there was
  // written after a log was.
  if (mark !== null && !holdsLog(db)) throw createNoLogError(file)
  db.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
      PRAGMA cache_size = -${pageCacheKib}; PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY`)
  db.exec('BEGIN IMMEDIATE')
  const identity = prepareSchema(db, partitions)
  db.exec('COMMIT')
  // From here on no call may block the event loop: the queue retries when the file is busy.
  db.exec('PRAGMA busy_timeout = 0')
  return identity
}
