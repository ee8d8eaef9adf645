// A log file that lost its end: a copy that was interrupted, a disk that gave up. SQLite itself
// notices missing pages, and opens a file of which only the last page is cut: every read of that
// page then fails as if the disk did.

import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { EventLogError } from '../errors.ts'

/** Messages that already explain what to do about a damaged log. */
const saysWhatToDo = /restore the (whole )?folder/i

/**
 * Throws `record-corrupt` if the file is shorter than it says. Where a WAL holds frames a short
 * file may be whole: it has the missing pages. The file is not opened for this, since
 * closing it would drop the locks of the process on it.
 */
export function checkLength(db: DatabaseSync, file: string): void {
  if (readWalBytes(file) > 0) return
  const pages = readNumber(db, 'page_count')
  const says = pages * readNumber(db, 'page_size')
  const bytes = statSync(file).size
  // Another process may have begun to write meanwhile.
  if (bytes >= says || readWalBytes(file) > 0) return
  throw new EventLogError(
    'record-corrupt',
    `${file} is damaged: ${says - bytes} of its ${says} bytes are missing`
  )
}

function readWalBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

function readNumber(db: DatabaseSync, pragma: 'page_count' | 'page_size'): number {
  return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma])
}

/** The same error with what to do about it, if the log is damaged. */
export function withRestoreWords(error: EventLogError): EventLogError {
  if (error.code !== 'record-corrupt' || saysWhatToDo.test(error.message)) return error
  return new EventLogError(
    'record-corrupt',
    `${error.message}. Nothing was changed; restore the folder from a copy`,
    {
      cause: error
    }
  )
}
