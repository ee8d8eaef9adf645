// The two root secrets of a data folder: the master secret (sealing, cursors, sessions) and the
// owner's key (full access). Created once, stored with mode 0600, never logged.

import { createHash, createHmac, hkdfSync } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import type { Random } from '@tocsin/domain/ports'
import { quoteWord } from '../process/shell-word.ts'

export const secretPurposes = [
  // HMACs of names and texts; ids and hashes of reports; data keys of `private`.
  ...(['persons', 'reports', 'wrap'] as const),
  // Cursors; cookies; webhook secrets; one-use tickets; the suite's signing keys.
  ...(['cursor', 'session', 'subscriptions', 'ticket', 'webhook-keys', 'cap-address'] as const),
  // What a browser keeps of a sign-in by the identity provider; links by which partners answer;
  // secrets that a repeated request makes again.
  ...(['identity', 'answer', 'retry'] as const)
]
export type SecretPurpose = (typeof secretPurposes)[number]

export interface Secrets {
  readonly ownerKey: string
  /**
   * A fingerprint of the master secret that reveals no more about it, 64 hex digits: may be stored
   * in the open.
   */
  readonly fingerprint: string
  /**
   * 32 bytes for one purpose, derived deterministically. The secrets for one purpose do not reveal
   * another's.
   */
  derive(purpose: SecretPurpose): Buffer
}

/** The secrets cannot be used; the data folder is unchanged. */
export class SecretsError extends Error {
  override readonly name = 'SecretsError'
  readonly retryable = false
  readonly code

  constructor(
    code:
      | 'data-folder-open'
      | 'master-key-malformed'
      | 'master-key-mismatch'
      | 'master-key-missing'
      | 'owner-key-weak'
      | 'owner-key-malformed',
    message: string
  ) {
    super(message)
    this.code = code
  }
}

export interface SecretsOptions {
  readonly dataDir: string
  /** From the configuration; null = created and stored in the folder. */
  readonly ownerKey: string | null
  /** From the configuration, base64 or hex of 32 bytes; null = created and stored in the folder. */
  readonly masterKey: string | null
  /**
   * True if the folder has a log: then its master secret is not made anew. Whether it is the right
   * one, the log knows (log-claim.ts). Default false.
   */
  readonly hasLog?: boolean
  /**
   * True if only this machine can reach the suite: then a short owner key chosen by the operator is
   * allowed, with a warning.
   */
  readonly loopbackOnly: boolean
  /** True if the group of the folder may enter it, as with volumes of Kubernetes. Default false. */
  readonly groupMayEnter?: boolean
  readonly random: Random
  readonly warn: (message: string) => void
}

const masterBytes = 32
/** A shorter owner key could be guessed. Characters. */
export const ownerKeyLengthMin = 24

/**
 * Opens the secrets of a data folder and creates missing ones. Concurrent starts get the same.
 * Throws SecretsError if a given key is unusable or the one of a log is missing, or if others can
 * read the folder.
 */
export function openSecrets(options: SecretsOptions): Secrets {
  closeFolder(options.dataDir, options.groupMayEnter === true)
  return secretsFrom(readMaster(options), readOwnerKey(options))
}

/** An empty file system has it. */
const ofFileSystem = 'lost+found'

/**
 * Creates a missing folder. An empty one that others can enter is closed; one with data is refused,
 * as others may have read them. Source: operations.md#the-data-folder.
 */
function closeFolder(dataDir: string, groupMayEnter: boolean): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const isOpen = () =>
    process.platform !== 'win32' && (statSync(dataDir).mode & (groupMayEnter ? 0o007 : 0o077)) !== 0
  if (!isOpen()) return
  const isOwn = statSync(dataDir).uid === process.getuid?.() || process.getuid?.() === 0
  if (isOwn && readdirSync(dataDir).every(name => name === ofFileSystem)) {
    try {
      chmodSync(dataDir, 0o700)
    } catch (error) {
      // A file system without its own permissions: the refusal explains what to do.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
    }
    if (!isOpen()) return
  }
  throw new SecretsError('data-folder-open', describeOpenFolder(dataDir, isOwn))
}

function describeOpenFolder(dataDir: string, isOwn: boolean): string {
  const { mode, gid } = statSync(dataDir)
  const isOfGroup = (mode & 0o007) === 0
  const who = isOfGroup ? `group ${gid}` : 'every user of this machine'
  const ways = [
    isOwn && `close it with \`chmod 700 ${quoteWord(dataDir)}\``,
    isOfGroup &&
      'set TOCSIN_DATA_GROUP_MAY_ENTER=true if that group has no other members, as with `fsGroup` of Kubernetes',
    `name a folder inside it (--data ${quoteWord(join(dataDir, 'tocsin'))}), which is created closed`
  ]
  return `${who} can enter the data folder ${dataDir}: ${ways.filter(Boolean).join('; or ')}`
}

