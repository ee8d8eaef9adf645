// Import output for people: the final table, the dry run's findings, the line of the bar. Pure.

import type { WarningKind } from '@tocsin/importers/item/import-item'
import type { DryRunOutcome } from '@tocsin/intake/imports/dry-run'
import { countRefused, countSkipped, type ImportTally } from '@tocsin/intake/imports/import-tally'
import type { VaguePlace } from '@tocsin/intake/report/report-answer'
import { formatTable, toOneLine } from '../terminal/table.ts'
import type { ImportOutcome, ImportProgress } from './import-run.ts'
import type { RefusedPaths } from './refused-files.ts'
import { listHindrances } from './suite-hindrances.ts'

const warningWords: Readonly<Record<WarningKind, string>> = {
  'area-unknown':
    'name an unknown area: their coordinates decide, or the name of the place or the country',
  'country-differs':
    'have coordinates in another country than stated, by present borders: the coordinates decide',
  'edition-undated':
    'changed a report of another edition without saying which is later: give --reported-at with each edition',
  'no-date-of-knowledge':
    'have no report time: they count as reported when accepted (see --reported-at)',
  'deaths-widened':
    'have low, best and high deaths out of order: the interval was widened to hold all three',
  'chain-unknown':
    'refer to an alert that is not in the file: if that was an update of another alert, this is a second report',
  'onset-ahead':
    'describe an onset more than a day after they were sent: the time of sending is used',
  'no-id': 'have no id: equal rows count once, and a corrected row is a second report',
  cut: 'have a text, a list or a time beyond the limits of a report: it was cut'
}

const placeWords: Readonly<Record<VaguePlace, string>> = {
  contradicting: 'have coordinates far outside their country: they trigger nothing by place',
  unresolved: 'have an unknown place name: they trigger nothing by place',
  ambiguous: 'have an ambiguous place name: they trigger what holds for all its candidates'
}

const supersededWords =
  'do not count: the suite has the same report with a later report time, and that one counts'

const skipWords = {
  'not-violence': 'no violence',
  'skipped-by-mapping': 'skipped by the mapping',
  'not-actual': 'tests, drafts, acknowledgements, errors',
  cancelled: 'cancelled in the same file',
  heading: 'headers and HXL tags',
  'never-imported': 'withdrawals of reports that the suite does not have'
} as const

/** The line of the bar. */
export function formatProgress(progress: ImportProgress): string {
  const { rows, rowsNow, part, elapsedMs } = progress
  const perSecond = elapsedMs === 0 ? 0 : (rowsNow * 1000) / elapsedMs
  const percent = part === null ? [] : [`${Math.floor(part * 100)} %`]
  const left = estimateSecondsLeft(progress)
  return [
    ...percent,
    `${formatNumber(rows)} rows`,
    `${formatNumber(perSecond)}/s`,
    ...(left === null ? [] : [`${formatDuration(left)} left`])
  ].join(' · ')
}

function estimateSecondsLeft({ part, rows, rowsNow, elapsedMs }: ImportProgress): number | null {
  if (part === null || part <= 0 || rowsNow === 0) return null
  // Rows of an earlier run took none of this run's time.
  const rowsLeft = rows / part - rows
  return ((rowsLeft / rowsNow) * elapsedMs) / 1000
}

/** The table at the end of an import. */
export function formatOutcome(outcome: ImportOutcome): readonly string[] {
  const { tally, finished, brokenBy, refused, notes, elapsedMs, rowsNow } = outcome
  const perSecond = elapsedMs === 0 ? 0 : (rowsNow * 1000) / elapsedMs
  return [
    ...formatTally(tally, 'accepted', 'accepted'),
    ...notes.map(toOneLine),
    `${formatDuration(elapsedMs / 1000)}, ${formatNumber(perSecond)} rows/s`,
    ...(brokenBy === null ? [] : [`the file could not be read after these rows: ${brokenBy}`]),
    ...(finished || brokenBy !== null
      ? []
      : [`stopped after ${formatNumber(tally.rows)} rows: run the same command again to continue`]),
    ...formatRefusedPaths(refused)
  ]
}

/** With what the command line alone knows of it. */
interface ShownDryRun extends DryRunOutcome {
  readonly refused: RefusedPaths | null
  /** False without a suite: its theatres and rules were not asked. */
  readonly knowsSuite: boolean
}

const refusedShownMax = 20

