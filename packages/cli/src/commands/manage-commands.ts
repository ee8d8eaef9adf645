// theatres, sources, keys, subscriptions, audit: administration of a running suite through its public routes.

import { subscriptionSettings } from '@tocsin/domain/delivery/subscription-settings'
import type { Settings } from '@tocsin/domain/format/setting'
import { undeclaredSource } from '@tocsin/domain/record/theatre-record'
import type { Command } from 'commander'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  good,
  type Item,
  listAll,
  withSuite
} from '../client/context.ts'
import { UsageError } from '../terminal/output.ts'
import { tableLines } from '../terminal/table.ts'

interface Listing {
  readonly noun: string
  readonly path: string
  readonly columns: readonly string[]
}

const theatres: Listing = {
  noun: 'theatres',
  path: '/v1/theatres',
  columns: ['id', 'clock', 'countries', 'now', 'retentionDays']
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
    'revokedAt',
    'revokedBy'
  ]
}
const subscriptions: Listing = {
  noun: 'subscriptions',
  path: '/v1/subscriptions',
  columns: ['id', 'url', 'order', 'filter', 'contact']
}

const audit: Listing = {
  noun: 'administrative changes, newest first',
  path: '/v1/audit',
  columns: ['at', 'type', 'subject', 'by']
}

/** Adds the five commands; each lists when called without a subcommand. */
export function addManageCommands(program: Command, context: CommandContext): void {
  addTheatres(program.command('theatres').description('list and declare theatres; tick a replay theatre'), context)
  addSources(program.command('sources').description('list and declare sources'), context)
  addKeys(program.command('keys').description('list, create, rotate and revoke keys'), context)
  addSubscriptions(program.command('subscriptions').description('list, create and delete webhook subscriptions'), context)
  addList(program.command('audit').description('list administrative changes'), audit, context)
}

function addTheatres(parent: Command, context: CommandContext): void {
  addList(parent, theatres, context)
  addConnectionOptions(parent.command('set <id>').description('declare a theatre or change it'))
    .option('--countries <list>', 'ISO 3166-1 codes, separated by commas')
    .option('--polygon <json>', 'a GeoJSON polygon, instead of countries')
    .option('--clock <kind>', 'wall or replay', 'wall')
    .option('--retention-days <days>', 'how many days back reports can still change findings')
    .action(
      (id: string, options: ClientOptions & { countries?: string; polygon?: string; clock: string; retentionDays?: string }) =>
        change(context, options, 'PUT', `/v1/theatres/${encodeURIComponent(id)}`, {
          clock: options.clock,
          ...(options.countries === undefined ? {} : { countries: listed(options.countries) }),
          ...(options.polygon === undefined ? {} : { polygon: json(options.polygon, '--polygon') }),
          ...(options.retentionDays === undefined ? {} : { retentionDays: number(options.retentionDays, '--retention-days') })
        })
    )
  addConnectionOptions(parent.command('tick <id> <to>').description('advance the time of a replay theatre'))
    .option('--leap', 'allow a step of more than 400 days', false)
    .action((id: string, to: string, options: ClientOptions & { leap: boolean }) =>
      change(context, options, 'POST', `/v1/theatres/${encodeURIComponent(id)}/ticks`, {
        to,
        ...(options.leap ? { leap: true } : {})
      })
    )
  addConnectionOptions(parent.command('set-time <id>').description('set the time of a theatre, to correct a wrong clock'))
    .requiredOption('--reason <text>', 'reason, kept in the log')
    .option('--to <time>', 'ISO 8601, a whole minute (default for a theatre on the wall clock: now)')
    .action((id: string, options: ClientOptions & { reason: string; to?: string }) =>
      change(context, options, 'POST', `/v1/theatres/${encodeURIComponent(id)}/time`, {
        reason: options.reason,
        ...(options.to === undefined ? {} : { to: options.to })
      })
    )
}

