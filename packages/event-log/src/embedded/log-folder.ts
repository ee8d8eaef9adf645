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
  statSync
} from 'node:fs'
import { join } from 'node:path'

const folderMode = 0o700
const fileMode = 0o600

/**
 * Creates the folder and an empty log file if they are missing, and removes other users'
 * permissions. Throws the system's error if one of them cannot be written: SQLite would open it for
 * reading, and fail at the first write.
 */
export function prepareLogFolder(dataDir: string, file: string): void {
  prepareFolder(join(dataDir, 'log'))
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

function close(path: string, mode: number): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, mode)
  accessSync(path, constants.R_OK | constants.W_OK)
}
