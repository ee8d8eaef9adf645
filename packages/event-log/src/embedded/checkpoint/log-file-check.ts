// What is looked at before SQLite opens a log: it would begin a file that is missing anew, and drop what follows a damaged frame.

import { EventLogError } from '../../errors.ts'
import { checkDatabaseIsThere, type EndMark, readEndMark } from './end-mark.ts'
import { scanWal } from './wal-scan.ts'

/**
 * The mark of how far the log had come; null if there is none. It is read before the log, to which another process may write on.
 * Throws `record-corrupt` if the database is gone, or if acknowledged transactions follow a damaged frame.
 */
export function checkLogFile(file: string): EndMark | null {
  checkDatabaseIsThere(file)
  checkWal(file)
  return readEndMark(file)
}

function checkWal(file: string): void {
  const scan = scanWal(file)
  if (scan.kind === 'whole') return
  const what =
    scan.kind === 'damaged'
      ? `frame ${scan.frame} is damaged and ${scan.behind} acknowledged frames follow it`
      : 'its header is damaged'
  throw new EventLogError('record-corrupt', `${file}-wal: ${what}. Nothing was changed; restore the folder from a copy`)
}