function addSources(parent: Command, context: CommandContext): void {
  addList(parent, sources, context)
  addConnectionOptions(parent.command('set <id>').description('declare a source or change it'))
    .requiredOption('--reliability <grade>', 'Admiralty reliability, A to F')
    .option('--lateness-days <days>', 'usual lateness of its reports', String(undeclaredSource.latenessDays))
    .option('--cadence-days <days>', 'longest silence after which it still counts as live', String(undeclaredSource.cadenceDays))
    .option('--archive', 'an archive is ignored by the watermark', false)
    .option('--reporters <list>', 'ids of the keys that may report as it, separated by commas; any = all (default: unchanged)')
    .action((id: string, options: ClientOptions & SourceOptions) =>
      change(context, options, 'PUT', `/v1/sources/${encodeURIComponent(id)}`, {
        reliability: options.reliability,
        latenessDays: number(options.latenessDays, '--lateness-days'),
        cadenceDays: number(options.cadenceDays, '--cadence-days'),
        archive: options.archive,
        ...(options.reporters === undefined ? {} : { reporters: reporters(options.reporters) })
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

function reporters(text: string): readonly string[] | null {
  return text === 'any' ? null : listed(text).filter(id => id !== '')
}

function addKeys(parent: Command, context: CommandContext): void {
  addList(parent, keys, context)
  addConnectionOptions(parent.command('create <name>').description('create a key; its secret is shown once'))
    .requiredOption('--scopes <list>', 'scopes, separated by commas')
    .option('--theatres <list>', 'theatres, separated by commas, or *', '*')
    .option('--handling <level>', 'highest handling level that it may see', 'internal')
    .option('--expires-at <time>', 'when it expires, ISO 8601')
    .option('--per-minute <count>', 'maximum requests, and lines of streams, per minute')
    .option('--per-day <count>', 'maximum reports per day')
    .option('--body-bytes <count>', 'maximum body size, bytes')
    .action((name: string, options: ClientOptions & KeyOptions) =>
      change(context, options, 'POST', '/v1/keys', {
        name,
        scopes: listed(options.scopes),
        theatres: options.theatres === '*' ? '*' : listed(options.theatres),
        handling: options.handling,
        ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
        ...limitsOf(options)
      })
    )
  addConnectionOptions(
    parent.command('rotate <keyId>').description('give a key a new secret, shown once; the old one stays valid for the overlap')
  )
    .option('--overlap-hours <hours>', 'how long earlier secrets stay valid; 0 ends all of them at once', '24')
    .action((id: string, options: ClientOptions & { overlapHours: string }) =>
      change(context, options, 'POST', `/v1/keys/${encodeURIComponent(id)}/rotation`, {
        overlapHours: number(options.overlapHours, '--overlap-hours')
      })
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

function limitsOf({ perMinute, perDay, bodyBytes }: KeyOptions): object {
  const limits = {
    ...(perMinute === undefined ? {} : { perMinute: number(perMinute, '--per-minute') }),
    ...(perDay === undefined ? {} : { perDay: number(perDay, '--per-day') }),
    ...(bodyBytes === undefined ? {} : { bodyBytes: number(bodyBytes, '--body-bytes') })
  }
  return Object.keys(limits).length === 0 ? {} : { limits }
}

function addSubscriptions(parent: Command, context: CommandContext): void {
  addList(parent, subscriptions, context)
  const create = parent.command('create <endpoint>').description('subscribe an endpoint; its secret is shown once')
  addSettingOptions(addConnectionOptions(create), subscriptionSettings).action(
    (url: string, options: ClientOptions & Readonly<Record<string, string>>) =>
      change(context, options, 'POST', '/v1/subscriptions', { url, ...settingsGiven(options, subscriptionSettings) })
  )
  addDelete(parent, 'delete <id>', 'end a subscription', subscriptions, context)
}

const flagOf = (name: string) => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** Options for the settings that have one. */
function addSettingOptions(command: Command, settings: Settings): Command {
  for (const [name, { option, words, default: value }] of Object.entries(settings)) {
    if (option === undefined) continue
    const help = `${words[0]?.toLowerCase()}${words.slice(1, -1)}`
    const text = typeof value === 'string' ? value : value === null ? undefined : JSON.stringify(value)
    command.option(`${flagOf(name)} <${option}>`, help, text)
  }
  return command
}

function settingsGiven(options: Readonly<Record<string, string>>, settings: Settings): object {
  const read = { text: (text: string) => text, number, json }
  const given = Object.entries(settings).flatMap(([name, { option }]) => {
    const text = options[name]
    return option === undefined || text === undefined ? [] : [[name, read[option](text, flagOf(name))]]
  })
  return Object.fromEntries(given)
}

function addList(parent: Command, listing: Listing, context: CommandContext): void {
  addConnectionOptions(parent.command('list', { isDefault: true }).description(`list ${listing.noun}`)).action(
    (options: ClientOptions) =>
      withSuite(context, options, async api => {
        const items = await listAll(api, listing.path)
        if (options.json) context.output.line(JSON.stringify(items))
        else
          for (const line of tableLines(
            listing.columns,
            items.map(item => listing.columns.map(column => cell(item[column])))
          ))
            context.output.line(line)
      })
  )
}

function addDelete(parent: Command, usage: string, description: string, listing: Listing, context: CommandContext): void {
  addConnectionOptions(parent.command(usage).description(description)).action((id: string, options: ClientOptions) =>
    change(context, options, 'DELETE', `${listing.path}/${encodeURIComponent(id)}`)
  )
}

async function change(
  context: CommandContext,
  options: ClientOptions,
  method: 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: unknown
): Promise<void> {
  await withSuite(context, options, async api => {
    const answer = good(await api.call(method, path, body === undefined ? {} : { body })).body
    if (options.json) context.output.line(JSON.stringify(answer === '' ? null : answer))
    else for (const line of factLines(answer)) context.output.line(line)
  })
}

/** `name: value` for each member of an answer; `done` if it is empty. */
function factLines(answer: unknown): readonly string[] {
  if (typeof answer !== 'object' || answer === null) return ['done']
  return Object.entries(answer as Item).map(([name, value]) => `${name}: ${cell(value)}`)
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-'
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value.join(',')
  if (isAuthor(value)) return value.name === value.id ? value.id : `${value.name} (${value.id})`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isAuthor(value: unknown): value is { readonly id: string; readonly name: string } {
  return typeof value === 'object' && value !== null && Object.keys(value).sort().join() === 'id,name'
}

function listed(text: string): readonly string[] {
  return text.split(',').map(item => item.trim())
}

function number(text: string, option: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`${option} must be a number, not "${text}"`)
  return value
}

function json(text: string, option: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${option} takes JSON`, { cause })
  }
}
