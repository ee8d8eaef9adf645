// import FILE: a file of reports, in one of the formats of packages/importers, into a running suite; or, with --dry-run, only looked at.

import { readFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { digest } from '@tocsin/contracts/digest'
import { readMoment } from '@tocsin/contracts/moments'
import { handlings } from '@tocsin/domain/handling'
import { type ImportFormat, importerFor, importFormats, mappingOf } from '@tocsin/importers/formats'
import { encodings, type ImportSettings } from '@tocsin/importers/import-item'
import { type Mapping, readMapping } from '@tocsin/importers/mapping-file'
import { systemClock } from '@tocsin/service-kit/clock'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { dryRun } from '../import/dry-run.ts'
import { areaNamesOf, importGazetteer } from '../import/import-gazetteer.ts'
import { type ImportInput, importInput, sha256Of } from '../import/import-input.ts'
import { type ImportOutcome, type ImportProgress, runImport } from '../import/import-run.ts'
import { type FoundState, findState, type ImportState } from '../import/import-state.ts'
import { refusedRows } from '../import/import-tally.ts'
import { dryRunLines, outcomeLines, progressNote } from '../import/import-words.ts'
import type { RefusedPaths } from '../import/refused-files.ts'
import { OtherLogError, ReportPoster } from '../import/report-poster.ts'
import { exitCodes, UsageError } from '../output.ts'
import { createProgress } from '../progress.ts'
import type { SuiteApi } from '../suite-api.ts'
import { addConnectionOptions, type ClientOptions, type CommandContext, withSuite } from './context.ts'

interface ImportOptions extends ClientOptions {
  readonly format: ImportFormat
  readonly map?: string
  readonly live?: boolean
  readonly dryRun?: boolean
  readonly source?: string
  readonly reportedAt?: string
  readonly knownAt?: string
  readonly handling?: NonNullable<ImportSettings['handling']>
  readonly encoding: ImportSettings['encoding']
  readonly out?: string
}

/** How long a suite that takes nothing is waited for, ms. */
const patienceMs = 120_000
/** Between two lines about how far it is, where nobody looks at a bar, ms. */
const lineEveryMs = 10_000

export function addImportCommand(program: Command, context: CommandContext): void {
  addConnectionOptions(program.command('import <file>').description('reports from a file, as old news; "-" is standard input'))
    .addOption(new Option('--format <format>', 'what the file is').choices(importFormats).makeOptionMandatory())
    .option('--map <file>', 'what columns mean: a mapping in YAML or JSON, for csv and geojson')
    .option('--live', 'as news of today, which may page people; else as old news, which waits for it')
    .option('--dry-run', 'only show what would be understood and what refused')
    .option('--source <id>', 'source of all rows, instead of the one of the format')
    .option('--reported-at <instant>', 'when all rows were reported: the day on which this edition of the file came out', instant)
    .option('--known-at <column>', 'a column that says when each row was known')
    .addOption(new Option('--handling <level>', 'who may see the reports').choices(handlings))
    .addOption(new Option('--encoding <name>', 'of the text').choices(encodings).default('utf-8'))
    .option('--out <dir>', 'folder for refused rows and for the note of how far it has come (default: this one)')
    .action((file: string, options: ImportOptions) => importFile(file, options, context))
}

function instant(text: string): string {
  if (readMoment(text).kind === 'moment') return text.includes('T') ? text : `${text}T23:59:59Z`
  throw new InvalidArgumentError('it takes a day, or an instant with its offset such as 2024-06-03T00:00:00Z')
}

async function importFile(file: string, options: ImportOptions, context: CommandContext): Promise<void> {
  const mapping = mappingFor(options)
  checkOptions(options)
  const gazetteer = importGazetteer(context.env)
  const settings: ImportSettings = {
    source: options.source ?? null,
    reportedAt: options.reportedAt ?? null,
    knownAtColumn: options.knownAt ?? null,
    handling: options.handling ?? null,
    encoding: options.encoding,
    areas: areaNamesOf(gazetteer),
    mapping
  }
  const input = await importInput(file, process.stdin)
  if (options.dryRun === true) {
    const refusedPaths = options.out === undefined ? null : pathsIn(options.out, input)
    const importer = importerFor(options.format, mapping)
    const nowMs = systemClock.nowMs()
    const outcome = await dryRun({ input, importer, settings, gazetteer, nowMs, signal: context.stop, refusedPaths })
    if (options.json) context.output.line(JSON.stringify(outcome))
    else for (const line of dryRunLines(outcome)) context.output.line(line)
    if (refusedRows(outcome.tally) > 0) context.exitWith(exitCodes.refused)
    return
  }
  await withSuite(context, options, api => importInto(api, input, settings, options, context))
}

/** Options that a format can't follow are refused rather than left unheard. */
function checkOptions({ format, map, source, reportedAt, knownAt, handling }: ImportOptions): void {
  const isStated = reportedAt !== undefined || knownAt !== undefined
  if (format === 'ndjson' && (isStated || source !== undefined || handling !== undefined))
    throw new UsageError(
      'ndjson is posted as it is: it says itself what --source, --reported-at, --known-at and --handling would'
    )
  if (format === 'cap' && isStated)
    throw new UsageError('cap says itself when an alert was sent: without --reported-at and --known-at')
  if (format === 'geojson' && knownAt !== undefined && map === undefined)
    throw new UsageError('--known-at names a property of geojson where --map says what properties are')
}

async function importInto(
  api: SuiteApi,
  input: ImportInput,
  settings: ImportSettings,
  options: ImportOptions,
  context: CommandContext
): Promise<void> {
  const state = input.file === null ? null : await stateOf(input, settings, options, api.url)
  const found: FoundState = state === null ? { kind: 'none' } : await findState(state.file, state)
  tellFound(found, context)
  const shown = progressOf(options, context)
  const run = (from: ImportState | null): Promise<ImportOutcome> => {
    const importer = importerFor(options.format, settings.mapping)
    const poster = new ReportPoster(
      {
        api,
        clock: systemClock,
        isLive: options.live === true,
        columnOf: pointer => importer.columnOf(pointer),
        signal: context.stop,
        patienceMs,
        onWait: (why, ms) => {
          if (ms >= 1000) context.output.note(`waiting ${Math.round(ms / 1000)} s: ${why}`)
        }
      },
      from?.cursor ?? null
    )
    const refusedPaths = pathsIn(options.out ?? '.', input)
    const { signal, onProgress } = { signal: context.stop, onProgress: shown.at }
    return runImport({ input, importer, settings, poster, clock: systemClock, signal, from, state, refusedPaths, onProgress })
  }
  try {
    const outcome = await run(found.kind === 'found' ? found.state : null).catch((error: unknown) => {
      if (!(error instanceof OtherLogError)) throw error
      context.output.note('the log of this suite is not the one that an earlier run wrote to: beginning at the first row')
      return run(null)
    })
    shown.end()
    if (options.json) context.output.line(JSON.stringify(outcome))
    else for (const line of outcomeLines(outcome)) context.output.line(line)
    if (!outcome.finished || refusedRows(outcome.tally) > 0) context.exitWith(exitCodes.refused)
  } finally {
    shown.end()
  }
}

function mappingFor({ format, map }: ImportOptions): Mapping | null {
  const need = mappingOf[format]
  if (map === undefined) {
    if (need === 'needed') throw new UsageError(`${format} needs a mapping: --map FILE says what the columns are`)
    return null
  }
  if (need === 'none') throw new UsageError(`${format} takes no mapping: its columns are known`)
  const read = readMapping(textOf(map))
  if (read.ok) return read.mapping
  throw new UsageError([`${map} is no mapping:`, ...read.errors.map(error => `  ${error}`)].join('\n'))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${file} can't be read`, { cause })
  }
}

