// backup, restore, log restored: copies of a data folder, and the new epoch of one that an older
// copy took the place of. The work is in backup/.

import { systemClock } from '@tocsin/service/process/clock'
import type { Command } from 'commander'
import packageFile from '../../package.json' with { type: 'json' }
import { beginEpoch } from '../backup/begin-epoch.ts'
import { restoreBackup } from '../backup/restore-backup.ts'
import { takeBackup } from '../backup/take-backup.ts'
import { type CommandContext, print } from '../client/context.ts'

interface FolderOptions {
  readonly data?: string
  readonly json?: boolean
}

interface BackupOptions extends FolderOptions {
  /** A folder, or false for `--no-keys`. */
  readonly keys?: string | boolean
}

interface RestoreOptions extends FolderOptions {
  readonly keys?: string
  readonly replace?: boolean
}

export function addBackupCommands(program: Command, context: CommandContext): void {
  folderOptions(
    program
      .command('backup <dir>')
      .description('copy the data folder into a new folder, while the suite runs')
  )
    .option('--keys <dir>', 'put master.key and owner.key into a folder of their own')
    .option('--no-keys', 'leave the keys out')
    .action((target: string, options: BackupOptions) => backup(target, options, context))
  folderOptions(
    program
      .command('restore <dir>')
      .description('put a backup into an empty data folder; a new epoch of the log begins')
  )
    .option('--keys <dir>', 'folder of master.key and owner.key, if the backup has none')
    .option('--replace', 'move the present content of the data folder aside')
    .action((source: string, options: RestoreOptions) => restore(source, options, context))
}

export function addRestoredCommand(log: Command, context: CommandContext): void {
  folderOptions(
    log
      .command('restored')
      .description(
        'begin a new epoch of a log whose folder was put back from an older copy by other means, before it starts'
      )
  ).action(async (options: FolderOptions) => {
    const begun = await beginEpoch({
      dataDir: findFolder(options, context),
      takenAt: null,
      env: context.env,
      clock: systemClock
    })
    print(context, options, begun, () => describeEpoch(begun))
  })
}

async function backup(
  target: string,
  options: BackupOptions,
  context: CommandContext
): Promise<void> {
  const { keys = true } = options
  const dataDir = findFolder(options, context)
  const manifest = await takeBackup({
    dataDir,
    target,
    keys: typeof keys === 'string' ? { folder: keys } : keys ? 'included' : 'left-out',
    version: packageFile.version,
    clock: systemClock
  })
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  const keyWords = manifest.hasKeys
    ? 'with the keys: keep it as safe as the data folder'
    : typeof keys === 'string'
      ? `the keys are in ${keys}`
      : 'without keys: it cannot be read without master.key'
  print(context, options, manifest, () => [
    `${target}: ${bytes} bytes, as of ${manifest.takenAt}, ${keyWords}`
  ])
}

async function restore(
  source: string,
  options: RestoreOptions,
  context: CommandContext
): Promise<void> {
  const outcome = await restoreBackup({
    source,
    dataDir: findFolder(options, context),
    replace: options.replace === true,
    keys: options.keys ?? null,
    env: context.env,
    clock: systemClock
  })
  print(context, options, outcome, () => [
    `${outcome.dataDir}: ${outcome.bytes} bytes restored`,
    ...describeEpoch(outcome),
    ...(outcome.former === null
      ? []
      : [`the former content is in ${outcome.former}: delete it when you no longer need it`])
  ])
}

function describeEpoch({ epoch, takenAt }: { epoch: string; takenAt: string | null }): string[] {
  return [
    `a new epoch begins: ${epoch}. What came after ${takenAt ?? 'the copy'} is lost; send those reports again`,
    'webhooks count from 1 again, and state each open alert again',
    'keys revoked and private texts erased since the copy are back: revoke and erase them again'
  ]
}

function folderOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'the data folder (default ./data)')
    .option('--json', 'print JSON for machines')
}

function findFolder({ data }: FolderOptions, { env }: CommandContext): string {
  return data ?? env.TOCSIN_DATA ?? './data'
}
