// All commands of `tocsin`, in the order of the help.

import type { Command } from 'commander'
import type { CommandContext } from '../client/context.ts'
import { addApiCommand } from './api-command.ts'
import { addBacktestCommand } from './backtest-command.ts'
import { addBackupCommands } from './backup-command.ts'
import { addBenchCommand } from './bench-command.ts'
import { addCanaryCommand } from './canary-command.ts'
import { addExportCommand } from './export-command.ts'
import { addFollowCommands } from './follow-commands.ts'
import { addHostCommands } from './host-commands.ts'
import { addImportCommand } from './import-command.ts'
import { addLogCommand } from './log-command.ts'
import { addManageCommands } from './manage-commands.ts'
import { addRemovedCommands } from './removed-commands.ts'
import { addReports } from './report-commands.ts'
import { addRuleCommands } from './rule-commands.ts'

export function addEveryCommand(program: Command, context: CommandContext): void {
  addHostCommands(program, context)
  addImportCommand(program, context)
  addBacktestCommand(program, context)
  addFollowCommands(program, context)
  addCanaryCommand(program, context)
  addExportCommand(program, context)
  addManageCommands(program, context)
  addReports(program, context)
  addApiCommand(program, context)
  addRuleCommands(program, context)
  addBackupCommands(program, context)
  addLogCommand(program, context)
  addBenchCommand(program, context)
  addRemovedCommands(program)
}
