// `tocsin subscriptions`: webhooks of a running suite through its public routes.

import type { Settings } from '@tocsin/contracts/format/setting'
import { subscriptionAsked } from '@tocsin/contracts/subscription/subscription-settings'
import { responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import type { Command } from 'commander'
import { addConnectionOptions, type ClientOptions, type CommandContext } from '../client/context.ts'
import { UsageError } from '../terminal/output.ts'
import {
  addDelete,
  addList,
  type Listing,
  make,
  parseJson,
  parseNumber,
  pickGiven,
  sendChange,
  sendVersionedChange,
  showFirst,
  showList
} from './manage-actions.ts'

const path = '/v1/subscriptions'
const subscriptions: Listing = {
  noun: 'subscriptions',
  path,
  columns: [
    'id',
    'kind',
    'url',
    'status',
    'sequence',
    'pending',
    'parked',
    'order',
    'filter',
    'contact'
  ],
  readNote: (_api, items) => describeAskings(items as unknown as readonly Asked[])
}

interface Asked {
  readonly id: string
  readonly consent?: {
    readonly asked: number
    readonly until: string
    readonly last: { readonly status: number | null; readonly reason: string } | null
  }
}

/** How each endpoint answers that has not said yet that it wants webhooks; null if all have. */
function describeAskings(items: readonly Asked[]): string | null {
  const lines = items.flatMap(({ id, consent }) => {
    if (consent === undefined) return []
    const { asked, until, last } = consent
    const answer = last === null ? '' : `, last answer ${last.status ?? last.reason}`
    return `${id}: not confirmed. The endpoint was asked ${asked} ${asked === 1 ? 'time' : 'times'}${answer}; it is asked until ${until}`
  })
  return lines.length === 0 ? null : lines.join('\n')
}

const pauses = [
  ['disable', 'disabled', 'send nothing for now; what comes waits'],
  ['enable', 'active', 'send again, what waited first']
] as const

type Texts = ClientOptions & Readonly<Record<string, string>>

export function addSubscriptions(parent: Command, context: CommandContext): void {
  addList(parent, subscriptions, context)
  const create = parent
    .command('create [endpoint]')
    .alias('add')
    .description('subscribe an endpoint, or a destination by its --kind; a secret is shown once')
  addSettingOptions(addConnectionOptions(create), subscriptionAsked).action(
    (url: string | undefined, options: Texts) =>
      make(context, options, path, {
        ...pickGiven({ url }),
        ...readSettings(options, subscriptionAsked)
      })
  )
  const update = parent
    .command('change <id>')
    .description('change settings; those left out stay, and what is pending goes there')
  addSettingOptions(
    addConnectionOptions(update).option('--endpoint <url>', 'another address'),
    subscriptionAsked,
    false
  ).action((id: string, options: Texts) => {
    const { endpoint: url } = options
    const given = {
      ...(url === undefined ? {} : { url }),
      ...readSettings(options, subscriptionAsked)
    }
    if (Object.keys(given).length === 0)
      throw new UsageError('name what to change, such as --endpoint or --filter')
    return sendVersionedChange(context, options, buildPath(id), given)
  })
  addConnectionOptions(
    parent
      .command('health <id>')
      .description('what waits and how long, and what share was accepted')
  ).action((id: string, options: ClientOptions) =>
    sendChange(context, options, 'GET', `${buildPath(id)}/health`)
  )
  for (const [name, state, says] of pauses)
    addConnectionOptions(parent.command(`${name} <id>`).description(says)).action(
      (id: string, options: ClientOptions) =>
        sendVersionedChange(context, options, buildPath(id), { state })
    )
  addConnectionOptions(
    parent
      .command('rotate <id>')
      .description('give a subscription a new secret, shown once; the old one signs beside it')
  )
    .option(
      '--overlap-hours <hours>',
      'how long earlier secrets still sign; 0 ends all of them at once',
      '24'
    )
    .action((id: string, options: Texts) =>
      make(context, options, `${buildPath(id)}/rotation`, {
        overlapHours: parseNumber(options.overlapHours ?? '', '--overlap-hours')
      })
    )
  addConnectionOptions(
    parent
      .command('vouch <id>')
      .description('for administrators: answer for endpoints in your own networks that cannot')
  ).action((id: string, options: ClientOptions) =>
    sendChange(context, options, 'POST', `${buildPath(id)}/consent`)
  )
  addConnectionOptions(
    parent
      .command('test <id>')
      .description('send one test event now, and show what the endpoint answers')
  )
    .option(
      '--type <type>',
      'a sample of such an alert event, such as alert.raised, marked as a test'
    )
    .action((id: string, options: Texts) =>
      sendChange(
        context,
        options,
        'POST',
        `${buildPath(id)}/test`,
        pickGiven({ type: options.type })
      )
    )
  addConnectionOptions(
    parent
      .command('replay <id>')
      .description('send deliveries again: a range of sequences, a time, or all that failed')
  )
    .option('--from <sequence>', 'first sequence')
    .option('--to <sequence>', 'last sequence')
    .option('--since <time>', 'what was planned from this time on, ISO 8601')
    .option('--until <time>', 'before this time; now if left out')
    .action((id: string, options: Texts) =>
      sendChange(context, options, 'POST', `${buildPath(id)}/replay`, parseRange(options))
    )
  addConnectionOptions(
    parent
      .command('answer <subscription> <alert>')
      .description('say that a human has an alert that the endpoint accepted, and what was done')
  )
    .option('--note <text>', 'a note for the officers')
    .option('--until <time>', 'until when you have it, ISO 8601')
    .option('--done <kind>', `what was done: ${responseKinds.join(', ')}`)
    .option('--done-at <time>', 'when it was done, ISO 8601; now if left out')
    .option('--text <text>', 'what was done, in words; why, where nothing was')
    .action(
      (id: string, alertId: string, { note, until, done, doneAt, text, ...options }: Texts) => {
        if (done === undefined && (doneAt !== undefined || text !== undefined))
          throw new UsageError('say --done')
        const response =
          done === undefined ? {} : { response: { kind: done, ...pickGiven({ at: doneAt, text }) } }
        const body = { alertId, ...pickGiven({ note, until }), ...response }
        return sendChange(context, options, 'POST', `${buildPath(id)}/acknowledgements`, body)
      }
    )
  addDelete(parent, 'delete <id>', 'end a subscription', subscriptions, context)
}

/** `tocsin deliveries`: what was sent to an endpoint, and what it answered. */
export function addDeliveries(program: Command, context: CommandContext): void {
  addConnectionOptions(
    program
      .command('deliveries <subscription>')
      .description('list the deliveries of a webhook, newest first')
  )
    .option('--max <count>', 'how many at most', '100')
    .option('--sequence <sequence>', 'one of them, with its request')
    .action((id: string, options: Texts) => {
      const { sequence } = options
      if (sequence !== undefined)
        return showFirst(
          context,
          options,
          `${buildPath(id)}/deliveries?sequence=${parseNumber(sequence, '--sequence')}`
        )
      const columns = ['sequence', 'type', 'alertId', 'state', 'attempts', 'nextAt', 'last']
      return showList(
        context,
        options,
        { path: `${buildPath(id)}/deliveries`, columns },
        parseNumber(options.max ?? '', '--max')
      )
    })
}

const buildPath = (id: string) => `${path}/${encodeURIComponent(id)}`

function parseRange({ from, to, since, until }: Texts): object {
  if (since !== undefined || until !== undefined) return pickGiven({ from, to, since, until })
  if (from === undefined && to === undefined) return { failed: true }
  if (from === undefined || to === undefined) throw new UsageError('a range has --from and --to')
  return { from: parseNumber(from, '--from'), to: parseNumber(to, '--to') }
}

const toFlag = (name: string) => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/**
 * Options for the settings that have one. A change states only what is given, so that it has no
 * defaults.
 */
function addSettingOptions(command: Command, settings: Settings, hasDefaults = true): Command {
  for (const [name, { option, words, default: value }] of Object.entries(settings)) {
    if (option === undefined) continue
    const help = `${words[0]?.toLowerCase()}${words.slice(1, -1)}`
    const text =
      typeof value === 'string' ? value : value === null ? undefined : JSON.stringify(value)
    command.option(`${toFlag(name)} <${option}>`, help, hasDefaults ? text : undefined)
  }
  return command
}

function readSettings(options: Readonly<Record<string, string>>, settings: Settings): object {
  const read = { text: (text: string) => text, number: parseNumber, json: parseJson }
  const given = Object.entries(settings).flatMap(([name, { option }]) => {
    const text = options[name]
    return option === undefined || text === undefined
      ? []
      : [[name, read[option](text, toFlag(name))]]
  })
  return Object.fromEntries(given)
}
