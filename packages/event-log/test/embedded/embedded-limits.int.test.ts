// Limits and failures of the embedded log: a full queue, a locked file, a failing disk or file.

import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  getErrorCode,
  readAll,
  readPage,
  record,
  waitUntil
} from '../../src/conformance/reading.ts'
import { scanWal } from '../../src/embedded/checkpoint/wal-scan.ts'
import { logFile, openEmbeddedLog } from '../../src/embedded/embedded-log.ts'
import { topics } from '../../src/topics.ts'
import { endProcesses } from '../support/child-process.ts'
import { smallDisk } from '../support/small-disk.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { openDoubtful, startAppender } from './embedded-subject.ts'

const topic = topics.incidents
let dataDir: string
beforeEach(() => {
  dataDir = tempFolder('limits')
})
afterEach(() => {
  endProcesses()
  rmSync(dataDir, { recursive: true, force: true })
})

const many = (prefix: string, count: number, bytes = 10) =>
  Array.from({ length: count }, (_, i) => record(`${prefix}-${i}`, 'sahel', 'x'.repeat(bytes)))

describe('the log folder', () => {
  const modeOf = (path: string) => statSync(path).mode & 0o777
  const files = ['log.sqlite', 'log.sqlite-wal', 'log.sqlite-shm']

  it('is accessible to its owner alone, whatever the umask, as are its files', async () => {
    const before = process.umask(0)
    try {
      await using log = await openEmbeddedLog({ dataDir })
      await log.append(topic, [record('r-1')])
      for (const name of files)
        expect([name, modeOf(join(dataDir, 'log', name))]).toEqual([name, 0o600])
      expect(modeOf(join(dataDir, 'log'))).toBe(0o700)
    } finally {
      process.umask(before)
    }
  })

  it('of an earlier version loses other users’ permissions when it is opened', async () => {
    await (await openEmbeddedLog({ dataDir })).close()
    chmodSync(join(dataDir, 'log'), 0o755)
    chmodSync(logFile(dataDir), 0o644)
    await (await openEmbeddedLog({ dataDir })).close()
    expect([modeOf(join(dataDir, 'log')), modeOf(logFile(dataDir))]).toEqual([0o700, 0o600])
  })
})

describe('a group commit', () => {
  it('writes all appends and cursors of one turn of the event loop in one transaction', async () => {
    await using log = await openEmbeddedLog({ dataDir })
    const cursor = await log.cursorAt(topic, 'latest')
    const calls = Array.from({ length: 200 }, (_, i) =>
      log.append(i % 2 ? topic : topics.alerts, [record(`r-${i}`)])
    )
    await Promise.all([...calls, log.commit('rules', cursor)])
    expect(log.stats()).toMatchObject({
      transactions: 1,
      appendedRecords: 200,
      waitingRecords: 0
    })
  })

  it('splits the queue into transactions of limited size, but never a call', async () => {
    await using log = await openEmbeddedLog({ dataDir, limits: { transactionBytesMax: 2_000 } })
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => log.append(topic, many(`c${i}`, 3, 200)))
    )
    expect(log.stats().transactions).toBe(10)
    expect(await readAll(log, topic)).toHaveLength(90)
  })
})

describe('backpressure', () => {
  it('refuses an append with append-overloaded when too many records or bytes wait, and accepts it later', async () => {
    await using log = await openEmbeddedLog({
      dataDir,
      limits: { waitingRecordsMax: 10, waitingBytesMax: 10_000 }
    })
    const waiting = log.append(topic, many('a', 8))
    expect(await getErrorCode(log.append(topic, many('b', 3)))).toBe('append-overloaded')
    expect(await getErrorCode(log.append(topic, many('c', 1, 9_990)))).toBe('append-overloaded')
    expect(log.stats()).toMatchObject({ overloaded: 2, waitingRecords: 8 })
    await waiting
    await log.append(topic, many('b', 3))
    expect((await readAll(log, topic)).map(r => r.id)).toEqual(
      [...many('a', 8), ...many('b', 3)].map(r => r.id)
    )
  })

  it('refuses an append that can never fit', async () => {
    await using log = await openEmbeddedLog({ dataDir, limits: { waitingRecordsMax: 10 } })
    expect(await getErrorCode(log.append(topic, many('a', 11)))).toBe('record-too-large')
  })
})

