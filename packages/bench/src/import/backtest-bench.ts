// Bench `backtest`: `tocsin backtest` of large CSV files with the default rules, end to end:
// reading, placing, folding, writing alerts. Each case stands beside its ceiling in the same run:
// its rows only split, its alerts only parsed, written as text, hashed and written to a file.

import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BacktestReport } from '@tocsin/cli/backtest/backtest-report'
import { sha256Hex } from '@tocsin/contracts/json/digest'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { cpuMsOf, threadCpuMs } from '../measure/process-cpu.ts'
import {
  type ImportPlace,
  importPlaces,
  placesOfCountries,
  writeImportFile
} from './import-rows.ts'

interface Case {
  readonly name: 'one theatre' | 'by country'
  readonly rows: number
  readonly years: number
  readonly theatres: 'one' | 'country'
  readonly places: () => readonly ImportPlace[]
  /** Source: speed.md#backtest. */
  readonly reachSeconds: number
}

/** A smaller run has the same proportions. */
const rowsDefault = 300_000
const cases: readonly Case[] = [
  {
    name: 'one theatre',
    rows: rowsDefault,
    years: 30,
    theatres: 'one',
    places: () => importPlaces,
    reachSeconds: 25
  },
  {
    name: 'by country',
    rows: 160_000,
    years: 30,
    theatres: 'country',
    places: () => placesOfCountries(130),
    reachSeconds: 15
  }
]
const readUsMax = 12
const fileEndsMs = Date.parse('2023-12-31')
/** Interval between CPU time samples of the command, ms. */
const lookEveryMs = 50

const mainFile = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

export interface BacktestCase {
  readonly name: Case['name']
  readonly rows: number
  readonly theatres: number
  readonly workers: number
  /** From start to end of the command. */
  readonly seconds: number
  readonly readUsPerRow: number
  readonly foldUsPerRow: number
  /**
   * CPU time of the command, s: nearly independent of other load. Null if the system does not
   * provide it.
   */
  readonly cpuSeconds: number | null
  readonly alertsRaised: number
  readonly alertEvents: number
  readonly alertBytes: number
  /**
   * CPU time of a row, µs, for splitting it, and for its alerts: parsed, made text, hashed,
   * written. One thread.
   */
  readonly ceiling: { readonly splitUsPerRow: number; readonly alertsUsPerRow: number }
  readonly reachSeconds: number
  readonly reached: boolean
}

export interface BacktestBench {
  readonly bench: 'backtest'
  readonly cases: readonly BacktestCase[]
  readonly rules: number
  /**
   * The machine's one-minute load average at the start: above the number of processors, other work
   * was running.
   */
  readonly loadBefore: number
  readonly reached: boolean
}

/**
 * Measures and prints; `reports`: rows of the largest case. Resolves with the figures; rejects if a
 * row was refused or the command failed.
 */
export async function benchBacktest({
  json,
  reports = rowsDefault
}: {
  readonly json: boolean
  readonly reports?: number
}): Promise<BacktestBench> {
  const loadBefore = loadavg()[0] as number
  const measured: BacktestCase[] = []
  let rules = 0
  for (const one of cases) {
    const rows = Math.max(1, Math.round((one.rows * reports) / rowsDefault))
    await withTempDir(async dir => {
      const file = join(dir, 'events.csv')
      await writeImportFile({
        file,
        rows,
        years: one.years,
        endMs: fileEndsMs,
        places: one.places()
      })
      const threads = one.theatres === 'one' ? [1] : [...new Set([1, availableParallelism()])]
      for (const workers of threads) {
        const out = join(dir, 'out')
        const { report, ...took } = await backtest(file, out, one, workers)
        if (report.read.reports !== rows)
          throw new Error(`${report.read.reports} of ${rows} rows became reports`)
        rules = report.ruleVersions.length
        measured.push(figuresOf(one, rows, workers, took, report, await ceilingOf(file, rows, out)))
      }
    })
  }
  const reached = measured.every(
    one => one.reached || (one.name === 'by country' && one.workers === 1)
  )
  const result: BacktestBench = { bench: 'backtest', cases: measured, rules, loadBefore, reached }
  console.log(json ? JSON.stringify(result) : renderBacktestBench(result))
  return result
}

