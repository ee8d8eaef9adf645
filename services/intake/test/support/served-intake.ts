// Intake behind a real host, on a real embedded log in a folder of its own, asked by injection; a
// theatre is declared and ticked.

import type { DatabaseSync } from 'node:sqlite'
import { mintKey } from '@tocsin/auth/access/api-key'
import { buildHost, type Host } from '@tocsin/auth/host/host'
import { digest } from '@tocsin/contracts/json/digest'
import { type ControlPayload, recordKey, type Scope } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { ProcessModel } from '@tocsin/read-model/process/process-model'
import { ControlView } from '@tocsin/service/projection/control-view'
import { type BaseConfig, baseSettings } from '@tocsin/service/settings/base-settings'
import { defaultConfig } from '@tocsin/service/settings/settings'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { allStored } from '@tocsin/testing/report/stored-records'
import type { LightMyRequestResponse } from 'fastify'
import { Registry } from 'prom-client'
import { createIntake, type IntakeService } from '../../src/intake-service.ts'
import type { IntakeConfig } from '../../src/settings/config.ts'
import {
  defaultLimits,
  LogLines,
  ownerKey,
  random,
  sahel,
  secrets,
  wallStart
} from './intake-under-test.ts'

export interface Asked {
  readonly payload?: unknown
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Where {
  /** Default: a folder of its own, removed at the end. */
  readonly dataDir?: string
  readonly openDatabase?: (file: string) => DatabaseSync
}

interface Parts {
  readonly log: EventLog
  readonly host: Host
  readonly intake: IntakeService
  readonly model: ProcessModel
  readonly control: ControlView
}

export class ServedIntake {
  readonly dataDir: string
  readonly lines = new LogLines()
  readonly #limits: Partial<IntakeConfig['intake']>
  readonly #base: Partial<BaseConfig>
  readonly #where: Where
  #running: Parts | null = null
  metrics = new Registry()

  private constructor(
    dataDir: string,
    limits: Partial<IntakeConfig['intake']>,
    base: Partial<BaseConfig>,
    where: Where
  ) {
    this.dataDir = dataDir
    this.#where = where
    this.#base = base
    this.#limits = limits
  }

  static async start(
    limits: Partial<IntakeConfig['intake']> = {},
    base: Partial<BaseConfig> = {},
    where: Where = {}
  ): Promise<ServedIntake> {
    const dataDir = where.dataDir ?? (await makeTempDir())
    const served = new ServedIntake(dataDir, limits, base, where)
    await served.#open()
    await served.declare({ type: 'theatre.declared', data: sahel })
    await served.append(topics.incidents, {
      type: 'clock.ticked',
      data: { to: wallStart, gap: false }
    })
    await served.model.views.incidents.catchUp(5000)
    return served
  }

  get log(): EventLog {
    return this.#parts.log
  }

  get model(): ProcessModel {
    return this.#parts.model
  }

  get intake(): IntakeService {
    return this.#parts.intake
  }

  get #parts(): Parts {
    if (this.#running === null) throw new Error('intake is not started')
    return this.#running
  }

  /** Listens on a port of its own; resolves with its number. */
  async listen(): Promise<number> {
    return Number(new URL(await this.#parts.host.listen()).port)
  }

  async restart(): Promise<void> {
    await this.#parts.host.close()
    await this.#open()
  }

  /** Ends it; its folder stays until `end`. */
  async close(): Promise<void> {
    await this.#parts.host.close()
  }

  async end(): Promise<void> {
    await this.#parts.host.close()
    if (this.#where.dataDir === undefined) await removeDir(this.dataDir)
  }

  ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    { payload, key = ownerKey, headers }: Asked = {}
  ) {
    return this.#parts.host.app.inject({
      method,
      url,
      headers: { host: 'localhost:8080', authorization: `Bearer ${key}`, ...headers },
      ...(payload === undefined ? {} : { payload: payload as object })
    }) as Promise<LightMyRequestResponse>
  }

  async declare(payload: ControlPayload): Promise<void> {
    const id = digest('control', JSON.stringify(payload))
    const value = encodeRecord(
      { id, source: '/tocsin/test', time: wallStart, cause: null },
      payload
    )
    const [appended] = await this.log.append(topics.control, [{ id, key: 'control', value }])
    if (appended && !(await this.#parts.control.waitForAppended(appended, 5000)))
      throw new Error('not folded')
  }

  /** Appends a record of the theatre. */
  async append(topic: Topic, payload: { type: string; data: object }): Promise<void> {
    const id = digest('record', topic, JSON.stringify(payload))
    const value = encodeRecord(
      { id, source: '/tocsin/test', time: wallStart, cause: null, theatre: 'sahel' },
      payload
    )
    await this.log.append(topic, [{ id, key: 'sahel', value }])
  }

  /** The secret of a new key. */
  async keyWith(scopes: readonly Scope[], rest: object = {}): Promise<string> {
    const { keyId, secretHash, secret } = mintKey(random)
    const key = {
      keyId,
      name: 'test',
      secretHash,
      scopes,
      theatres: '*',
      handling: 'restricted'
    } as const
    await this.declare({
      type: 'key.created',
      data: recordKey({ ...key, expiresAt: null, ...rest })
    })
    return secret
  }

  stored(topic: Topic): Promise<StoredRecord[]> {
    return allStored(this.log, topic)
  }

  async #open(): Promise<void> {
    const { openDatabase } = this.#where
    const place = { dataDir: this.dataDir, ...(openDatabase === undefined ? {} : { openDatabase }) }
    const log = await openEmbeddedLog({ ...place, clock: systemClock })
    const logger = createLogger({ level: 'trace', name: 'test', destination: this.lines })
    const control = new ControlView({ log, clock: systemClock, logger })
    await control.start()
    this.metrics = new Registry()
    const config = {
      ...defaultConfig(baseSettings, { port: 0, ...this.#base }),
      intake: { ...defaultLimits, ...this.#limits },
      gazetteer: { boundaries: '' }
    }
    const deps = {
      log,
      clock: systemClock,
      random,
      secrets,
      control,
      logger,
      metrics: this.metrics,
      config
    }
    const model = new ProcessModel(deps)
    const intake = createIntake({ ...deps, model })
    const thenClose = [
      { name: 'read model', close: () => model.close() },
      { name: 'control', close: () => control.close() },
      { name: 'log', close: () => log.close() }
    ]
    const host = await buildHost({ ...deps, services: [intake], thenClose })
    await host.start()
    this.#running = { log, host, intake, control, model }
  }
}
