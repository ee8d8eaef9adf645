// import FILE: imports a file of reports, in a format of packages/importers, into a running suite;
// with --dry-run it is only examined.

import { digest } from '@tocsin/contracts/json/digest'
import { readMoment } from '@tocsin/contracts/report/moments'
import { handlings } from '@tocsin/contracts/theatre/handling'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import { type SuiteApi, SuiteUnreachableError } from '@tocsin/host/client/suite-api'
import { createImporter, type ImportFormat, importFormats } from '@tocsin/importers/formats'
import {
  encodings,
  type ImportSettings,
  importersVersion
} from '@tocsin/importers/item/import-item'
import {
  createAreaNames,
  createCountryCheck,
  foreseeAlone,
  runDry
} from '@tocsin/intake/imports/dry-run'
import { countRefused } from '@tocsin/intake/imports/import-tally'
import { systemClock } from '@tocsin/service/process/clock'
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  print,
  withSuite
} from '../client/context.ts'
import { type DeclaredSource, formatArchiveHint } from '../import/archive-hint.ts'
import { Edition, formatDropped, settleDropped } from '../import/edition-drops.ts'
import {
  type FoundCheckpoint,
  findCheckpoint,
  type ImportCheckpoint
} from '../import/import-checkpoint.ts'
import { checkWritable, importFiles } from '../import/import-files.ts'
import { importGazetteer } from '../import/import-gazetteer.ts'
import { hashFile, type ImportInput, importInput } from '../import/import-input.ts'
import { type ImportOutcome, type ImportProgress, runImport } from '../import/import-run.ts'
import { formatDryRun, formatOutcome, formatProgress } from '../import/import-words.ts'
import { addMappingOptions, loadMapping, type MappingOptions } from '../import/mapping-option.ts'
import {
  noneRefused,
  RefusedFiles,
  type RefusedPaths,
  removeRefused,
  resolveForm
} from '../import/refused-files.ts'
import { OtherLogError, ReportPoster } from '../import/report-poster.ts'
import { HindranceCount, readGround } from '../import/suite-hindrances.ts'
import { CommandError, exitCodes, UsageError } from '../terminal/output.ts'
import { createProgress } from '../terminal/progress.ts'

interface ImportOptions extends ClientOptions, MappingOptions {
  readonly format: ImportFormat
  readonly live?: boolean
  readonly dryRun?: boolean
  readonly source?: string
  readonly reportedAt?: string
  readonly knownAt?: string
  readonly withdrawDropped?: boolean
  readonly handling?: NonNullable<ImportSettings['handling']>
  readonly encoding: ImportSettings['encoding']
  readonly out?: string
}

/** How long to retry while the suite accepts no row, ms. */
const patienceMs = 120_000
/** Interval between progress lines without a terminal, ms. */
const lineEveryMs = 10_000

export function addImportCommand(program: Command, context: CommandContext): void {
  addMappingOptions(
    addConnectionOptions(
      program
        .command('import <file>')
        .description('import reports from a file, as backfill; "-" is standard input')
    )
  )
    .addOption(
      new Option(
        '--format <format>',
        'format of the file; acled and ucdp-ged also as JSON of their APIs'
      )
        .choices(importFormats)
        .makeOptionMandatory()
    )
    .option(
      '--live',
      'import as live reports, which may page people (default: as backfill, which yields to live reports)'
    )
    .option('--dry-run', 'show what would be accepted and what refused; send nothing')
    .option('--source <id>', 'source of all rows, instead of the default of the format')
    .option(
      '--reported-at <instant>',
      'report time of all rows: the publication date of this edition of the file',
      parseInstant
    )
    .option('--known-at <column>', 'column with the time at which each row became known')
    .option(
      '--withdraw-dropped',
      'withdraw reports of earlier editions that this one lacks, in its countries and days (ucdp-ged with --reported-at)'
    )
    .addOption(new Option('--handling <level>', 'who may see the reports').choices(handlings))
    .addOption(new Option('--encoding <name>', 'of the text').choices(encodings).default('utf-8'))
    .option(
      '--out <dir>',
      'folder for refused rows and the progress note (default: that of the file)'
    )
    .action((file: string, options: ImportOptions) => importFile(file, options, context))
}

function parseInstant(text: string): string {
  if (readMoment(text).kind === 'moment') return text.includes('T') ? text : `${text}T23:59:59Z`
  throw new InvalidArgumentError(
    'it must be a day, or an instant with a UTC offset such as 2024-06-03T00:00:00Z'
  )
}

