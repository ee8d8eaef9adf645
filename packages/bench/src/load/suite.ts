// Suites as separate processes for benches, called over HTTP with the owner's key.

import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '@tocsin/testing/process/free-port'
import { readOwnerKey, SuiteProcess, type SuiteRole } from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { Agent, request } from 'undici'
import { readCpuMs } from '../runner/clocks.ts'
import type { BenchLog } from './bench-log.ts'

export interface SuiteOptions {
  /** Default: the roles of the log, or all services in one process. */
  readonly roles?: readonly SuiteRole[]
  readonly log?: BenchLog
  readonly env?: Readonly<Record<string, string>>
}

type Method = 'GET' | 'POST' | 'PUT'

/** Time limit of a start, which may be of a large log on a busy machine, ms. */
const startMaxMs = 3_600_000
/** Time limit of an orderly end, ms. */
const stopMaxMs = 600_000
const connections = 64
const retryMs = 100

/** Settings with which endpoints on loopback may be webhooks. */
export const loopbackWebhooks = {
  TOCSIN_WEBHOOKS_ALLOW: '127.0.0.0/8',
  TOCSIN_WEBHOOKS_ALLOW_HTTP: 'true',
  TOCSIN_WEBHOOKS_CONSENT: 'never'
}

export class BenchSuite implements AsyncDisposable {
  readonly #agent = new Agent({ connections, pipelining: 1 })
  readonly dataDir: string
  readonly key: string
  /** From the start of the first process until all were ready. */
  readonly readyMs: number
  /** Reports that were posted again. */
  repeats = 0
  readonly #processes: readonly SuiteProcess[]
  readonly #finish: () => Promise<void>

  private constructor(
    dataDir: string,
    key: string,
    processes: readonly SuiteProcess[],
    readyMs: number,
    finish: () => Promise<void>
  ) {
    this.dataDir = dataDir
    this.key = key
    this.readyMs = readyMs
    this.#processes = processes
    this.#finish = finish
  }

  /** `finish` runs after an orderly end. */
  static async start(
    dataDir: string,
    options: SuiteOptions = {},
    finish = async () => {}
  ): Promise<BenchSuite> {
    const { log } = options
    const roles = options.roles ?? log?.roles ?? ['up']
    const ports = await freePorts(roles.length)
    const env = { TOCSIN_LOG_LEVEL: 'warn', ...log?.chooseSettings(dataDir), ...options.env }
    const beganMs = performance.now()
    const processes = roles.map(
      (role, i) => new SuiteProcess({ role, dataDir, port: ports[i]!, args: log?.args ?? [], env })
    )
    try {
      await Promise.all(processes.map(process => process.ready(startMaxMs)))
    } catch (error) {
      await Promise.all(processes.map(process => process.kill9()))
      throw error
    }
    const readyMs = performance.now() - beganMs
    return new BenchSuite(dataDir, await readOwnerKey(dataDir), processes, readyMs, finish)
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
  async call<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.#ask(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${text}`)
    return (text === '' ? null : JSON.parse(text)) as T
  }

  /** Posts a report, again after a 503. Resolves with its id. */
  async post(report: object): Promise<string> {
    for (;;) {
      const { status, text } = await this.#ask('POST', '/v1/reports', report)
      if (status === 202) return (JSON.parse(text) as { reportId: string }).reportId
      if (status !== 503) throw new Error(`a report was answered ${status}: ${text}`)
      this.repeats += 1
      await delay(retryMs)
    }
  }

  /** Resolves once the report is part of an incident. */
  async waitUntilFolded(reportId: string): Promise<void> {
    const path = `/v1/reports/${reportId}?wait=10`
    const isFolded = async () => (await this.call<{ assembled?: boolean }>('GET', path)).assembled
    await waitFor(isFolded, { what: `the fold of report ${reportId}`, timeoutMs: startMaxMs })
  }

  async #ask(method: Method, path: string, body: unknown) {
    const url = path.startsWith('/v1/reports') ? this.intake : this.notifier
    const answer = await request(url + path, {
      method,
      dispatcher: this.#agent,
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body)
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy()
    await Promise.all(this.#processes.map(process => process.stop(stopMaxMs)))
    await this.#finish()
  }

  async kill9(): Promise<void> {
    await this.#agent.destroy()
    await Promise.all(this.#processes.map(process => process.kill9()))
  }
}

/** A suite with an empty data folder that is stopped and removed with it. */
export async function openSuite(options: SuiteOptions = {}): Promise<BenchSuite> {
  const dataDir = await makeTempDir()
  return BenchSuite.start(dataDir, options, () => removeDir(dataDir))
}
