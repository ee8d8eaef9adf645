// A log that has lost its end, or its file: SQLite would open it as if nothing had been, and
// positions would be given out again.

import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { getErrorCode, record } from '../../src/conformance/reading.ts'
import { endMarkFile, readEndMark } from '../../src/embedded/checkpoint/end-mark.ts'
import { type EmbeddedLog, logFile, openEmbeddedLog } from '../../src/embedded/embedded-log.ts'
import { verifyEmbeddedLog } from '../../src/embedded/verify.ts'
import { topics } from '../../src/topics.ts'
import { tempFolder } from '../support/temp-folder.ts'

const topic = topics.incidents
let dataDir: string
let file: string
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  dataDir = tempFolder('ends')
  file = logFile(dataDir)
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(dataDir, { recursive: true, force: true })
})

const marked = () => readEndMark(file)?.ends[topic]?.[0] ?? 0

/** Lets the 2 s pass after which the mark is written. */
async function passUntilMarked(end: number): Promise<void> {
  vi.advanceTimersByTime(2_000)
  await expect.poll(marked, { interval: 5 }).toBe(end)
}

async function withRecords(count: number): Promise<EmbeddedLog> {
  const log = await openEmbeddedLog({ dataDir })
  for (let i = 0; i < count; i++) await log.append(topic, [record(`r-${i}`)])
  return log
}

/** As after `kill -9`: the files as they are while the log is open. */
function killedAt(log: EmbeddedLog): { restore(): Promise<void> } {
  const names = ['log.sqlite', 'log.sqlite-wal', 'ends.json']
  const kept = names.map(name => [name, readFileSync(join(dataDir, 'log', name))] as const)
  return {
    async restore() {
      await log.close()
      rmSync(join(dataDir, 'log'), { recursive: true })
      // A log that never was, to make the folder as it must be.
      await (await openEmbeddedLog({ dataDir })).close()
      rmSync(join(dataDir, 'log', 'log.sqlite'))
      for (const [name, bytes] of kept)
        writeFileSync(join(dataDir, 'log', name), bytes, { mode: 0o600 })
    }
  }
}

