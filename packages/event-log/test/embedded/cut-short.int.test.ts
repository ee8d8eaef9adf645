// A log file that lost its end, as a copy that was interrupted: it is told which file is damaged,
// and nothing is tried again.

import { statSync, truncateSync } from 'node:fs'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { record } from '../../src/conformance/reading.ts'
import { logFile, openEmbeddedLog } from '../../src/embedded/embedded-log.ts'
import { topics } from '../../src/topics.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await makeTempDir()
})
afterEach(() => removeDir(dataDir))

async function written(): Promise<string> {
  const log = await openEmbeddedLog({ dataDir })
  const value = Buffer.alloc(20_000, 7)
  for (let n = 0; n < 20; n++)
    await log.append(topics.incidents, [record(`r-${n}`, 'sahel', value.toString('latin1'))])
  await log.close()
  return logFile(dataDir)
}

it.each([1, 8_192, 100_000])(
  'is told as damaged when %d bytes of its end are missing',
  async missing => {
    const file = await written()
    truncateSync(file, statSync(file).size - missing)
    const opened = await openEmbeddedLog({ dataDir }).catch((error: unknown) => error)
    expect(opened).toMatchObject({ code: 'record-corrupt', retryable: false })
    expect((opened as Error).message).toContain(file)
    expect((opened as Error).message).toMatch(
      /Nothing was changed; restore the folder from a copy$/
    )
    expect(statSync(file).size % 8_192).toBe((8_192 - (missing % 8_192)) % 8_192)
  }
)

it('is told as damaged while it is open, and not as a disk that fails', async () => {
  const file = await written()
  const log = await openEmbeddedLog({ dataDir })
  truncateSync(file, statSync(file).size - 100)
  const last = log.read(topics.incidents, 0, 19n, { recordsMax: 99, bytesMax: 9_999_999 })
  await expect(last).rejects.toMatchObject({
    code: 'record-corrupt',
    message: expect.stringContaining('cut short')
  })
  await log.close()
})
