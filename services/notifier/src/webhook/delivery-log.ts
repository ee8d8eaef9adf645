// The deliveries log with its book: a write is in the book before the writer continues. With shared roles the fold decides what
// counts, and the book follows the log. Otherwise this process is the only writer: it reads the log once and updates the book
// directly.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Appended, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { TopicView } from '@tocsin/service-kit/projection/topic-view'
import type { Logger } from '@tocsin/service-kit/telemetry/logger'
import type { Registry } from 'prom-client'
import { appendPatiently, type Patience } from '../cursor/patient-append.ts'
import type { NotifierMetrics } from '../telemetry/notifier-metrics.ts'
import type { DeliveryBook } from './delivery-book.ts'
import { type DeliveryRecord, decodeDelivery, deliveryRecord } from './delivery-record.ts'

export interface DeliveryLogDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: NotifierMetrics
  readonly registry: Registry
  readonly book: DeliveryBook
  /** Called with the subscriptions that got records, once these are in the book. */
  readonly onFolded: (subscriptionIds: ReadonlySet<string>) => void
}

export class DeliveryLog {
  readonly #deps: DeliveryLogDeps
  readonly #isShared: boolean
  readonly #view: TopicView<DeliveryRecord>

  constructor(deps: DeliveryLogDeps) {
    const { log, clock, logger, metrics, registry } = deps
    this.#deps = deps
    this.#isShared = log.capabilities.sharedRoles
    this.#view = new TopicView<DeliveryRecord>({
      log,
      clock,
      logger,
      metrics: registry,
      topic: topics.deliveries,
      decode: decodeDelivery,
      take: ({ records }) => this.#fold(records.map(({ decoded }) => decoded.record)),
      onQuarantine: () => metrics.quarantined.inc({ topic: 'deliveries' })
    })
  }

  /** Resolves with the error that ended the fold for good; otherwise never. */
  get failed(): Promise<Error> {
    return this.#view.failed
  }

  get failure(): Error | null {
    return this.#view.failure
  }

  /** Folds the log as it is now. Rejects if it can't be read or holds records this version can't read. */
  async start(): Promise<void> {
    await this.#view.start()
    if (!this.#isShared) await this.#view.close()
  }

  /**
   * Resolves once the records are durable and in the book, which may have found that another instance came first. Rejects with
   * the last error when retries are exhausted, or the fold has ended.
   */
  async write(records: readonly DeliveryRecord[], patience: Patience): Promise<void> {
    const { log, clock } = this.#deps
    const startMs = clock.monotonicMs()
    const appended = await appendPatiently(log, topics.deliveries, records.map(deliveryRecord), patience)
    if (!this.#isShared) return this.#fold(records)
    const leftMs = patience.withinMs === null ? null : Math.max(0, startMs + patience.withinMs - clock.monotonicMs())
    if (!(await this.#view.until(() => this.#hasPassed(appended), leftMs)))
      throw this.failure ?? new EventLogError('log-unavailable', 'what was written to the deliveries log is not read yet')
  }

  /**
   * True once the book holds everything in the log at the time of the call; false on timeout (ms). Rejects with the log's error.
   */
  async catchUp(timeoutMs: number): Promise<boolean> {
    return this.#isShared ? this.#view.catchUp(timeoutMs) : true
  }

  /** Stops following. Idempotent; pending waits for the fold reject. */
  close(): Promise<void> {
    return this.#view.close()
  }

  #hasPassed(appended: readonly Appended[]): boolean {
    const positions = this.#view.cursor?.positions
    return appended.every(({ partition, position }) => (positions?.[partition] ?? 0n) > position)
  }

  #fold(records: readonly DeliveryRecord[]): void {
    for (const record of records) this.#deps.book.apply(record)
    this.#deps.onFolded(new Set(records.map(record => record.data.subscriptionId)))
  }
}