describe('the mark of how far a log had come', () => {
  it('is written while records come and at the end, for its owner alone, and never ahead of the log', async () => {
    const log = await withRecords(3)
    await passUntilMarked(3)
    await log.append(topic, [record('r-3')])
    await log.close()
    expect(marked()).toBe(4)
    expect(statSync(endMarkFile(file)).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(dataDir, 'log'))).toEqual(['ends.json', 'log.sqlite'])
    await (await openEmbeddedLog({ dataDir })).close()
  })

  it('is of whoever came furthest, of several that have the log open', async () => {
    const [one, two] = [await openEmbeddedLog({ dataDir }), await openEmbeddedLog({ dataDir })]
    await one.append(topic, [record('a')])
    await two.append(topic, [record('b')])
    await two.close()
    await one.close()
    expect(marked()).toBe(2)
  })

  it('keeps what was marked of topics that whoever has the log open does not use', async () => {
    const [one, two] = [await openEmbeddedLog({ dataDir }), await openEmbeddedLog({ dataDir })]
    await two.append(topics.keys, [record('key')])
    await two.close()
    await one.append(topic, [record('r-1')])
    await one.close()
    expect(readEndMark(file)?.ends).toMatchObject({ [topic]: [1], [topics.keys]: [1] })
  })

  it('refuses a log whose write-ahead log is gone, however often, and names what is missing', async () => {
    const before = await withRecords(2)
    await before.close()
    const log = await openEmbeddedLog({ dataDir })
    for (const id of ['a', 'b', 'c']) await log.append(topic, [record(id)])
    await passUntilMarked(5)
    await killedAt(log).restore()
    rmSync(`${file}-wal`)
    for (let n = 0; n < 2; n++)
      await expect(openEmbeddedLog({ dataDir })).rejects.toMatchObject({
        code: 'record-corrupt',
        message: expect.stringMatching(
          /tocsin\.incidents\.v1\/0\/2: the log ends here, and had come to 5: acknowledged records/
        )
      })
    expect((await verifyEmbeddedLog(dataDir)).faults).toMatchObject([{ kind: 'end-missing' }])
    // Whoever goes on without what is missing says so by hand.
    rmSync(endMarkFile(file))
    await using again = await openEmbeddedLog({ dataDir })
    expect((await again.state(topic))[0]?.end).toBe(2n)
  })

  it('refuses a log put back from an older copy of its file alone', async () => {
    await (await withRecords(2)).close()
    copyFileSync(file, `${file}-copy`)
    const log = await openEmbeddedLog({ dataDir })
    await log.append(topic, [record('late')])
    await log.close()
    copyFileSync(`${file}-copy`, file)
    expect(await getErrorCode(openEmbeddedLog({ dataDir }))).toBe('record-corrupt')
  })

  it('begins nothing anew where all that a log held was in its write-ahead log, which is gone', async () => {
    const log = await withRecords(3)
    await passUntilMarked(3)
    await killedAt(log).restore()
    rmSync(`${file}-wal`)
    const bytes = readFileSync(file)
    await expect(openEmbeddedLog({ dataDir })).rejects.toThrow(
      /log\.sqlite holds no log, and .*ends\.json shows that there was one/
    )
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it('changes nothing in a database that is no log, beside the mark of one', async () => {
    await (await withRecords(1)).close()
    rmSync(file)
    const other = new DatabaseSync(file)
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    const bytes = readFileSync(file)
    await expect(openEmbeddedLog({ dataDir })).rejects.toThrow(/log\.sqlite holds no log/)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it.each(['log.sqlite', 'log.sqlite-wal', 'log.sqlite-shm', 'ends.json'])(
    'refuses what is no file: %s',
    async name => {
      await (await withRecords(1)).close()
      const path = join(dataDir, 'log', name)
      const moved = `${path}.moved`
      if (existsSync(path)) renameSync(path, moved)
      else writeFileSync(moved, '')
      const before = readFileSync(moved)
      const ways: [kind: string, make: () => void][] = [
        ['a symbolic link', () => symlinkSync(moved, path)],
        ['a symbolic link', () => symlinkSync('nowhere', path)],
        ['a folder', () => mkdirSync(path)],
        ['a device or a pipe', () => void spawnSync('mkfifo', [path])]
      ]
      for (const [kind, make] of ways) {
        make()
        await expect(openEmbeddedLog({ dataDir })).rejects.toMatchObject({
          code: 'log-unavailable',
          message: expect.stringContaining(`${path} is ${kind}, not a file. Nothing was changed`)
        })
        expect((await verifyEmbeddedLog(dataDir)).faults).toMatchObject([{ kind: 'unreadable' }])
        rmSync(path, { recursive: true })
        expect(readFileSync(moved).equals(before)).toBe(true)
      }
    }
  )

  it('refuses another log in its place', async () => {
    await (await withRecords(2)).close()
    const mark = readFileSync(endMarkFile(file))
    rmSync(join(dataDir, 'log'), { recursive: true })
    await (await withRecords(2)).close()
    writeFileSync(endMarkFile(file), mark)
    await expect(openEmbeddedLog({ dataDir })).rejects.toThrow('is another log than')
  })

  it.each(['gone', 'empty'])(
    'keeps a write-ahead log whose database is %s: nothing is begun anew',
    async how => {
      const log = await withRecords(5)
      await passUntilMarked(5)
      await killedAt(log).restore()
      const wal = readFileSync(`${file}-wal`)
      for (const isMarked of [true, false]) {
        if (!isMarked) rmSync(endMarkFile(file))
        if (how === 'gone') rmSync(file, { force: true })
        else truncateSync(file, 0)
        await expect(openEmbeddedLog({ dataDir })).rejects.toMatchObject({
          code: 'record-corrupt',
          message: expect.stringMatching(
            how === 'gone' ? /log\.sqlite is missing/ : /log\.sqlite is empty/
          )
        })
        expect(readFileSync(`${file}-wal`).equals(wal)).toBe(true)
        expect((await verifyEmbeddedLog(dataDir)).faults).toMatchObject([{ kind: 'unreadable' }])
      }
    }
  )

  it('that is damaged is said to be so', async () => {
    await (await withRecords(1)).close()
    writeFileSync(endMarkFile(file), '{"epoch":')
    await expect(openEmbeddedLog({ dataDir })).rejects.toThrow('ends.json is damaged')
  })
})
