// `tocsin policies`: when subscriptions tell of alerts, what a policy would have told, and why
// something was told or not. `play` needs no running suite: it reads what a backtest wrote, or
// makes one.

import { createReadStream, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { decodeAlertRecord } from '@tocsin/contracts/record/records'
import { checkPolicyShape } from '@tocsin/contracts/report/report-shape'
import { type NotificationPolicy, policyOf } from '@tocsin/domain/notification/notification-policy'
import { type PlayedFigures, playedFigures } from '@tocsin/domain/notification/policy-figures'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { type ImportFormat, importFormats } from '@tocsin/importers/formats'
import { type Command, Option } from 'commander'
import { type AlertMoment, busiestSpan, eventsToTell } from '../backtest/policy-moments.ts'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  good,
  type Item,
  type JsonOption,
  listAll,
  listSome,
  print,
  withSuite
} from '../client/context.ts'
import {
  decisionLines,
  policyWords,
  previewLines,
  unknownThere,
  unplannedWords,
  whyLines
} from '../client/policy-lines.ts'
import { CommandError, UsageError } from '../terminal/output.ts'
import { tableLines } from '../terminal/table.ts'
import { backtest, backtestDefaults } from './backtest-command.ts'
import { ifMatch, json } from './manage-actions.ts'

interface PlayOptions extends JsonOption {
  readonly policy: string
  readonly format?: ImportFormat
  readonly all?: true
  readonly day?: true
}

export function addPolicyCommands(program: Command, context: CommandContext): void {
  const policies = program
    .command('policies')
    .description('policies of webhooks: when they tell, what they would have told, and why')
  addRunning(policies, context)
  policies
    .command('play')
    .description('plays a policy over the alerts of a backtest, for its busiest week')
    .argument(
      '<file>',
      'alerts.ndjson; with --format a file of reports, of which the backtest is made first'
    )
    .addOption(
      new Option('--format <format>', 'format of a file of reports').choices(importFormats)
    )
    .option('--policy <json>', 'the policy; what is left out has its default', '{}')
    .addOption(new Option('--day', 'the day with the most events, not the week').conflicts('all'))
    .option('--all', 'the whole time, not the busiest week')
    .option('--json', 'print JSON')
    .action(async (file: string, options: PlayOptions) => {
      const policy = policyIn(options.policy)
      const events = eventsToTell(await momentsOf(file, options.format, context))
      const figures = playedFigures(
        policy,
        events,
        options.all ? null : busiestSpan(events, options.day ? 1 : 7)
      )
      print(context, options, { policy, ...figures }, () => figureLines(figures))
    })
}

interface PreviewOptions extends ClientOptions {
  readonly for?: string
  readonly filter?: string
}

interface Held extends Item {
  readonly id: string
  readonly url: string
  readonly status: string
  readonly endpoint: string
  readonly filter: object
  readonly policy: NotificationPolicy | null
}

const path = '/v1/subscriptions'
const at = (id: string) => `${path}/${encodeURIComponent(id)}`
/**
 * Deliveries that are looked through for an event or an alert: all that a subscription keeps of an
 * ordinary month.
 */
const deliveriesMax = 10_000

