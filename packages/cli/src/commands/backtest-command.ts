// backtest FILE: what the rules would have raised over the years of a file, in the order in which
// things became known. Needs no suite.

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Reliability } from '@tocsin/contracts/theatre/report'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { budgetLimits } from '@tocsin/engine/rules/cluster'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { readBudget } from '@tocsin/engine/theatre/budget'
import { readOutlines } from '@tocsin/gazetteer/area/country-outlines'
import { createImporter, type ImportFormat, importFormats } from '@tocsin/importers/formats'
import { encodings, ImportFileError, type ImportSettings } from '@tocsin/importers/item/import-item'
import { createAreaNames, createCountryCheck } from '@tocsin/intake/imports/dry-run'
import { countRefused } from '@tocsin/intake/imports/import-tally'
import { withoutTheatres } from '@tocsin/rule-packs/pack'
import { systemClock } from '@tocsin/service/process/clock'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { computeFigures } from '../backtest/alert-figures.ts'
import { AlertFile } from '../backtest/alert-file.ts'
import { formatAlertTable } from '../backtest/alert-table.ts'
import type { BacktestAlert } from '../backtest/backtest-alerts.ts'
import { formatPage } from '../backtest/backtest-page.ts'
import {
  type BacktestProgress,
  createBacktestProgress,
  foldingPhase,
  readingPhase
} from '../backtest/backtest-progress.ts'
import {
  type BacktestEdition,
  type ReadBacktest,
  readBacktest,
  reliabilities
} from '../backtest/backtest-reading.ts'
import { type BacktestReport, createBacktestReport } from '../backtest/backtest-report.ts'
import { formatBacktest } from '../backtest/backtest-words.ts'
import { selectRules, type TheatreScope, theatreScopes } from '../backtest/known-items.ts'
import { allTime, judgeAlerts } from '../backtest/label-figures.ts'
import { readLabels } from '../backtest/label-file.ts'
import type { Label } from '../backtest/label-judgement.ts'
import { parseDay } from '../backtest/named-table.ts'
import { computeNotifiedFigures } from '../backtest/notified-figures.ts'
import { comparePacks } from '../backtest/pack-comparison.ts'
import { findReleases } from '../backtest/release-files.ts'
import { foldBacktest, startThreads } from '../backtest-threads/fold-backtest.ts'
import type { TheatrePool } from '../backtest-threads/theatre-pool.ts'
import { type CommandContext, print } from '../client/context.ts'
import { importGazetteer } from '../import/import-gazetteer.ts'
import { hashInputs, type ImportInput, importInput } from '../import/import-input.ts'
import { addMappingOptions, loadMapping, type MappingOptions } from '../import/mapping-option.ts'
import { readValidPack } from '../rules/pack-input.ts'
import { CommandError, exitCodes, UsageError } from '../terminal/output.ts'

/** A pool of more threads than any machine has cores is a slip. */
const workersMax = 256

export interface BacktestOptions extends MappingOptions {
  readonly format: ImportFormat
  readonly rules?: string
  readonly source?: string
  readonly knownAt?: string
  readonly reliability: Reliability
  readonly theatres: TheatreScope
  readonly encoding: ImportSettings['encoding']
  readonly out: string
  readonly workers?: number
  readonly releases?: string
  readonly labels?: string
  /** The beginning of each day, ms. */
  readonly judgeFrom?: number
  readonly judgeTo?: number
  readonly budget?: number
  /** A second pack. */
  readonly compare?: string
  /** False: alerts.ndjson is not wanted. */
  readonly ndjson: boolean
  readonly html?: boolean
  readonly json?: boolean
}

