// A disk that is really full: a small tmpfs where the tests may mount one (root on Linux), else a file system of their own is not to be had and
// the database is told to stay small, which SQLite answers in the same way.

import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tempFolder } from './embedded-subject.ts'

export interface SmallDisk {
  readonly folder: string
  readonly kind: 'tmpfs'
  grow(): void
  remove(): void
}

/** True where a tmpfs can be mounted. */
export function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && tryMount()
}

export function smallDisk(sizeKib = 2048): SmallDisk {
  const folder = tempFolder('small')
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKib}k`, 'tmpfs', folder])
  return {
    folder,
    kind: 'tmpfs',
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
