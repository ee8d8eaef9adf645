// `backup`, `restore` and `log restored` on folders without a suite. With one, and killed:
// e2e/faults/restore.e2e.test.ts.

import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeControlRecord } from '@tocsin/contracts/record/records'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { LogReader } from '@tocsin/event-log/embedded/log-reader'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runTocsin } from '../support/running-suite.ts'

let dir: string
let data: string
let backup: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-backup-'))
  data = join(dir, 'data')
  backup = join(dir, 'backup')
  mkdirSync(join(data, 'views'), { recursive: true })
  for (const name of ['master.key', 'owner.key', 'scratch-1']) writeFileSync(join(data, name), name)
  const log = await openEmbeddedLog({ dataDir: data })
  await log.append(topics.alerts, [{ id: 'a1', key: 'sahel', value: Buffer.from('one') }])
  await log.close()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function readControl(dataDir: string) {
  const reader = new LogReader(dataDir)
  const end = Number(reader.state(topics.control)[0]?.end)
  const records = reader.read(topics.control, 0, 0, end, { recordsMax: 10, bytesMax: 1 << 20 })
  const { epoch } = reader.identity
  reader.close()
  const decoded = records.flatMap(({ value }) => {
    const each = decodeControlRecord(value as Uint8Array)
    return each.kind === 'decoded' ? [each.record] : []
  })
  return { epoch, decoded }
}

describe('a backup', () => {
  it('has the log, the keys and the rest, and nothing that is computed', async () => {
    expect((await runTocsin('backup', backup, '--data', data)).code).toBe(0)
    const names = ['log', 'manifest.json', 'master.key', 'owner.key']
    expect(readdirSync(backup).sort()).toEqual(names)
    expect(readdirSync(join(backup, 'log'))).toEqual(['log.sqlite'])
    const manifest = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8'))
    expect(manifest.ends[topics.alerts]).toEqual(['1'])
    const last = JSON.parse(readFileSync(join(data, 'last-backup.json'), 'utf8'))
    expect(last).toMatchObject({ takenAt: manifest.takenAt, path: backup })
    expect((await runTocsin('backup', backup, '--data', data)).code).toBe(1)
  })

  it('leaves the keys out, or puts them into a folder of their own, from which a restore takes them', async () => {
    await runTocsin('backup', backup, '--data', data, '--keys', join(dir, 'keys'))
    await runTocsin('backup', `${backup}-2`, '--data', data, '--no-keys')
    for (const each of [backup, `${backup}-2`])
      expect(readdirSync(each).filter(name => name.endsWith('.key'))).toEqual([])
    expect(readdirSync(join(dir, 'keys')).sort()).toEqual(['master.key', 'owner.key'])
    const target = join(dir, 'target')
    const refused = await runTocsin(
      'restore',
      backup,
      '--data',
      target,
      '--keys',
      join(dir, 'none')
    )
    expect([refused.code, existsSync(target)]).toEqual([1, false])
    await runTocsin('restore', backup, '--data', target, '--keys', join(dir, 'keys'))
    expect(readFileSync(join(target, 'master.key'), 'utf8')).toBe('master.key')
  })

  it('leaves them out, and a restore that is run again finds those of the folder where it left them', async () => {
    await runTocsin('backup', backup, '--data', data, '--no-keys')
    const target = join(dir, 'target')
    const restoring = join(target, 'restoring')
    mkdirSync(restoring, { recursive: true })
    // Killed while it moved its files into place, one of two keys.
    writeFileSync(join(restoring, 'ready'), '')
    writeFileSync(join(restoring, 'owner.key'), 'owner.key')
    writeFileSync(join(target, 'master.key'), 'master.key')
    expect((await runTocsin('restore', backup, '--data', target)).code).toBe(0)
    const readKey = (name: string) => readFileSync(join(target, name), 'utf8')
    expect(['master.key', 'owner.key'].map(readKey)).toEqual(['master.key', 'owner.key'])
  })
})

