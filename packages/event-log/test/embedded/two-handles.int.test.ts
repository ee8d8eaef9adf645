// Two handles of one log in one process, as its threads have them: opening the second takes nothing away from the first.

import { readFileSync, statSync } from 'node:fs'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { expect, it } from 'vitest'
import { logFile, openEmbeddedLog } from '../../src/embedded/embedded-log.ts'

/** Locks that this process has on a file, as the system lists them. */
function locksOn(file: string): readonly string[] {
  const { ino } = statSync(file)
  const lines = readFileSync('/proc/locks', 'utf8').split('\n')
  return lines.filter(line => line.includes(` ${process.pid} `) && line.includes(`:${ino} `))
}

// Where the system does not list locks there is nothing to look at.
it.runIf(process.platform === 'linux')('keeps its locks when another handle of the same process is opened', async () => {
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
})
