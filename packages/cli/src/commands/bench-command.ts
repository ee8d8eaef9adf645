// bench NAME: the benchmarks of packages/bench, each compared with its ceiling.

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandContext } from '../client/context.ts'
import { exitCodes } from '../terminal/output.ts'

interface BenchOptions {
  readonly json: boolean
  readonly seconds: number
  readonly log: 'embedded' | 'kafka'
  /** Brokers of a Kafka log; without them one is started for the measurement. */
  readonly brokers: readonly string[]
  /**
   * Size: records for `takeover`, rows for `import` and `backtest`, reports of one case of `rules`,
   * alerts for `lists`.
   */
  readonly reports?: number
  readonly attacksPer100?: number
  /** One case of `rules`, `path` or `console`. */
  readonly case?: string
  /** An archive for `rules`. */
  readonly file?: string
  /** Where `rules` writes a flame picture. */
  readonly flame?: string
}
/** Each measures, prints, and returns whether it met its target. */
type Bench = (options: BenchOptions) => Promise<unknown>

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  gazetteer: () => load('gazetteer/gazetteer-bench', 'benchGazetteer'),
  auth: () => load('auth/auth-bench', 'benchAuth'),
  backtest: () => load('import/backtest-bench', 'benchBacktest'),
  console: () => load('console/console-bench', 'benchConsole'),
  import: () => load('import/import-bench', 'benchImport'),
  intake: () => load('intake/intake-bench', 'benchIntake'),
  lists: () => load('lists/lists-bench', 'benchLists'),
  log: () => load('log/log-bench', 'benchLog'),
  'log-kafka': () => load('log/kafka-log-bench', 'benchKafkaLog'),
  path: () => load('path/path-bench', 'benchPath'),
  preview: () => load('rules/preview-bench', 'benchPreview'),
  restart: () => load('rules/restart-bench', 'benchRestart'),
  rules: () => load('rules/rules-bench', 'benchRules'),
  stream: () => load('stream/stream-bench', 'benchStream'),
  takeover: () => load('rules/takeover-bench', 'benchTakeover'),
  webhooks: () => load('webhooks/webhooks-bench', 'benchWebhooks')
}

export function addBenchCommand(program: Command, context: CommandContext): void {
  program
    .command('bench <name>')
    .description(`measure: ${Object.keys(benches).join(', ')}`)
    .option('--json', 'print JSON for machines', false)
    .option('--seconds <seconds>', 'duration of each measurement', positive, 5)
    .addOption(
      new Option('--log <log>', 'what to measure on')
        .choices(['embedded', 'kafka'])
        .default('embedded')
    )
    .option(
      '--brokers <list>',
      'brokers of a Kafka log, host:port separated by commas (default: one is started)',
      addresses,
      []
    )
    .option(
      '--reports <count>',
      'takeover: reports that the theatre retains; import, backtest: rows of the file (default: 300,000); restart, preview: of ten years; rules: of the case abductions (default: 400); lists: alerts (default: 100,000)',
      count
    )
    .option(
      '--case <name>',
      'rules: one case (default: all); path: raising; console: map, for the map beside the list, or first-load'
    )
    .option(
      '--file <file>',
      'rules: an archive in the columns of UCDP GED, plain or packed (default: made-up rows)'
    )
    .option('--flame <file>', 'rules: where to write a flame picture of the case, SVG')
    .option('--attacks-per-100 <count>', 'takeover: number of attacks per 100 reports', count)
    .action(async (name: string, options: BenchOptions) => {
      const bench = benches[name]
      if (!bench)
        throw new InvalidArgumentError(
          `there is no bench ${name}, only ${Object.keys(benches).join(', ')}`
        )
      const result = await (await bench())(options)
      if ((result as { reached?: unknown } | undefined)?.reached === false)
        context.exitWith(exitCodes.short)
    })
}

function addresses(text: string): readonly string[] {
  return text.split(',').map(address => address.trim())
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('it must be a number of seconds')
  return value
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('it must be a whole number')
  return value
}

/**
 * Loaded by name: the benchmarks are a separate package of the repository, which images do not
 * contain.
 */
async function load(bench: string, name: string): Promise<Bench> {
  const loaded = (await import(`@tocsin/bench/${bench}`)) as Record<string, Bench>
  return loaded[name]!
}
