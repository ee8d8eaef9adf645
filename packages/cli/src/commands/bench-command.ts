// bench NAME: the benchmarks under e2e/bench, each beside the ceiling that it is measured against.

import { type Command, InvalidArgumentError, Option } from 'commander'
import { exitCodes } from '../output.ts'
import type { CommandContext } from './context.ts'

interface BenchOptions {
  readonly json: boolean
  readonly seconds: number
  readonly log: 'embedded' | 'kafka'
  /** Of a Kafka log; without them one is started for the measurement. */
  readonly brokers: readonly string[]
  /** Of `takeover`; of `import` and `backtest`, the rows. */
  readonly reports?: number
  readonly attacksPer100?: number
}
/** Each measures, prints, and says whether it reached what is asked of it. */
type Bench = (options: BenchOptions) => Promise<unknown>

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  gazetteer: () => load('gazetteer-bench.ts', 'benchGazetteer'),
  auth: () => load('auth-bench.ts', 'benchAuth'),
  backtest: () => load('backtest-bench.ts', 'benchBacktest'),
  import: () => load('import-bench.ts', 'benchImport'),
  intake: () => load('intake-bench.ts', 'benchIntake'),
  log: () => load('log-bench.ts', 'benchLog'),
  'log-kafka': () => load('kafka-log-bench.ts', 'benchKafkaLog'),
  path: () => load('path-bench.ts', 'benchPath'),
  restart: () => load('restart-bench.ts', 'benchRestart'),
  rules: () => load('rules-bench.ts', 'benchRules'),
  takeover: () => load('takeover-bench.ts', 'benchTakeover')
}

export function addBenchCommand(program: Command, context: CommandContext): void {
  program
    .command('bench <name>')
    .description(`measure: ${Object.keys(benches).join(', ')}`)
    .option('--json', 'print JSON for machines', false)
    .option('--seconds <seconds>', 'how long each part is measured', positive, 5)
    .addOption(new Option('--log <log>', 'what to measure on').choices(['embedded', 'kafka']).default('embedded'))
    .option('--brokers <list>', 'brokers of a Kafka log, host:port with commas; without them one is started', addresses, [])
    .option(
      '--reports <count>',
      'takeover: reports that the theatre retains; import, backtest: rows of the file (default: 300,000); restart: of ten years',
      count
    )
    .option('--attacks-per-100 <count>', 'takeover: of 100 reports so many are attacks', count)
    .action(async (name: string, options: BenchOptions) => {
      const bench = benches[name]
      if (!bench) throw new InvalidArgumentError(`there is no bench ${name}: there are ${Object.keys(benches).join(', ')}`)
      const result = await (await bench())(options)
      if ((result as { reached?: unknown } | undefined)?.reached === false) context.exitWith(exitCodes.refused)
    })
}

function addresses(text: string): readonly string[] {
  return text.split(',').map(address => address.trim())
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('it takes a number of seconds')
  return value
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('it takes a whole number')
  return value
}

/** The benchmarks are no package: they are found by their place in the repository. */
async function load(file: string, name: string): Promise<Bench> {
  const loaded = (await import(new URL(`../../../../e2e/bench/${file}`, import.meta.url).href)) as Record<string, Bench>
  return loaded[name]!
}
