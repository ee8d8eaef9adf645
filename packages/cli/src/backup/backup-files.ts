// What a backup consists of, and the manifest by which a whole one is told from a damaged one.

import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CommandError } from '../terminal/output.ts'

export const manifestName = 'manifest.json'
export const manifestFormat = 1

export interface BackupManifest {
  readonly format: number
  /** Of Tocsin. */
  readonly version: string
  /** The moment of the copy, ISO 8601: what was acknowledged before it is in it. */
  readonly takenAt: string
  readonly epoch: string
  /** By topic, the end of each partition; decimal digits. */
  readonly ends: Readonly<Record<string, readonly string[]>>
  readonly files: readonly {
    readonly path: string
    readonly bytes: number
    readonly sha256: string
  }[]
  /** False: the keys are elsewhere, and a restore needs them. */
  readonly hasKeys: boolean
}

/** In a data folder: when it was backed up last. Its age is a metric. */
export const lastBackupName = 'last-backup.json'

export interface LastBackup {
  /** The moment of the copy, ISO 8601. */
  readonly takenAt: string
  /** Where it was written, an absolute path. */
  readonly path: string
  readonly bytes: number
}

const secretNames: readonly string[] = ['master.key', 'owner.key']

export function isSecret(name: string): boolean {
  return secretNames.includes(name)
}

/** Files of a data folder that belong into a backup beside the log. */
export function listOwnFiles(dataDir: string): readonly string[] {
  return readdirSync(dataDir, { withFileTypes: true })
    .filter(entry => entry.isFile() && !/^scratch-|\.tmp$/.test(entry.name))
    .map(entry => entry.name)
    .filter(name => name !== lastBackupName && name !== manifestName)
    .sort()
}

export async function describeFile(folder: string, path: string) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(folder, path)), hash)
  return { path, bytes: statSync(join(folder, path)).size, sha256: hash.digest('hex') }
}

/** The manifest of a backup whose files are all as they were written. Rejects with CommandError. */
export async function readWholeBackup(folder: string): Promise<BackupManifest> {
  const manifest = readManifest(folder)
  for (const { path, bytes, sha256 } of manifest.files) {
    if (!isBackupPath(path))
      throw new CommandError(`${folder} is no backup of ours: its manifest names the file ${path}`)
    const found = lstatSync(join(folder, path), { throwIfNoEntry: false })
    if (found?.isFile() === false)
      throw new CommandError(`${join(folder, path)} is no regular file: use another backup`)
    if (found?.size !== bytes)
      throw new CommandError(
        `${join(folder, path)} is damaged: it has ${found?.size ?? 'no'} bytes instead of ${bytes}. Use another backup`
      )
    if ((await describeFile(folder, path)).sha256 !== sha256)
      throw new CommandError(
        `${join(folder, path)} is damaged: its content is not that of the backup. Use another backup`
      )
  }
  return manifest
}

/** A restore writes nowhere but into its own folder, whoever wrote the manifest. */
function isBackupPath(path: unknown): boolean {
  return typeof path === 'string' && /^(?:log\/log\.sqlite|(?!log$)[\w-][\w.-]*)$/.test(path)
}

function readManifest(folder: string): BackupManifest {
  const file = join(folder, manifestName)
  let manifest: BackupManifest
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as BackupManifest
  } catch (cause) {
    throw new CommandError(
      `${folder} is not a whole backup: ${file} cannot be read (${(cause as Error).message})`,
      { cause }
    )
  }
  if (manifest.format !== manifestFormat)
    throw new CommandError(
      `${file} has format ${manifest.format}; this version knows ${manifestFormat}`
    )
  return manifest
}

/** On disk under its name. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
