// Why files of a log cannot be written, in the system's words. SQLite calls nearly all of it a disk
// I/O error, and Node's binding does not say more: what stopped it is found by writing a file
// next to the log.

import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { constants } from 'node:os'

/** As much as a page of the log. */
const probeBytes = 8192
const outOfSpace: ReadonlySet<number> = new Set([constants.errno.ENOSPC, constants.errno.EDQUOT])

export interface WriteFault {
  readonly message: string
  /** The disk is full, or a quota is used up: writing goes on when there is space. */
  readonly isOutOfSpace: boolean
}

/** Free space that the log leaves for the tables of the folder, which repeat what it has, bytes. */
const reserveBytesMax = 64 * 1024 * 1024

export interface DiskSpace {
  readonly totalBytes: number
  readonly freeBytes: number
}

/**
 * The space of the disk that a file is on, for a user without privileges. Null where that cannot be
 * read, such as for a file that was removed: the write that follows finds what is wrong.
 */
export function readDiskSpace(file: string): DiskSpace | null {
  try {
    const { blocks, bavail, bsize } = statfsSync(file)
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
  } catch {
    return null
  }
}

/** True if only the reserve is free: 64 MiB, or 2 % of a disk below 3.2 GiB. Pure. */
export function isOnReserve(space: DiskSpace | null): boolean {
  return space !== null && space.freeBytes < Math.min(reserveBytesMax, space.totalBytes / 50)
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