describe('a file held by another process', () => {
  const hold = () => {
    const db = new DatabaseSync(logFile(dataDir))
    db.exec('BEGIN IMMEDIATE')
    return db
  }

  it('makes appends wait without blocking the event loop, until it is released', async () => {
    await using log = await openEmbeddedLog({ dataDir })
    const holder = hold()
    const asked = log.append(topic, [record('a')])
    let turns = 0
    await waitUntil('a hundred turns of the event loop', () => ++turns > 100)
    expect(await readAll(log, topic), 'reading continues').toEqual([])
    expect(log.stats().busyRetries).toBeGreaterThan(0)
    holder.exec('ROLLBACK')
    holder.close()
    expect(await asked).toHaveLength(1)
  })

  it('rejects with log-busy after the deadline, with nothing written', async () => {
    await using log = await openEmbeddedLog({ dataDir, limits: { busyMsMax: 50 } })
    const holder = hold()
    expect(await getErrorCode(log.append(topic, [record('a')]))).toBe('log-busy')
    expect(await getErrorCode(log.commit('x', await log.cursorAt(topic, 'latest')))).toBe(
      'log-busy'
    )
    expect(await getErrorCode(log.trim(topics.deliveries, 0, 0n))).toBe('log-busy')
    holder.exec('ROLLBACK')
    holder.close()
    expect(await log.append(topic, [record('a')])).toHaveLength(1)
  })
})

