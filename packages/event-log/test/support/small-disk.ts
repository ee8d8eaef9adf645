// A full disk: a small tmpfs where the tests may mount one (root on Linux). Elsewhere the size of
// the database is limited, which SQLite reports like a full disk.

import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tempFolder } from './temp-folder.ts'

export interface SmallDisk {
  readonly folder: string
  readonly openDatabase: (file: string) => DatabaseSync
  grow(): void
  remove(): void
}

/** A disk with about this much space; a real one if possible. */
export function smallDisk(sizeKib = 2048): SmallDisk {
  return canMount() ? mountedDisk(sizeKib) : limitedDatabase(sizeKib)
}

/** True where a tmpfs can be mounted. */
export function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && tryMount()
}

function limitedDatabase(sizeKib: number): SmallDisk {
  const folder = tempFolder('small')
  const open = new Set<DatabaseSync>()
  let pagesMax = Math.floor((sizeKib * 1024) / 8192)
  const limit = (db: DatabaseSync) => db.exec(`PRAGMA max_page_count = ${pagesMax}`)
  return {
    folder,
    openDatabase(file) {
      const db = new DatabaseSync(file)
      limit(db)
      open.add(db)
      return db
    },
    grow() {
      pagesMax *= 16
      for (const db of open) if (db.isOpen) limit(db)
    },
    remove: () => rmSync(folder, { recursive: true })
  }
}

function mountedDisk(sizeKib: number): SmallDisk {
  const folder = tempFolder('small')
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKib}k`, 'tmpfs', folder])
  return {
    folder,
    openDatabase: file => new DatabaseSync(file),
    grow: () => execFileSync('mount', ['-o', `remount,size=${sizeKib * 16}k`, folder]),
    remove() {
      execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    }
  }
}

function tryMount(): boolean {
  const folder = tempFolder('mount')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}
