// What the commands of administration share: list, change, delete, and parse the texts of
// options.

import { randomBytes } from 'node:crypto'
import { type SuiteApi, SuiteUnreachableError } from '@tocsin/host/client/suite-api'
import type { Command } from 'commander'
import { formatCell, formatFacts } from '../client/answer-lines.ts'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  listSome,
  printMore,
  requireGood,
  withSuite
} from '../client/context.ts'
import { UsageError } from '../terminal/output.ts'
import { formatTable } from '../terminal/table.ts'

export interface Listing {
  readonly noun: string
  readonly path: string
  readonly columns: readonly string[]
  /** A note below the list; null for none. */
  readonly readNote?: (
    api: SuiteApi,
    items: readonly Readonly<Record<string, unknown>>[]
  ) => Promise<string | null> | string | null
}

export function addList(parent: Command, listing: Listing, context: CommandContext): void {
  addConnectionOptions(
    parent.command('list', { isDefault: true }).description(`list ${listing.noun}`)
  ).action((options: ClientOptions) => showList(context, options, listing))
}

/** Prints all pages of a list; with `max` the first so many, and whether there are more. */
export function showList(
  context: CommandContext,
  options: ClientOptions,
  { path, columns, readNote }: Omit<Listing, 'noun'>,
  max = Number.POSITIVE_INFINITY
): Promise<void> {
  return withSuite(context, options, async api => {
    const page = await listSome(api, path, max)
    const { items } = page
    const rows = items.map(item => columns.map(column => formatCell(item[column])))
    if (options.json) context.output.line(JSON.stringify(items))
    else for (const line of formatTable(columns, rows)) context.output.line(line)
    printMore(context, page, '--max')
    const note = (await readNote?.(api, items)) ?? null
    if (note !== null) context.output.note(note)
  })
}

/** Prints the first item of a list with all its members. */
export function showFirst(
  context: CommandContext,
  options: ClientOptions,
  path: string
): Promise<void> {
  return withSuite(context, options, async api => {
    const [first] = (await listSome(api, path, 1)).items
    if (options.json) context.output.line(JSON.stringify(first ?? null))
    else
      for (const line of first === undefined ? ['none'] : formatFacts(first))
        context.output.line(line)
  })
}

export function addDelete(
  parent: Command,
  usage: string,
  description: string,
  listing: Listing,
  context: CommandContext
): void {
  addConnectionOptions(parent.command(usage).description(description)).action(
    (id: string, options: ClientOptions) =>
      sendChange(context, options, 'DELETE', `${listing.path}/${encodeURIComponent(id)}`)
  )
}

export async function sendChange(
  context: CommandContext,
  options: ClientOptions,
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown
): Promise<void> {
  await withSuite(context, options, async api => {
    const call = body === undefined ? {} : { body }
    showAnswer(context, options, requireGood(await api.call(method, path, call)).body)
  })
}

export function showAnswer(
  { output }: CommandContext,
  { json: asJson }: ClientOptions,
  answer: unknown
): void {
  if (asJson) output.line(JSON.stringify(answer === '' ? null : answer))
  else for (const line of formatFacts(answer)) output.line(line)
}

/**
 * Makes something, once: where no answer comes it is asked for again under the same key. Prints it,
 * with its secret if it has one: that is told to nobody else and not later.
 */
export async function make(
  context: CommandContext,
  options: ClientOptions,
  path: string,
  body: unknown
): Promise<void> {
  await withSuite(context, options, async api => {
    const call = { body, headers: { 'idempotency-key': randomBytes(16).toString('hex') } }
    const post = () => api.call('POST', path, call)
    const answer = await post().catch((error: unknown) => {
      if (error instanceof SuiteUnreachableError) return post()
      throw error
    })
    showAnswer(context, options, requireGood(answer).body)
  })
}

/**
 * Changes the current version: after a concurrent change it is refused.
 */
export async function sendVersionedChange(
  context: CommandContext,
  options: ClientOptions,
  path: string,
  body: unknown
): Promise<void> {
  await withSuite(context, options, async api => {
    const headers = createIfMatch(requireGood(await api.call('GET', path)).body)
    showAnswer(context, options, requireGood(await api.call('PATCH', path, { body, headers })).body)
  })
}

/** Earlier suites have no versions of subscriptions. */
function createIfMatch(seen: unknown): Readonly<Record<string, string>> {
  const { version } = seen as { readonly version?: number }
  return version === undefined ? {} : { 'if-match': `"${version}"` }
}

/** The stated members only. */
export function pickGiven(
  said: Readonly<Record<string, string | undefined>>
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )
}

export function splitList(text: string): readonly string[] {
  return text.split(',').map(item => item.trim())
}

export function parseNumber(text: string, option: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`${option} must be a number, not "${text}"`)
  return value
}

export function parseWholeNumber(text: string, option: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError(`${option} must be a whole number, not "${text}"`)
}

export function parseJson(text: string, option: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${option} takes JSON`, { cause })
  }
}
