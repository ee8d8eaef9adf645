// Why files of a log cannot be written, in the system's words. SQLite calls nearly all of it a disk
// I/O error, and Node's binding does not say more: what stopped it is found by writing a file
// next to the log.

import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { constants } from 'node:os'

/** As much as a page of the log. */
const probeBytes = 8192
const outOfSpace: ReadonlySet<number> = new Set([constants.errno.ENOSPC, constants.errno.EDQUOT])

export interface WriteFault {
  readonly message: string
  /** The disk is full, or a quota is used up: writing goes on when there is space. */
  readonly isOutOfSpace: boolean
}

/** Writes a file next to a database, and removes it: what went wrong first. Null: nothing. */
export function writeFaultBeside(databaseFile: string): WriteFault | null {
  const file = `${databaseFile}-probe-${process.pid}`
  const writing = findFault(() => {
    const handle = openSync(file, 'w', 0o600)
    try {
      writeSync(handle, Buffer.alloc(probeBytes))
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  })
  // Also where writing failed, and may fail as well: it must not hide why.
  const removing = findFault(() => rmSync(file, { force: true }))
  return writing ?? removing
}

function findFault(act: () => void): WriteFault | null {
  try {
    act()
    return null
  } catch (error) {
    return describeFault(error as NodeJS.ErrnoException)
  }
}

/** Node has no name for a used-up quota. */
export function describeFault({ errno = 0, message }: NodeJS.ErrnoException): WriteFault {
  const code = Math.abs(errno)
  const words =
    code === constants.errno.EDQUOT ? `EDQUOT: disk quota exceeded (${message})` : message
  return { message: words, isOutOfSpace: outOfSpace.has(code) }
}
