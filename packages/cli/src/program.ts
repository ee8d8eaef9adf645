// All commands of `tocsin` as one program. It prints and exits only through its context, so that tests can run it.

import { Command } from 'commander'
import type { CommandContext } from './client/context.ts'
import { addBacktestCommand } from './commands/backtest-command.ts'
import { addBenchCommand } from './commands/bench-command.ts'
import { addExportCommand } from './commands/export-command.ts'
import { addFollowCommands } from './commands/follow-commands.ts'
import { addHostCommands } from './commands/host-commands.ts'
import { addImportCommand } from './commands/import-command.ts'
import { addLogCommand } from './commands/log-command.ts'
import { addManageCommands } from './commands/manage-commands.ts'
import { addOperateCommands } from './commands/operate-commands.ts'
import { addPolicyCommands } from './commands/policy-commands.ts'
import { addProtectionCommands } from './commands/protection-commands.ts'
import { addDispositions, addResponseTimes } from './commands/response-commands.ts'
import { addRuleCommands } from './commands/rule-commands.ts'
import { proposeSubcommands } from './terminal/unknown-subcommand.ts'

export function createProgram(context: CommandContext): Command {
  const program = new Command('tocsin')
    .description('Early warning for armed violence: reports in, escalation alerts out.')
    .exitOverride()
    // Options after a subcommand's name belong to the subcommand, even if the parent has one of that name.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: text => context.output.line(text.trimEnd()),
      writeErr: text => context.output.note(text.trimEnd())
    })
    .showHelpAfterError('(see tocsin --help)')
  addHostCommands(program, context)
  addImportCommand(program, context)
  addBacktestCommand(program, context)
  addFollowCommands(program, context)
  addExportCommand(program, context)
  addOperateCommands(program, context)
  addResponseTimes(program, context)
  addDispositions(program, context)
  addManageCommands(program, context)
  addRuleCommands(program, context)
  addPolicyCommands(program, context)
  addProtectionCommands(program, context)
  addLogCommand(program, context)
  addBenchCommand(program, context)
  proposeSubcommands(program)
  return program
}
