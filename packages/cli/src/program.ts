// `tocsin` as a program with the commands that it is given. It prints and exits only through its
// context, so that tests can run it.

import { Command } from 'commander'
import type { CommandContext } from './client/context.ts'
import { proposeSubcommands } from './terminal/unknown-subcommand.ts'

/** Adds commands to a program. */
export type AddCommands = (program: Command, context: CommandContext) => void

export function createProgram(context: CommandContext, add: AddCommands): Command {
  const program = new Command('tocsin')
    .description('Early warning for armed violence: reports in, escalation alerts out.')
    .exitOverride()
    // Options after a subcommand's name belong to the subcommand, even if the parent has one of
    // that name.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: text => context.output.line(text.trimEnd()),
      writeErr: text => context.output.note(text.trimEnd())
    })
    .showHelpAfterError('(see tocsin --help)')
  add(program, context)
  proposeSubcommands(program)
  return program
}
