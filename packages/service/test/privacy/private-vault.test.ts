import { randomBytes } from 'node:crypto'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import type { Random } from '@tocsin/domain/ports'
import { MemoryLog, type MemoryLogHooks, MemoryStore } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeDataKey, openTexts, sealTexts } from '../../src/privacy/private-sealing.ts'
import { PrivateVault } from '../../src/privacy/private-vault.ts'
import { secretsFrom } from '../../src/privacy/secrets.ts'
import { createLogger } from '../../src/telemetry/logger.ts'

const random: Random = {
  bytes: length => new Uint8Array(randomBytes(length)),
  next: () => Math.random()
}
const logger = createLogger({ level: 'silent', name: 'test' })
const secrets = secretsFrom(new Uint8Array(32).fill(7), 'tk_owner-key-of-the-tests-0123456789')
const texts: PrivateTexts = {
  narrative: 'Told in confidence.',
  links: ['https://wire.example/1'],
  persons: [{ name: 'A. Person', aliases: [], role: 'captured', kind: null }]
}
const reportId = 'r'.repeat(32)
const sealBy = async (vault: PrivateVault) => (await vault.makeKey(reportId)).seal(texts)
const vaultOn = async (
  store: MemoryStore,
  hooks: MemoryLogHooks = {},
  held = secrets,
  like: 'embedded' | 'kafka' = 'embedded'
) => {
  const log = new MemoryLog({ hooks, like }, store)
  const vault = new PrivateVault({ log, clock: systemClock, random, secrets: held, logger })
  await vault.start()
  return closedAfterTest(vault)
}

describe('PrivateVault', () => {
  it('opens what it sealed, in any process, also after a restart', async () => {
    const store = new MemoryStore()
    const [intake, reader] = [await vaultOn(store), await vaultOn(store)]
    const sealed = await sealBy(intake)
    const later = await vaultOn(store)
    expect(intake.open(reportId, sealed)).toEqual({ kind: 'opened', texts })
    expect(later.open(reportId, sealed)).toEqual({ kind: 'opened', texts })
    await expect.poll(() => reader.open(reportId, sealed)).toEqual({ kind: 'opened', texts })
  })

  it('seals all revisions of a report under one key, and equal texts to different bytes', async () => {
    const vault = await vaultOn(new MemoryStore())
    const [one, other] = [await sealBy(vault), await sealBy(vault)]
    expect(one.keyId).toBe(other.keyId)
    expect(one.ciphertext).not.toBe(other.ciphertext)
    expect(vault.computeDigests(reportId, '{}').size).toBe(1)
  })

  it('makes erased texts unreadable everywhere, and seals later ones under another key', async () => {
    const store = new MemoryStore()
    const [vault, reader] = [await vaultOn(store), await vaultOn(store)]
    const sealed = await sealBy(vault)
    expect(await vault.erase(reportId)).toBe(true)
    expect(vault.open(reportId, sealed)).toEqual({ kind: 'erased' })
    expect((await vaultOn(store)).open(reportId, sealed)).toEqual({ kind: 'erased' })
    await expect.poll(() => reader.open(reportId, sealed)).toEqual({ kind: 'erased' })
    const again = await sealBy(vault)
    expect(again.keyId).not.toBe(sealed.keyId)
    expect(vault.open(reportId, again).kind).toBe('opened')
    expect(vault.open(reportId, sealed)).toEqual({ kind: 'erased' })
  })

  it('erases nothing if that cannot be recorded first, and records nothing if there is nothing to erase', async () => {
    const vault = await vaultOn(new MemoryStore())
    const noted: string[] = []
    expect(await vault.erase(reportId, async () => noted.push('nothing'))).toBe(false)
    const sealed = await sealBy(vault)
    await expect(vault.erase(reportId, () => Promise.reject(new Error('away')))).rejects.toThrow(
      'away'
    )
    expect(vault.open(reportId, sealed)).toEqual({ kind: 'opened', texts })
    expect(
      await vault.erase(reportId, async () => noted.push(vault.open(reportId, sealed).kind))
    ).toBe(true)
    expect(noted).toEqual(['opened'])
  })

  it('opens nothing with the secret of another suite', async () => {
    const store = new MemoryStore()
    const sealed = await sealBy(await vaultOn(store))
    const stranger = await vaultOn(
      store,
      {},
      secretsFrom(new Uint8Array(32).fill(8), 'tk_owner-key-of-the-tests-0123456789')
    )
    expect(stranger.open(reportId, sealed)).toEqual({ kind: 'unreadable' })
  })
})