describe('a restore', () => {
  it('begins an epoch, which the log records with the end of the copy', async () => {
    await runTocsin('backup', backup, '--data', data)
    const target = join(dir, 'target')
    const restored = await runTocsin('restore', backup, '--data', target, '--json')
    expect(restored.code).toBe(0)
    expect(readdirSync(target)).not.toContain('restoring')
    const [before, after] = [readControl(data), readControl(target)]
    expect(after.epoch).not.toBe(before.epoch)
    const { takenAt } = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8'))
    const [record] = after.decoded
    expect(record).toMatchObject({ type: 'log.restored', data: { takenAt } })
    expect(record?.type === 'log.restored' ? record.data.topics : []).toContainEqual({
      topic: topics.alerts,
      from: before.epoch,
      to: after.epoch,
      ends: ['1'],
      partitions: 1
    })
  })

  it.each([
    ['../evil', 'evil'],
    ['log/../../evil', 'evil'],
    ['evil', 'a link']
  ])('refuses a manifest that names %s, and writes nothing', async (path, name) => {
    await runTocsin('backup', backup, '--data', data)
    writeFileSync(join(dir, name), 'x')
    if (path === 'evil') symlinkSync(join(dir, name), join(backup, path))
    const file = join(backup, 'manifest.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8'))
    const sha256 = createHash('sha256').update('x').digest('hex')
    manifest.files.push({ path, bytes: 1, sha256 })
    writeFileSync(file, JSON.stringify(manifest))
    const target = join(dir, 'target')
    const restored = await runTocsin('restore', backup, '--data', target)
    expect(restored.code).toBe(1)
    expect(JSON.stringify(restored)).toMatch(/names the file|no regular file/)
    expect(existsSync(target)).toBe(false)
  })

  it('lets nobody else read what was readable by everybody in the backup', async () => {
    await runTocsin('backup', backup, '--data', data)
    chmodSync(join(backup, 'master.key'), 0o644)
    const target = join(dir, 'target')
    await runTocsin('restore', backup, '--data', target)
    expect(statSync(join(target, 'master.key')).mode & 0o777).toBe(0o600)
  })

  it('refuses a damaged backup, and changes nothing', async () => {
    await runTocsin('backup', backup, '--data', data)
    writeFileSync(join(backup, 'owner.key'), 'owner.kez')
    const target = join(dir, 'target')
    const refused = await runTocsin('restore', backup, '--data', target)
    expect(refused.code).toBe(1)
    expect(refused.notes.join()).toContain('owner.key is damaged')
    rmSync(join(backup, 'manifest.json'))
    expect((await runTocsin('restore', backup, '--data', target)).code).toBe(1)
    expect(readdirSync(dir)).not.toContain('target')
  })

  it('moves what is there aside, and does so only if it is told to', async () => {
    await runTocsin('backup', backup, '--data', data)
    expect((await runTocsin('restore', backup, '--data', data)).code).toBe(1)
    const restored = await runTocsin('restore', backup, '--data', data, '--replace')
    expect(restored.code).toBe(0)
    expect(restored.lines.join()).toContain('revoke')
    const former = readdirSync(data).find(name => name.startsWith('replaced-'))
    expect(readdirSync(join(data, String(former)))).toContain('log')
  })
})

it('log restored begins an epoch where the folder was put back by other means', async () => {
  const before = readControl(data)
  expect((await runTocsin('log', 'restored', '--data', data)).code).toBe(0)
  const after = readControl(data)
  expect(after.epoch).not.toBe(before.epoch)
  expect(after.decoded.map(({ type }) => type)).toEqual(['log.restored'])
  expect(readdirSync(data)).not.toContain('views')
  const log = await openEmbeddedLog({ dataDir: data })
  expect(await log.epoch(topics.control)).toBe(after.epoch)
  await log.close()
})
