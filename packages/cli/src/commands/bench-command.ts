// bench NAME: the benchmarks of packages/bench, each compared with its ceiling.

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandContext } from '../client/context.ts'
import { exitCodes, UsageError } from '../terminal/output.ts'

const names = [
  'backtest',
  'calibration',
  'console',
  'detection',
  'intake',
  'log',
  'path',
  'restart',
  'rules',
  'stream',
  'webhooks'
]

interface RunOptions {
  readonly json: boolean
  readonly seconds: number
  readonly log: 'embedded' | 'kafka'
  readonly brokers: readonly string[]
  readonly case?: string
  readonly places?: string
  readonly out?: string
  readonly alarms?: string
}

/** `runner/run-bench.ts` of the benchmarks. */
interface BenchRunner {
  runBench(
    bench: unknown,
    options: RunOptions,
    print: (text: string) => void
  ): Promise<{ readonly reached: boolean }>
  readonly BenchUsageError: new () => Error
}

export function addBenchCommand(program: Command, context: CommandContext): void {
  program
    .command('bench <name>')
    .description(`measure: ${names.join(', ')}`)
    .option('--json', 'print JSON for machines', false)
    .option('--seconds <seconds>', 'duration of each measurement', parseSeconds, 5)
    .option('--case <name>', 'one case of the benchmark (default: all that are not optional)')
    .option('--places <file>', 'calibration, detection: places of attacks, one `lat,lon` a line')
    .option(
      '--out <path>',
      'calibration: the file for the table; detection: the folder for the sets'
    )
    .option('--alarms <file>', 'detection: a CSV of alarms of another detector, to be judged')
    .addOption(
      new Option('--log <log>', 'what to measure on: log, path')
        .choices(['embedded', 'kafka'])
        .default('embedded')
    )
    .option(
      '--brokers <list>',
      'brokers of a Kafka log, host:port separated by commas (default: one is started)',
      parseAddresses,
      []
    )
    .action(async (name: string, options: RunOptions) => {
      if (!names.includes(name))
        throw new InvalidArgumentError(`there is no bench ${name}, only ${names.join(', ')}`)
      const { runBench, BenchUsageError } = await load<BenchRunner>('runner/run-bench')
      const { bench } = await load<{ readonly bench: unknown }>(`${name}-bench`)
      try {
        const { reached } = await runBench(bench, options, text => context.output.line(text))
        if (!reached) context.exitWith(exitCodes.short)
      } catch (error) {
        throw error instanceof BenchUsageError ? new UsageError(error.message) : error
      }
    })
}

function parseAddresses(text: string): readonly string[] {
  return text.split(',').map(address => address.trim())
}

function parseSeconds(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('it must be a number of seconds')
  return value
}

/**
 * Loaded by name: the benchmarks are a separate package of the repository, which images do not
 * contain.
 */
async function load<T>(file: string): Promise<T> {
  return (await import(`@tocsin/bench/${file}`)) as T
}
