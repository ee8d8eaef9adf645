// Intake on a log in memory, driven without HTTP: a wall clock that the test sets, theatres and
// ticks written as the other services write them.

import { createSecretKey, randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'
import type { Principal } from '@tocsin/auth/access/principal'
import { digest } from '@tocsin/contracts/json/digest'
import type { ControlPayload, SourceDeclaration } from '@tocsin/contracts/record/control-record'
import { scopes } from '@tocsin/contracts/record/control-record'
import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/record/records'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { KeyedIdentity } from '@tocsin/contracts/report/report-identity'
import type { TheatreConfig, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { Clock, Random } from '@tocsin/domain/ports'
import { selectFirsts } from '@tocsin/event-log/conformance/reading'
import { MemoryLog, type MemoryLogHooks, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import type { WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { ProcessModel } from '@tocsin/read-model/process/process-model'
import { type Secrets, secretsFrom } from '@tocsin/service/privacy/secrets'
import { ControlView } from '@tocsin/service/projection/control-view'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { allStored } from '@tocsin/testing/report/stored-records'
import { Registry } from 'prom-client'
import { createIntake, type IntakeService } from '../../src/intake-service.ts'
import type { Post } from '../../src/report/incoming-report.ts'
import type { Answer } from '../../src/report/report-answer.ts'
import type { IntakeConfig } from '../../src/settings/config.ts'

export const wallStart = '2025-06-02T12:00:00.000Z'
export const ownerKey = 'tk_owner-key-of-the-tests-0123456789'
export const secrets = secretsFrom(new Uint8Array(32).fill(7), ownerKey)
export const sahel: TheatreConfig = {
  id: 'sahel',
  countries: ['ML', 'BF', 'NE'],
  polygon: null,
  clock: 'replay',
  retentionDays: 820
}
export const lake: TheatreConfig = {
  id: 'lake',
  countries: ['TD', 'NG'],
  polygon: null,
  clock: 'wall',
  retentionDays: 820
}
export const owner: Principal = {
  id: 'owner',
  name: 'owner',
  scopes: new Set(scopes),
  theatres: '*',
  handling: 'restricted'
}
export const random: Random = {
  bytes: length => new Uint8Array(randomBytes(length)),
  next: () => Math.random()
}

export const aReport = {
  source: { id: 'wire-1' },
  externalId: 'W-1',
  reportedAt: '2025-06-02T09:00:00Z',
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  location: { name: 'Dioura', admin1: 'ML-5', country: 'ML', lat: 14.8252, lon: -5.2547 },
  handling: 'partners'
}

const identity = new KeyedIdentity(createSecretKey(secrets.derive('reports')))

/** The content hash that intake gives to a body without a private part. */
export function hashOfOpen(body: object): string {
  return identity.hashContent(body as PostedReport, false).open
}

/** Everything that was logged, as text. */
export class LogLines extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

export interface Given {
  readonly store?: MemoryStore
  readonly log?: EventLog
  readonly hooks?: MemoryLogHooks
  readonly theatres?: readonly TheatreConfig[]
  readonly limits?: Partial<IntakeConfig['intake']>
  readonly partitions?: number
  /** Sleeps of the service; the default is real time. */
  readonly sleep?: Clock['sleep']
  /** Replaces the clock, except for the wall time, which is `wallMs`. */
  readonly clock?: Clock
  readonly gazetteer?: WorldGazetteer
  readonly random?: Random
  /** Of the suite; default `secrets`. */
  readonly secrets?: Secrets
}

export class IntakeUnderTest {
  readonly log: EventLog
  readonly control: ControlView
  readonly service: IntakeService
  readonly model: ProcessModel
  readonly logLines = new LogLines()
  readonly metrics = new Registry()
  wallMs = Date.parse(wallStart)

  constructor(log: EventLog, control: ControlView, given: Given) {
    const { limits, sleep, clock: base, gazetteer, random: chance } = given
    this.log = log
    this.control = control
    const clock: Clock = {
      ...(base ?? systemClock),
      nowMs: () => this.wallMs,
      ...(sleep ? { sleep } : {})
    }
    const logger = createLogger({ level: 'trace', name: 'test', destination: this.logLines })
    const config = { intake: { ...defaultLimits, ...limits }, gazetteer: { boundaries: '' } }
    this.model = new ProcessModel({ log, clock, logger, metrics: this.metrics })
    this.service = createIntake({
      model: this.model,
      log,
      clock,
      random: chance ?? random,
      secrets: given.secrets ?? secrets,
      control,
      logger,
      metrics: this.metrics,
      config,
      ...(gazetteer ? { gazetteer } : {})
    })
  }

  /**
   * A started intake. The theatre `sahel` is declared and ticked to noon of 2 June 2025 unless said
   * otherwise.
   */
  static async start(given: Given = {}): Promise<IntakeUnderTest> {
    const partitions = given.partitions ?? 1
    const store = given.store ?? new MemoryStore({ partitions })
    const log =
      given.log ??
      new MemoryLog({ partitions, ...(given.hooks ? { hooks: given.hooks } : {}) }, store)
    const quiet = createLogger({ level: 'silent', name: 'test' })
    const control = new ControlView({ log, clock: given.clock ?? systemClock, logger: quiet })
    await control.start()
    const intake = new IntakeUnderTest(log, control, given)
    await intake.service.start()
    if (given.store === undefined && given.log === undefined)
      await intake.declare(...(given.theatres ?? [sahel]))
    return intake
  }

  post(body: unknown, rest: Partial<Post> = {}): Promise<Answer> {
    return this.service.acceptance.accept({
      body,
      idempotencyKey: null,
      lane: 'live',
      principal: owner,
      ...rest
    })
  }

  put(reportId: string, body: unknown, rest: Partial<Post> = {}): Promise<Answer> {
    return this.service.acceptance.correct(reportId, {
      body,
      lane: 'live',
      principal: owner,
      ...rest
    })
  }

  withdraw(reportId: string, reason = 'sent in error', rest: Partial<Post> = {}): Promise<Answer> {
    return this.service.acceptance.withdraw(reportId, {
      body: { reason },
      lane: 'live',
      principal: owner,
      ...rest
    })
  }

  /** Declares theatres and ticks them: the first record of a theatre is a tick. */
  async declare(...theatres: readonly TheatreConfig[]): Promise<void> {
    await this.declareUnticked(...theatres)
    for (const theatre of theatres) await this.tick(theatre.id, wallStart)
  }

  async declareUnticked(...theatres: readonly TheatreConfig[]): Promise<void> {
    for (const theatre of theatres)
      await this.#controlled({ type: 'theatre.declared', data: theatre })
  }

  async declareSource(data: SourceDeclaration): Promise<void> {
    await this.#controlled({ type: 'source.declared', data })
  }

  async tick(theatre: string, to: string): Promise<void> {
    await this.append(
      theatre,
      { type: 'clock.ticked', data: { to, gap: false } },
      digest('tick', theatre, to)
    )
  }

  /** Appends a record of a theatre and waits until intake has folded it. */
  async append(
    theatre: string,
    payload: { type: string; data: object },
    id: string
  ): Promise<void> {
    const value = encodeRecord(
      { id, source: '/tocsin/test', time: wallStart, cause: null, theatre },
      payload
    )
    await this.log.append(topics.incidents, [{ id, key: theatre, value }])
    await this.folded()
  }

  async folded(): Promise<void> {
    if (!(await this.model.views.incidents.catchUp(5000)))
      throw new Error('intake has not caught up')
  }

  async #controlled(payload: ControlPayload): Promise<void> {
    const id = digest('control', JSON.stringify(payload))
    const value = encodeRecord(
      { id, source: '/tocsin/test', time: wallStart, cause: null },
      payload
    )
    const [appended] = await this.log.append(topics.control, [{ id, key: 'control', value }])
    if (appended && !(await this.control.waitForAppended(appended, 5000)))
      throw new Error('the control log was not folded')
  }

  async close(): Promise<void> {
    await this.service.close()
    await this.model.close()
    await this.control.close()
    await this.log.close()
  }
}

/** A started intake that is closed when the test ends. */
export async function intakeOf(given?: Given): Promise<IntakeUnderTest> {
  return closedAfterTest(await IntakeUnderTest.start(given))
}

export const defaultLimits = {
  memory: 'fast' as const,
  inFlightMax: 1000,
  requestDeadlineMs: 2000,
  logPatienceMs: 1000,
  streamsMax: 4,
  streamLinesMax: 64,
  streamWindowBytes: 1_048_576,
  streamPatienceMs: 1000,
  backfillLagMs: 1000,
  backfillPatienceMs: 50,
  quarantineDays: 0
}

/** The records of reports in the incidents log: the first of each id, as for every reader. */
export async function reportRecords(log: EventLog): Promise<TheatreRecord[]> {
  const firsts = selectFirsts(await allStored(log, topics.incidents))
  const records = firsts.map(stored => {
    const decoded = decodeTheatreRecord(stored.value as Uint8Array)
    if (decoded.kind !== 'decoded') throw new Error(`undecodable: ${JSON.stringify(decoded)}`)
    return decoded.record
  })
  return records.filter(record => record.type.startsWith('report.'))
}
