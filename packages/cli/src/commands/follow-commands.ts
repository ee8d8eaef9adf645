// tail and alerts: alerts as they are published, or as they stand now.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { systemClock } from '@tocsin/service-kit/process/clock'
import type { Command } from 'commander'
import { alertTable, eventLine } from '../client/alert-lines.ts'
import { keyOf, urlOf } from '../client/connection.ts'
import { addConnectionOptions, type ClientOptions, type CommandContext, listAll, print, withSuite } from '../client/context.ts'
import { type FeedRow, followAlerts } from '../client/follow-alerts.ts'
import { followByPolicy, policyInFile } from '../client/follow-by-policy.ts'

const filterNames = ['theatre', 'pattern', 'severity', 'status'] as const
type TailOptions = FilterOptions & { readonly from: string; readonly policy?: string }
type FollowedRow = Pick<FeedRow, 'event' | 'cursor'>
type FilterOptions = ClientOptions & { readonly [K in (typeof filterNames)[number]]?: string }

export function addFollowCommands(program: Command, context: CommandContext): void {
  addFilterOptions(addConnectionOptions(program.command('tail').description('follow alert events as they are published')))
    .option('--from <where>', 'latest, earliest, or a cursor', 'latest')
    .option('--policy <file>', 'tell by this policy, a JSON file: less often, with nothing lost')
    .action((options: TailOptions) => {
      const onRow = (row: FollowedRow) => context.output.line(options.json ? JSON.stringify(row) : eventLine(row.event))
      if (options.policy !== undefined) {
        const policy = policyInFile(options.policy)
        const at = { url: urlOf(options, context.env), key: keyOf(options, context.env), signal: context.stop }
        return followByPolicy({ ...at, policy, filter: filterOf(options), from: options.from, onRow })
      }
      return withSuite(context, options, api =>
        followAlerts({
          api,
          clock: systemClock,
          signal: context.stop,
          filter: filterOf(options),
          from: options.from,
          onRow
        })
      )
    })
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
