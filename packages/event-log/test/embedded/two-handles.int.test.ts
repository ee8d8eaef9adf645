// Two handles on one log in one process, as in its threads: opening the second must not release the
// locks of the first.

import { readFileSync, statSync } from 'node:fs'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { expect, it } from 'vitest'
import { logFile, openEmbeddedLog } from '../../src/embedded/embedded-log.ts'

/** Locks of this process on a file, as listed by the system. */
function locksOn(file: string): readonly string[] {
  const { ino } = statSync(file)
  const lines = readFileSync('/proc/locks', 'utf8').split('\n')
  return lines.filter(line => line.includes(` ${process.pid} `) && line.includes(`:${ino} `))
}

// Other systems do not list locks.
it.runIf(process.platform === 'linux')(
  'keeps its locks when the same process opens another handle',
  async () => {
    const dataDir = await makeTempDir()
    const one = await openEmbeddedLog({ dataDir })
    const before = locksOn(logFile(dataDir))
    const other = await openEmbeddedLog({ dataDir })
    try {
      expect(before).toHaveLength(1)
      expect(locksOn(logFile(dataDir))).toHaveLength(1)
    } finally {
      await other.close()
      await one.close()
      await removeDir(dataDir)
    }
  }
)
