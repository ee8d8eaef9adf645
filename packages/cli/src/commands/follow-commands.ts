// tail and alerts: alerts as they are published, or as they stand now.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { systemClock } from '@tocsin/service-kit/process/clock'
import type { Command } from 'commander'
import { alertTable, eventLine } from '../client/alert-lines.ts'
import { addConnectionOptions, type ClientOptions, type CommandContext, listAll, print, withSuite } from '../client/context.ts'
import { followAlerts } from '../client/follow-alerts.ts'

const filterNames = ['theatre', 'pattern', 'severity', 'status'] as const
type FilterOptions = ClientOptions & { readonly [K in (typeof filterNames)[number]]?: string }

export function addFollowCommands(program: Command, context: CommandContext): void {
  addFilterOptions(addConnectionOptions(program.command('tail').description('follow alert events as they are published')))
    .option('--from <where>', 'latest, earliest, or a cursor', 'latest')
    .action((options: FilterOptions & { from: string }) =>
      withSuite(context, options, api =>
        followAlerts({
          api,
          clock: systemClock,
          signal: context.stop,
          filter: filterOf(options),
          from: options.from,
          onRow: row => context.output.line(options.json ? JSON.stringify(row) : eventLine(row.event))
        })
      )
    )
  const alerts = program.command('alerts').description('list alerts in their current state')
  // `alerts` without a subcommand lists, as every other noun does.
  const list = alerts.command('list', { isDefault: true }).description('list alerts in their current state')
  addFilterOptions(addConnectionOptions(list))
    .option('--unanswered', 'only what nobody has acknowledged or done anything about, the gravest first')
    .action((options: FilterOptions & { unanswered?: true }) =>
      withSuite(context, options, async api => {
        const order = options.unanswered ? { answered: 'false', sort: 'gravity' } : {}
        const query = new URLSearchParams({ ...filterOf(options), ...order }).toString()
        const alerts = await listAll(api, `/v1/alerts${query === '' ? '' : `?${query}`}`)
        print(context, options, alerts, () => alertTable(alerts as unknown as readonly AlertState[]))
      })
    )
}

function addFilterOptions(command: Command): Command {
  for (const name of filterNames) command.option(`--${name} <list>`, `only these, separated by commas`)
  return command
}

function filterOf(options: FilterOptions): Record<string, string> {
  return Object.fromEntries(filterNames.flatMap(name => (options[name] === undefined ? [] : [[name, options[name]]])))
}
