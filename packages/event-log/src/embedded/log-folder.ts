// The folder `log/` of a data folder, accessible to its owner alone. It contains everything but the
// sealed texts in the clear, so its permissions do not depend on the umask or the parent folder.

import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  statfsSync,
  statSync
} from 'node:fs'
import { join } from 'node:path'
import { EventLogError } from '../errors.ts'

const folderMode = 0o700
const fileMode = 0o600

/**
 * File systems of Linux on which SQLite's WAL can lose records: machines do not share its memory, and
 * locks may not hold. Source: statfs(2); sqlite.org/wal.html.
 */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB (CIFS)'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda']
])

/** Name of a network file system by its type in statfs; null for any other. Pure. */
export function getNetworkFileSystem(type: number): string | null {
  return networkFileSystems.get(type >>> 0) ?? null
}

/**
 * Creates the folder and an empty log file if they are missing, and removes other users'
 * permissions. Throws the system's error if one of them cannot be written: SQLite would open it for
 * reading, and fail at the first write. Throws `config-invalid` on a network file system.
 */
export function prepareLogFolder(dataDir: string, file: string): void {
  prepareFolder(join(dataDir, 'log'))
  checkFileSystem(join(dataDir, 'log'))
  // SQLite gives the WAL and the shared memory the permissions of the file. An existing file is not
  // opened here: another thread of this process may have it open, and closing any handle of a file
  // drops all locks of the process on it.
  if (!existsSync(file)) closeSync(openSync(file, 'a', fileMode))
  for (const one of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(one)) close(one, fileMode)
}

/**
 * A folder that only its owner can enter, created if missing. Throws the system's error if it
 * cannot be written to.
 */
export function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: folderMode })
  close(folder, folderMode)
}

function checkFileSystem(folder: string): void {
  const name = process.platform === 'linux' ? getNetworkFileSystem(statfsSync(folder).type) : null
  if (name === null) return
  throw new EventLogError(
    'config-invalid',
    `${folder} is on ${name}, where SQLite can lose records: choose a data folder on a disk of this machine or a block volume (--data), or keep the log in Kafka (--log kafka)`
  )
}

function close(path: string, mode: number): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, mode)
  accessSync(path, constants.R_OK | constants.W_OK)
}
