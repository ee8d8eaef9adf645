import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  openSecrets,
  type Secrets,
  type SecretsOptions,
  secretPurposes,
  secretsFrom
} from '../../src/privacy/secrets.ts'
import { systemRandom } from '../../src/process/clock.ts'

let dataDir: string
let warnings: string[]
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'))
  warnings = []
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const open = (given: Partial<SecretsOptions> = {}) =>
  openSecrets({
    dataDir,
    ownerKey: null,
    masterKey: null,
    loopbackOnly: true,
    random: systemRandom,
    warn: message => warnings.push(message),
    ...given
  })
const derived = (secrets: Secrets) =>
  secretPurposes.map(purpose => secrets.derive(purpose).toString('hex'))
const file = (name: string) => join(dataDir, name)
const mode = (name: string) => statSync(file(name)).mode & 0o777
const master = Buffer.alloc(32, 5)

describe('secrets of a data folder', () => {
  it('are created once, with mode 0600, and are the same at the next start', () => {
    const first = open()
    expect(readdirSync(dataDir).toSorted()).toEqual(['master.key', 'owner.key'])
    for (const name of readdirSync(dataDir)) expect([name, mode(name)]).toEqual([name, 0o600])
    expect(first.ownerKey).toMatch(/^tk_[A-Za-z0-9_-]{43}$/)
    const second = open()
    expect([second.ownerKey, ...derived(second)]).toEqual([first.ownerKey, ...derived(first)])
    expect(warnings).toEqual([])
  })

  it('create a missing folder, inaccessible to others', () => {
    open({ dataDir: join(dataDir, 'deep', 'data') })
    expect(statSync(join(dataDir, 'deep', 'data')).mode & 0o777).toBe(0o700)
  })

  it('close an empty folder that others can read, and refuse one with data, naming the command that closes it', () => {
    chmodSync(dataDir, 0o755)
    open()
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    for (const others of [0o750, 0o705, 0o711]) {
      chmodSync(dataDir, others)
      expect(() => open()).toThrow(
        expect.objectContaining({
          code: 'data-folder-open',
          message: expect.stringContaining(`chmod 700 ${dataDir}`)
        })
      )
    }
    chmodSync(dataDir, 0o700)
    expect(open().ownerKey).toMatch(/^tk_/)
  })

  it('close an empty volume, which has only lost+found', () => {
    mkdirSync(join(dataDir, 'lost+found'))
    chmodSync(dataDir, 0o2770)
    open()
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  })

  it('accept a folder that its group can enter where a setting says so, and name the setting elsewhere', () => {
    open()
    chmodSync(dataDir, 0o2770)
    expect(() => open()).toThrow(/group \d+ can enter .*TOCSIN_DATA_GROUP_MAY_ENTER=true/)
    expect(open({ groupMayEnter: true }).ownerKey).toMatch(/^tk_/)
    expect(statSync(dataDir).mode & 0o777).toBe(0o770)
    chmodSync(dataDir, 0o775)
    expect(() => open({ groupMayEnter: true })).toThrow(/every user of this machine can enter/)
  })

  it('differ by purpose and by master', () => {
    const all = [
      ...derived(secretsFrom(master, 'k')),
      ...derived(secretsFrom(Buffer.alloc(32, 6), 'k'))
    ]
    expect(new Set(all).size).toBe(2 * secretPurposes.length)
    expect(all.every(hex => hex.length === 64)).toBe(true)
  })

  it('stay the same in every version: data was sealed under them', () => {
    expect(secretsFrom(master, 'k').derive('persons').toString('hex')).toBe(
      '6046ecdd2ce5122ad0085cd6accc3f7ac36df3a8c576eb56884925884dc5b213'
    )
    expect(secretsFrom(master, 'k').derive('cursor').toString('hex')).toBe(
      'b209b5ef6723b6533d63844257d2066a68c895055dfca23672e01e766696be61'
    )
  })

  it('can be given in base64, base64url and hex, and are then not stored in the folder', () => {
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      const secrets = open({
        masterKey: master.toString(encoding),
        ownerKey: 'tk_given-by-the-operator-0123'
      })
      expect(derived(secrets)).toEqual(derived(secretsFrom(master, 'k')))
    }
    expect(readdirSync(dataDir)).toEqual([])
  })

  it.each([
    '',
    'short',
    `${master.toString('hex')}00`,
    master.toString('base64').slice(1),
    '*'.repeat(44)
  ])('refuses a master key of another form: %s', masterKey => {
    expect(() => open({ masterKey })).toThrow(
      expect.objectContaining({ code: 'master-key-malformed' })
    )
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('make no other master key beside a log whose own is missing or was not given', () => {
    for (let start = 0; start < 2; start++)
      expect(() => open({ hasLog: true })).toThrow(
        expect.objectContaining({
          code: 'master-key-missing',
          message: expect.stringMatching(/master\.key is missing.*restore it/)
        })
      )
    expect(readdirSync(dataDir)).toEqual([])
    open()
    expect(derived(open({ hasLog: true }))).toEqual(derived(open()))
  })

  it('refuse a damaged key file instead of creating another key', () => {
    open()
    writeFileSync(file('master.key'), 'damaged')
    expect(() => open()).toThrow(expect.objectContaining({ code: 'master-key-malformed' }))
    expect(readFileSync(file('master.key'), 'utf8')).toBe('damaged')
  })

  it('remove permissions that a copied folder gave to others, and warn', () => {
    open()
    chmodSync(file('master.key'), 0o644)
    open()
    expect(mode('master.key')).toBe(0o600)
    expect(warnings).toEqual([
      expect.stringContaining('master.key was readable by others and no longer is')
    ])
  })

  it('warn of an owner key that could be guessed, and refuse it if others can reach the suite', () => {
    expect(open({ ownerKey: 'short' }).ownerKey).toBe('short')
    expect(warnings).toEqual([expect.stringContaining('fewer than 24 characters')])
    expect(() => open({ ownerKey: 'short', loopbackOnly: false })).toThrow(
      expect.objectContaining({ code: 'owner-key-weak' })
    )
  })

  it('do not appear in logs, errors or inspections', () => {
    const secrets = open()
    const shown = [
      JSON.stringify(secrets),
      inspect(secrets, { depth: 9 }),
      JSON.stringify({ ...secrets }),
      String(secrets)
    ].join()
    expect(shown).not.toContain(secrets.ownerKey)
  })
})
