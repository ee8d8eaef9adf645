// Bench `import`: `tocsin import` of a large CSV as backfill into a suite on the embedded log, and
// the p99 of live reports posted meanwhile, compared with before. The file ends before the rules'
// retention, as files of decades do: only ingestion is measured.

import { execFile } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ImportOutcome } from '@tocsin/cli/import/import-run'
import { addsUp } from '@tocsin/cli/import/import-tally'
import { freePorts } from '@tocsin/testing/process/free-port'
import {
  ownerKeyOf,
  type SuiteProcess,
  type SuiteRole,
  spawnSuite
} from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Pool } from 'undici'
import { cpuMsOf } from '../measure/process-cpu.ts'
import { type Quantiles, quantilesOf, quantilesText } from '../measure/quantiles.ts'
import { writeImportFile } from './import-rows.ts'

/** Source: speed.md#import: 300,000 rows in 30 s, and a p99 of live reports of 20 ms beside it. */
const rowsDefault = 300_000
const reachRowsPerSecond = 10_000
const reachLiveP99Ms = 20
const livePerSecond = 50
const years = 35
const fileEndsMs = Date.parse('2023-12-31')

const mainFile = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

const roles = ['intake', 'rules', 'notifier'] as const satisfies readonly SuiteRole[]
type BenchProcess = (typeof roles)[number] | 'importer'

export interface ImportBench {
  readonly bench: 'import'
  readonly rows: number
  readonly fileBytes: number
  /** From start to end of the command. */
  readonly seconds: number
  readonly rowsPerSecond: number
  readonly liveBefore: Quantiles
  readonly liveBeside: Quantiles
  /** Live reports beside it that were told to retry. */
  readonly turnedAway: number
  /**
   * CPU time of each process per row, µs: nearly independent of other load. Null if the system does
   * not provide it.
   */
  readonly cpuUsPerRow: Readonly<Record<BenchProcess, number | null>>
  /** `one`: all services in one process; `three`: a process for each. */
  readonly processes: 'one' | 'three'
  /**
   * The machine's one-minute load average at the start: above the number of processors, other work
   * was running.
   */
  readonly loadBefore: number
  readonly reached: boolean
}

export interface ImportBenchOptions {
  readonly json: boolean
  readonly seconds: number
  readonly reports?: number
}

/**
 * Measures and prints; `seconds` for the live reports before the import. Resolves with the figures.
 */
export async function benchImport({
  json,
  seconds,
  reports
}: ImportBenchOptions): Promise<ImportBench> {
  const rows = reports ?? rowsDefault
  const loadBefore = loadavg()[0] as number
  const figures = await withTempDir(async dir => {
    const file = join(dir, 'events.csv')
    const fileBytes = await writeImportFile({ file, rows, years, endMs: fileEndsMs })
    const suite = await ImportSuite.start(join(dir, 'data'))
    try {
      return { fileBytes, ...(await measure(suite, file, dir, seconds, rows)) }
    } finally {
      await suite.stop()
    }
  })
  const rowsPerSecond = rows / figures.seconds
  const reached =
    rowsPerSecond >= reachRowsPerSecond &&
    figures.liveBeside.p99Ms < reachLiveP99Ms &&
    figures.turnedAway === 0
  const result: ImportBench = {
    bench: 'import',
    rows,
    ...figures,
    rowsPerSecond,
    processes: 'three',
    loadBefore,
    reached
  }
  console.log(json ? JSON.stringify(result) : renderImportBench(result))
  return result
}

