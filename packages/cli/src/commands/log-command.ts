// log inspect and log verify: what a data folder's log holds, and whether it is whole. What they find is log-commands.ts.

import type { Command } from 'commander'
import { exitCodeOf, inspectLog, renderInspection, renderVerification, verifyLog } from '../log-commands.ts'
import { createProgress } from '../progress.ts'
import type { CommandContext } from './context.ts'

interface LogOptions {
  readonly data?: string
  readonly json?: boolean
}

export function addLogCommand(program: Command, context: CommandContext): void {
  const log = program.command('log').description('look into the log of a data folder, also while a suite is running on it')
  logOptions(log.command('inspect').description('what the log holds, and how far its readers are')).action(
    async (options: LogOptions) => {
      const inspection = await inspectLog(dataDirOf(options, context))
      context.output.line(options.json ? JSON.stringify(inspection) : renderInspection(inspection))
      context.exitWith(exitCodeOf(inspection))
    }
  )
  logOptions(
    log.command('verify').description('read every record and check it: exit 1 when something is wrong, and where')
  ).action(async (options: LogOptions) => {
    const progress = createProgress(context.output.isTerminal && !options.json, text => context.output.line(text))
    const verification = await verifyLog(dataDirOf(options, context), (done, total, where) => progress.at(done, total, where))
    progress.end()
    context.output.line(options.json ? JSON.stringify(verification) : renderVerification(verification))
    context.exitWith(exitCodeOf(verification))
  })
}

function logOptions(command: Command): Command {
  return command.option('--data <dir>', 'data folder (default ./data)').option('--json', 'print JSON for machines')
}

function dataDirOf({ data }: LogOptions, { env }: CommandContext): string {
  return data ?? env.TOCSIN_DATA ?? './data'
}
