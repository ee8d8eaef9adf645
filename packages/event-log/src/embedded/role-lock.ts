// One owner per role and data folder: an exclusive OS lock on a separate small file, held by an
// open transaction. The system releases it when the process ends, in any way. No other code may
// open that file: closing it would drop the lock.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EventLogError } from '../errors.ts'
import { prepareFolder } from './log-folder.ts'
import { asEventLogError, classifyFailure } from './store/sqlite-failure.ts'

export type Role = 'intake' | 'rules' | 'notifier'

export interface HeldRole {
  readonly role: Role
  /** Releases the role. Idempotent. */
  release(): void
}

/**
 * Keeps a reference: an unreferenced connection is garbage-collected and closed, and its lock with
 * it.
 */
const heldRoles = new Set<DatabaseSync>()

/**
 * Takes a role on a data folder until released or until the process ends. Throws `owner-present` if
 * another process has it.
 */
export function holdRole(dataDir: string, role: Role): HeldRole {
  const folder = join(dataDir, 'log')
  const file = join(folder, `role-${role}.lock`)
  let db: DatabaseSync | null = null
  try {
    prepareFolder(folder)
    db = new DatabaseSync(file, { timeout: 0 })
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return held(db, role)
  } catch (error) {
    db?.close()
    if (classifyFailure(error) === 'busy')
      throw new EventLogError(
        'owner-present',
        `another process is the ${role} of ${dataDir}: only one may be. Stop it first`,
        { cause: error }
      )
    if (classifyFailure(error) === 'corrupt')
      throw new EventLogError(
        'log-unavailable',
        `${file} is no lock: nothing is kept in it, so remove it`,
        { cause: error }
      )
    throw asEventLogError(error, `taking the role ${role} of ${dataDir} by ${file}`)
  }
}

function held(db: DatabaseSync, role: Role): HeldRole {
  heldRoles.add(db)
  return {
    role,
    release() {
      if (!db.isOpen) return
      db.exec('ROLLBACK')
      db.close()
      heldRoles.delete(db)
    }
  }
}
