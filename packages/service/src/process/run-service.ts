// The only place that touches the process: configuration, signals, exit code. The caller composes
// the log, views and services.

import { existsSync, readFileSync } from 'node:fs'
import { Counter, collectDefaultMetrics, Registry } from 'prom-client'
import type { BaseConfig, baseSettings } from '../settings/base-settings.ts'
import {
  ConfigError,
  type ConfigOf,
  type Override,
  readConfig,
  type Settings
} from '../settings/settings.ts'
import { type LogOutput, standardOutput } from '../telemetry/log-output.ts'
import { createLogger, formatForPeople, type Logger } from '../telemetry/logger.ts'
import { endTracing, startTracing } from '../telemetry/tracing.ts'
import type { CloseReport } from './closing.ts'

export interface Running {
  /** Resolves with the error that permanently ended a part. */
  readonly failed: Promise<Error>
  close(): Promise<CloseReport>
}

export interface StartContext<S extends Settings> {
  readonly config: ConfigOf<S>
  readonly logger: Logger
  readonly metrics: Registry
  /** Aborts on the signal to stop, so that a waiting start gives up. */
  readonly stopping: AbortSignal
}

export interface RunOptions<S extends Settings> {
  /** Name of the process in log lines: `up`, `intake`, … */
  readonly name: string
  readonly settings: S
  readonly overrides?: readonly Override[]
  /** Composes and starts everything. If it rejects, it must have closed what it opened. */
  readonly start: (context: StartContext<S>) => Promise<Running>
}

/** Exit codes of a process: stopped as requested, failed, invalid usage. */
export const exitCodes = { stopped: 0, failed: 1, usage: 2 } as const

/**
 * Time beyond the closing deadlines, ms: after that something blocks the exit, and the process is
 * killed.
 */
const overtimeMs = 2_000
/**
 * A terminal sends Ctrl-C to all its processes, and npm forwards it: the same signal within this
 * time counts once, ms.
 */
const sameWishMs = 1_000
/** How long the last log lines may take to be written, ms. */
const lastLinesMs = 2_000

/**
 * Runs a process until it is stopped or fails, then ends it. Never returns. SIGTERM and SIGINT
 * close in order; a second signal ends the process immediately.
 */
export async function runService<S extends typeof baseSettings>(
  options: RunOptions<S>
): Promise<never> {
  const loaded = configOrExit(options)
  const config = loaded.values as ConfigOf<S> & BaseConfig
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  const output = standardOutput(countDrops(metrics))
  const logger = createLogger({
    level: config.logLevel,
    name: options.name,
    destination: process.stdout.isTTY ? formatForPeople(output.stream) : output.stream
  })
  const endProcess = processEnd(output)
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, error => {
      logger.fatal(
        { error, event },
        'an unexpected error ends the process; the log on disk is intact'
      )
      void endProcess(exitCodes.failed)
    })
  }
  logger.info({ config: loaded.shown }, 'configuration')
  const stop = stopSignal(logger, () => void endProcess(exitCodes.failed))
  const stopping = new AbortController()
  void stop.then(() => stopping.abort())
  await startTracing(options.name, logger)
  const started = options.start({ config, logger, metrics, stopping: stopping.signal })
  const outcome = await Promise.race([
    started.then(
      ({ failed }) => failed,
      error => (error instanceof Error ? error : new Error('the start failed', { cause: error }))
    ),
    stop.then(() => 'stop' as const)
  ])
  if (outcome !== 'stop') logger.fatal({ error: outcome }, 'the service failed')
  // A stop during the start waits for it, so that what it opened gets closed; the timer below
  // bounds both.
  const limitMs = config.drainMs + config.closeDeadlineMs + overtimeMs
  setTimeout(() => {
    logger.fatal('closing exceeded its time limit')
    void endProcess(exitCodes.failed)
  }, limitMs)
  const report = await started.then(
    running => running.close(),
    (): CloseReport => ({ late: [], failed: [] })
  )
  for (const { name, error } of report.failed) logger.error({ error, step: name }, 'closing failed')
  if (report.late.length > 0)
    logger.warn({ late: report.late }, 'closing took longer than closeDeadlineMs')
  await endTracing()
  logger.info({ clean: isClean(report) }, 'stopped')
  return endProcess(outcome === 'stop' && isClean(report) ? exitCodes.stopped : exitCodes.failed)
}

/** Clients that had to be cut off are no failure; a service or log that could not close is. */
function isClean(report: CloseReport): boolean {
  return report.failed.length === 0 && report.late.every(name => name === 'http')
}

function processEnd(output: LogOutput): (code: number) => Promise<never> {
  let ending: Promise<never> | null = null
  const end = async (code: number): Promise<never> => {
    if (await output.end(lastLinesMs)) process.exit(code)
    // Everything is closed or lost by now; only an unread pipe keeps the process alive, and it
    // would block process.exit too.
    process.kill(process.pid, 'SIGKILL')
    return new Promise<never>(() => {})
  }
  return code => {
    ending ??= end(code)
    return ending
  }
}

function countDrops(registry: Registry): () => void {
  const dropped = new Counter({
    name: 'tocsin_log_lines_dropped_total',
    help: 'Log lines dropped because standard output was not read.',
    registers: [registry]
  })
  return () => dropped.inc()
}

function configOrExit<S extends Settings>({
  settings,
  overrides,
  name
}: RunOptions<S>): ReturnType<typeof readConfig<S>> {
  try {
    return readConfig(settings, {
      file: configFile(process.env.TOCSIN_CONFIG),
      env: process.env,
      ...(overrides ? { overrides } : {})
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(`${name} cannot start with this configuration:\n${error.message}`)
    process.exit(exitCodes.usage)
  }
}

/**
 * The file named by TOCSIN_CONFIG, which must exist; without it ./tocsin.yaml, which may. Throws
 * ConfigError.
 */
export function configFile(named: string | undefined): { name: string; text: string } | null {
  const name = named || 'tocsin.yaml'
  if (!existsSync(name)) {
    if (named)
      throw new ConfigError([
        { key: '', origin: 'TOCSIN_CONFIG', detail: `names ${named}, which does not exist` }
      ])
    return null
  }
  return { name, text: readFileSync(name, 'utf8') }
}

/** Resolves at the first signal to stop; a later one ends the process immediately. */
function stopSignal(logger: Logger, endNow: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let asked: { readonly signal: string; readonly atMs: number } | null = null
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked?.signal === signal && performance.now() - asked.atMs < sameWishMs) return
      if (asked !== null) return endNow()
      asked = { signal, atMs: performance.now() }
      logger.info({ signal }, 'stopping')
      resolve()
    })
  }
  return promise
}
