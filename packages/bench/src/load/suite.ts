// Suites as separate processes for benches, called over HTTP with the owner's key.

import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '@tocsin/testing/process/free-port'
import { readOwnerKey, SuiteProcess, type SuiteRole } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { Pool } from 'undici'
import { readCpuMs } from '../runner/clocks.ts'
import type { BenchLog } from './bench-log.ts'

export interface SuiteOptions {
  /** Default: the roles of the log, or all services in one process. */
  readonly roles?: readonly SuiteRole[]
  readonly log?: BenchLog
  readonly env?: Readonly<Record<string, string>>
}

/** Time limit of a start, which may be of a large log on a busy machine, ms. */
const startMaxMs = 3_600_000
/** Time limit of an orderly end, ms. */
const stopMaxMs = 600_000
const connections = 64
const retryMs = 100

/** Settings with which endpoints on loopback may be webhooks, and no host is spared. */
export const loopbackWebhooks = {
  TOCSIN_WEBHOOKS_ALLOW: '127.0.0.0/8',
  TOCSIN_WEBHOOKS_ALLOW_HTTP: 'true',
  TOCSIN_NOTIFIER_ATTEMPTS_PER_HOST_PER_SECOND_MAX: '1000000'
}

export class BenchSuite {
  readonly dataDir: string
  readonly key: string
  /** From the start of the first process until all were ready. */
  readonly readyMs: number
  readonly #processes: readonly SuiteProcess[]
  readonly #pools: readonly [intake: Pool, notifier: Pool]

  private constructor(
    dataDir: string,
    key: string,
    processes: readonly SuiteProcess[],
    readyMs: number
  ) {
    this.dataDir = dataDir
    this.key = key
    this.readyMs = readyMs
    this.#processes = processes
    this.#pools = [
      new Pool(this.intake, { connections, pipelining: 1 }),
      new Pool(this.notifier, { connections, pipelining: 1 })
    ]
  }

  static async start(dataDir: string, options: SuiteOptions = {}): Promise<BenchSuite> {
    const { log, env } = options
    const roles = options.roles ?? log?.roles ?? ['up']
    const ports = await freePorts(roles.length)
    const settings = {
      TOCSIN_LOG_LEVEL: 'warn',
      ...log?.chooseSettings(dataDir),
      ...env
    }
    const beganMs = performance.now()
    const processes = roles.map(
      (role, i) =>
        new SuiteProcess({ role, dataDir, port: ports[i]!, args: log?.args ?? [], env: settings })
    )
    try {
      await Promise.all(processes.map(process => process.ready(startMaxMs)))
    } catch (error) {
      await Promise.all(processes.map(process => process.kill9()))
      throw error
    }
    const readyMs = performance.now() - beganMs
    return new BenchSuite(dataDir, await readOwnerKey(dataDir), processes, readyMs)
  }

  get intake(): string {
    return this.#processes[0]!.url
  }

  get notifier(): string {
    return this.#processes.at(-1)!.url
  }

  get streamUrl(): string {
    return `${this.notifier.replace(/^http/, 'ws')}/v1/stream`
  }

  get headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.key}` }
  }

  /** Of the process of the notifier, which is that of all services on the embedded log. */
  get pid(): number {
    return this.#processes.at(-1)!.pid
  }

  /** CPU time of all its processes so far, ms. */
  readCpuMs(): number {
    return readCpuMs(...this.#processes.map(({ pid }) => pid))
  }

  /** Calls intake for reports, the notifier for the rest. Rejects unless the answer is 2xx. */
  async call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.ask(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${text}`)
    return (text === '' ? null : JSON.parse(text)) as T
  }

  /**
   * Posts a report, again where intake answers 503, which is safe to retry. Resolves with its id.
   */
  async post(report: object): Promise<string> {
    for (;;) {
      const { status, text } = await this.ask('POST', '/v1/reports', report)
      if (status === 202) return (JSON.parse(text) as { reportId: string }).reportId
      if (status !== 503) throw new Error(`a report was answered ${status}: ${text}`)
      await delay(retryMs)
    }
  }

  /** Resolves once the report is part of an incident. */
  async waitUntilFolded(reportId: string): Promise<void> {
    const path = `/v1/reports/${reportId}?wait=10`
    const isFolded = async () => (await this.call<{ assembled?: boolean }>('GET', path)).assembled
    await waitFor(isFolded, { what: `the fold of report ${reportId}`, timeoutMs: startMaxMs })
  }

  async ask(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown
  ): Promise<{ readonly status: number; readonly text: string }> {
    const pool = this.#pools[path.startsWith('/v1/reports') ? 0 : 1]
    const answer = await pool.request({
      method,
      path,
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body)
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }

  async stop(): Promise<void> {
    await this.#closePools()
    await Promise.all(this.#processes.map(process => process.stop(stopMaxMs)))
  }

  async kill9(): Promise<void> {
    await this.#closePools()
    await Promise.all(this.#processes.map(process => process.kill9()))
  }

  async #closePools(): Promise<void> {
    await Promise.all(this.#pools.map(pool => pool.destroy()))
  }
}

/** A suite with an empty data folder, stopped and removed however `use` ends. */
export function withSuite<T>(
  options: SuiteOptions,
  use: (suite: BenchSuite) => Promise<T>
): Promise<T> {
  return withTempDir(async dataDir => {
    const suite = await BenchSuite.start(dataDir, options)
    try {
      return await use(suite)
    } finally {
      await suite.stop()
    }
  })
}