describe('several vaults on one log', () => {
  const sharedVault = (store: MemoryStore, hooks: MemoryLogHooks = {}) =>
    vaultOn(store, hooks, secrets, 'kafka')
  const stored = async (store: MemoryStore) => {
    const log = new MemoryLog({ like: 'kafka' }, store)
    const pages = (await log.state(topics.keys)).map(({ partition }) =>
      log.read(topics.keys, partition, 0n, { recordsMax: 100, bytesMax: 1e6 })
    )
    return (await Promise.all(pages)).flatMap(page => page.records)
  }

  it('that request the key of one report concurrently get the same, whichever created it first', async () => {
    for (const partitions of [1, 3, 12]) {
      const store = new MemoryStore({ partitions })
      const vaults = await Promise.all([1, 2, 3].map(() => sharedVault(store)))
      const sealed = await Promise.all(vaults.map(vault => sealBy(vault)))
      expect(new Set(sealed.map(s => s.keyId)).size).toBe(1)
      const keys = await Promise.all(vaults.map(vault => vault.makeKey(reportId)))
      expect(new Set(keys.map(key => key.digest('said'))).size).toBe(1)
      const later = await sharedVault(store)
      for (const vault of [...vaults, later])
        for (const one of sealed) expect(vault.open(reportId, one).kind).toBe('opened')
    }
  })

  it('erase every key of a report, whoever created it, and never seal with an erased one', async () => {
    const store = new MemoryStore({ partitions: 3 })
    const [one, other] = [await sharedVault(store), await sharedVault(store)]
    const sealed = await Promise.all([sealBy(one), sealBy(other)])
    expect(await other.erase(reportId)).toBe(true)
    expect((await stored(store)).every(record => record.value === null)).toBe(true)
    const again = await sealBy(one)
    for (const { keyId } of sealed) expect(again.keyId).not.toBe(keyId)
    const later = await sharedVault(store)
    for (const vault of [one, later])
      for (const s of sealed) expect(vault.open(reportId, s)).toEqual({ kind: 'erased' })
    expect(later.open(reportId, again).kind).toBe('opened')
  })

  it('erase again a key that is recreated after its erasure', async () => {
    const store = new MemoryStore()
    const vault = await sharedVault(store)
    const sealed = await sealBy(vault)
    const [created] = await stored(store)
    await vault.erase(reportId)
    const late = new MemoryLog({ like: 'kafka' }, store)
    await late.append(topics.keys, [created as NonNullable<typeof created>])
    await expect
      .poll(() => stored(store).then(records => records.map(record => record.value)))
      .toEqual([null])
    expect(vault.open(reportId, sealed)).toEqual({ kind: 'erased' })
    expect((await sharedVault(store)).open(reportId, sealed)).toEqual({ kind: 'erased' })
  })
})

describe('sealing', () => {
  it('binds texts to their report and key: nothing opens as another, and no changed byte is accepted', () => {
    const { keyId, dataKey } = makeDataKey(random)
    const sealed = sealTexts(dataKey, reportId, keyId, texts, random)
    expect(openTexts(dataKey, reportId, sealed)).toEqual(texts)
    expect(openTexts(dataKey, 'another', sealed)).toBeNull()
    expect(openTexts(dataKey, reportId, { ...sealed, keyId: 'another' })).toBeNull()
    fc.assert(
      fc.property(fc.constantFrom('iv', 'ciphertext', 'tag'), fc.nat(), (part, at) => {
        const bytes = Buffer.from(sealed[part as 'iv'], 'base64')
        const i = at % bytes.length
        bytes[i] = (bytes[i] as number) ^ 1
        expect(
          openTexts(dataKey, reportId, { ...sealed, [part]: bytes.toString('base64') })
        ).toBeNull()
      })
    )
  })
})
