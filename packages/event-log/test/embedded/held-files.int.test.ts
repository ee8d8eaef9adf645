// The files of a log that are taken away while it is open: SQLite would write on without an error,
// into what nobody finds again.

import {
  cpSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '@tocsin/domain/ports'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { getErrorCode, record } from '../../src/conformance/reading.ts'
import { endMarkFile } from '../../src/embedded/checkpoint/end-mark.ts'
import {
  type EmbeddedLog,
  type EmbeddedOptions,
  logFile,
  openEmbeddedLog
} from '../../src/embedded/embedded-log.ts'
import { HeldFiles, type StatFile } from '../../src/embedded/held-files.ts'
import type { EventLogError } from '../../src/errors.ts'
import { systemClock } from '../../src/system-clock.ts'
import { topics } from '../../src/topics.ts'
import { tempFolder } from '../support/temp-folder.ts'

let dataDir: string
let file: string
beforeEach(() => {
  dataDir = tempFolder('held')
  file = logFile(dataDir)
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(dataDir, { recursive: true, force: true })
})

/** The files are looked at every 2 s while nothing is written: `vi.advanceTimersByTime`. */
const fakeLooks = () => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })

/** Nothing is looked at for a write then, but every 2 s alone. */
const stoppedClock: Clock = { ...systemClock, monotonicMs: () => 0 }

async function withRecord(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedLog> {
  const log = await openEmbeddedLog({ dataDir, ...options })
  await log.append(topics.incidents, [record('first')])
  return log
}

/** Appends until it is refused, or half a second is over; the code. */
async function refusal(log: EmbeddedLog): Promise<string | null> {
  for (let i = 0; i < 20; i++) {
    const refused = await log.append(topics.incidents, [record(`r-${i}`)]).then(
      () => null,
      (error: EventLogError) => error.code
    )
    if (refused !== null) return refused
    await pause(25)
  }
  return null
}

it.each([
  ['the whole folder', () => rmSync(dataDir, { recursive: true })],
  ['the database', () => rmSync(file)],
  ['the write-ahead log', () => rmSync(`${file}-wal`)],
  ['the shared memory', () => rmSync(`${file}-shm`)]
])('acknowledges nothing once %s is removed, and says so', async (_, remove) => {
  const log = await withRecord()
  remove()
  expect(await refusal(log)).toBe('append-unknown')
  expect(log.health()).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/log\.sqlite\S* was removed while it was in use$/)
  })
  expect((await log.failed).message).toContain('was removed while it was in use')
  expect(await getErrorCode(log.append(topics.incidents, [record('late')]))).toBe('log-unavailable')
  await log.close()
})

it('fails by itself where nothing is written', async () => {
  fakeLooks()
  const log = await withRecord()
  rmSync(dataDir, { recursive: true })
  vi.advanceTimersByTime(2_000)
  expect((await log.failed).message).toContain('was removed while it was in use')
  await log.close()
})

it.each(['wal', 'shm'])(
  'loses nothing acknowledged with the -%s alone: it is written into the database at the end',
  async name => {
    fakeLooks()
    const log = await withRecord({ clock: stoppedClock })
    rmSync(`${file}-${name}`)
    await log.append(topics.incidents, [record('second')])
    vi.advanceTimersByTime(2_000)
    expect((await log.failed).message).toContain(`-${name} was removed while it was in use`)
    await log.close()
    await using again = await openEmbeddedLog({ dataDir })
    expect((await again.state(topics.incidents))[0]?.end).toBe(2n)
  }
)

it('leaves a copy alone that was put into its place', async () => {
  const log = await withRecord()
  const copy = join(dataDir, 'copy')
  cpSync(join(dataDir, 'log'), copy, { recursive: true })
  rmSync(endMarkFile(join(copy, 'log.sqlite')), { force: true })
  await log.append(topics.incidents, [record('second')])
  rmSync(join(dataDir, 'log'), { recursive: true })
  renameSync(copy, join(dataDir, 'log'))
  const before = readFileSync(`${file}-wal`)
  expect(await refusal(log)).toBe('append-unknown')
  await log.close()
  expect(readFileSync(`${file}-wal`).equals(before)).toBe(true)
  expect(statSync(endMarkFile(file), { throwIfNoEntry: false })).toBeUndefined()
  await using again = await openEmbeddedLog({ dataDir })
  const { end } = (await again.state(topics.incidents))[0]!
  expect(end).toBe(1n)
})

/** As the system says it; `statSync` until it is told to fail. */
function failingStat() {
  const fails = { with: null as NodeJS.ErrnoException | null }
  const stat: StatFile = path => {
    if (fails.with !== null) throw fails.with
    return statSync(path, { bigint: true })
  }
  return { fails, stat }
}
const systemError = (code: string, errno: number) =>
  Object.assign(new Error(code), { code, errno: -errno })
const { EACCES, EIO, ENOTCONN, ESTALE } = constants.errno

it.each([
  ['EACCES', EACCES],
  ['EIO', EIO],
  ['ENOTCONN', ENOTCONN]
])(
  'answers and closes where it cannot look (%s), and leaves the write-ahead log',
  async (code, errno) => {
    const { fails, stat } = failingStat()
    let nowMs = 0
    const log = await withRecord({
      statFile: stat,
      clock: { ...systemClock, monotonicMs: () => nowMs }
    })
    fails.with = systemError(code, errno)
    nowMs += 1_000
    const answered = log.append(topics.incidents, [record('second')]).then(() => 'answered')
    expect(await Promise.race([answered, pause(5_000, 'not answered')])).toBe('answered')
    expect(log.health()).toMatchObject({ ok: true })
    await log.close()
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0)
    await using again = await openEmbeddedLog({ dataDir })
    expect((await again.state(topics.incidents))[0]?.end).toBe(2n)
  }
)

it('knows what is gone from what it cannot look at, also by the watch', () => {
  fakeLooks()
  const { fails, stat } = failingStat()
  const path = join(dataDir, 'plain')
  writeFileSync(path, '')
  const held = new HeldFiles(path, systemClock, stat)
  const told: string[] = []
  held.watch(lost => told.push(lost))
  fails.with = systemError('EIO', EIO)
  vi.advanceTimersByTime(10_000)
  expect([told, held.lost(), held.mayClose]).toEqual([[], null, false])
  // Opened then, it holds none: there is nothing to compare with.
  expect(new HeldFiles(path, systemClock, stat).lost()).toBeNull()
  fails.with = null
  expect([held.lost(), held.mayClose]).toEqual([null, true])
  fails.with = systemError('Unknown system error -116', ESTALE)
  vi.advanceTimersByTime(10_000)
  expect([told, held.mayClose]).toEqual([[`${path} was removed while it was in use`], false])
})

it.each([
  ['a file', (folder: string) => writeFileSync(folder, '')],
  ['a link to itself', (folder: string) => symlinkSync(folder, folder)]
])('counts as removed where its folder is %s now', async (_, put) => {
  const log = await withRecord()
  const folder = join(dataDir, 'log')
  renameSync(folder, join(dataDir, 'away'))
  put(folder)
  expect(await refusal(log)).toBe('append-unknown')
  expect((await log.failed).message).toContain('log.sqlite was removed while it was in use')
  await log.close()
})
