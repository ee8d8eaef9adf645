// The folder `log/` of a data folder: open to its owner alone. What others on the machine could read there is all that the suite knows but the sealed
// texts, so the rights do not rest on the umask or on the folder above.

import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'

const folderMode = 0o700
const fileMode = 0o600

/** Makes the folder and an empty file of the log where they are missing, and takes the rights of others away where they have some. */
export function prepareLogFolder(dataDir: string, file: string): void {
  closedFolder(join(dataDir, 'log'))
  // SQLite gives the WAL and the shared memory the rights of the file. One that is there is not opened here: another thread of this process may have it
  // open, and to close any handle of a file drops all locks that its process has on it.
  if (!existsSync(file)) closeSync(openSync(file, 'a', fileMode))
  for (const one of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(one)) close(one, fileMode)
}

/** A folder that only its owner can enter, made where it is missing. */
export function closedFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: folderMode })
  close(folder, folderMode)
}

function close(path: string, mode: number): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, mode)
}