/** The figures as text. Pure. */
function renderImportBench(result: ImportBench): string {
  const {
    rows,
    fileBytes,
    seconds,
    rowsPerSecond,
    liveBefore,
    liveBeside,
    turnedAway,
    cpuUsPerRow,
    loadBefore,
    reached
  } = result
  const number = (value: number) => Math.round(value).toLocaleString('en')
  return [
    `import: ${number(rows)} rows (${(fileBytes / 1e6).toFixed(1)} MB of CSV, ${years} years, before the retained window), a process for each service`,
    `        ${seconds.toFixed(1)} s, ${number(rowsPerSecond)} rows/s`,
    `        CPU time per row, µs: ${cpuText(cpuUsPerRow)}`,
    `live reports, ${livePerSecond}/s, POST → 202`,
    `  before   ${quantilesText(liveBefore)}`,
    `  beside   ${quantilesText(liveBeside)}`,
    ...(turnedAway > 0 ? [`  told to retry beside it: ${turnedAway}`] : []),
    ...(loadBefore > availableParallelism() / 2
      ? [`other work was running on the machine: load ${loadBefore.toFixed(1)}`]
      : []),
    `≥ ${number(reachRowsPerSecond)} rows/s, and p99 beside it < ${reachLiveP99Ms} ms: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}

function cpuText(cpuUsPerRow: ImportBench['cpuUsPerRow']): string {
  return Object.entries(cpuUsPerRow)
    .map(([name, us]) => `${name} ${us === null ? 'not known' : us.toFixed(1)}`)
    .join('  ')
}

async function measure(
  suite: ImportSuite,
  file: string,
  dir: string,
  seconds: number,
  rows: number
) {
  const live = new LiveReports(suite.intake, suite.key)
  try {
    // Warm-up.
    await live.during(delay(2000))
    const liveBefore = (await live.during(delay(seconds * 1000))).latency
    const before = roles.map(role => suite.cpuMs(role))
    const { latency, turnedAway, result } = await live.during(importFile(suite, file, dir))
    const used = roles.map(
      (role, i) => [role, difference(suite.cpuMs(role), before[i] ?? null)] as const
    )
    const perRow = (ms: number | null) => (ms === null ? null : (ms * 1000) / rows)
    const cpuUsPerRow = Object.fromEntries(
      [...used, ['importer', result.cpuMs] as const].map(([name, ms]) => [name, perRow(ms)])
    ) as ImportBench['cpuUsPerRow']
    return { liveBefore, liveBeside: latency, turnedAway, cpuUsPerRow, seconds: result.seconds }
  } finally {
    await live.close()
  }
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before
}

/** Interval between CPU time samples of the command, ms. */
const lookEveryMs = 50

/**
 * Runs the command as a user does. Resolves with its duration, s, and its CPU time, ms. Rejects
 * unless every row was accepted.
 */
async function importFile(
  { intake, dataDir }: ImportSuite,
  file: string,
  dir: string
): Promise<{ readonly seconds: number; readonly cpuMs: number | null }> {
  const beganMs = performance.now()
  let cpuMs: number | null = null
  const args = [
    'import',
    file,
    '--format',
    'ucdp-ged',
    '--url',
    intake,
    '--data',
    dataDir,
    '--out',
    dir,
    '--json'
  ]
  const running = promisify(execFile)(process.execPath, [mainFile, ...args])
  const looking = setInterval(() => {
    cpuMs = cpuMsOf(running.child.pid ?? -1) ?? cpuMs
  }, lookEveryMs)
  const { stdout } = await running.finally(() => clearInterval(looking))
  const { tally } = JSON.parse(stdout) as ImportOutcome
  if (tally.accepted !== tally.rows || !addsUp(tally))
    throw new Error(`not every row was accepted: ${stdout}`)
  return { seconds: (performance.now() - beganMs) / 1000, cpuMs }
}

class ImportSuite {
  readonly intake: string
  readonly key: string
  readonly dataDir: string
  readonly #processes: readonly SuiteProcess[]

  private constructor(processes: readonly SuiteProcess[], dataDir: string, key: string) {
    this.#processes = processes
    this.intake = (processes[0] as SuiteProcess).url
    this.dataDir = dataDir
    this.key = key
  }

  static async start(dataDir: string): Promise<ImportSuite> {
    const ports = await freePorts(roles.length)
    const env = { TOCSIN_LOG_LEVEL: 'warn' }
    const processes: SuiteProcess[] = []
    try {
      // Sequentially: the first one creates the folder and its secrets.
      for (const [i, role] of roles.entries())
        processes.push(await spawnSuite({ role, dataDir, port: ports[i] as number, env }))
      return new ImportSuite(processes, dataDir, await ownerKeyOf(dataDir))
    } catch (error) {
      await Promise.all(processes.map(process => process.kill9()))
      throw error
    }
  }

  /** CPU time of a service's process so far, ms. */
  cpuMs(role: (typeof roles)[number]): number | null {
    return cpuMsOf(this.#processes[roles.indexOf(role)]?.pid ?? -1)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map(process => process.stop()))
  }
}

/**
 * Posts live reports at a steady rate, each timed separately: a slow one does not delay the others.
 */
class LiveReports {
  readonly #client: Pool
  readonly #headers: Readonly<Record<string, string>>
  #number = 0

  constructor(url: string, key: string) {
    this.#client = new Pool(url, { connections: 64, pipelining: 1 })
    this.#headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  }

  /**
   * Latencies of reports during `work`, ms. Rejects if one was finally refused, or the work fails.
   */
  async during<T>(
    work: Promise<T>
  ): Promise<{ latency: Quantiles; turnedAway: number; result: T }> {
    const posts: Promise<number | null>[] = []
    const timer = setInterval(() => {
      const post = this.#post()
      // It is awaited with the others.
      post.catch(() => {})
      posts.push(post)
    }, 1000 / livePerSecond)
    try {
      const result = await work
      clearInterval(timer)
      const took = await Promise.all(posts)
      const samplesMs = took.filter(ms => ms !== null)
      return { latency: quantilesOf(samplesMs), turnedAway: took.length - samplesMs.length, result }
    } finally {
      clearInterval(timer)
    }
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  /** Its latency, ms; null if it was told to retry. */
  async #post(): Promise<number | null> {
    const beganMs = performance.now()
    const number = this.#number++
    const body = {
      source: { id: 'live' },
      externalId: `live-${number}`,
      occurred: { from: new Date().toISOString(), to: new Date().toISOString() },
      category: 'other',
      location: { lat: 14 + (number % 100) / 100, lon: -5 }
    }
    const call = {
      method: 'POST',
      path: '/v1/reports',
      headers: this.#headers,
      body: JSON.stringify(body)
    } as const
    const answer = await this.#client.request(call)
    await answer.body.dump()
    if (answer.statusCode === 503) return null
    if (answer.statusCode !== 202)
      throw new Error(`a live report was answered ${answer.statusCode}`)
    return performance.now() - beganMs
  }
}
