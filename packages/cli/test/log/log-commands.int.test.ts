// `log inspect` and `log verify` on real folders: intact ones, ones in use, and damaged ones, with
// the fault and its place.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { digest, hashSha256Hex } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { type EmbeddedLog, logFile, openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { quarantineRecord } from '@tocsin/event-log/quarantine'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  computeExitCode,
  inspectLog,
  renderInspection,
  renderVerification,
  verifyLog
} from '../../src/log/log-commands.ts'
import { verifyThroughPort } from '../../src/log/port-log.ts'

let dataDir: string
let log: EmbeddedLog
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tocsin-log-commands-'))
  log = await openEmbeddedLog({ dataDir })
})
afterEach(async () => {
  await log.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const time = '2025-06-01T00:00:00.000Z'

function tick(n: number, theatre = 'sahel') {
  const id = digest('tick', theatre, String(n))
  const to = new Date(Date.parse(time) + n * 60_000).toISOString()
  const value = encodeRecord(
    { id, source: '/tocsin/test', time: to, cause: null, theatre },
    { type: 'clock.ticked', data: { to, gap: false } }
  )
  return { id, key: theatre, value }
}

/** A chain of refused actions: the smallest alert events. */
function chain(theatre: string, count: number) {
  const records: { id: string; key: string; value: Uint8Array }[] = []
  let previoushash = '0'.repeat(64)
  for (let seq = 1; seq <= count; seq++) {
    const id = digest('alert', theatre, String(seq))
    const data = {
      alertId: `alert-${seq}`,
      seq,
      theatre,
      notify: 'quiet',
      actionId: `action-${seq}`,
      reason: 'unknown-alert',
      by: 'owner',
      operatorRevision: null,
      standingBy: null,
      standingAt: null,
      handling: 'internal'
    } as const
    const value = encodeRecord(
      { id, source: '/tocsin/rules', time, cause: 'x', theatre, previoushash },
      { type: 'alert.action-refused', data }
    )
    previoushash = hashSha256Hex(value)
    records.push({ id, key: theatre, value })
  }
  return records
}

const tamper = (sql: string) => {
  const db = new DatabaseSync(logFile(dataDir))
  db.exec(sql)
  db.close()
}

describe('log inspect', () => {
  it('shows the content of each partition and the progress of each consumer, while the log is in use', async () => {
    await log.append(topics.incidents, [tick(1), tick(2), tick(3)])
    const seen = await log.cursorAt(topics.incidents, 'latest')
    await log.commit('rules', seen)
    await log.append(topics.incidents, [tick(4)])
    const found = await inspectLog(dataDir)
    if (found.kind !== 'log') throw new Error(found.detail)
    expect(found.epoch).toBe(await log.epoch(topics.incidents))
    const incidents = found.partitions.find(p => p.topic === topics.incidents)!
    expect(incidents).toMatchObject({ partition: 0, start: '0', end: '4' })
    expect(incidents.bytes).toBeGreaterThan(4 * 100)
    expect(Date.parse(incidents.firstWrittenAt!)).toBeLessThanOrEqual(
      Date.parse(incidents.lastWrittenAt!)
    )
    expect(found.partitions.find(p => p.topic === topics.alerts)).toMatchObject({
      end: '0',
      bytes: 0,
      firstWrittenAt: null
    })
    expect(found.consumers).toEqual([
      { consumer: 'rules', topic: topics.incidents, positions: ['3'], lag: 1 }
    ])
    expect(computeExitCode(found)).toBe(0)
    const text = renderInspection(found)
    expect(text).toContain(found.epoch)
    expect(text).toMatch(/tocsin\.incidents\.v1 +0 +0 +4 /)
    expect(text).toMatch(/rules +tocsin\.incidents\.v1 +3 +1/)
  })

  it('says what is wrong with a folder without a log, or with an unreadable one', async () => {
    const empty = join(dataDir, 'empty')
    mkdirSync(empty)
    const none = await inspectLog(empty)
    expect(none).toMatchObject({ kind: 'unreadable', code: 'log-unavailable' })
    expect(computeExitCode(none)).toBe(1)
    expect(renderInspection(none)).toContain(empty)
    await log.close()
    writeFileSync(
      logFile(dataDir),
      'not a database at all, whatever its name may say. '.repeat(1000)
    )
    expect(await inspectLog(dataDir)).toMatchObject({ kind: 'unreadable', code: 'record-corrupt' })
  })
})

describe('log verify', () => {
  it('finds an intact log intact, while it is written to', async () => {
    for (let i = 0; i < 50; i++) await log.append(topics.incidents, [tick(i)])
    await log.append(topics.alerts, chain('sahel', 5))
    await log.append(topics.alerts, chain('sudan', 3))
    await log.append(topics.keys, [{ id: 'k', key: 'report', value: null }])
    const writing = (async () => {
      for (let i = 50; i < 150; i++) await log.append(topics.incidents, [tick(i)])
    })()
    const progress: number[] = []
    const found = await verifyLog(dataDir, (done, total) => progress.push(done / total))
    await writing
    expect(found).toMatchObject({ whole: true, faults: [] })
    expect(found.records).toBeGreaterThanOrEqual(59)
    expect(progress.at(-1)).toBe(1)
    expect(computeExitCode(found)).toBe(0)
    expect(renderVerification(found)).toContain('the log is intact')
  })

  it('changes nothing in the folder of a suite that crashed', async () => {
    for (let i = 0; i < 5; i++) await log.append(topics.incidents, [tick(i)])
    const crashed = mkdtempSync(join(tmpdir(), 'tocsin-crashed-'))
    mkdirSync(join(crashed, 'log'))
    const names = ['', '-wal'].map(end => `${logFile('')}${end}`)
    for (const name of names) writeFileSync(join(crashed, name), readFileSync(join(dataDir, name)))
    const before = names.map(name => hashSha256Hex(readFileSync(join(crashed, name))))
    expect(await verifyLog(crashed)).toMatchObject({ whole: true, records: 5 })
    expect(await inspectLog(crashed)).toMatchObject({ kind: 'log' })
    expect(names.map(name => hashSha256Hex(readFileSync(join(crashed, name))))).toEqual(before)
    rmSync(crashed, { recursive: true })
  })

  it('names the record with a flipped bit, and continues after it', async () => {
    for (let i = 0; i < 10; i++) await log.append(topics.incidents, [tick(i)])
    await log.close()
    const bytes = readFileSync(logFile(dataDir))
    const at = bytes.indexOf(tick(6).id)
    bytes[at + 40]! ^= 4
    writeFileSync(logFile(dataDir), bytes)
    const found = await verifyLog(dataDir)
    expect(found.whole).toBe(false)
    expect(found.records).toBe(9)
    expect(found.faults).toMatchObject([
      { kind: 'record-corrupt', where: `${topics.incidents}/0/6` }
    ])
    expect(computeExitCode(found)).toBe(1)
    expect(renderVerification(found)).toContain(`record-corrupt  ${topics.incidents}/0/6`)
  })

  it('names a record that is missing in the middle, and one that is not in the index of keys', async () => {
    for (let i = 0; i < 10; i++) await log.append(topics.incidents, [tick(i)])
    await log.append(topics.keys, [
      { id: 'k1', key: 'r1', value: Buffer.from('{}') },
      { id: 'k2', key: 'r2', value: null }
    ])
    await log.close()
    tamper('DELETE FROM incidents_v1_chunks WHERE slot = 4; DELETE FROM keys_v1_keys')
    const found = await verifyLog(dataDir)
    expect(found.faults.map(f => [f.kind, f.where])).toEqual([
      ['record-corrupt', `${topics.incidents}/0/4`],
      ['index-mismatch', `${topics.keys}/0/0`],
      ['index-mismatch', `${topics.keys}/0/1`],
      ['undecodable', `${topics.keys}/0/0`]
    ])
  })

  it('counts a repeated record once', async () => {
    const [first, second] = chain('sahel', 2)
    await log.append(topics.alerts, [first!, first!, second!])
    const found = await verifyLog(dataDir)
    expect(found).toMatchObject({ whole: true, records: 3, repeated: 1 })
  })

  it('names the place of an alert that breaks its chain', async () => {
    await log.append(topics.alerts, chain('sahel', 3).slice(0, 2))
    await log.append(topics.alerts, [chain('sudan', 2)[1]!])
    const found = await verifyLog(dataDir)
    expect(found.faults.map(f => [f.kind, f.where])).toEqual([
      ['alert-chain', `${topics.alerts}/0/2`],
      ['alert-chain', `${topics.alerts}/0/2`]
    ])
  })

  it('names records that no version can parse, except quarantined ones', async () => {
    await log.append(topics.incidents, [
      tick(0),
      { id: 'junk', key: 'sahel', value: Buffer.from('{"half":') }
    ])
    const found = await verifyLog(dataDir)
    expect(found.faults).toEqual([
      { kind: 'undecodable', where: `${topics.incidents}/0/1`, detail: 'not-json' }
    ])
    const { records } = await log.read(topics.incidents, 0, 1n, { recordsMax: 1, bytesMax: 1 })
    await quarantineRecord(log, records[0]!, 'not-json', time)
    const known = await verifyLog(dataDir)
    expect(known).toMatchObject({ whole: true, setAside: 1, faults: [] })
    expect(renderVerification(known)).toContain('1 undecodable records are in quarantine')
    await log.trim(topics.quarantine, 0, 1n)
    expect(await verifyLog(dataDir)).toMatchObject({ whole: true, setAside: 1, faults: [] })
    expect(await verifyThroughPort(log, 'log')).toMatchObject({
      whole: true,
      setAside: 1,
      faults: []
    })
  })

  it('names the damaged frame of a WAL that a crash left', async () => {
    for (let i = 0; i < 8; i++) await log.append(topics.incidents, [tick(i)])
    const [file, wal] = [readFileSync(logFile(dataDir)), readFileSync(`${logFile(dataDir)}-wal`)]
    await log.close()
    wal[wal.indexOf(tick(3).id)]! ^= 1
    writeFileSync(logFile(dataDir), file)
    writeFileSync(`${logFile(dataDir)}-wal`, wal)
    const found = await verifyLog(dataDir)
    expect(found.faults).toContainEqual(
      expect.objectContaining({ kind: 'wal-damaged', where: `${logFile(dataDir)}-wal` })
    )
    expect(computeExitCode(found)).toBe(1)
    rmSync(`${logFile(dataDir)}-wal`)
  })
})
