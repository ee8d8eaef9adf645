// Bench `backtest`: `tocsin backtest` of large CSV files with the default rules, end to end: reading,
// placing, folding, writing alerts. The ceiling: the rows only split, the same alerts only parsed,
// hashed and written.

import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { writeArchiveFile } from './load/archive-file.ts'
import type { Figure } from './runner/figures.ts'
import { type Bench, type BenchOptions, chooseSize } from './runner/run-bench.ts'

interface BacktestCase {
  readonly rows: number
  readonly theatres: 'one' | 'country'
  readonly countries: number
  readonly reachDegrees: number
  readonly workers: number
  readonly reachSeconds: number
}

/** What the command prints, as far as it is read here. */
interface BacktestOutput {
  readonly read: { readonly reports: number }
  readonly alerts: { readonly raised: number }
  readonly speed: { readonly readSeconds: number; readonly foldSeconds: number }
}

const years = 30
const endMs = Date.parse('2023-12-31')
const mainFile = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url))

export const bench: Bench = {
  name: 'backtest',
  what: `backtests of ${years} years from a file to alerts in a file; a tenth of the rows in short runs`,
  cases: [
    {
      name: 'one-theatre',
      measure: options =>
        measureBacktest(options, {
          rows: 300_000,
          theatres: 'one',
          countries: 50,
          reachDegrees: 1.5,
          workers: 1,
          reachSeconds: 25
        })
    },
    {
      name: 'by-country',
      measure: options =>
        measureBacktest(options, {
          rows: 160_000,
          theatres: 'country',
          countries: 130,
          reachDegrees: 0.25,
          workers: availableParallelism(),
          reachSeconds: 15
        })
    }
  ]
}

/** Rejects if a row becomes no report, or no alert is raised. */
function measureBacktest(options: BenchOptions, one: BacktestCase): Promise<readonly Figure[]> {
  const { countries, reachDegrees, theatres, workers, reachSeconds } = one
  const rows = chooseSize(options, one.rows)
  return withTempDir(async dir => {
    const [file, out] = [join(dir, 'events.csv'), join(dir, 'out')]
    await writeArchiveFile({ file, rows, years, endMs, countries, reachDegrees })
    const beganMs = performance.now()
    const args = ['--theatres', theatres, '--workers', String(workers), '--out', out, '--json']
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [mainFile, 'backtest', file, '--format', 'ucdp-ged', ...args],
      { maxBuffer: 256 * 1024 * 1024 }
    )
    const seconds = (performance.now() - beganMs) / 1000
    const { read, alerts, speed } = JSON.parse(stdout) as BacktestOutput
    if (read.reports !== rows) throw new Error(`${read.reports} of ${rows} rows became reports`)
    if (alerts.raised === 0) throw new Error('no alert was raised')
    return [
      {
        what: `${rows} rows, workers: ${workers}`,
        unit: 's',
        value: seconds,
        ceiling: await timeCeiling(file, out),
        target: { below: (reachSeconds * rows) / one.rows }
      },
      { what: 'reading a row', unit: 'µs', value: (speed.readSeconds * 1e6) / rows },
      { what: 'folding a row', unit: 'µs', value: (speed.foldSeconds * 1e6) / rows }
    ]
  })
}

/** What no engine can do without, on the file and the alerts of a run, on one thread, s. */
async function timeCeiling(file: string, out: string): Promise<number> {
  const beganMs = performance.now()
  const cells = (await readFile(file, 'utf8')).split('\n').flatMap(line => line.split(','))
  if (cells.length === 0) throw new Error('the file is empty')
  const copy = await open(join(out, 'ceiling.ndjson'), 'w')
  try {
    let texts: string[] = []
    const input = createReadStream(join(out, 'alerts.ndjson'))
    for await (const line of createInterface({ input })) {
      texts.push(JSON.stringify({ ...JSON.parse(line), previoushash: hashSha256Hex(line) }))
      if (texts.length < 500) continue
      await copy.write(`${texts.join('\n')}\n`)
      texts = []
    }
    await copy.write(texts.join('\n'))
  } finally {
    await copy.close()
  }
  return (performance.now() - beganMs) / 1000
}
