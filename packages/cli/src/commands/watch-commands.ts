// `tocsin watch`: who is on, the roster, and handing over.

import { readFileSync } from 'node:fs'
import type { Handling } from '@tocsin/domain/report/handling'
import { reaches } from '@tocsin/service-kit/access/authority'
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
import {
  type AfterAnswer,
  change,
  json,
  type Listing,
  listed,
  make,
  number
} from './manage-actions.ts'

const watches: Listing = {
  noun: 'watches',
  path: '/v1/watches',
  columns: ['id', 'name', 'onWatch', 'next', 'version']
}

interface Shift {
  readonly officer: string
  readonly from: string
  readonly until: string
}

function rowOf(watch: Item): readonly string[] {
  const on = (watch.onWatch as readonly Shift[]).map(
    ({ officer, until }) => `${officer} until ${until}`
  )
  const next = watch.next as Shift | null
  // Whoever is on may be on lines that reach nobody.
  const who = on.length === 0 ? 'nobody' : on.join(', ')
  return [
    String(watch.id),
    String(watch.name),
    watch.isUnstaffed === true ? `${who}: all that follow it are told` : who,
    next === null ? '-' : `${next.officer} from ${next.from}`,
    String(watch.version)
  ]
}

const knownTo = 'who may know of it; whose key may see less can not follow it, also as a line'

interface Declared extends ClientOptions {
  readonly lineMinutes?: string
  readonly shifts?: string
  readonly handling?: string
}

export function addWatches(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent.command('list', { isDefault: true }).description('who is on watch, and who is next')
  ).action((options: ClientOptions) =>
    withSuite(context, options, async api => {
      const listed = await listAll(api, watches.path)
      const items = listed.toSorted((a, b) => String(a.name).localeCompare(String(b.name)))
      print(context, options, items, () => tableLines(watches.columns, items.map(rowOf)))
    })
  )
  addConnectionOptions(parent.command('show <id>').description('a watch with its roster')).action(
    (id: string, options: ClientOptions) => change(context, options, 'GET', at(id))
  )
  addConnectionOptions(
    parent
      .command('create <name>')
      .description('declare a watch; subscriptions follow it by their policy')
  )
    .option(
      '--line-minutes <minutes>',
      'how long an alert stays unanswered with one line before it goes on to the next'
    )
    .option('--shifts <file>', 'the roster: a JSON file of [{officer, from, until, lines, note}]')
    .option('--handling <level>', `${knownTo} (default: internal)`)
    .action((name: string, options: Declared) =>
      make(context, options, watches.path, { name, ...given(options) }, {}, linesBelow(context))
    )
  addConnectionOptions(
    parent.command('change <id>').description('change a watch; what is left out stays')
  )
    .option('--name <text>', 'another name')
    .option('--line-minutes <minutes>', 'how long an alert stays unanswered with one line')
    .option('--handling <level>', knownTo)
    .option(
      '--shifts <file>',
      'another roster: a JSON file of [{officer, from, until, lines, note}]'
    )
    .action((id: string, options: Declared & { name?: string }) => {
      const asked = {
        ...(options.name === undefined ? {} : { name: options.name }),
        ...given(options)
      }
      if (Object.keys(asked).length === 0)
        throw new UsageError('name what to change, such as --shifts')
      return withWatch(context, options, id, ({ version }) =>
        change(context, options, 'PATCH', at(id), { ...asked, version }, {}, linesBelow(context))
      )
    })
  addConnectionOptions(
    parent
      .command('hand-over <id> <officer>')
      .description('end the shift that is on, and begin the next now')
  )
    .requiredOption('--until <time>', 'when the shift that begins ends')
    .option('--relieves <officer>', 'whose shift ends, where several are on')
    .option(
      '--lines <ids>',
      'subscriptions in order, separated by commas (default: as planned, or those of the shift that ends)'
    )
    .option('--note <text>', 'what the next one should know')
    .option(
      '--seen <version>',
      'hand over only if the watch is still at this version, as `watch show` says'
    )
    .action((id: string, officer: string, options: HandOver) => {
      const { until, relieves, lines, note, seen } = options
      const body = {
        officer,
        until,
        ...(relieves === undefined ? {} : { relieves }),
        ...(lines === undefined ? {} : { lines: listed(lines) }),
        ...(note === undefined ? {} : { note })
      }
      const send = (version: number) =>
        make(context, options, `${at(id)}/hand-over`, { ...body, version })
      if (seen !== undefined) return send(number(seen, '--seen'))
      return withWatch(context, options, id, async watch => {
        const relieved = relievedBy(watch, officer, relieves)
        if (relieves === undefined) checkNotJustBegun(watch, relieved)
        await send(watch.version)
        for (const each of relieved)
          context.output.note(`${each.officer} is relieved, on since ${each.from}`)
      })
    })
  addConnectionOptions(
    parent
      .command('withdraw <id>')
      .description('withdraw a watch: its subscriptions are told at once')
  )
    .option(
      '--seen <version>',
      'withdraw only if the watch is still at this version (default: as it is now)'
    )
    .action((id: string, options: ClientOptions & { readonly seen?: string }) => {
      const send = (version: number) =>
        change(context, options, 'DELETE', at(id), undefined, { 'if-match': `"${version}"` })
      if (options.seen !== undefined) return send(number(options.seen, '--seen'))
      return withWatch(context, options, id, ({ version }) => send(version))
    })
}

