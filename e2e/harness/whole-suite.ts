// A suite as users have it: one process on fresh data, with an API client, a stream client and a
// partner's endpoint.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { EventLog } from '@tocsin/event-log/port'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { freePort } from '@tocsin/testing/process/free-port'
import {
  readOwnerKey,
  type SuiteProcess,
  type SuiteProcessOptions,
  spawnSuite
} from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { CheckedApi } from './checked-api.ts'
import { type LogPosition, withLog } from './logs.ts'
import { masterKeyOfTests } from './same-secrets.ts'

/** Settings that allow webhooks to this machine. */
export const webhooksHere = {
  TOCSIN_WEBHOOKS_ALLOW: '127.0.0.0/8',
  TOCSIN_WEBHOOKS_ALLOW_HTTP: 'true',
  TOCSIN_WEBHOOKS_CONSENT: 'never',
  TOCSIN_LOG_LEVEL: 'warn'
} as const

/** Options of a process for the log at a place; none for a data folder. */
export function logOptions(place: LogPosition): {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
} {
  if (typeof place === 'string') return { args: [], env: {} }
  return {
    args: ['--log', 'kafka', '--brokers', place.brokers.join(',')],
    env: { TOCSIN_KAFKA_PREFIX: place.prefix }
  }
}

export interface WholeSuiteOptions
  extends Partial<Pick<SuiteProcessOptions, 'role' | 'args' | 'env' | 'outputBytesMax'>> {
  /** Default: the embedded log of its data folder. */
  readonly kafka?: Exclude<LogPosition, string>
}

type ProcessOptions = Pick<SuiteProcessOptions, 'role' | 'args' | 'env' | 'outputBytesMax'>

export class WholeSuite {
  readonly dataDir: string
  /** For logs.ts. */
  readonly log: LogPosition
  readonly port: number
  readonly #options: ProcessOptions
  #process: SuiteProcess
  readonly api: SuiteApi
  readonly key: string
  readonly #closers: (() => void | Promise<void>)[] = []

  private constructor(
    dataDir: string,
    port: number,
    key: string,
    process: SuiteProcess,
    options: ProcessOptions,
    log: LogPosition
  ) {
    this.dataDir = dataDir
    this.log = log
    this.port = port
    this.key = key
    this.#process = process
    this.#options = options
    this.api = new CheckedApi({ url: process.url, key })
  }

  /** Starts on a fresh data folder; `up` and webhooks to this machine unless said otherwise. */
  static async start(options: WholeSuiteOptions = {}): Promise<WholeSuite> {
    const dataDir = await makeTempDir()
    await writeFile(join(dataDir, 'master.key'), masterKeyOfTests, { mode: 0o600 })
    const port = await freePort()
    const log = options.kafka ?? dataDir
    const { args, env } = logOptions(log)
    const given = {
      role: options.role ?? 'up',
      args: [...args, ...(options.args ?? [])],
      env: { ...webhooksHere, ...env, ...options.env },
      ...(options.outputBytesMax === undefined ? {} : { outputBytesMax: options.outputBytesMax })
    } as const
    const process = await spawnSuite({ ...given, dataDir, port }).catch(async error => {
      await removeDir(dataDir)
      throw error
    })
    return new WholeSuite(dataDir, port, await readOwnerKey(dataDir), process, given, log)
  }

  get process(): SuiteProcess {
    return this.#process
  }

  get url(): string {
    return this.#process.url
  }

  /** kill -9 and a new process on the same folder and port, waited for until it is ready. */
  async killAndRestart(): Promise<void> {
    await this.#process.kill9()
    this.#process = await spawnSuite({ ...this.#options, dataDir: this.dataDir, port: this.port })
  }

  async stream(from: 'latest' | 'earliest' = 'latest'): Promise<StreamClient> {
    const client = await new StreamClient({ url: this.url, key: this.key, from }).open()
    this.#closers.push(() => client.close())
    return client
  }

  /** A partner's endpoint, subscribed to everything from now on. */
  async webhook(filter: Readonly<Record<string, unknown>> = {}): Promise<WebhookReceiver> {
    const receiver = await WebhookReceiver.listen()
    this.#closers.push(() => receiver.close())
    const answer = await this.api.call('POST', '/v1/subscriptions', {
      body: { url: receiver.url, filter, order: 'strict' }
    })
    if (answer.status !== 201) throw new Error(`no subscription: ${JSON.stringify(answer.body)}`)
    receiver.useSecret((answer.body as { secret: string }).secret)
    return receiver
  }

  /** All alerts in their current state. */
  async alerts(query = ''): Promise<readonly AlertState[]> {
    const answer = await this.api.call('GET', `/v1/alerts?limit=500${query}`)
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return (answer.body as { items: readonly AlertState[] }).items
  }

  /** Opens the log of the running suite, passes it to `use`, and closes it. */
  withLog<T>(use: (log: EventLog) => Promise<T>): Promise<T> {
    return withLog(this.log, use)
  }

  /** Stops the suite and removes its data. Rejects if it does not exit cleanly. */
  async end(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close()
    await this.api.close()
    try {
      const exit = await this.#process.stop()
      if (exit.code !== 0)
        throw new Error(`the suite ended with ${JSON.stringify(exit)}\n${this.#process.output}`)
    } finally {
      await removeDir(this.dataDir)
    }
  }
}