function figuresOf(
  { name, reachSeconds, rows: rowsWhole }: Case,
  rows: number,
  workers: number,
  took: { readonly seconds: number; readonly cpuSeconds: number | null },
  { speed, alerts, countries, theatres }: BacktestReport,
  ceiling: BacktestCase['ceiling']
): BacktestCase {
  const readUsPerRow = (speed.readSeconds * 1e6) / rows
  const reach = (reachSeconds * rows) / rowsWhole
  return {
    name,
    rows,
    theatres: theatres === 'one' ? 1 : Object.keys(countries).length,
    workers,
    ...took,
    readUsPerRow,
    foldUsPerRow: (speed.foldSeconds * 1e6) / rows,
    alertsRaised: alerts.raised,
    alertEvents: Object.values(alerts.events).reduce((sum, count) => sum + count, 0),
    alertBytes: speed.alertBytes,
    ceiling,
    reachSeconds: reach,
    reached: took.seconds < reach && readUsPerRow <= readUsMax
  }
}

/** Runs the command as a user does. */
async function backtest(
  file: string,
  out: string,
  { theatres }: Case,
  workers: number
): Promise<{ seconds: number; cpuSeconds: number | null; report: BacktestReport }> {
  const beganMs = performance.now()
  let cpuMs: number | null = null
  const args = [
    'backtest',
    file,
    '--format',
    'ucdp-ged',
    '--theatres',
    theatres,
    '--workers',
    String(workers),
    '--out',
    out
  ]
  const running = promisify(execFile)(process.execPath, [mainFile, ...args, '--json'], {
    maxBuffer: 256 * 1024 * 1024
  })
  const looking = setInterval(() => {
    cpuMs = cpuMsOf(running.child.pid ?? -1) ?? cpuMs
  }, lookEveryMs)
  const { stdout } = await running.finally(() => clearInterval(looking))
  const seconds = (performance.now() - beganMs) / 1000
  return {
    seconds,
    cpuSeconds: cpuMs === null ? null : cpuMs / 1000,
    report: JSON.parse(stdout) as BacktestReport
  }
}

/** What no engine can do without, on the file and the alerts of a run. */
async function ceilingOf(
  file: string,
  rows: number,
  out: string
): Promise<BacktestCase['ceiling']> {
  let beganMs = threadCpuMs()
  const cells = (await readFile(file, 'utf8'))
    .split('\n')
    .reduce((sum, line) => sum + line.split(',').length, 0)
  if (cells < rows) throw new Error('the file has fewer cells than rows')
  const splitUsPerRow = ((threadCpuMs() - beganMs) * 1000) / rows
  beganMs = threadCpuMs()
  const copy = await open(join(out, 'ceiling.ndjson'), 'w')
  try {
    let held: string[] = []
    for await (const line of createInterface({
      input: createReadStream(join(out, 'alerts.ndjson'))
    })) {
      const text = JSON.stringify({ ...JSON.parse(line), previoushash: sha256Hex(line) })
      held.push(text)
      if (held.length < 500) continue
      await copy.write(`${held.join('\n')}\n`)
      held = []
    }
    await copy.write(held.join('\n'))
  } finally {
    await copy.close()
  }
  return { splitUsPerRow, alertsUsPerRow: ((threadCpuMs() - beganMs) * 1000) / rows }
}

/** The figures as text. Pure. */
function renderBacktestBench({
  cases: measured,
  rules,
  loadBefore,
  reached
}: BacktestBench): string {
  return [
    ...measured.flatMap(one => caseLines(one, rules)),
    ...(loadBefore > availableParallelism() / 2
      ? [`other work was running on the machine: load ${loadBefore.toFixed(1)}`]
      : []),
    `each in its time, reading ≤ ${readUsMax} µs a row: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}

function caseLines(one: BacktestCase, rules: number): readonly string[] {
  const {
    name,
    rows,
    theatres,
    workers,
    seconds,
    cpuSeconds,
    readUsPerRow,
    foldUsPerRow,
    ceiling,
    reachSeconds
  } = one
  const number = (value: number) => Math.round(value).toLocaleString('en')
  const rate = (usPerRow: number) => `${usPerRow.toFixed(1)} µs a row (${number(1e6 / usPerRow)}/s)`
  return [
    `backtest: ${name}: ${number(rows)} generated rows, ${theatres} theatre${theatres === 1 ? '' : 's'}, ${rules} rules, ${workers} worker${workers === 1 ? '' : 's'}: ${seconds.toFixed(1)} s (< ${reachSeconds.toFixed(1)} s)`,
    `          reading ${rate(readUsPerRow)}, folding ${rate(foldUsPerRow)}`,
    `          CPU time ${cpuSeconds === null ? 'not known' : `${cpuSeconds.toFixed(1)} s`}`,
    `          ceiling, CPU time of one thread: rows only split ${ceiling.splitUsPerRow.toFixed(1)} µs a row, the same alerts parsed, hashed and written ${ceiling.alertsUsPerRow.toFixed(1)} µs a row`,
    `          ${number(one.alertsRaised)} alerts raised, ${number(one.alertEvents)} events, ${(one.alertBytes / 1e6).toFixed(1)} MB`
  ]
}
