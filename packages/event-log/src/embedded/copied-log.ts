// A copy of a log that a suite may be writing to, and the new epoch of a log that such a copy takes
// the place of.

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { endMarkFile } from './checkpoint/end-mark.ts'
import { logFile } from './embedded-log.ts'
import { writeEpoch } from './store/schema.ts'
import { asEventLogError } from './store/sqlite-failure.ts'

/** All pages in one step: in several, each write of the suite would make SQLite begin again. */
const pagesPerStep = 2 ** 30
/** How long opening waits for a process that recovers the log, ms. */
const busyMs = 5_000

/**
 * Copies the log of a data folder as it is at one moment into another folder, while a suite runs on
 * it. The copy is one file, without a write-ahead log. Rejects with an EventLogError.
 */
export async function copyLogFile(dataDir: string, targetDir: string): Promise<void> {
  mkdirSync(join(targetDir, 'log'), { recursive: true, mode: 0o700 })
  const [file, copy] = [logFile(dataDir), logFile(targetDir)]
  try {
    const source = new DatabaseSync(file, { readOnly: true, timeout: busyMs })
    try {
      await backup(source, copy, { rate: pagesPerStep })
    } finally {
      source.close()
    }
    const target = new DatabaseSync(copy)
    target.exec('PRAGMA journal_mode = DELETE')
    target.close()
  } catch (error) {
    throw asEventLogError(error, `copying ${file}`)
  }
}

/**
 * Gives the log of a data folder another epoch: cursors of the one before are refused. Nothing may
 * have it open. Killed in between, the log is as before, without the mark of its end.
 */
export function renewEpoch(dataDir: string, epoch: string): void {
  const file = logFile(dataDir)
  rmSync(endMarkFile(file), { force: true })
  const db = new DatabaseSync(file, { timeout: busyMs })
  try {
    db.exec('PRAGMA synchronous = FULL')
    writeEpoch(db, epoch)
  } catch (error) {
    throw asEventLogError(error, `a new epoch of ${file}`)
  } finally {
    db.close()
  }
}