export function addBacktestCommand(program: Command, context: CommandContext): void {
  addMappingOptions(
    program
      .command('backtest [file]')
      .description(
        'replay a file through the rules in order of knowledge; writes alerts.csv, alerts.ndjson and report.json'
      )
  )
    .addOption(
      new Option('--format <format>', 'format of the file')
        .choices(importFormats)
        .makeOptionMandatory()
    )
    .option(
      '--rules <file>',
      'a rule pack, by file or name (default: the rules that a suite starts with)'
    )
    .option(
      '--known-at <column>',
      'column with the time at which each row became known (default: by the format, else the end of its own last day)'
    )
    .addOption(
      new Option(
        '--releases <dir>',
        'instead of a file: releases of UCDP GED, each known from the day in its name or in releases.csv (file,knownFrom)'
      ).implies({ format: 'ucdp-ged' })
    )
    .option('--source <id>', 'source of all rows, instead of the default of the format')
    .addOption(
      new Option('--reliability <letter>', 'reliability of every source, A to F')
        .choices(reliabilities)
        .default(backtestDefaults.reliability)
    )
    .addOption(
      new Option('--theatres <ground>', 'one theatre for each country, or one for all of the file')
        .choices(theatreScopes)
        .default(backtestDefaults.theatres)
    )
    .addOption(
      new Option('--encoding <name>', 'of the text')
        .choices(encodings)
        .default(backtestDefaults.encoding)
    )
    .option('--out <dir>', 'output folder', 'backtest')
    .option(
      '--workers <count>',
      'threads that fold, one theatre at a time each (default: one for each core)',
      parseCount
    )
    .option(
      '--labels <file>',
      'a CSV of what deserved an alert, with id, from, to, and area or lat, lon, radiusKm: what was found, how late, and false alarms'
    )
    .option('--judge-from <day>', 'judge labels and notices from this day on', parseDayOption)
    .option('--judge-to <day>', 'judge them up to this day', parseDayOption)
    .option(
      '--budget <number>',
      'false alarms a year of a theatre that rule cluster may raise, instead of what the pack states',
      parseBudget
    )
    .option(
      '--compare <pack>',
      'a second rule pack over the same rows: what only one of the two notifies people of'
    )
    .option('--no-ndjson', 'do not write alerts.ndjson, which has each event in full')
    .option('--html', 'write report.html too: map, weeks, tables and alerts as one offline page')
    .option('--json', 'print report.json instead of tables')
    .action(async (file: string | undefined, options: BacktestOptions) =>
      printReport(await runBacktestFile(file, options, context), options, context)
    )
}

/** Defaults of a backtest. */
export const backtestDefaults = {
  reliability: 'B',
  theatres: 'country',
  encoding: 'utf-8',
  ndjson: true
} as const

/**
 * Writes `alerts.csv`, `alerts.ndjson` and `report.json` into the folder `out`, and prints only its
 * progress. Throws CommandError.
 */
