// A subcommand that there is none of, where the command lists without one: what is typed would be
// taken for an argument of the list, and refused with a misleading message.

import { suggestion } from '@tocsin/service/settings/settings'
import type { Command } from 'commander'

/** Makes every command with subcommands propose the one that may have been meant. */
export function proposeSubcommands(program: Command): void {
  for (const command of program.commands) {
    proposeSubcommands(command)
    if (command.commands.length === 0) continue
    command.hook('preSubcommand', (parent, subcommand) => {
      const [typed] = parent.args
      if (typed === undefined || typed.startsWith('-') || subcommand.registeredArguments.length > 0)
        return
      if (parent.commands.some(each => each.name() === typed)) return
      const visible = parent.createHelp().visibleCommands(parent)
      const names = visible.map(each => each.name()).filter(name => name !== 'help')
      parent.error(
        `error: '${parent.name()}' has no subcommand '${typed}'${findProposal(typed, names)}`,
        { exitCode: 2 }
      )
    })
  }
}

function findProposal(typed: string, names: readonly string[]): string {
  const begun = names.filter(name => name.startsWith(typed))
  if (begun.length > 0) return ` (is ${begun.join(' or ')} meant?)`
  return suggestion(typed, names) || `; there are ${names.join(', ')}`
}