interface HandOver extends ClientOptions {
  readonly until: string
  readonly relieves?: string
  readonly lines?: string
  readonly note?: string
  readonly seen?: string
}

/** A watch as it was read. */
interface Watch {
  readonly version: number
  readonly onWatch: readonly Shift[]
}

/** What of a watch and of a subscription says who may know of it, and what may be known there. */
interface Marked {
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

/**
 * Notes which lines can not follow their watch, since their holders may not know of it: nothing is
 * told them by it. Who may not see as much themselves gets only their own subscriptions listed, and
 * may follow what they declared.
 */
function linesBelow({ output }: CommandContext): AfterAnswer {
  return async (api, answer) => {
    const { shifts = [], ...watch } = answer as Marked & {
      readonly shifts?: readonly { readonly lines: readonly string[] }[]
    }
    const lines = new Set(shifts.flatMap(each => each.lines))
    if (lines.size === 0) return
    if (!reaches(good(await api.call('GET', '/v1/me')).body as Marked, watch)) return
    const subscriptions = (await listAll(
      api,
      '/v1/subscriptions'
    )) as unknown as readonly (Marked & { readonly id: string })[]
    for (const each of subscriptions.filter(({ id }) => lines.has(id)))
      if (!reaches(each, watch))
        output.note(
          `${each.id} can not follow this watch, which is ${watch.handling}: its key may see less (${each.handling})`
        )
  }
}

/**
 * A shift that began this recently may be another's who took it at the same time: nobody ends it
 * unasked.
 */
const justBegunMs = 10 * 60_000

/** Others whose shifts a hand-over ends. */
function relievedBy(
  { onWatch }: Watch,
  officer: string,
  relieves: string | undefined
): readonly Shift[] {
  return onWatch.filter(
    each => each.officer !== officer && (relieves === undefined || each.officer === relieves)
  )
}

/**
 * Of two officers who take a watch one after the other the first has it: the second must say that
 * they mean to relieve them.
 */
function checkNotJustBegun({ version }: Watch, relieved: readonly Shift[]): void {
  const [begun] = relieved.filter(({ from }) => Date.parse(from) > Date.now() - justBegunMs)
  if (begun === undefined) return
  const { officer, from } = begun
  throw new CommandError(
    `${officer} has it since ${from}, a few minutes: to relieve them all the same say --relieves ${JSON.stringify(officer)}, or --seen ${version}`
  )
}

const at = (id: string) => `${watches.path}/${encodeURIComponent(id)}`

function given({ lineMinutes, shifts, handling }: Declared): object {
  return {
    ...(lineMinutes === undefined ? {} : { lineMinutes: number(lineMinutes, '--line-minutes') }),
    ...(shifts === undefined ? {} : { shifts: json(read(shifts), '--shifts') }),
    ...(handling === undefined ? {} : { handling })
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`--shifts: ${file} cannot be read`, { cause })
  }
}

/** Changes what was read just now: another change in between is refused. */
async function withWatch(
  context: CommandContext,
  options: ClientOptions,
  id: string,
  then: (watch: Watch) => Promise<void>
): Promise<void> {
  let watch: Watch = { version: 0, onWatch: [] }
  await withSuite(context, options, async api => {
    watch = good(await api.call('GET', at(id))).body as Watch
  })
  await then(watch)
}
