// `tocsin restore`: puts a backup into a data folder, with a new epoch. Everything is prepared in a
// folder inside; while that folder is there no suite starts, so that a restore that was interrupted
// is run again and never mistaken for an empty or a mixed folder.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '@tocsin/domain/ports'
import { logFile } from '@tocsin/event-log/embedded/embedded-log'
import { restoringName } from '@tocsin/host/suite/restored-folder'
import { releaseRoles, takeRoles } from '@tocsin/host/suite/suite-log'
import { CommandError } from '../terminal/output.ts'
import { isSecret, readWholeBackup, syncPath } from './backup-files.ts'
import { type BegunEpoch, beginEpoch } from './begin-epoch.ts'

export interface RestoreOptions {
  readonly source: string
  readonly dataDir: string
  readonly replace: boolean
  /** Folder of the keys, if the backup has none. */
  readonly keys: string | null
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
}

export interface RestoreOutcome extends BegunEpoch {
  readonly dataDir: string
  readonly bytes: number
  /** Where the former content is now; null: there was none. */
  readonly former: string | null
}

/** Written once the prepared folder is whole: from then on the old content is moved away. */
const readyName = 'ready'
/** What a disk or an orchestrator puts into an empty folder. */
const foreignNames: ReadonlySet<string> = new Set(['lost+found', restoringName])

/** Rejects with CommandError, with `owner-present` while a suite runs, and with the log's errors. */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreOutcome> {
  const { source, dataDir, replace, env, clock } = options
  const manifest = await readWholeBackup(source)
  if (options.keys !== null && !existsSync(join(options.keys, 'master.key')))
    throw new CommandError(`${options.keys} has no master.key: give its folder with --keys`)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const restoring = join(dataDir, restoringName)
  // The one that was interrupted was allowed to replace what is there.
  const isAgain = existsSync(join(restoring, readyName))
  checkTarget(dataDir, replace || isAgain)
  checkAlone(dataDir)
  const keysIn = options.keys ?? (manifest.hasKeys ? source : null)
  // Those of the present folder stay; an interrupted restore may have moved some of them.
  const keys = readKeys(keysIn === null ? [restoring, dataDir].filter(existsSync) : [keysIn])
  rmSync(restoring, { recursive: true, force: true })
  mkdirSync(join(restoring, 'log'), { recursive: true, mode: 0o700 })
  for (const { path } of manifest.files)
    if (!isSecret(path)) copyWhole(join(source, path), join(restoring, path))
  for (const [name, key] of keys) {
    writeFileSync(join(restoring, name), key, { mode: 0o600 })
    syncPath(join(restoring, name))
  }
  const begun = await beginEpoch({ dataDir: restoring, takenAt: manifest.takenAt, env, clock })
  for (const name of readdirSync(join(restoring, 'log')))
    if (name.startsWith('role-')) rmSync(join(restoring, 'log', name))
  writeFileSync(join(restoring, readyName), '')
  for (const path of [readyName, 'log', '.']) syncPath(join(restoring, path))
  const former = moveAway(dataDir, begun.restoredAt)
  for (const name of readdirSync(restoring))
    if (name !== readyName) renameSync(join(restoring, name), join(dataDir, name))
  syncPath(dataDir)
  rmSync(restoring, { recursive: true })
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  return { ...begun, dataDir, bytes, former }
}

function checkTarget(dataDir: string, mayReplace: boolean): void {
  const found = readdirSync(dataDir).filter(name => !foreignNames.has(name))
  if (found.length === 0 || mayReplace) return
  throw new CommandError(
    `${dataDir} is not empty (${found.slice(0, 3).join(', ')}): name another folder with --data, or give --replace, which moves its content aside`
  )
}

/** Throws `owner-present`. */
function checkAlone(dataDir: string): void {
  if (existsSync(dirname(logFile(dataDir))))
    releaseRoles(takeRoles(dataDir, ['intake', 'rules', 'notifier']))
}

/** By name; of two with one name that of the last folder. */
function readKeys(folders: readonly string[]): ReadonlyMap<string, Buffer> {
  return new Map(
    folders
      .flatMap(folder => readdirSync(folder).map(name => ({ name, path: join(folder, name) })))
      .filter(({ name }) => isSecret(name))
      .map(({ name, path }) => [name, readFileSync(path)])
  )
}

function copyWhole(from: string, to: string): void {
  copyFileSync(from, to)
  // A copy that came over another file system or an archive may be readable by everybody.
  chmodSync(to, 0o600)
  syncPath(to)
}

/** Returns where it is now; null if there was nothing. */
function moveAway(dataDir: string, at: string): string | null {
  const names = readdirSync(dataDir).filter(
    name => !foreignNames.has(name) && !name.startsWith('replaced-')
  )
  if (names.length === 0) return null
  const former = join(dataDir, `replaced-${at.replaceAll(':', '')}`)
  mkdirSync(former, { mode: 0o700 })
  for (const name of names) renameSync(join(dataDir, name), join(former, name))
  return former
}
