// export: alerts or incidents of a running suite as one file.

import { resolve } from 'node:path'
import { formatProblem, type SuiteApi, SuiteUnreachableError } from '@tocsin/host/client/suite-api'
import { systemClock } from '@tocsin/service/process/clock'
import { type Command, Option } from 'commander'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  print,
  withSuite
} from '../client/context.ts'
import { resolveFileTarget } from '../export/file-target.ts'
import { type StraightOut, writeInto, writeStraight } from '../export/straight-out.ts'
import { CutOffError, type WrittenFile, writeWhole } from '../export/whole-file.ts'
import { CommandError, UsageError } from '../terminal/output.ts'
import { createProgress } from '../terminal/progress.ts'

const filterNames = [
  'theatre',
  'category',
  'country',
  'admin1',
  'pattern',
  'rule-id',
  'severity',
  'min-severity',
  'status',
  'certainty',
  'handling',
  'drill',
  'circle',
  'polygon'
] as const

interface ExportOptions extends ClientOptions, Readonly<Record<string, unknown>> {
  readonly kind: string
  readonly format: string
  readonly out: string
}

/** As it is for the input of an import. */
const standardOutput = '-'
/** Interval between progress lines without a terminal, ms. */
const lineEveryMs = 10_000

export function addExportCommand(program: Command, context: CommandContext): void {
  const command = addConnectionOptions(
    program.command('export').description('export alerts or incidents as one file')
  )
    .addOption(
      new Option('--kind <kind>', 'what to export')
        .choices(['alerts', 'incidents'])
        .makeOptionMandatory()
    )
    .addOption(
      new Option('--format <format>', 'format of the file')
        .choices(['csv', 'geojson', 'kml', 'ndjson'])
        .makeOptionMandatory()
    )
    .requiredOption('--out <file>', 'the file, there whole or not at all; "-" is standard output')
    .option(
      '--from <time>',
      'only what began then or later: a day, or an instant with a UTC offset'
    )
    .option('--to <time>', 'only what began before')
    .option('--hxl', 'csv: a second row with HXL tags, and the p-codes of areas')
    .option('--bom', 'csv: a byte order mark, by which Excel reads accents')
  for (const name of filterNames)
    command.option(`--${name} <value>`, 'only these, as the query of a list has them')
  command.action((options: ExportOptions) =>
    withSuite(context, options, api => exportTo(api, options, context))
  )
}

async function exportTo(
  api: SuiteApi,
  options: ExportOptions,
  context: CommandContext
): Promise<void> {
  const { kind, format, out } = options
  const shown = createExportProgress(options, context)
  try {
    const { problem, bytes } = await api.getFile(`/v1/export?${buildQuery(options)}`, {
      signal: context.stop
    })
    if (problem?.code === 'query-invalid') throw new UsageError(formatProblem(problem))
    if (problem !== null) throw new CommandError(formatProblem(problem))
    const written = await writeExport(
      out,
      { format, bytes, onBytes: shown.at, stop: context.stop },
      context
    )
    shown.end()
    print(redirectLines(options, context), options, { kind, format, file: out, ...written }, () => [
      `${out === standardOutput ? out : resolve(out)}: ${written.rows} ${kind}, ${written.bytes} bytes`
    ])
  } catch (error) {
    throw describeRefusal(error, context, await isTakenBack(out))
  } finally {
    shown.end()
  }
}

async function writeExport(
  out: string,
  straight: StraightOut,
  { output }: CommandContext
): Promise<WrittenFile> {
  if (out === standardOutput) return writeStraight(output.bytes, straight)
  const place = await resolveFileTarget(out)
  if (!place.isReplaced) return writeInto(place.path, systemClock, straight)
  return writeWhole(place, straight.format, straight.bytes, straight.onBytes)
}

/** Bytes in a pipe, a device or the output cannot be removed. */
async function isTakenBack(out: string): Promise<boolean> {
  if (out === standardOutput) return false
  return resolveFileTarget(out).then(
    ({ isReplaced }) => isReplaced,
    () => true
  )
}

/** Messages about an export must not mix with its bytes. */
function redirectLines(
  { out }: ExportOptions,
  context: CommandContext
): Pick<CommandContext, 'output'> {
  const { output } = context
  return out === standardOutput
    ? { output: { ...output, line: text => output.note(text) } }
    : context
}

/** An expected failure as one line; any other error unchanged. */
function describeRefusal(error: unknown, { stop }: CommandContext, isTakenBack: boolean): unknown {
  const left = isTakenBack ? 'nothing was written' : 'what was written is not whole'
  if (stop.aborted) return new CommandError(`stopped: ${left}`, { cause: error })
  const isTold =
    error instanceof CutOffError || error instanceof SuiteUnreachableError || isFileError(error)
  return isTold ? new CommandError((error as Error).message, { cause: error }) : error
}

function buildQuery(options: ExportOptions): string {
  const query = new URLSearchParams({ kind: options.kind, format: options.format })
  for (const name of ['from', 'to', ...filterNames]) {
    const inQuery = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const value = options[inQuery]
    if (typeof value === 'string') query.set(inQuery, value)
  }
  for (const name of ['hxl', 'bom']) if (options[name] === true) query.set(name, 'true')
  return query.toString()
}

/** The folder is missing, or the disk is full. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/**
 * A bar cannot know how much there will be: bytes so far, on a terminal; elsewhere a line at times.
 */
function createExportProgress({ json, out }: ExportOptions, { output }: CommandContext) {
  const bar = createProgress(output.isTerminal && json !== true && out !== standardOutput, () => {})
  let saidMs = systemClock.monotonicMs()
  return {
    at(bytes: number): void {
      const note = `${(bytes / 1_000_000).toFixed(1)} MB`
      bar.update(bytes, bytes, note)
      if (output.isTerminal || json === true || systemClock.monotonicMs() - saidMs < lineEveryMs)
        return
      saidMs = systemClock.monotonicMs()
      output.note(note)
    },
    end: () => bar.end()
  }
}
