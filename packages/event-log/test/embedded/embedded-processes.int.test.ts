// Several processes on one folder: they share one order, a tail in one sees the records of the
// others at once, a role has one holder, and any process may die.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectNoGaps, readAll, record } from '../../src/conformance/reading.ts'
import { openEmbeddedLog } from '../../src/embedded/embedded-log.ts'
import { holdRole } from '../../src/embedded/role-lock.ts'
import { topics } from '../../src/topics.ts'
import { endProcesses, startProcess } from '../support/child-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startAppender } from './embedded-subject.ts'

const topic = topics.incidents
let dataDir: string
beforeEach(() => {
  dataDir = tempFolder('processes')
})
afterEach(() => {
  endProcesses()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('several processes', () => {
  it('append concurrently, and every record has one place in one order', async () => {
    const prefixes = ['one', 'two', 'three']
    const writers = await Promise.all(
      prefixes.map((prefix, i) =>
        startAppender(dataDir, { topic, prefix, batch: i + 1, count: 300, pauseMs: 0 })
      )
    )
    await using log = await openEmbeddedLog({ dataDir })
    const mine = []
    for (let i = 0; i < 100; i++) mine.push(...(await log.append(topic, [record(`mine-${i}`)])))
    for (const writer of writers) {
      await writer.waitForAcked(300)
      writer.signal('SIGTERM')
      await writer.exited
    }
    const stored = await readAll(log, topic)
    expectNoGaps(stored)
    expect(stored).toHaveLength(1000)
    for (const prefix of prefixes)
      expect(stored.filter(r => r.key === prefix).map(r => r.id)).toEqual(
        Array.from({ length: 300 }, (_, i) => `${prefix}-${i}`)
      )
    expect(mine.map(a => stored[Number(a.position)]!.id)).toEqual(
      Array.from({ length: 100 }, (_, i) => `mine-${i}`)
    )
  })

  it('open a new folder, all at the same moment', async () => {
    const writers = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        startAppender(dataDir, { topic, prefix: `p${i}`, batch: 1, count: 5, pauseMs: 0 })
      )
    )
    for (const writer of writers) {
      await writer.waitForAcked(5)
      writer.signal('SIGKILL')
      await writer.exited
    }
    await using log = await openEmbeddedLog({ dataDir })
    expect(await readAll(log, topic)).toHaveLength(20)
  })
})

describe('a role', () => {
  const holder = (role: string) =>
    startProcess(['--expose-gc'], './role-process.ts', [dataDir, role])

  it('has one holder per folder, and the error of the second names the role and the folder', async () => {
    const held = holdRole(dataDir, 'rules')
    expect(() => holdRole(dataDir, 'rules')).toThrow(
      expect.objectContaining({ code: 'owner-present', retryable: false })
    )
    expect(() => holdRole(dataDir, 'rules')).toThrow(new RegExp(`rules of ${dataDir}`))
    const other = holdRole(dataDir, 'intake')
    held.release()
    held.release()
    holdRole(dataDir, 'rules').release()
    other.release()
  })

  it('is not taken by a file that is no lock, which is named with what to do', () => {
    holdRole(dataDir, 'rules').release()
    const file = join(dataDir, 'log', 'role-rules.lock')
    writeFileSync(file, 'Something else, and enough of it to be no empty database.\n'.repeat(20))
    expect(() => holdRole(dataDir, 'rules')).toThrow(
      `${file} is no lock: nothing is kept in it, so remove it`
    )
    rmSync(file)
    mkdirSync(file)
    expect(() => holdRole(dataDir, 'rules')).toThrow(file)
  })

  it('is released as soon as its holder is killed, but not while it is only stopped', async () => {
    const child = holder('notifier')
    const gone = new Promise(resolve => child.on('close', resolve))
    await new Promise(resolve => child.stdout.once('data', resolve))
    expect(() => holdRole(dataDir, 'notifier')).toThrow(
      expect.objectContaining({ code: 'owner-present' })
    )
    child.kill('SIGSTOP')
    expect(() => holdRole(dataDir, 'notifier')).toThrow(
      expect.objectContaining({ code: 'owner-present' })
    )
    child.kill('SIGKILL')
    await gone
    holdRole(dataDir, 'notifier').release()
  })
})