/** What a dry run found. */
export function formatDryRun(outcome: ShownDryRun): readonly string[] {
  const {
    tally,
    categories,
    countries,
    places,
    sources,
    occurred,
    examples,
    firstRefused,
    refused,
    notes,
    brokenBy
  } = outcome
  return [
    ...formatTally(tally, 'understood', 'would be posted'),
    ...notes.map(toOneLine),
    '',
    ...(occurred === null ? [] : [`occurred      ${occurred.from} to ${occurred.to}`]),
    `sources       ${formatCounts(sources)}`,
    `categories    ${formatCounts(categories)}`,
    `countries     ${formatCounts(countries)}`,
    `places        ${formatCounts(places)}`,
    ...examples.flatMap(({ row, report }) => [
      '',
      `row ${row} would be`,
      toOneLine(JSON.stringify(report))
    ]),
    ...(firstRefused.length === 0 ? [] : ['', ...formatRefusals(outcome)]),
    ...(brokenBy === null ? [] : ['', `the file could not be read after these rows: ${brokenBy}`]),
    ...formatRefusedPaths(refused),
    '',
    ...(outcome.knowsSuite
      ? []
      : ['no suite was asked which rules would see these rows: start one, or name it with --url']),
    'nothing was sent'
  ]
}

function formatRefusals({ firstRefused, tally }: DryRunOutcome): readonly string[] {
  const shown = firstRefused.slice(0, refusedShownMax)
  const rows = shown.flatMap(({ row, faults }) =>
    faults.map(
      ({ column, reason, detail }) => [String(row), column ?? '-', reason, detail] as const
    )
  )
  const more = countRefused(tally) - shown.length
  return [
    ...formatTable(['row', 'column', 'reason', 'detail'], rows),
    ...(more > 0 ? [`and ${formatNumber(more)} more rows`] : [])
  ]
}

function formatTally(
  tally: ImportTally,
  accepted: string,
  acceptedWords: string
): readonly string[] {
  const {
    rows,
    duplicates,
    withdrawn,
    staysWithdrawn,
    warnings,
    places = {},
    superseded = 0
  } = tally
  const refused = countRefused(tally)
  const lines: (readonly [string, number, string])[] = [
    ['rows', rows, 'read'],
    [accepted, tally.accepted, acceptedWords === accepted ? '' : acceptedWords],
    ['duplicates', duplicates, 'there already'],
    ['withdrawals', withdrawn, ''],
    ['withdrawn', staysWithdrawn, 'before, which is final'],
    ['left out', countSkipped(tally), skipText(tally)],
    ['refused', refused, '']
  ]
  const shown = lines.filter(
    ([name, value]) => value > 0 || ['rows', accepted, 'refused'].includes(name)
  )
  return [
    ...shown.map(([name, value, words]) =>
      `${name.padEnd(12)}${formatNumber(value).padStart(10)}  ${words}`.trimEnd()
    ),
    ...listRefusedByReason(tally),
    ...Object.entries(warnings).map(
      ([kind, value]) =>
        `of them     ${formatNumber(value).padStart(10)}  ${warningWords[kind as WarningKind]}`
    ),
    ...Object.entries(places).map(
      ([kind, value]) =>
        `of them     ${formatNumber(value).padStart(10)}  ${placeWords[kind as VaguePlace]}`
    ),
    ...listHindrances(tally).map(
      ([value, words]) => `of them     ${formatNumber(value).padStart(10)}  ${words}`
    ),
    ...(superseded === 0
      ? []
      : [`of them     ${formatNumber(superseded).padStart(10)}  ${supersededWords}`])
  ]
}

function listRefusedByReason(tally: ImportTally): readonly string[] {
  return Object.entries(tally.refused).flatMap(([reason, columns]) =>
    Object.entries(columns).map(
      ([column, value]) =>
        `${''.padEnd(12)}${formatNumber(value).padStart(10)}  ${reason}${column === '-' ? '' : ` ${toOneLine(column)}`}`
    )
  )
}

function skipText({ skipped }: ImportTally): string {
  return Object.entries(skipped)
    .map(
      ([reason, value]) => `${skipWords[reason as keyof typeof skipWords]} ${formatNumber(value)}`
    )
    .join(', ')
}

function formatRefusedPaths(refused: RefusedPaths | null): readonly string[] {
  if (refused === null) return []
  return [
    `refused rows: ${refused.rows}   why: ${refused.reasons}   (correct the first file and import it)`
  ]
}

function formatCounts(counts: Readonly<Record<string, number>>, max = 12): string {
  const entries = Object.entries(counts).sort((a, b) => b[1] - a[1])
  const shown = entries
    .slice(0, max)
    .map(([name, value]) => `${toOneLine(name)} ${formatNumber(value)}`)
  return (
    [...shown, ...(entries.length > max ? [`and ${entries.length - max} more`] : [])].join(', ') ||
    'none'
  )
}

function formatNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
