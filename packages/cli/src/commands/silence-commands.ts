// `tocsin silences`: what is held back from subscriptions for a time.

import { type Command, Option } from 'commander'
import { addConnectionOptions, type ClientOptions, type CommandContext } from '../client/context.ts'
import { UsageError } from '../terminal/output.ts'
import {
  addDelete,
  change,
  given,
  json,
  type Listing,
  make,
  number,
  showList
} from './manage-actions.ts'

const silences: Listing = {
  noun: 'silences',
  path: '/v1/silences',
  columns: [
    ...['id', 'standing', 'endsAt', 'matches', 'holds', 'subscriptionId', 'subscriber'],
    ...['alertId', 'filter', 'reason', 'by', 'createdAt']
  ]
}

interface MadeOf extends ClientOptions {
  readonly reason: string
  readonly alert?: string
  readonly seen?: string
  readonly subscription?: string
  readonly filter?: string
  readonly from?: string
  readonly until?: string
  readonly minutes?: string
  readonly includeExtreme: boolean
  readonly handling?: string
}

export function addSilences(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent.command('list', { isDefault: true }).description('list silences, the newest first')
  )
    .option('--over', 'those that ended, for a week', false)
    .action((options: ClientOptions & { over: boolean }) =>
      showList(
        context,
        options,
        options.over ? { ...silences, path: `${silences.path}?standing=over` } : silences
      )
    )
  addConnectionOptions(
    parent
      .command('create')
      .description('hold back alerts that match until an end; what still stands then is sent')
  )
    .requiredOption('--reason <text>', 'why; officers read it')
    .option('--alert <id>', 'only this alert')
    .option('--seen <revision>', 'only if the operatorRevision of that alert is still this one')
    .option('--subscription <id>', 'only this subscription (default: every one that has a policy)')
    .option('--filter <json>', 'alert filter, as in the API')
    .option('--from <time>', 'when it begins (default: now)')
    .option('--until <time>', 'when it ends; or --minutes')
    .option('--minutes <minutes>', 'how long it lasts')
    .option('--include-extreme', 'hold back what is extreme too', false)
    .addOption(new Option('--handling <level>', 'hold back nothing above it'))
    .action((options: MadeOf) => {
      const {
        reason,
        alert,
        seen,
        subscription,
        filter,
        from,
        until,
        minutes,
        includeExtreme,
        handling
      } = options
      if ((until === undefined) === (minutes === undefined))
        throw new UsageError('name its end: --until or --minutes')
      if (seen !== undefined && alert === undefined)
        throw new UsageError('--seen is of an alert: name it with --alert')
      const body = {
        reason,
        includesExtreme: includeExtreme,
        ...given({
          alertId: alert,
          subscriptionId: subscription,
          startsAt: from,
          endsAt: until,
          handling
        }),
        ...(filter === undefined ? {} : { filter: json(filter, '--filter') }),
        ...(minutes === undefined ? {} : { minutes: number(minutes, '--minutes') })
      }
      const headers = seen === undefined ? {} : { 'if-match': `"${number(seen, '--seen')}"` }
      return make(context, options, silences.path, body, headers)
    })
  addConnectionOptions(
    parent.command('show <id>').description('a silence, and what it holds back now')
  ).action((id: string, options: ClientOptions) =>
    change(context, options, 'GET', `${silences.path}/${encodeURIComponent(id)}`)
  )
  addDelete(parent, 'end <id>', 'end a silence now', silences, context)
}
