// What stopped SQLite from writing, in the system's words, and what is waited out.

import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { getErrorCode, record } from '../../src/conformance/reading.ts'
import { CommitGroup } from '../../src/embedded/commit-group.ts'
import { type EmbeddedLog, logFile, openEmbeddedLog } from '../../src/embedded/embedded-log.ts'
import { GroupWriter } from '../../src/embedded/group-writer.ts'
import { prepareDatabase } from '../../src/embedded/log-database.ts'
import {
  describeFault,
  isOnReserve,
  type WriteFault,
  writeFaultBeside
} from '../../src/embedded/write-fault.ts'
import { systemClock } from '../../src/system-clock.ts'
import { topics } from '../../src/topics.ts'
import { tempFolder } from '../support/temp-folder.ts'

let dataDir: string
beforeEach(() => {
  dataDir = tempFolder('fault')
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

it('is none where a file can be written, and leaves none behind', () => {
  expect(writeFaultBeside(join(dataDir, 'log.sqlite'))).toBeNull()
  expect(readdirSync(dataDir)).toEqual([])
  expect(writeFaultBeside(join(dataDir, 'gone', 'log.sqlite'))).toMatchObject({
    isOutOfSpace: false,
    message: expect.stringMatching(/^ENOENT: no such file or directory, open '.*gone/)
  })
})

it('says what stopped the writing, not what stopped the removal', () => {
  const file = join(dataDir, 'log.sqlite')
  mkdirSync(`${file}-probe-${process.pid}`)
  expect(writeFaultBeside(file)?.message).toMatch(
    /^EISDIR: illegal operation on a directory, open '/
  )
})

it('knows a used-up quota, of which Node has no name', () => {
  const quota = Object.assign(new Error('Unknown system error -122'), {
    errno: -constants.errno.EDQUOT
  })
  expect(describeFault(quota)).toEqual({
    isOutOfSpace: true,
    message: 'EDQUOT: disk quota exceeded (Unknown system error -122)'
  })
  const readOnly = Object.assign(new Error('EROFS: read-only file system'), {
    errno: -constants.errno.EROFS
  })
  expect(describeFault(readOnly)).toEqual({
    isOutOfSpace: false,
    message: 'EROFS: read-only file system'
  })
})

/** A database whose commits fail as the disk is told to. */
class FailingDatabase extends DatabaseSync {
  errcode: number | null = null

  override prepare(sql: string): StatementSync {
    const statement = super.prepare(sql)
    if (sql !== 'COMMIT') return statement
    const commit = statement.run.bind(statement)
    statement.run = () => {
      if (this.errcode === null) return commit()
      throw Object.assign(new Error('disk I/O error'), {
        code: 'ERR_SQLITE_ERROR',
        errcode: this.errcode
      })
    }
    return statement
  }
}

const quotaUsedUp: WriteFault = { message: 'EDQUOT: disk quota exceeded', isOutOfSpace: true }
const readOnly: WriteFault = { message: 'EROFS: read-only file system', isOutOfSpace: false }
const [failedWrite, failedFlush] = [778, 1034]

it.each([
  ['a used-up quota is a full disk', failedWrite, quotaUsedUp, 'disk-full', true],
  [
    'a flush that met one leaves the append in doubt',
    failedFlush,
    quotaUsedUp,
    'append-unknown',
    false
  ],
  [
    'any other failure ends the handle, in its words',
    failedWrite,
    readOnly,
    'append-unknown',
    false
  ]
])('%s', async (_, errcode, fault, code, goesOn) => {
  const log = await openEmbeddedLog({ dataDir })
  await log.close()
  const db = new FailingDatabase(logFile(dataDir))
  const identity = prepareDatabase(db, { file: logFile(dataDir), mark: null })
  const limits = {
    waitingRecordsMax: 10,
    waitingBytesMax: 10_000,
    transactionBytesMax: 10_000,
    busyMsMax: 1_000
  }
  const group = new CommitGroup(db, identity, () => {})
  let failed = ''
  const writer = new GroupWriter(group, limits, systemClock, {
    lost: () => null,
    fault: () => fault,
    isOnReserve: () => false,
    committed() {},
    failed(error) {
      failed = error.message
    }
  })
  const append = (id: string) =>
    new Promise((resolve, reject) =>
      writer.submit({
        kind: 'append',
        topic: topics.incidents,
        records: [record(id)],
        bytes: 100,
        resolve,
        reject
      })
    )
  db.errcode = errcode
  expect(await getErrorCode(append('a'))).toBe(code)
  expect(writer.isFull).toBe(goesOn)
  if (goesOn) expect(failed).toBe('')
  else expect(failed).toContain(`disk I/O error (${fault.message})`)
  db.errcode = null
  if (goesOn) await append('a')
  db.close()
})

it('refuses writes while only the reserve for tables is free, and goes on with more', async () => {
  const totalBytes = 100 * 1024 ** 3
  let freeBytes = 64 * 1024 ** 2 - 1
  const log = await openEmbeddedLog({
    dataDir,
    readDiskSpace: () => ({ totalBytes, freeBytes })
  })
  expect(await getErrorCode(log.append(topics.incidents, [record('a')]))).toBe('disk-full')
  freeBytes += 1
  await log.append(topics.incidents, [record('a')])
  expect(isOnReserve({ totalBytes: 1024 ** 3, freeBytes: 1024 ** 3 / 40 })).toBe(false)
  expect(isOnReserve({ totalBytes: 1024 ** 3, freeBytes: 1024 ** 3 / 60 })).toBe(true)
  await log.close()
})

it('opens no log that cannot be written, and says why', async () => {
  const log: EmbeddedLog = await openEmbeddedLog({ dataDir })
  await log.append(topics.incidents, [record('a')])
  await log.close()
  const failing = openEmbeddedLog({
    dataDir,
    openDatabase() {
      rmSync(join(dataDir, 'log'), { recursive: true })
      throw Object.assign(new Error('unable to open database file'), { errcode: 14 })
    }
  })
  await expect(failing).rejects.toThrow(
    /unable to open database file \(ENOENT: no such file or directory/
  )
})
