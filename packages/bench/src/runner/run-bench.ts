// Runs a bench: its cases one after the other, each figure judged against its target, as a table or
// as JSON.

import { availableParallelism, loadavg } from 'node:os'
import { provideKafka } from '@tocsin/testing/kafka/kafka-provider'
import { type Figure, type JudgedFigure, judgeFigure, renderHead, renderRow } from './figures.ts'

export interface BenchOptions {
  /** Duration of each measurement. Below 5, what has a size is measured with a tenth. */
  readonly seconds: number
  readonly log: 'embedded' | 'kafka'
  /** Brokers of a Kafka log; empty on the embedded one. */
  readonly brokers: readonly string[]
  /** Calibration and detection: a file of places, one `lat,lon` a line; and where to write. */
  readonly places?: string
  readonly out?: string
  /** Detection: alarms of another detector. */
  readonly alarms?: string
}

export interface BenchCase {
  readonly name: string
  /** True: measured only where it is named by `--case`. */
  readonly isOptional?: boolean
  /** Rejects if what is measured gives wrong results. */
  measure(options: BenchOptions): Promise<readonly Figure[]>
}

export interface Bench {
  readonly name: string
  readonly what: string
  /** True: it can be measured on Kafka too. */
  readonly runsOnKafka?: boolean
  readonly cases: readonly BenchCase[]
}

export interface RunOptions extends BenchOptions {
  readonly json: boolean
  /** Default: all cases that are not optional. */
  readonly case?: string
}

export interface BenchResult {
  readonly bench: string
  readonly log: BenchOptions['log']
  readonly cores: number
  /** Load average of one minute at the start: above the number of cores other work was running. */
  readonly load: number
  readonly figures: readonly JudgedFigure[]
  readonly reached: boolean
}

/** A request for a bench that there is not. */
export class BenchUsageError extends Error {}

const fullSeconds = 5

/** The size of a measurement of fixed size: a tenth where little time is given. */
export function chooseSize({ seconds }: BenchOptions, full: number): number {
  return seconds < fullSeconds ? Math.ceil(full / 10) : full
}

/** Measures and prints. A broker is started for the measurement where none is named. */
export async function runBench(
  bench: Bench,
  options: RunOptions,
  print: (text: string) => void
): Promise<BenchResult> {
  const cases = chooseCases(bench, options)
  if (options.log !== 'kafka' || options.brokers.length > 0)
    return runCases(bench, cases, options, print)
  const kafka = await provideKafka({ isLongLived: true })
  try {
    return await runCases(bench, cases, { ...options, brokers: kafka.brokers }, print)
  } finally {
    await kafka.close()
  }
}

function chooseCases(bench: Bench, options: RunOptions): readonly BenchCase[] {
  if (options.log === 'kafka' && bench.runsOnKafka !== true)
    throw new BenchUsageError(`bench ${bench.name} is for the embedded log only`)
  if (options.case === undefined) return bench.cases.filter(({ isOptional }) => !isOptional)
  const named = bench.cases.filter(({ name }) => name === options.case)
  if (named.length > 0) return named
  const names = bench.cases.map(({ name }) => name).join(', ')
  throw new BenchUsageError(`bench ${bench.name} has no case ${options.case}, only ${names}`)
}

async function runCases(
  bench: Bench,
  cases: readonly BenchCase[],
  options: RunOptions,
  print: (text: string) => void
): Promise<BenchResult> {
  const { log, json } = options
  const machine = { cores: availableParallelism(), load: Number(loadavg()[0]!.toFixed(1)) }
  if (!json) {
    const on = log === 'kafka' ? ' on Kafka' : ''
    print(`${bench.name}${on}: ${bench.what}; ${machine.cores} cores, load ${machine.load}`)
    print(renderHead())
  }
  const figures: JudgedFigure[] = []
  for (const one of cases)
    for (const figure of await one.measure(options)) {
      const judged = judgeFigure(one.name, figure)
      figures.push(judged)
      if (!json) print(renderRow(judged))
    }
  const reached = figures.every(figure => figure.reached !== false)
  const result = { bench: bench.name, log, ...machine, figures, reached }
  print(json ? JSON.stringify(result) : reached ? 'reached' : 'SHORT')
  return result
}
