// Bench `backtest`: `tocsin backtest` of a big CSV with the rules that a suite starts with, end to end: reading, placing, folding, alerts on the disk.

import { execFile } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BacktestReport } from '@tocsin/cli/backtest/backtest-report'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { cpuMsOf } from '../measure/process-cpu.ts'
import { writeImportFile } from './import-rows.ts'

/** Source: speed.md#backtest: 300,000 synthetic reports over 30 years, end to end, in 15 s. */
const rowsDefault = 300_000
const years = 30
const reachSecondsOf = (rows: number) => (15 * rows) / rowsDefault
const fileEndsMs = Date.parse('2023-12-31')
/** Interval between CPU time samples of the command, ms. */
const lookEveryMs = 50

const mainFile = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

export interface BacktestBench {
  readonly bench: 'backtest'
  readonly rows: number
  readonly rules: number
  /** From the start of the command to its end. */
  readonly seconds: number
  readonly readSeconds: number
  readonly foldSeconds: number
  /** CPU time of the command, s: nearly independent of other load. Null if the system does not provide it. */
  readonly cpuSeconds: number | null
  readonly alertsRaised: number
  readonly alertEvents: number
  readonly alertBytes: number
  /** The machine's one-minute load at the start: above the number of processors other work was running. */
  readonly loadBefore: number
  readonly reached: boolean
}

/** Measures and prints. Resolves with the figures; rejects where a row was refused or the command failed. */
export async function benchBacktest({
  json,
  reports
}: {
  readonly json: boolean
  readonly reports?: number
}): Promise<BacktestBench> {
  const rows = reports ?? rowsDefault
  const loadBefore = loadavg()[0] as number
  const { report, ...took } = await withTempDir(async dir => {
    const file = join(dir, 'events.csv')
    await writeImportFile(file, rows, years, fileEndsMs)
    return backtest(file, join(dir, 'out'))
  })
  const { speed, alerts, read, ruleVersions } = report
  if (read.reports !== rows) throw new Error(`${read.reports} of ${rows} rows became reports`)
  const result: BacktestBench = {
    bench: 'backtest',
    rows,
    rules: ruleVersions.length,
    ...took,
    readSeconds: speed.readSeconds,
    foldSeconds: speed.foldSeconds,
    alertsRaised: alerts.raised,
    alertEvents: Object.values(alerts.events).reduce((sum, count) => sum + count, 0),
    alertBytes: speed.alertBytes,
    loadBefore,
    reached: took.seconds < reachSecondsOf(rows)
  }
  console.log(json ? JSON.stringify(result) : renderBacktestBench(result))
  return result
}

/** Runs the command as people do. */
async function backtest(
  file: string,
  out: string
): Promise<{ seconds: number; cpuSeconds: number | null; report: BacktestReport }> {
  const beganMs = performance.now()
  let cpuMs: number | null = null
  const args = ['backtest', file, '--format', 'ucdp-ged', '--out', out, '--json']
  const running = promisify(execFile)(process.execPath, [mainFile, ...args], { maxBuffer: 16 * 1024 * 1024 })
  const looking = setInterval(() => {
    cpuMs = cpuMsOf(running.child.pid ?? -1) ?? cpuMs
  }, lookEveryMs)
  const { stdout } = await running.finally(() => clearInterval(looking))
  const seconds = (performance.now() - beganMs) / 1000
  return { seconds, cpuSeconds: cpuMs === null ? null : cpuMs / 1000, report: JSON.parse(stdout) as BacktestReport }
}

/** The figures for people. Pure. */
export function renderBacktestBench(result: BacktestBench): string {
  const {
    rows,
    rules,
    seconds,
    readSeconds,
    foldSeconds,
    cpuSeconds,
    alertsRaised,
    alertEvents,
    alertBytes,
    loadBefore,
    reached
  } = result
  const number = (value: number) => Math.round(value).toLocaleString('en')
  return [
    `backtest: ${number(rows)} made-up rows of CSV over ${years} years, ${rules} rules: ${seconds.toFixed(1)} s`,
    `          reading ${readSeconds.toFixed(1)} s (${number(rows / readSeconds)} rows/s), folding ${foldSeconds.toFixed(1)} s (${number(rows / foldSeconds)} reports/s)`,
    `          processor time ${cpuSeconds === null ? 'not known' : `${cpuSeconds.toFixed(1)} s`}`,
    `          ${number(alertsRaised)} alerts raised, ${number(alertEvents)} events, ${(alertBytes / 1e6).toFixed(1)} MB`,
    ...(loadBefore > availableParallelism() / 2
      ? [`the machine was at work on other things: load ${loadBefore.toFixed(1)}`]
      : []),
    `< ${reachSecondsOf(rows).toFixed(1)} s: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}