async function stateOf(input: ImportInput, settings: ImportSettings, options: ImportOptions, url: string) {
  const { areas: _, ...plain } = settings
  const settingsDigest = digest(JSON.stringify([options.format, plain, options.live === true, url]))
  const file = join(options.out ?? '.', `${input.name}.import-state.json`)
  return { file, fileSha256: await sha256Of(input), settingsDigest }
}

function pathsIn(dir: string, { name }: ImportInput): (extension: string) => RefusedPaths {
  const stem = join(dir, parse(name).name)
  return extension => ({ rows: `${stem}.refused.${extension}`, reasons: `${stem}.refused.reasons.csv` })
}

function tellFound(found: FoundState, { output }: CommandContext): void {
  if (found.kind === 'found') output.note(`going on behind row ${found.state.row}`)
  if (found.kind === 'of-another')
    output.note(`the note of an earlier import is of ${words[found.what]}: beginning at the first row`)
  if (found.kind === 'without-refused') output.note('the refused rows of an earlier run are gone: beginning at the first row')
  if (found.kind === 'unreadable') output.note('the note of an earlier import can not be read: beginning at the first row')
}

const words = { file: 'another file', settings: 'other options' } as const

/** A bar where a person looks; elsewhere a line now and then. */
function progressOf({ json }: ImportOptions, { output }: CommandContext) {
  const bar = createProgress(output.isTerminal && json !== true, () => {})
  let saidMs = 0
  return {
    at(progress: ImportProgress): void {
      bar.at(Math.round((progress.part ?? 0) * 1000), 1000, progressNote(progress))
      if (output.isTerminal || json === true || progress.elapsedMs - saidMs < lineEveryMs) return
      saidMs = progress.elapsedMs
      output.note(progressNote(progress))
    },
    end: () => bar.end()
  }
}
