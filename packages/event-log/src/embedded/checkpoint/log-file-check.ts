// What is looked at before SQLite opens a log: it would begin a file that is missing anew, and drop
// what follows a damaged frame.

import { lstatSync, type Stats } from 'node:fs'
import { EventLogError } from '../../errors.ts'
import { checkDatabaseIsThere, type EndMark, endMarkFile, readEndMark } from './end-mark.ts'
import { scanWal } from './wal-scan.ts'

/**
 * The mark of how far the log had come; null if there is none. It is read before the log, to which
 * another process may write on. Throws `record-corrupt` if the database is gone, or if acknowledged
 * transactions follow a damaged frame; `log-unavailable` if anything else than a file has the name
 * of one.
 */
export function checkLogFile(file: string): EndMark | null {
  checkPlainFiles(file)
  checkDatabaseIsThere(file)
  checkWal(file)
  return readEndMark(file)
}

/**
 * A link too is refused: SQLite keeps what belongs to a database beside the file that it leads to,
 * where nothing here looks for it. The folder may be one. Throws `log-unavailable`.
 */
export function checkPlainFiles(databaseFile: string): void {
  for (const file of [
    databaseFile,
    `${databaseFile}-wal`,
    `${databaseFile}-shm`,
    endMarkFile(databaseFile)
  ]) {
    const found = lstatSync(file, { throwIfNoEntry: false })
    if (found === undefined || found.isFile()) continue
    const advice = 'put the file itself there; the folder may be a link'
    throw new EventLogError(
      'log-unavailable',
      `${file} is ${readKind(found)}, not a file. Nothing was changed: ${advice}`
    )
  }
}

function readKind(found: Stats): string {
  if (found.isSymbolicLink()) return 'a symbolic link'
  return found.isDirectory() ? 'a folder' : 'a device or a pipe'
}

function checkWal(file: string): void {
  const scan = scanWal(file)
  if (scan.kind === 'whole') return
  const what =
    scan.kind === 'damaged'
      ? `frame ${scan.frame} is damaged and ${scan.behind} acknowledged frames follow it`
      : 'its header is damaged'
  throw new EventLogError(
    'record-corrupt',
    `${file}-wal: ${what}. Nothing was changed; restore the folder from a copy`
  )
}
