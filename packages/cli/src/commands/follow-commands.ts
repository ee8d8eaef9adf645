// tail and alerts: alerts as they are published, or their current state.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { filterNames } from '@tocsin/contracts/alert/alert-filter'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { systemClock } from '@tocsin/service/process/clock'
import type { Command } from 'commander'
import {
  type AlertHistory,
  formatAlertHistory,
  formatAlerts,
  formatEvent
} from '../client/alert-lines.ts'
import { createBacklogNotes } from '../client/backlog-notes.ts'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  listSome,
  print,
  printMore,
  requireGood,
  withSuite
} from '../client/context.ts'
import { type FeedRow, followAlerts } from '../client/follow-alerts.ts'
import { parseWholeNumber } from './manage-actions.ts'

/** What is not a list of alternatives. */
const forms: Partial<Record<(typeof filterNames)[number], readonly [form: string, means: string]>> =
  {
    minSeverity: ['severity', 'only what is as grave or graver'],
    circle: ['lat,lon,km', 'only what meets this circle'],
    polygon: ['geojson', 'only what meets this polygon'],
    drill: ['true|false', 'only drills, or none']
  }
const alternatives = ['list', 'only these, separated by commas'] as const
/** Alerts that a page of the API has at most. */
const pageMax = 500

type TailOptions = FilterOptions & { readonly from: string }
type FilterOptions = ClientOptions & { readonly [K in (typeof filterNames)[number]]?: string }

interface ListOptions
  extends FilterOptions,
    Readonly<Partial<Record<'find' | 'from' | 'to' | 'sort' | 'max', string>>> {
  readonly unanswered?: true
}

/** For so long after a restore it is noted, ms. */
const restoredLatelyMs = 7 * 24 * 3_600_000

/** Says that the log was put back from an older copy: alerts that were followed before are lost. */
async function noteRestored(api: SuiteApi, { output, stop }: CommandContext): Promise<void> {
  const answer = await api
    .callPatiently('GET', '/v1/me', { signal: stop }, { clock: systemClock, patienceMs: 60_000 })
    .catch((error: unknown) => {
      if (stop.aborted) return null
      throw error
    })
  const { log } = (answer?.body ?? {}) as {
    readonly log?: {
      readonly restored: { readonly at: string; readonly takenAt: string | null } | null
    }
  }
  const restored = log?.restored ?? null
  if (restored === null || systemClock.nowMs() - Date.parse(restored.at) > restoredLatelyMs) return
  output.note(
    `the log was restored at ${restored.at} from a copy of ${restored.takenAt ?? 'an unknown time'}: what came in between is lost`
  )
}

export function addFollowCommands(program: Command, context: CommandContext): void {
  addFilterOptions(
    addConnectionOptions(
      program.command('tail').description('follow alert events as they are published')
    )
  )
    .option('--from <where>', 'latest, earliest, or a cursor', 'latest')
    .action((options: TailOptions) => {
      const onRow = (row: FeedRow) =>
        context.output.line(options.json ? JSON.stringify(row) : formatEvent(row.event))
      const onAge = createBacklogNotes(text => context.output.note(text))
      return withSuite(context, options, async api => {
        await noteRestored(api, context)
        await followAlerts({
          api,
          clock: systemClock,
          signal: context.stop,
          filter: pickFilter(options),
          from: options.from,
          onRow,
          onAge
        })
      })
    })
  const alerts = program
    .command('alerts')
    .description('list alerts in their current state; show one with its events')
  // `alerts` without a subcommand lists, as every other noun does.
  const list = alerts
    .command('list', { isDefault: true })
    .description('list alerts in their current state')
  addFilterOptions(addConnectionOptions(list))
    .option(
      '--unanswered',
      'only what nobody has acknowledged or done anything about, the gravest first'
    )
    .option('--find <words>', 'only what has all these words in its headline')
    .option(
      '--from <time>',
      'only what was raised at this time or later: a day, or an instant with its offset'
    )
    .option('--to <time>', 'only what was raised before this time')
    .option('--sort <order>', 'newest, oldest or gravity')
    .option('--max <count>', 'how many at most; without it all of them')
    .action((options: ListOptions) =>
      withSuite(context, options, async api => {
        const max =
          options.max === undefined
            ? Number.POSITIVE_INFINITY
            : parseWholeNumber(options.max, '--max')
        const order = options.unanswered ? { answered: 'false', sort: 'gravity' } : {}
        const asked = {
          ...pickFilter(options),
          ...order,
          ...pickGiven(options, ['find', 'from', 'to', 'sort'])
        }
        const query = new URLSearchParams({
          ...asked,
          limit: String(Math.min(Math.max(max, 1), pageMax))
        })
        const listed = await listSome(api, `/v1/alerts?${query}`, max)
        print(context, options, listed.items, () =>
          formatAlerts(listed.items as unknown as readonly AlertState[])
        )
        printMore(context, listed, '--max')
      })
    )
  addConnectionOptions(
    alerts
      .command('show <alertId>')
      .description('show an alert with its events and the actions of officers')
  ).action((id: string, options: ClientOptions) =>
    withSuite(context, options, async api => {
      const path = `/v1/alerts/${encodeURIComponent(id)}?revisions=1000`
      const alert = requireGood(await api.call('GET', path)).body as AlertHistory
      print(context, options, alert, () => formatAlertHistory(alert))
    })
  )
}

/** All filters that the API has, under the same names. */
function addFilterOptions(command: Command): Command {
  for (const name of filterNames) {
    const [form, means] = forms[name] ?? alternatives
    command.option(
      `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} <${form}>`,
      means
    )
  }
  return command
}

function pickFilter(options: FilterOptions): Record<string, string> {
  return pickGiven(options, filterNames)
}

function pickGiven<Name extends string>(
  options: { readonly [K in Name]?: string },
  names: readonly Name[]
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => (options[name] === undefined ? [] : [[name, options[name]]]))
  )
}