/** Those that ask a running suite. */
function addRunning(policies: Command, context: CommandContext): void {
  addConnectionOptions(
    policies
      .command('list', { isDefault: true })
      .description('the policy of each subscription that you manage, in words')
  ).action((options: ClientOptions) =>
    withSuite(context, options, async api => {
      const items = ((await listAll(api, path)) as readonly Held[]).map(
        ({ id, url, policy = null }) => ({ id, url, policy })
      )
      print(context, options, items, () =>
        tableLines(
          ['id', 'url', 'tells'],
          items.map(({ id, url, policy }) => [id, url, policyWords(policy)])
        )
      )
    })
  )
  addConnectionOptions(
    policies.command('show <subscription>').description('the policy of one subscription')
  ).action((id: string, options: ClientOptions) =>
    withSuite(context, options, async api => {
      const { policy = null } = await heldOf(api, id)
      print(context, options, policy, () => policyWords(policy).split('; '))
    })
  )
  addConnectionOptions(
    policies
      .command('set <subscription> [file]')
      .description(
        'give a subscription a policy; what the file leaves out has its default. As `subscriptions change --policy`'
      )
  )
    .option('--none', 'no policy: each event is told at once', false)
    .action((id: string, file: string | undefined, options: ClientOptions & { none: boolean }) => {
      if ((file === undefined) !== options.none)
        throw new UsageError('name a file with the policy, or --none')
      const policy = file === undefined ? null : policyIn(textIn(file), file)
      return withSuite(context, options, async api => {
        const held = await heldOf(api, id)
        const { policy: before = null } = held
        const { policy: now = null } = good(
          await api.call('PATCH', at(id), { body: { policy }, headers: ifMatch(held) })
        ).body as Held
        print(context, options, { before, policy: now }, () => [
          `was: ${policyWords(before)}`,
          `now: ${policyWords(now)}`
        ])
      })
    })
  addConnectionOptions(
    policies
      .command('preview <what>')
      .description(
        'what a policy would have told in the last week: that of a subscription, or one in a file'
      )
  )
    .option('--for <subscription>', 'with a file: what that subscription may see and wants')
    .option('--filter <json>', 'with a file: an alert filter, as in the API')
    .action((what: string, options: PreviewOptions) =>
      withSuite(context, options, async api => {
        const body = await previewBody(api, what, options)
        const preview = good(await api.call('POST', `${path}/preview`, { body })).body as Item
        print(context, options, preview, () => previewLines(preview, body.policy))
      })
    )
  addConnectionOptions(
    policies
      .command('why <who> <what>')
      .description(
        'why a subscription was told of an event or an alert, or why not; `deliveries` has the requests. With a policy in a file: why a stream with it is told of an alert'
      )
  ).action((id: string, what: string, options: ClientOptions) =>
    withSuite(context, options, async api => {
      if (!id.startsWith('sub_')) {
        const said = await streamDecisions(api, id, what)
        return print(context, options, said, () => decisionLines(said))
      }
      const { status, endpoint, policy } = await heldOf(api, id)
      const listed = await listSome(api, `${at(id)}/deliveries?limit=500`, deliveriesMax)
      const items = listed.items.filter(each => each.id === what || each.alertId === what)
      const unplanned = items.length === 0 ? await unplannedOf(api, id, what) : null
      print(context, options, unplanned === null ? items : [unplanned], () => [
        ...(status === 'active' ? [] : [`the subscription is ${status}`]),
        ...(endpoint === 'up' ? [] : [`its endpoint is ${endpoint}`]),
        ...(listed.hasMore
          ? [`only the newest ${deliveriesMax.toLocaleString('en')} deliveries were looked at`]
          : []),
        ...(unplanned === null
          ? items.flatMap(each => whyLines(each, policy != null))
          : [unplannedWords(unplanned)]),
        ...(items.length === 0 && unplanned === null ? [unknownThere] : [])
      ])
    })
  )
}

/**
 * Why nothing of an alert was planned; null: there is none that the key may see. Of an event its
 * alert is not known here.
 */
async function unplannedOf(api: SuiteApi, id: string, what: string): Promise<Item | null> {
  const answer = await api.call('GET', `${at(id)}/why?alertId=${encodeURIComponent(what)}`)
  return answer.status === 404 ? null : (good(answer).body as Item)
}

/** Every decision about an alert for a stream with the policy in a file. */
async function streamDecisions(api: SuiteApi, file: string, alertId: string): Promise<Item> {
  const policy = encodeURIComponent(JSON.stringify(JSON.parse(textIn(file))))
  return good(
    await api.call('GET', `/v1/alerts/${encodeURIComponent(alertId)}/decisions?policy=${policy}`)
  ).body as Item
}