async function importFile(
  file: string,
  options: ImportOptions,
  context: CommandContext
): Promise<void> {
  const mapping = loadMapping(options)
  checkOptions(options)
  const gazetteer = importGazetteer(context.env)
  const settings: ImportSettings = {
    source: options.source ?? null,
    reportedAt: options.reportedAt ?? null,
    knownAtColumn: options.knownAt ?? null,
    handling: options.handling ?? null,
    encoding: options.encoding,
    areas: createAreaNames(gazetteer),
    otherCountry: createCountryCheck(gazetteer),
    mapping,
    nowMs: systemClock.nowMs()
  }
  const input = await importInput(file, process.stdin)
  if (options.dryRun === true) {
    const importer = createImporter(options.format, mapping)
    const refusedPaths =
      options.out === undefined ? null : await openDryRunFiles(input, options.out)
    const files =
      refusedPaths === null
        ? null
        : new RefusedFiles(
            () => refusedPaths(importer.refused.extension),
            () => resolveForm(importer.refused, settings.encoding),
            noneRefused
          )
    const nowMs = systemClock.nowMs()
    const hindrances = await askSuite(context, options, gazetteer, nowMs)
    const found = await runDry({
      ...{ bytes: input.open(), importer, settings, signal: context.stop },
      foresee: foreseeAlone(gazetteer, nowMs),
      onJudged(item, result, tally) {
        if (item.kind === 'report' && result.kind === 'accepted') hindrances?.add(tally, item)
        if (result.kind === 'refused') files?.add(item.row, item.raw, result.faults)
      }
    })
    const refused = (await files?.finish()) ?? null
    const outcome = { ...found, refused, knowsSuite: hindrances !== null }
    print(context, options, outcome, () => formatDryRun(outcome))
    if (outcome.brokenBy !== null || countRefused(outcome.tally) > 0)
      context.exitWith(exitCodes.refused)
    return
  }
  await withSuite(context, options, async api => {
    // An import waits for a suite that restarts, from its first question on.
    const patient: Pick<SuiteApi, 'call'> = {
      call: (method, path) =>
        api.callPatiently(
          method,
          path,
          { signal: context.stop },
          { clock: systemClock, patienceMs }
        )
    }
    const hindrances = await readHindrances(patient, gazetteer, systemClock.nowMs())
    await importInto({ api, hindrances }, input, settings, options, context)
  })
}

async function readHindrances(
  api: Pick<SuiteApi, 'call'>,
  gazetteer: Gazetteer,
  nowMs: number
): Promise<HindranceCount | null> {
  const ground = await readGround(api)
  return ground === null ? null : new HindranceCount(ground, gazetteer, nowMs)
}

/** A dry run needs no suite: null if none answers or no key is found, unless one was named. */
async function askSuite(
  context: CommandContext,
  options: ImportOptions,
  gazetteer: Gazetteer,
  nowMs: number
): Promise<HindranceCount | null> {
  let found: HindranceCount | null = null
  try {
    await withSuite(context, { ...options, json: false }, async api => {
      found = await readHindrances(api, gazetteer, nowMs)
    })
  } catch (error) {
    const isNamed = [options.url, options.port, options.keyFile].some(named => named !== undefined)
    const isAbsent = error instanceof SuiteUnreachableError || error instanceof UsageError
    if (isNamed || !isAbsent) throw error
  }
  return found
}

/** Options that a format does not support are refused rather than ignored. */
function checkOptions({
  format,
  map,
  mapping,
  source,
  reportedAt,
  knownAt,
  handling,
  withdrawDropped
}: ImportOptions): void {
  if (withdrawDropped === true && (format !== 'ucdp-ged' || reportedAt === undefined))
    throw new UsageError(
      '--withdraw-dropped needs --format ucdp-ged, and --reported-at to know the earlier editions'
    )
  const isStated = reportedAt !== undefined || knownAt !== undefined
  if (format === 'ndjson' && (isStated || source !== undefined || handling !== undefined))
    throw new UsageError(
      'ndjson is posted unchanged: --source, --reported-at, --known-at and --handling do not apply'
    )
  if (format === 'cap' && isStated)
    throw new UsageError(
      'cap states when an alert was sent: --reported-at and --known-at do not apply'
    )
  if (format === 'geojson' && knownAt !== undefined && map === undefined && mapping === undefined)
    throw new UsageError('--known-at needs --map or --mapping with geojson')
}

