// theatres, sources, keys, subscriptions, deliveries, audit: administration of a running suite
// through its public routes.

import { undeclaredSource } from '@tocsin/contracts/theatre/theatre-record'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { type Command, Option } from 'commander'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  requireGood,
  withSuite
} from '../client/context.ts'
import {
  addDelete,
  addList,
  type Listing,
  make,
  parseJson,
  parseNumber,
  sendChange,
  showAnswer,
  showList,
  splitList
} from './manage-actions.ts'
import { addDeliveries, addSubscriptions } from './subscription-commands.ts'

const theatres: Listing = {
  noun: 'theatres',
  path: '/v1/theatres',
  columns: ['id', 'clock', 'covers', 'now', 'retentionDays'],
  readNote: readUnassignedNote
}
const sources: Listing = {
  noun: 'sources',
  path: '/v1/sources',
  columns: ['id', 'reliability', 'latenessDays', 'cadenceDays', 'archive', 'reporters', 'heard']
}
const keys: Listing = {
  noun: 'keys',
  path: '/v1/keys',
  columns: [
    'keyId',
    'name',
    'scopes',
    'theatres',
    'handling',
    'expiresAt',
    'createdBy',
    'lastUsedAt',
    'rotatedBy',
    'overlapsUntil',
    'linkedBy',
    'revokedAt',
    'revokedBy'
  ]
}
const auditColumns = ['at', 'type', 'subject', 'by', 'handOver']

/** Adds the commands; each lists when called without a subcommand. */
export function addManageCommands(program: Command, context: CommandContext): void {
  addTheatres(
    program.command('theatres').description('list and declare theatres; tick a replay theatre'),
    context
  )
  addSources(program.command('sources').description('list and declare sources'), context)
  addKeys(
    program
      .command('keys')
      .description('list, create, rotate and revoke keys; sign-in links for their holders'),
    context
  )
  addSubscriptions(
    program
      .command('subscriptions')
      .description('list, make, change and test webhook subscriptions'),
    context
  )
  addDeliveries(program, context)
  addAudit(
    program.command('audit').description('list who changed what, and who did what with alerts'),
    context
  )
}

interface AuditOptions extends ClientOptions {
  readonly of: string
  readonly by?: string
  readonly type?: string
  readonly subject?: string
  readonly from?: string
  readonly to?: string
  readonly max?: string
}

function addAudit(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent.command('list', { isDefault: true }).description('list changes, newest first')
  )
    .addOption(
      new Option('--of <what>', 'changes of the suite, or acts on alerts')
        .choices(['administration', 'alerts'])
        .default('administration')
    )
    .option('--by <key>', 'only by the key with this id, or by those of this name')
    .option('--type <type>', 'only of this type, such as key.created or alert.acknowledged')
    .option('--subject <id>', 'only of the alert, key, rule, … with this id')
    .option('--from <time>', 'only from this time on: a day, or an instant with its offset')
    .option('--to <time>', 'only before this time')
    .option('--max <count>', 'how many at most (default: all)')
    .action((options: AuditOptions) => {
      const { of, by, type, subject, from, to, max } = options
      const asked = Object.entries({ of, by, type, subject, from, to }).filter(
        entry => entry[1] !== undefined
      )
      const path = `/v1/audit?${new URLSearchParams(asked as [string, string][])}`
      const columns =
        of === 'alerts' ? auditColumns.filter(name => name !== 'handOver') : auditColumns
      return showList(
        context,
        options,
        { path, columns },
        max === undefined ? undefined : parseNumber(max, '--max')
      )
    })
}

function addTheatres(parent: Command, context: CommandContext): void {
  addList(parent, theatres, context)
  addConnectionOptions(parent.command('set <id>').description('declare a theatre or change it'))
    .option('--countries <list>', 'ISO 3166-1 codes, separated by commas')
    .option('--polygon <json>', 'a GeoJSON Polygon or MultiPolygon, instead of countries')
    .option('--clock <kind>', 'wall or replay', 'wall')
    .option('--retention-days <days>', 'how many days back reports can still change findings')
    .action((id: string, options: ClientOptions & TheatreOptions) =>
      setTheatre(context, id, options)
    )
  addConnectionOptions(
    parent.command('tick <id> <to>').description('advance the time of a replay theatre')
  )
    .option('--leap', 'allow a step of more than 400 days', false)
    .action((id: string, to: string, options: ClientOptions & { leap: boolean }) =>
      sendChange(context, options, 'POST', `/v1/theatres/${encodeURIComponent(id)}/ticks`, {
        to,
        ...(options.leap ? { leap: true } : {})
      })
    )
  addConnectionOptions(
    parent
      .command('set-time <id>')
      .description('set the time of a theatre, to correct a wrong clock')
  )
    .requiredOption('--reason <text>', 'reason, kept in the log')
    .option(
      '--to <time>',
      'ISO 8601, a whole minute (default for a theatre on the wall clock: now)'
    )
    .action((id: string, options: ClientOptions & { reason: string; to?: string }) =>
      sendChange(context, options, 'POST', `/v1/theatres/${encodeURIComponent(id)}/time`, {
        reason: options.reason,
        ...(options.to === undefined ? {} : { to: options.to })
      })
    )
}

interface TheatreOptions {
  readonly countries?: string
  readonly polygon?: string
  readonly clock: string
  readonly retentionDays?: string
}

