// Maps SQLite's result codes to the log's errors. Source: sqlite.org/rescode.html.

import { EventLogError } from '../../errors.ts'

export type SqliteFailure = 'busy' | 'full' | 'io' | 'corrupt' | 'other'

const primaryCode = {
  busy: 5,
  locked: 6,
  ioError: 10,
  corrupt: 11,
  full: 13,
  notADatabase: 26
} as const
/** Growing the shared-memory file needs disk space too: this one I/O error means a full disk. */
const ioErrorShmSize = 10 | (19 << 8)
/** A write failed, for another reason than a full disk. */
const ioErrorWrite = 10 | (3 << 8)
/** A page is not there as a whole: the file lost its end. */
const ioErrorShortRead = 10 | (2 << 8)

/** The kind of failure that SQLite reported. Pure. */
export function classifyFailure(error: unknown): SqliteFailure {
  const code = (error as { errcode?: unknown }).errcode
  if (typeof code !== 'number') return 'other'
  if (code === ioErrorShmSize) return 'full'
  if (code === ioErrorShortRead) return 'corrupt'
  switch (code & 0xff) {
    case primaryCode.busy:
    case primaryCode.locked:
      return 'busy'
    case primaryCode.full:
      return 'full'
    case primaryCode.ioError:
      return 'io'
    case primaryCode.corrupt:
    case primaryCode.notADatabase:
      return 'corrupt'
    default:
      return 'other'
  }
}

/** Whether SQLite could not write, and knows that the write does not count. */
export function isFailedWrite(error: unknown): boolean {
  return (error as { errcode?: unknown }).errcode === ioErrorWrite
}

/**
 * The log's error for a failed read or a failed opening. An EventLogError is returned unchanged.
 */
export function asEventLogError(error: unknown, doing: string): EventLogError {
  if (error instanceof EventLogError) return error
  switch (classifyFailure(error)) {
    case 'busy':
      return new EventLogError('log-busy', `${doing}: the log is locked by another process`, {
        cause: error
      })
    case 'full':
      return new EventLogError('disk-full', `${doing}: the disk is full`, { cause: error })
    case 'corrupt':
      return new EventLogError('record-corrupt', `${doing}: ${describeDamage(error as Error)}`, {
        cause: error
      })
    default:
      return new EventLogError(
        'log-unavailable',
        `${doing}: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error
        }
      )
  }
}

/** SQLite calls a file that ends too early a disk that fails. */
export function describeDamage(error: Error): string {
  return (error as { errcode?: unknown }).errcode === ioErrorShortRead
    ? 'the log file is cut short'
    : error.message
}