export async function runBacktestFile(
  file: string | undefined,
  options: BacktestOptions,
  context: CommandContext
): Promise<BacktestReport> {
  if (file === '-')
    throw new UsageError('a backtest reads its file twice: standard input can not be read again')
  checkOptions(file, options)
  const mapping = loadMapping(options)
  const rules = setBudget(loadRules(options.rules), options.budget)
  const { compare: pack } = options
  const other = pack === undefined ? null : { pack, rules: loadRules(pack) }
  const labels = options.labels === undefined ? null : readLabels(options.labels)
  const gazetteer = importGazetteer(context.env)
  const settings: ImportSettings = {
    source: options.source ?? null,
    reportedAt: null,
    knownAtColumn: options.knownAt ?? null,
    handling: null,
    encoding: options.encoding,
    areas: createAreaNames(gazetteer),
    otherCountry: createCountryCheck(gazetteer),
    mapping,
    nowMs: systemClock.nowMs()
  }
  const named = file ?? (options.releases as string)
  const editions = await openEditions(file, options.releases)
  const inputs = editions.flatMap(edition => edition.inputs)
  // Opened again, so that these count what is read after it.
  const hashed = await openEditions(file, options.releases)
  const { sha256: fileSha256, secret } = await hashInputs(hashed.flatMap(one => one.inputs))
  const bytes = inputs.reduce((sum, input) => sum + (input.file?.bytes ?? 0), 0)
  await mkdir(options.out, { recursive: true }).catch((cause: unknown) => {
    throw new UsageError(`${options.out} can't be created`, { cause })
  })
  const progress = createBacktestProgress(context.output, systemClock)
  const earlyPool = startThreads(options.theatres, bytes, options.workers)
  try {
    const beganMs = systemClock.monotonicMs()
    const read = await readBacktest({
      editions,
      createImporter: () => createImporter(options.format, mapping),
      settings,
      gazetteer,
      theatres: options.theatres,
      secret,
      nowMs: systemClock.nowMs(),
      signal: context.stop,
      onProgress: count =>
        progress.at(readingPhase, { done: countBytesRead(inputs), total: bytes, count })
    }).catch((error: unknown) => {
      throw error instanceof ImportFileError
        ? new CommandError(error.message, { cause: error })
        : error
    })
    const readMs = systemClock.monotonicMs()
    const { leftOut } = selectRules(options.format, rules)
    const run: PackRun = { read, labels, options, progress, signal: context.stop }
    const events = join(options.out, 'alerts.ndjson')
    // That of an earlier run would not belong to this one's table.
    if (!options.ndjson) await rm(events, { force: true })
    const sink = options.ndjson ? await AlertFile.begin(events) : null
    const here = await runPack(rules, sink, earlyPool, run).catch(async (error: unknown) => {
      await sink?.discard()
      throw error
    })
    await sink?.finish()
    const foldedMs = systemClock.monotonicMs()
    await writeTable(options.out, 'alerts.csv', here)
    const there = other === null ? null : await runPack(other.rules, null, null, run)
    if (there !== null) await writeTable(options.out, 'compared-alerts.csv', there)
    const report = createBacktestReport({
      named: {
        file: basename(named),
        format: options.format,
        fileSha256,
        pack: options.rules ?? null
      },
      read,
      plan: here.plan,
      rulesLeftOut: leftOut,
      figures: computeFigures(here.parts, read.items),
      told: here.told,
      judged: here.judged,
      compared: other === null || there === null ? null : comparePacks(other.pack, here, there),
      speed: {
        readSeconds: (readMs - beganMs) / 1000,
        foldSeconds: (foldedMs - readMs) / 1000,
        alertBytes: sink?.bytes ?? 0
      }
    })
    await writeFile(join(options.out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    if (options.html)
      await writeFile(
        join(options.out, 'report.html'),
        formatPage(report, here.alerts, here.listLabels, listOutlines(here.alerts))
      )
    return report
  } finally {
    progress.end()
    await earlyPool?.destroy()
  }
}

/** Borders of the countries of the alerts. */
function listOutlines(alerts: readonly BacktestAlert[]) {
  return readOutlines(new Set(alerts.flatMap(({ countries }) => countries)))
}

/** The file, or the releases in order of their days. */
async function openEditions(
  file: string | undefined,
  releases: string | undefined
): Promise<readonly BacktestEdition[]> {
  const open = (path: string) => importInput(path, process.stdin)
  if (releases === undefined) return [{ inputs: [await open(file as string)], knownAt: null }]
  return Promise.all(
    findReleases(releases).map(async ({ files, knownAt }) => ({
      inputs: await Promise.all(files.map(open)),
      knownAt
    }))
  )
}

function countBytesRead(inputs: readonly ImportInput[]): number {
  return inputs.reduce((sum, { bytesRead }) => sum + bytesRead, 0)
}

interface PackRun {
  readonly read: ReadBacktest
  readonly labels: readonly Label[] | null
  readonly options: BacktestOptions
  readonly progress: BacktestProgress
  readonly signal: AbortSignal
}

/** Folds what was read through the rules of a pack, and judges it. */
async function runPack(
  rules: readonly RuleVersion[],
  sink: AlertFile | null,
  pool: TheatrePool | null,
  { read, labels, options, progress, signal }: PackRun
) {
  const { format, reliability, theatres, workers, out, judgeFrom, judgeTo } = options
  const period = {
    fromMs: judgeFrom ?? allTime.fromMs,
    toMs: judgeTo === undefined ? allTime.toMs : judgeTo + dayMs
  }
  const plan = { ...read, rules: selectRules(format, rules).shown, reliability, theatres }
  const total = read.items.length
  const parts = await foldBacktest({
    ...{ plan, sink, clock: systemClock, signal, workers, pool },
    partsDir: join(out, 'alerts.ndjson.parts'),
    onProgress: done => progress.at(foldingPhase, { done, total, count: done })
  })
  const alerts = parts.flatMap(part => part.alerts)
  const told = computeNotifiedFigures(alerts, read.items)
  const judged = labels === null ? null : judgeAlerts(labels, alerts, read.items, period)
  return {
    ...{ plan, parts, alerts, told, judged: judged?.figures ?? null },
    listLabels: (alert: BacktestAlert) => judged?.listLabels(alert) ?? []
  }
}

async function writeTable(
  out: string,
  name: string,
  { alerts, listLabels }: Awaited<ReturnType<typeof runPack>>
): Promise<void> {
  await writeFile(join(out, name), formatAlertTable(alerts, listLabels))
}

function printReport(
  report: BacktestReport,
  options: BacktestOptions,
  context: CommandContext
): void {
  const files = [
    'alerts.csv',
    ...(options.ndjson ? ['alerts.ndjson'] : []),
    ...(report.compared === null ? [] : ['compared-alerts.csv']),
    ...(options.html ? ['report.html'] : []),
    'report.json'
  ]
  const written = `written: ${files.map(file => join(options.out, file)).join(', ')}`
  print(context, options, report, () => [...formatBacktest(report), written])
  if (countRefused(report.read.tally) > 0) context.exitWith(exitCodes.refused)
}

function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > workersMax)
    throw new InvalidArgumentError(`must be a whole number from 1 to ${workersMax}`)
  return count
}

