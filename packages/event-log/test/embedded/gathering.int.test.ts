// Under load, many appends share few transactions; a single append does not wait.

import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type EmbeddedLog, openEmbeddedLog } from '../../src/embedded/embedded-log.ts'
import { topics } from '../../src/topics.ts'

let dataDir: string
let log: EmbeddedLog
beforeEach(async () => {
  dataDir = await makeTempDir()
  log = await openEmbeddedLog({ dataDir })
})
afterEach(async () => {
  await log.close()
  await removeDir(dataDir)
})

const append = (id: string) =>
  log.append(topics.incidents, [{ id, key: 't', value: Buffer.from(id) }])
const turn = () => new Promise(resolve => setImmediate(resolve))

it('gathers calls, in order, as long as each turn brings more', async () => {
  const before = log.stats().transactions
  const appends = [append('a'), append('b')]
  await turn()
  appends.push(append('c'))
  await turn()
  appends.push(append('d'))
  const done = (await Promise.all(appends)).map(([at]) => Number(at?.position))
  expect(log.stats().transactions - before).toBe(1)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
})

it('stops gathering after a limit', async () => {
  const before = log.stats().transactions
  const appends = [append('x0'), append('x1')]
  for (let i = 2; i < 40; i++) {
    await turn()
    appends.push(append(`x${i}`))
  }
  await Promise.all(appends)
  expect(log.stats().transactions - before).toBeGreaterThan(2)
})

it('writes a single call in the next turn', async () => {
  const done = append('a')
  await turn()
  expect(log.stats().appendedRecords).toBe(1)
  await done
})