async function importInto(
  { api, hindrances }: { readonly api: SuiteApi; readonly hindrances: HindranceCount | null },
  input: ImportInput,
  settings: ImportSettings,
  options: ImportOptions,
  context: CommandContext
): Promise<void> {
  // Input that can't be read twice is identified by the time of the import.
  const fileSha256 = input.file === null ? null : await hashFile(input)
  const files = importFiles(input, options.out, fileSha256 ?? digest(String(systemClock.nowMs())))
  const state =
    fileSha256 === null ? null : buildIdentity(files.state, fileSha256, settings, options, api.url)
  const found: FoundCheckpoint =
    state === null ? { kind: 'none' } : await findCheckpoint(state.file, state)
  printResumption(found, context)
  if (found.kind !== 'found') await checkWritable(files)
  const shown = createImportProgress(options, context)
  // Backfill has low priority: on the suite's own machine its services come first.
  if (options.live !== true) context.giveWay()
  let importer = createImporter(options.format, settings.mapping)
  const createPoster = (cursor: string | null) =>
    new ReportPoster(
      {
        api,
        clock: systemClock,
        isLive: options.live === true,
        columnOf: pointer => importer.findColumn(pointer),
        signal: context.stop,
        patienceMs,
        onWait: (why, ms) => {
          if (ms >= 1000) context.output.note(`waiting ${Math.round(ms / 1000)} s: ${why}`)
        }
      },
      cursor
    )
  let poster = createPoster(null)
  // Without a date of publication no edition is known to be earlier.
  const edition = importer.hasEditions && settings.reportedAt !== null ? new Edition() : null
  const run = (from: ImportCheckpoint | null): Promise<ImportOutcome> => {
    importer = createImporter(options.format, settings.mapping)
    poster = createPoster(from?.cursor ?? null)
    const refusedPaths = files.refused
    const { signal, onProgress } = { signal: context.stop, onProgress: shown.at }
    return runImport({
      input,
      importer,
      settings,
      poster,
      clock: systemClock,
      signal,
      from,
      state,
      refusedPaths,
      hindrances,
      edition,
      onProgress
    })
  }
  const settleEdition = async (edition: Edition) => {
    const reportedAt = settings.reportedAt as string
    try {
      const reports = await edition.findDropped(api, {
        ...{ reportedAt, cursor: poster.cursor, clock: systemClock, signal: context.stop }
      })
      const isAsked = options.withdrawDropped === true
      return await settleDropped(
        reports,
        reportedAt,
        isAsked ? createPoster(null) : null,
        files.dropped
      )
    } catch (error) {
      const why = `what this edition no longer has is not known: ${(error as Error).message}`
      if (options.withdrawDropped === true) throw new CommandError(why, { cause: error })
      context.output.note(why)
      return null
    }
  }
  try {
    const outcome = await run(found.kind === 'found' ? found.state : null).catch(
      async (error: unknown) => {
        if (!(error instanceof OtherLogError)) throw error
        if (found.kind === 'found') await removeRefused(found.state)
        context.output.note(
          'this suite has another log than the one an earlier run wrote to: starting at the first row'
        )
        return run(null)
      }
    )
    shown.end()
    const dropped = edition === null || !outcome.finished ? null : await settleEdition(edition)
    print(context, options, { ...outcome, dropped }, () => [
      ...formatOutcome(outcome),
      ...(dropped === null ? [] : formatDropped(dropped))
    ])
    if (options.live !== true) await printArchiveHints(api, outcome, context)
    if (!outcome.finished || countRefused(outcome.tally) > 0) context.exitWith(exitCodes.refused)
  } finally {
    shown.end()
  }
}

/** Prints how to declare archives. Returns for a key that may not read sources. */
async function printArchiveHints(
  api: SuiteApi,
  { lastDays }: ImportOutcome,
  { output }: CommandContext
): Promise<void> {
  const { body, problem } = await api.call('GET', '/v1/sources')
  if (problem !== null) return
  const { items } = body as { readonly items: readonly DeclaredSource[] }
  for (const line of formatArchiveHint(lastDays, items, systemClock.nowMs())) output.note(line)
}

function buildIdentity(
  file: string,
  fileSha256: string,
  settings: ImportSettings,
  options: ImportOptions,
  url: string
) {
  const { areas: _, otherCountry: __, nowMs: ___, ...plain } = settings
  const settingsDigest = digest(
    JSON.stringify([importersVersion, options.format, plain, options.live === true, url])
  )
  return { file, fileSha256, settingsDigest }
}

/** A dry run uses separate files: an import may be running or paused. */
async function openDryRunFiles(
  input: ImportInput,
  out: string
): Promise<(extension: string) => RefusedPaths> {
  const files = importFiles(
    input,
    out,
    input.file === null ? 'dry-run' : `dry-${await hashFile(input)}`
  )
  await checkWritable(files)
  return files.refused
}

function printResumption(found: FoundCheckpoint, { output }: CommandContext): void {
  if (found.kind === 'found' && found.state.row > 0)
    output.note(`continuing after row ${found.state.row}`)
  if (found.kind === 'of-another')
    output.note(
      `the progress note of an earlier import is for ${words[found.what]}: starting at the first row`
    )
  if (found.kind === 'without-refused')
    output.note('the refused rows of an earlier run are missing: starting at the first row')
  if (found.kind === 'unreadable')
    output.note('the progress note of an earlier import cannot be read: starting at the first row')
}

const words = { file: 'another file', settings: 'other options' } as const

/** A progress bar on a terminal; elsewhere an occasional line. */
function createImportProgress({ json }: ImportOptions, { output }: CommandContext) {
  const bar = createProgress(output.isTerminal && json !== true, () => {})
  let saidMs = 0
  return {
    at(progress: ImportProgress): void {
      bar.update(Math.round((progress.part ?? 0) * 1000), 1000, formatProgress(progress))
      if (output.isTerminal || json === true || progress.elapsedMs - saidMs < lineEveryMs) return
      saidMs = progress.elapsedMs
      output.note(formatProgress(progress))
    },
    end: () => bar.end()
  }
}
