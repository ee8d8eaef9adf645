// response-times: how long it took from alerts to acknowledgement and to what was done.
// dispositions: how often they were false alarms.

import { dispositions } from '@tocsin/domain/record/theatre-record'
import { timesBy } from '@tocsin/domain/response/response-times'
import { type Command, Option } from 'commander'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  good,
  type Item,
  print,
  withSuite
} from '../client/context.ts'
import { UsageError } from '../terminal/output.ts'
import { tableLines } from '../terminal/table.ts'

interface TimesOptions extends ClientOptions {
  readonly by: string
  readonly from?: string
  readonly to?: string
  readonly csv?: true
}

export function addResponseTimes(program: Command, context: CommandContext): void {
  const command = program
    .command('response-times')
    .description('times from alerts to acknowledgement and to response')
  addConnectionOptions(command)
    .addOption(new Option('--by <what>', 'what a row is').choices(timesBy).default('severity'))
    .option(
      '--from <time>',
      'only alerts that paged at this time or later: a day, or an instant with a UTC offset'
    )
    .option('--to <time>', 'only alerts that paged before this time')
    .option('--csv', 'print CSV, for a spreadsheet')
    .action((options: TimesOptions) =>
      withSuite(context, options, async api => {
        const { by, from, to, csv = false, json = false } = options
        if (csv && json) throw new UsageError('print CSV or JSON, not both')
        const query = new URLSearchParams({
          by,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to })
        })
        if (csv) {
          query.set('format', 'csv')
          const text = String(good(await api.call('GET', `/v1/response-times?${query}`)).body)
          for (const line of text.trimEnd().split('\n')) context.output.line(line)
          return
        }
        const report = good(await api.call('GET', `/v1/response-times?${query}`)).body as {
          readonly items: readonly Item[]
        }
        print(context, options, report, () => timesLines(by, report.items))
      })
    )
}

export function addDispositions(program: Command, context: CommandContext): void {
  const command = program
    .command('dispositions')
    .description('how often alerts of each rule were false alarms, as judged')
  addConnectionOptions(command).action((options: ClientOptions) =>
    withSuite(context, options, async api => {
      const report = good(await api.call('GET', '/v1/dispositions')).body as {
        readonly items: readonly Item[]
      }
      print(context, options, report, () => dispositionLines(report.items))
    })
  )
}

const dispositionColumns = [
  'rule',
  'raised',
  'judged',
  ...dispositions,
  'false a year',
  'expected',
  'since'
]

function dispositionLines(rows: readonly Item[]): readonly string[] {
  return tableLines(
    ['theatre', ...dispositionColumns],
    rows.map(
      ({
        theatre,
        ruleId,
        raised,
        judged,
        dispositions: counts,
        falseAlarmsPerYear,
        expectedPerYear,
        since
      }) => [
        ...[String(theatre), String(ruleId), String(raised), String(judged)],
        ...dispositions.map(each =>
          String((counts as Readonly<Record<string, number>>)[each] ?? 0)
        ),
        // Not a hyphen: who reads a table takes that for none.
        falseAlarmsPerYear === null ? 'too few to say' : String(falseAlarmsPerYear),
        ...[String(expectedPerYear ?? '-'), String(since).slice(0, 10)]
      ]
    )
  )
}

const columns = [
  'called',
  'acknowledged',
  'median',
  'p90',
  'responded',
  'median',
  'p90',
  'unanswered'
]

function timesLines(by: string, rows: readonly Item[]): readonly string[] {
  return tableLines(
    [by, ...columns],
    rows.map(row => [
      `${nameOf(by, row)}${row.drill === true ? ' (drill)' : ''}`,
      String(row.called),
      String(row.acknowledged),
      duration(row.acknowledgementMedianS),
      duration(row.acknowledgementP90S),
      String(row.responded),
      duration(row.responseMedianS),
      duration(row.responseP90S),
      String(row.unanswered)
    ])
  )
}

/** Subscriptions of one key have one name: the id tells them apart. */
function nameOf(by: string, row: Item): string {
  if (by === 'subscriber') return `${row.subscriber ?? '-'} ${row.subscriptionId}`
  return String(row[by] ?? (by === 'officer' ? 'nobody' : '-'))
}

/** `1:02:03`, hours, minutes and seconds. */
function duration(seconds: unknown): string {
  if (typeof seconds !== 'number') return '-'
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`
}