describe('durability', () => {
  it('is requested at every commit: WAL with synchronous=FULL, never on a timer', async () => {
    let db: DatabaseSync | null = null
    await using log = await openEmbeddedLog({
      dataDir,
      openDatabase(file) {
        db = new DatabaseSync(file)
        return db
      }
    })
    expect(db!.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
    expect(db!.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    await log.append(topic, [record('a')])
    expect(db!.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
  })
})

describe('a failed fsync', () => {
  it('leaves the append in doubt, and the handle unusable', async () => {
    const log = await openDoubtful(dataDir, 'lost')
    const following = readPage(log, await log.cursorAt(topic, 'latest'))
    const calls = [log.append(topic, [record('a')]), log.append(topics.alerts, [record('b')])]
    for (const call of calls) expect(await getErrorCode(call)).toBe('append-unknown')
    expect(await getErrorCode(log.append(topic, [record('c')]))).toBe('log-unavailable')
    expect(await getErrorCode(log.read(topic, 0, 0n, { recordsMax: 1, bytesMax: 1 }))).toBe(
      'log-unavailable'
    )
    // Following must end, and the process must learn of it: a retry on this handle cannot succeed.
    expect(await getErrorCode(following)).toBe('closed')
    expect(await log.failed).toMatchObject({ code: 'closed', retryable: false })
    await log.close()
    await using again = await openEmbeddedLog({ dataDir })
    expect(await again.append(topic, [record('a')])).toHaveLength(1)
  })
})

describe('the write-ahead log', () => {
  it('restarts instead of growing while appends continue', async () => {
    const log = await openEmbeddedLog({ dataDir })
    for (let i = 0; i < 80; i++) await log.append(topic, many(`w${i}`, 100, 10_000))
    await waitUntil('a checkpoint', () => log.stats().checkpoints > 0)
    expect(statSync(`${logFile(dataDir)}-wal`).size).toBeLessThan(64 * 1024 * 1024)
    expect((await log.state(topic))[0]!.end).toBe(8000n)
    await log.close()
    expect(readdirSync(join(dataDir, 'log'))).toEqual(['ends.json', 'log.sqlite'])
  })

  it('is refused if an acknowledged transaction in it is damaged, where SQLite would silently drop the rest', async () => {
    const log = await openEmbeddedLog({ dataDir })
    for (let i = 0; i < 20; i++) await log.append(topic, [record(`r-${i}`, 'sahel', `<${i}>`)])
    const [wal, file] = [`${logFile(dataDir)}-wal`, logFile(dataDir)].map(name =>
      readFileSync(name)
    )
    await log.close()
    const at = wal!.indexOf('<5>')
    wal![at]! ^= 1
    writeFileSync(logFile(dataDir), file!)
    writeFileSync(`${logFile(dataDir)}-wal`, wal!)
    expect(scanWal(logFile(dataDir))).toMatchObject({ kind: 'damaged' })
    expect(await getErrorCode(openEmbeddedLog({ dataDir }))).toBe('record-corrupt')
    wal![at]! ^= 1
    writeFileSync(`${logFile(dataDir)}-wal`, wal!)
    await using mended = await openEmbeddedLog({ dataDir })
    expect(await readAll(mended, topic)).toHaveLength(20)
  })

  it('is not reported as damaged while another process writes it', async () => {
    const writer = await startAppender(dataDir, {
      topic,
      prefix: 'w',
      batch: 20,
      count: 1_000_000,
      pauseMs: 0
    })
    for (let i = 1; i <= 10; i++) {
      await writer.waitForAcked(i * 20)
      expect(scanWal(logFile(dataDir))).toEqual({ kind: 'whole' })
    }
    writer.signal('SIGKILL')
    await writer.exited
    expect(scanWal(logFile(dataDir))).toEqual({ kind: 'whole' })
  })
})

describe('a full disk', () => {
  it('loses no acknowledged record, not even on close and open', async () => {
    const disk = smallDisk()
    try {
      const log = await openEmbeddedLog({ dataDir: disk.folder, openDatabase: disk.openDatabase })
      const acked: string[] = []
      for (let failed = false; !failed; )
        await log.append(topic, [record(`r-${acked.length}`, 'sahel', 'x'.repeat(30_000))]).then(
          () => acked.push(`r-${acked.length}`),
          error => {
            expect(error.code).toBe('disk-full')
            failed = true
          }
        )
      await log.close()
      const full = await openEmbeddedLog({
        dataDir: disk.folder,
        openDatabase: disk.openDatabase
      }).catch((error: { code: string }) => error.code)
      if (typeof full === 'string') expect(full).toBe('disk-full')
      else await full.close()
      disk.grow()
      await using again = await openEmbeddedLog({
        dataDir: disk.folder,
        openDatabase: disk.openDatabase
      })
      expect((await readAll(again, topic)).map(r => r.id)).toEqual(acked)
      await again.append(topic, [record('after')])
    } finally {
      disk.remove()
    }
  })
})

describe('erased keys', () => {
  it('leave no trace of their values in any file', async () => {
    // Short values share a page with others, long ones have overflow pages that become free.
    const secret = (i: number) =>
      `<secret of ${i}: ${'0123456789'.repeat(i % 5 === 0 ? 2_500 : 20 + i)}>`
    // On several partitions rows are inserted between others.
    const first = await openEmbeddedLog({ dataDir, partitions: 3 })
    await first.append(
      topics.keys,
      Array.from({ length: 60 }, (_, i) => record(`k${i}`, `report-${i}`, secret(i)))
    )
    await first.close()
    const log = await openEmbeddedLog({ dataDir })
    const folder = join(dataDir, 'log')
    const held = () => {
      const files = readdirSync(folder).map(name => readFileSync(join(folder, name)))
      return Array.from({ length: 60 }, (_, i) => i).filter(i =>
        files.some(bytes => bytes.includes(`<secret of ${i}: 01234567`))
      )
    }
    const kept = Array.from({ length: 60 }, (_, i) => i).filter(i => i % 3 === 0)
    expect(held()).toHaveLength(60)
    for (let i = 0; i < 60; i++)
      if (i % 3 !== 0)
        await log.append(topics.keys, [{ id: `e${i}`, key: `report-${i}`, value: null }])
    await waitUntil(
      'the files contain only the remaining values',
      () => held().length === kept.length
    )
    expect(held()).toEqual(kept)
    await log.close()
    expect(held()).toEqual(kept)
  })
})

describe('retention', () => {
  it('removes records written before a time, only from topics kept by retention', async () => {
    let nowMs = 1_000_000
    const clock = {
      nowMs: () => nowMs,
      monotonicMs: () => performance.now(),
      sleep: () => Promise.resolve()
    }
    await using log = await openEmbeddedLog({ dataDir, clock })
    for (let i = 0; i < 10; i++) {
      nowMs += 1000
      await log.append(topics.deliveries, [record(`d-${i}`)])
    }
    expect(await log.trimOlderThan(topics.deliveries, 1_005_000)).toBe(4)
    expect(await log.trimOlderThan(topics.deliveries, 1_005_000)).toBe(0)
    expect((await readAll(log, topics.deliveries)).map(r => r.id)).toEqual([
      'd-4',
      'd-5',
      'd-6',
      'd-7',
      'd-8',
      'd-9'
    ])
    expect(await getErrorCode(log.trimOlderThan(topic, nowMs))).toBe('record-invalid')
  })
})

describe('opening', () => {
  const tamper = (sql: string) => {
    const db = new DatabaseSync(logFile(dataDir))
    db.exec(sql)
    db.close()
  }
  const opened = async (
    work: (log: Awaited<ReturnType<typeof openEmbeddedLog>>) => Promise<unknown>
  ) => {
    await using log = await openEmbeddedLog({ dataDir })
    await work(log)
  }

  it('refuses a log of a newer format', async () => {
    await opened(log => log.append(topic, [record('a')]))
    tamper("UPDATE meta SET value = '99' WHERE name = 'format'")
    expect(await getErrorCode(openEmbeddedLog({ dataDir }))).toBe('format-newer')
  })

  it('opens a log of format 1, and drops its index of ids', async () => {
    await opened(log => log.append(topic, [record('a')]))
    tamper(`UPDATE meta SET value = '1' WHERE name = 'format';
      CREATE TABLE incidents_v1_id_runs (run INTEGER PRIMARY KEY);
      CREATE TABLE keys_v1_ids (ordinal INTEGER PRIMARY KEY)`)
    await opened(async log => {
      await log.append(topic, [record('b')])
      expect((await readAll(log, topic)).map(r => r.id)).toEqual(['a', 'b'])
    })
    const reader = new DatabaseSync(logFile(dataDir), { readOnly: true })
    const left = reader.prepare("SELECT name FROM sqlite_schema WHERE name GLOB '*_id*'").all()
    reader.close()
    expect(left).toEqual([])
  })

  it('refuses a file that is not a log', async () => {
    await opened(log => log.append(topic, [record('a')]))
    writeFileSync(
      logFile(dataDir),
      'this is not a database, but it is long enough to be read as one'.repeat(200)
    )
    expect(await getErrorCode(openEmbeddedLog({ dataDir }))).toBe('record-corrupt')
  })

  it('refuses a folder that cannot be written', async () => {
    writeFileSync(join(dataDir, 'file'), '')
    expect(await getErrorCode(openEmbeddedLog({ dataDir: join(dataDir, 'file') }))).toBe(
      'log-unavailable'
    )
  })

  it('refuses a log that ends before the cursor of a consumer', async () => {
    await opened(async log => {
      for (let i = 0; i < 5; i++) await log.append(topic, [record(`r-${i}`)])
      await log.commit('rules', await log.cursorAt(topic, 'latest'))
    })
    tamper('DELETE FROM incidents_v1_chunks WHERE slot = 4')
    expect(await getErrorCode(openEmbeddedLog({ dataDir }))).toBe('record-corrupt')
  })

  it('detects a record removed from the middle', async () => {
    await opened(async log => {
      for (let i = 0; i < 5; i++) await log.append(topic, [record(`r-${i}`)])
    })
    tamper('DELETE FROM incidents_v1_chunks WHERE slot = 2')
    await opened(async log => {
      expect(
        (await log.read(topic, 0, 0n, { recordsMax: 9, bytesMax: 9999 })).records.map(r => r.id)
      ).toEqual(['r-0', 'r-1'])
      expect(await getErrorCode(log.read(topic, 0, 2n, { recordsMax: 9, bytesMax: 9999 }))).toBe(
        'record-corrupt'
      )
    })
  })
})
