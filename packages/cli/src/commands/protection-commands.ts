// quarantine and reports erase: unreadable records and personal data, handled through the public
// routes of a running suite.

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  good,
  type Item,
  listAll,
  print,
  withSuite
} from '../client/context.ts'
import { CommandError, UsageError } from '../terminal/output.ts'
import { tableLines } from '../terminal/table.ts'

const columns = [
  'id',
  'quarantinedAt',
  'topic',
  'partition',
  'position',
  'reason',
  'bytes',
  'settled'
] as const

/** Adds the two commands. */
export function addProtectionCommands(program: Command, context: CommandContext): void {
  addQuarantine(
    program
      .command('quarantine')
      .description('records that could not be parsed: list, show, replace, dismiss'),
    context
  )
  addReports(program.command('reports').description('erase the private texts of a report'), context)
}

function addQuarantine(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent
      .command('list', { isDefault: true })
      .description('list quarantined records, newest first')
  )
    .option('--state <state>', 'open, settled or all', 'open')
    .action((options: ClientOptions & { state: string }) =>
      withSuite(context, options, async api => {
        const items = await listAll(
          api,
          `/v1/quarantine?state=${encodeURIComponent(options.state)}`
        )
        print(context, options, items, () => tableLines(columns, items.map(rowOf)))
      })
    )
  addConnectionOptions(
    parent.command('show <id>').description('show an entry, with its bytes if the key may see them')
  ).action((id: string, options: ClientOptions) =>
    withSuite(context, options, async api => {
      const entry = good(await api.call('GET', entryPath(id))).body as Item
      print(context, options, entry, () => entryLines(entry))
    })
  )
  addConnectionOptions(
    parent.command('replay <id>').description('replace an entry by a corrected report')
  )
    .requiredOption('--report <file>', 'file with the corrected report, as JSON')
    .option('--backfill', 'as backfill: it yields to live reports and pages nobody', false)
    .action((id: string, options: ClientOptions & { report: string; backfill: boolean }) =>
      withSuite(context, options, async api => {
        const body = reportIn(options.report)
        const lane = options.backfill ? 'backfill' : 'live'
        const answer = good(
          await api.call('POST', `${entryPath(id)}/replay?lane=${lane}`, { body })
        ).body as Item
        print(context, options, answer, () => [
          `report ${answer.reportId} revision ${answer.revision} in ${answer.theatre}`
        ])
      })
    )
  addConnectionOptions(
    parent.command('dismiss <id>').description('settle an entry without importing it')
  ).action((id: string, options: ClientOptions) =>
    withSuite(context, options, async api => {
      const entry = good(await api.call('DELETE', entryPath(id))).body
      print(context, options, entry, () => ['dismissed'])
    })
  )
}

function addReports(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent
      .command('erase <reportId>')
      .description(
        'erase narrative, links and names of a report permanently; its alerts are unchanged'
      )
  )
    .option('--yes', 'confirm: this cannot be undone', false)
    .action((reportId: string, options: ClientOptions & { yes: boolean }) =>
      withSuite(context, options, async api => {
        if (!options.yes) throw new UsageError('erasure cannot be undone: confirm with --yes')
        const answer = good(
          await api.call('DELETE', `/v1/reports/${encodeURIComponent(reportId)}/private`)
        ).body as Item
        print(context, options, answer, () => [
          answer.erased === true ? 'erased' : 'there was nothing to erase'
        ])
      })
    )
}

function entryPath(id: string): string {
  return `/v1/quarantine/${encodeURIComponent(id)}`
}

function rowOf(entry: Item): readonly string[] {
  return columns.map(column =>
    column === 'settled' ? settledWords(entry.settled) : String(entry[column] ?? '-')
  )
}

function settledWords(settled: unknown): string {
  if (typeof settled !== 'object' || settled === null) return '-'
  const { how, by, at, reportId } = settled as Item
  return `${how} by ${by} at ${at}${reportId === null ? '' : `, report ${reportId}`}`
}

/** The metadata of an entry, and its bytes if the answer has them. */
function entryLines(entry: Item): readonly string[] {
  const facts = columns.map((column, i) => `${column}: ${rowOf(entry)[i]}`)
  const content = entry.content as { base64: string; text: string | null } | undefined
  if (content === undefined)
    return [
      ...facts,
      'content: hidden (needs a key of all theatres and handlings with admin and persons:read)'
    ]
  return [...facts, content.text === null ? `base64: ${content.base64}` : `text: ${content.text}`]
}

/**
 * The report in a file. Throws CommandError if it can't be read or is not JSON; never repeats its
 * content.
 */
function reportIn(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${file} cannot be read`, { cause })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandError(`${file} is not JSON`)
  }
}
