// `tocsin backup`: a consistent copy of a data folder while its suite runs. The log is the truth;
// what is computed from it is left out. Written under another name, then renamed: an interrupted
// backup is never taken for a whole one.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Clock } from '@tocsin/domain/ports'
import { replaceFile } from '@tocsin/event-log/embedded/checkpoint/whole-file'
import { copyLogFile } from '@tocsin/event-log/embedded/copied-log'
import { logFile } from '@tocsin/event-log/embedded/embedded-log'
import { LogReader } from '@tocsin/event-log/embedded/log-reader'
import { checkNoRestore } from '@tocsin/host/suite/restored-folder'
import { CommandError } from '../terminal/output.ts'
import {
  type BackupManifest,
  describeFile,
  isSecret,
  type LastBackup,
  lastBackupName,
  listOwnFiles,
  manifestFormat,
  manifestName,
  syncPath
} from './backup-files.ts'

export interface BackupOptions {
  readonly dataDir: string
  readonly target: string
  /** Where the keys go: into the backup, nowhere, or into a folder of their own. */
  readonly keys: 'included' | 'left-out' | { readonly folder: string }
  readonly version: string
  readonly clock: Clock
}

/** Resolves with the manifest once the backup is on disk under its name. Rejects with CommandError. */
export async function takeBackup(options: BackupOptions): Promise<BackupManifest> {
  const { dataDir, keys, version, clock } = options
  const target = resolve(options.target)
  if (!existsSync(logFile(dataDir)))
    throw new CommandError(
      `there is no log in ${dataDir}. A log in Kafka is backed up by its brokers, or copied: tocsin log copy`
    )
  checkNoRestore(dataDir)
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new CommandError(`${target} is not empty: name a folder that does not exist yet`)
  const part = join(dirname(target), `${basename(target)}.part`)
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true, mode: 0o700 })
  const takenAt = new Date(clock.nowMs()).toISOString()
  await copyLogFile(dataDir, part)
  const paths = ['log/log.sqlite', ...copyOwnFiles(dataDir, part, keys)]
  const files = []
  for (const path of paths) {
    chmodSync(join(part, path), 0o600)
    syncPath(join(part, path))
    files.push(await describeFile(part, path))
  }
  const hasKeys = keys === 'included'
  const manifest = { format: manifestFormat, version, takenAt, ...readEnds(part), files, hasKeys }
  writeFileSync(join(part, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  for (const path of [manifestName, 'log', '.']) syncPath(join(part, path))
  if (existsSync(target)) rmSync(target, { recursive: true })
  renameSync(part, target)
  syncPath(dirname(target))
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const last: LastBackup = { takenAt, path: target, bytes }
  await replaceFile(join(dataDir, lastBackupName), `${JSON.stringify(last)}\n`)
  return manifest
}

/** Returns those in the backup itself. */
function copyOwnFiles(
  dataDir: string,
  part: string,
  keys: BackupOptions['keys']
): readonly string[] {
  const names = listOwnFiles(dataDir)
  const own = names.filter(name => keys === 'included' || !isSecret(name))
  for (const name of own) copyFileSync(join(dataDir, name), join(part, name))
  if (typeof keys === 'object') {
    mkdirSync(keys.folder, { recursive: true, mode: 0o700 })
    for (const name of names.filter(isSecret)) {
      const copy = join(keys.folder, name)
      copyFileSync(join(dataDir, name), copy)
      chmodSync(copy, 0o600)
      syncPath(copy)
    }
  }
  return own
}

function readEnds(folder: string) {
  const reader = new LogReader(folder)
  try {
    const ends = reader
      .topics()
      .map(topic => [topic, reader.state(topic).map(({ end }) => String(end))] as const)
    return { epoch: reader.identity.epoch, ends: Object.fromEntries(ends) }
  } finally {
    reader.close()
  }
}