async function heldOf(api: SuiteApi, id: string): Promise<Held> {
  return good(await api.call('GET', at(id))).body as Held
}

async function previewBody(
  api: SuiteApi,
  what: string,
  { for: subscription, filter }: PreviewOptions
): Promise<{ readonly policy: NotificationPolicy }> {
  const isHeld = what.startsWith('sub_')
  if (isHeld && (subscription !== undefined || filter !== undefined))
    throw new UsageError('--for and --filter go with a file')
  const held = isHeld
    ? await heldOf(api, what)
    : subscription === undefined
      ? null
      : await heldOf(api, subscription)
  const policy = isHeld ? held?.policy : policyIn(textIn(what), what)
  if (policy === null || policy === undefined)
    throw new CommandError('The subscription has no policy: each event is told at once.')
  return {
    policy,
    ...(held === null ? {} : { subscriptionId: held.id, filter: held.filter }),
    ...(filter === undefined ? {} : { filter: json(filter, '--filter') })
  }
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${file} can not be read`, { cause })
  }
}

/** `at`: what the text is, for messages. */
function policyIn(text: string, at = '--policy'): NotificationPolicy {
  const asked = checkPolicyShape(jsonIn(text, at))
  if (!asked.ok)
    throw new UsageError(
      `${at}: ${asked.errors.map(({ pointer }) => pointer || '/').join(', ')}: no such part, or out of its range`
    )
  const policy = policyOf(asked.report as Partial<NotificationPolicy>)
  if ('pointer' in policy) throw new UsageError(`${at}: ${policy.pointer}: ${policy.detail}`)
  return policy
}

function jsonIn(text: string, at: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${at} is no JSON: ${(error as Error).message}`)
  }
}

/**
 * With a format the rules are replayed over a file of reports first; what that writes is thrown
 * away.
 */
async function momentsOf(
  file: string,
  format: ImportFormat | undefined,
  context: CommandContext
): Promise<AlertMoment[]> {
  if (format === undefined) return momentsIn(file)
  const out = await mkdtemp(join(tmpdir(), 'tocsin-play-'))
  try {
    await backtest(file, { ...backtestDefaults, format, out }, context)
    return await momentsIn(join(out, 'alerts.ndjson'))
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

async function momentsIn(file: string): Promise<AlertMoment[]> {
  const moments: AlertMoment[] = []
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY
  })
  try {
    for await (const line of lines) {
      if (line === '') continue
      const decoded = decodeAlertRecord(Buffer.from(line))
      if (decoded.kind !== 'decoded')
        throw new CommandError(`${file}: line ${moments.length + 1} is no event of an alert`)
      moments.push({ atMs: Date.parse(decoded.envelope.time), event: decoded.record })
    }
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${file} can not be read: ${(error as Error).message}`)
  }
  return moments
}

function figureLines(figures: PlayedFigures): readonly string[] {
  const { from, to, missed, isRepeatsCut } = figures
  if (from === null) return ['no events']
  const rate = (perHour: number) => perHour.toFixed(2)
  return [
    `${from} to ${to}`,
    ...tableLines(
      ['', 'in all', 'an hour', 'in the fullest hour'],
      [
        [
          'events',
          String(figures.events),
          rate(figures.eventsPerHour),
          String(figures.eventsInHourMax)
        ],
        ['told', String(figures.told), rate(figures.toldPerHour), String(figures.toldInHourMax)]
      ]
    ),
    `told: ${named(figures.toldBySeverity)}; ${named(figures.toldByReason)}`,
    `not told: ${named(figures.untoldByReason)}; ${figures.briefCount} severe or extreme ones began and ended before they were due`,
    ...(isRepeatsCut
      ? ['there were more repeats than can be played: those later on are left out']
      : []),
    missed.length === 0
      ? 'no severe or extreme alert that stood was missed'
      : `${missed.length} severe or extreme alerts that stood were not told: ${missed.slice(0, 20).join(', ')}`
  ]
}

function named(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${count} ${name}`).join(', ')
}