function parseDayOption(text: string): number {
  const ms = parseDay(text)
  if (ms === null) throw new InvalidArgumentError('must be a day, YYYY-MM-DD')
  return ms
}

function parseBudget(text: string): number {
  const budget = Number(text)
  const { min, max } = budgetLimits
  if (!(budget >= min && budget <= max))
    throw new InvalidArgumentError(`must be a number from ${min} to ${max}`)
  return budget
}

/** The rules with another budget of those that have one. */
function setBudget(
  rules: readonly RuleVersion[],
  budget: number | undefined
): readonly RuleVersion[] {
  if (budget === undefined) return rules
  if (rules.every(rule => readBudget(rule) === null))
    throw new UsageError(
      '--budget needs a rule with a budget: none of the pack has the pattern cluster'
    )
  return rules.map(rule =>
    readBudget(rule) === null ? rule : { ...rule, parameters: { ...rule.parameters, budget } }
  )
}

/** Options that a format does not support are refused rather than ignored. */
function checkOptions(
  file: string | undefined,
  { format, map, mapping, source, knownAt, releases, labels, judgeFrom, judgeTo }: BacktestOptions
): void {
  if ((file === undefined) === (releases === undefined))
    throw new UsageError('name a file, or with --releases a folder of releases')
  if (labels === undefined && (judgeFrom !== undefined || judgeTo !== undefined))
    throw new UsageError('--judge-from and --judge-to need --labels')
  if (releases !== undefined && (format !== 'ucdp-ged' || knownAt !== undefined))
    throw new UsageError(
      '--releases is for ucdp-ged, and states when rows were known: no --known-at'
    )
  if (format === 'ndjson' && (knownAt !== undefined || source !== undefined))
    throw new UsageError('ndjson states both itself: --source and --known-at do not apply')
  if (format === 'cap' && knownAt !== undefined)
    throw new UsageError('cap states when an alert was sent: --known-at does not apply')
  if (format === 'geojson' && knownAt !== undefined && map === undefined && mapping === undefined)
    throw new UsageError('--known-at needs --map or --mapping with geojson')
}

/** The enabled rules of a pack, or those of a new suite. */
function loadRules(pack: string | undefined): readonly RuleVersion[] {
  if (pack === undefined) return defaultRules
  return readValidPack(pack)
    .rules.filter(({ enabled }) => enabled)
    .map(({ draft }) => withoutTheatres(draft))
}
