// Two handles on one log in one process, as in its threads: opening the second must not release the
// locks of the first.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { expect, it } from 'vitest'
import { logFile, openEmbeddedLog } from '../../src/embedded/embedded-log.ts'

/**
 * Locks of this process on a file, as listed for the handles it has open: each handle lists all of
 * them. Not `/proc/locks`: the system lists that by pages, so a lock another process takes meanwhile
 * lists others twice.
 */
function findLocks(file: string): ReadonlySet<string> {
  const handles = readdirSync('/proc/self/fd').filter(fd => {
    const { ino, dev } = statSync(`/proc/self/fd/${fd}`, { throwIfNoEntry: false }) ?? {}
    return ino === statSync(file).ino && dev === statSync(file).dev
  })
  const lines = handles.flatMap(fd => readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').split('\n'))
  return new Set(lines.filter(line => line.startsWith('lock:')))
}

// Other systems do not list locks.
it.runIf(process.platform === 'linux')(
  'keeps its locks when the same process opens another handle',
  async () => {
    const dataDir = await makeTempDir()
    const one = await openEmbeddedLog({ dataDir })
    const before = findLocks(logFile(dataDir))
    const other = await openEmbeddedLog({ dataDir })
    try {
      expect(before.size).toBe(1)
      expect(findLocks(logFile(dataDir))).toEqual(before)
    } finally {
      await other.close()
      await one.close()
      await removeDir(dataDir)
    }
  }
)