/** Secrets from values, for tests and simulations. */
export function secretsFrom(master: Uint8Array, ownerKey: string): Secrets {
  const derived = new Map(
    secretPurposes.map(purpose => [
      purpose,
      Buffer.from(hkdfSync('sha256', master, 'tocsin', `tocsin/v1/${purpose}`, 32))
    ])
  )
  const fingerprint = createHmac('sha256', master).update('tocsin/v1/fingerprint').digest('hex')
  // Not enumerable, so that no log line or error can include them by accident.
  return Object.defineProperties({} as Secrets, {
    ownerKey: { value: ownerKey },
    fingerprint: { value: fingerprint },
    derive: { value: (purpose: SecretPurpose) => Buffer.from(derived.get(purpose)!) }
  })
}

function readMaster(options: SecretsOptions): Buffer {
  const { dataDir, masterKey, hasLog = false, random } = options
  const file = join(dataDir, 'master.key')
  if (masterKey !== null) return decodeMaster(masterKey, 'the master key of the configuration')
  // A new key would open no data, and take the place of the one that is missing.
  if (hasLog && readIfThere(file) === null)
    throw new SecretsError(
      'master-key-missing',
      `${file} is missing, and the data folder has a log that was created with one: restore it, or give the TOCSIN_MASTER_KEY that it was created with. No other was made`
    )
  const make = () => Buffer.from(random.bytes(masterBytes)).toString('base64')
  return decodeMaster(keptText(file, make, options), file)
}

function decodeMaster(text: string, where: string): Buffer {
  const hex = /^[0-9a-fA-F]{64}$/.test(text)
  const master = Buffer.from(text, hex ? 'hex' : 'base64')
  const wellFormed = hex || /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
  if (wellFormed && master.length === masterBytes) return master
  throw new SecretsError('master-key-malformed', `${where} is not 32 bytes in base64 or hex`)
}

function readOwnerKey(options: SecretsOptions): string {
  const { dataDir, ownerKey, loopbackOnly, random, warn } = options
  const file = join(dataDir, 'owner.key')
  const make = () => `tk_${Buffer.from(random.bytes(32)).toString('base64url')}`
  const key = ownerKey ?? keptText(file, make, options)
  if (!/^[\x21-\x7e]{1,1024}$/.test(key))
    throw new SecretsError(
      'owner-key-malformed',
      'the owner key must be printable ASCII without spaces'
    )
  if (key.length >= ownerKeyLengthMin) return key
  const advice = `the owner key has fewer than ${ownerKeyLengthMin} characters and could be guessed`
  if (!loopbackOnly)
    throw new SecretsError(
      'owner-key-weak',
      `${advice}: refused on an address that others can reach`
    )
  warn(advice)
  return key
}

/**
 * The content of a secret file, created if it is missing. Of concurrent creators the second reads
 * the first one's file, always whole.
 */
function keptText(
  file: string,
  make: () => string,
  { warn, groupMayEnter = false }: SecretsOptions
): string {
  const found = readIfThere(file)
  if (found === null) createOnce(file, make())
  closeToOthers(file, groupMayEnter, warn)
  return (readIfThere(file) ?? '').trim()
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Writes a file atomically: a hard link fails if the name is taken, and never shows a half-written
 * file.
 */
function createOnce(file: string, content: string): void {
  const mark = createHash('sha256').update(content).digest('hex').slice(0, 8)
  const temporary = `${file}.${process.pid}.${mark}.tmp`
  writeFileSync(temporary, `${content}\n`, { flag: 'wx', mode: 0o600, flush: true })
  try {
    linkSync(temporary, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
  if (process.platform === 'win32') return
  const folder = openSync(join(file, '..'), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Removes other users' permissions and warns: they may have read the secret already. */
function closeToOthers(
  file: string,
  groupMayEnter: boolean,
  warn: (message: string) => void
): void {
  const others = groupMayEnter ? 0o007 : 0o077
  if (process.platform === 'win32' || (statSync(file).mode & others) === 0) return
  chmodSync(file, 0o600)
  const closed = (statSync(file).mode & 0o077) === 0
  warn(
    `${file} was readable by others${closed ? ' and no longer is' : ' and this file system cannot prevent it'}: consider creating a new one`
  )
}