/** Declares a theatre, and notes what the declared areas leave outside. */
async function setTheatre(
  context: CommandContext,
  id: string,
  options: ClientOptions & TheatreOptions
): Promise<void> {
  const { clock, countries, polygon, retentionDays } = options
  const body = {
    clock,
    ...(countries === undefined ? {} : { countries: splitList(countries) }),
    ...(polygon === undefined ? {} : { polygon: parseJson(polygon, '--polygon') }),
    ...(retentionDays === undefined
      ? {}
      : { retentionDays: parseNumber(retentionDays, '--retention-days') })
  }
  await withSuite(context, options, async api => {
    const path = `/v1/theatres/${encodeURIComponent(id)}`
    const answer = requireGood(await api.call('PUT', path, { body })).body
    const { leavesOutside, ...theatre } = answer as {
      readonly leavesOutside?: { readonly hint: string }
    }
    showAnswer(context, options, options.json ? answer : theatre)
    if (leavesOutside !== undefined) context.output.note(leavesOutside.hint)
  })
}

/** How many reports lie in no theatre; null if there are none, or the key may not read reports. */
async function readUnassignedNote(api: SuiteApi): Promise<string | null> {
  const { body, problem } = await api.call('GET', '/v1/reports?theatre=_unassigned&limit=1')
  const { lastWeek = 0 } = problem === null ? (body as { readonly lastWeek?: number }) : {}
  if (lastWeek === 0) return null
  const lie = lastWeek === 1 ? 'report of the last 7 days lies' : 'reports of the last 7 days lie'
  return `${lastWeek.toLocaleString('en')} ${lie} in no theatre: no rule sees them. List them: tocsin api GET '/v1/reports?theatre=_unassigned'`
}

function addSources(parent: Command, context: CommandContext): void {
  addList(parent, sources, context)
  addConnectionOptions(parent.command('set <id>').description('declare a source or change it'))
    .requiredOption('--reliability <grade>', 'Admiralty reliability, A to F')
    .option(
      '--lateness-days <days>',
      'usual lateness of its reports',
      String(undeclaredSource.latenessDays)
    )
    .option(
      '--cadence-days <days>',
      'longest silence after which it still counts as live',
      String(undeclaredSource.cadenceDays)
    )
    .option('--archive', 'an archive is ignored by the watermark', false)
    .option(
      '--reporters <list>',
      'ids of the keys that may report as it, separated by commas; any = all (default: unchanged)'
    )
    .action((id: string, options: ClientOptions & SourceOptions) =>
      sendChange(context, options, 'PUT', `/v1/sources/${encodeURIComponent(id)}`, {
        reliability: options.reliability,
        latenessDays: parseNumber(options.latenessDays, '--lateness-days'),
        cadenceDays: parseNumber(options.cadenceDays, '--cadence-days'),
        archive: options.archive,
        ...(options.reporters === undefined ? {} : { reporters: parseReporters(options.reporters) })
      })
    )
}

interface SourceOptions {
  readonly reliability: string
  readonly latenessDays: string
  readonly cadenceDays: string
  readonly archive: boolean
  readonly reporters?: string
}

function parseReporters(text: string): readonly string[] | null {
  return text === 'any' ? null : splitList(text).filter(id => id !== '')
}

function addKeys(parent: Command, context: CommandContext): void {
  addList(parent, keys, context)
  addConnectionOptions(
    parent.command('create <name>').description('create a key; its secret is shown once')
  )
    .requiredOption('--scopes <list>', 'scopes, separated by commas')
    .option('--theatres <list>', 'theatres, separated by commas, or *', '*')
    .option('--handling <level>', 'highest handling level that it may see', 'internal')
    .option('--expires-at <time>', 'when it expires, ISO 8601')
    .option('--per-minute <count>', 'maximum requests, and lines of streams, per minute')
    .option('--per-day <count>', 'maximum reports per day')
    .option('--body-bytes <count>', 'maximum body size, bytes')
    .action((name: string, options: ClientOptions & KeyOptions) =>
      make(context, options, '/v1/keys', {
        name,
        scopes: splitList(options.scopes),
        theatres: options.theatres === '*' ? '*' : splitList(options.theatres),
        handling: options.handling,
        ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
        ...parseLimits(options)
      })
    )
  addConnectionOptions(
    parent
      .command('rotate <keyId>')
      .description('give a key a new secret, shown once; the old one stays valid for the overlap')
  )
    .option(
      '--overlap-hours <hours>',
      'how long earlier secrets stay valid; 0 ends all of them at once',
      '24'
    )
    .action((id: string, options: ClientOptions & { overlapHours: string }) =>
      make(context, options, `/v1/keys/${encodeURIComponent(id)}/rotation`, {
        overlapHours: parseNumber(options.overlapHours, '--overlap-hours')
      })
    )
  addConnectionOptions(
    parent
      .command('link <keyId>')
      .description(
        'make a link for one sign-in of a browser as the holder of a key; recorded. `owner`: with the key of the owner'
      )
  ).action((id: string, options: ClientOptions) =>
    sendChange(context, options, 'POST', `/v1/keys/${encodeURIComponent(id)}/sign-in-links`, {})
  )
  addDelete(parent, 'revoke <keyId>', 'revoke a key, immediately and permanently', keys, context)
}

interface KeyOptions {
  readonly scopes: string
  readonly theatres: string
  readonly handling: string
  readonly expiresAt?: string
  readonly perMinute?: string
  readonly perDay?: string
  readonly bodyBytes?: string
}

function parseLimits({ perMinute, perDay, bodyBytes }: KeyOptions): object {
  const limits = {
    ...(perMinute === undefined ? {} : { perMinute: parseNumber(perMinute, '--per-minute') }),
    ...(perDay === undefined ? {} : { perDay: parseNumber(perDay, '--per-day') }),
    ...(bodyBytes === undefined ? {} : { bodyBytes: parseNumber(bodyBytes, '--body-bytes') })
  }
  return Object.keys(limits).length === 0 ? {} : { limits }
}
