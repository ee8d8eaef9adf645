// The deliveries log with its fold: a write is in the fold before the writer continues. With shared roles the fold decides what
// counts, and the fold follows the log. Otherwise this process is the only writer: it reads the log once and updates the fold
// directly.

import { EventLogError } from '@tocsin/event-log/errors'
import type { Appended } from '@tocsin/event-log/port'
import { type RetryOptions, retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { TopicView } from '@tocsin/service-kit/projection/topic-view'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import type { Registry } from 'prom-client'
import type { NotifierMetrics } from '../telemetry/notifier-metrics.ts'
import type { DeliveryFold } from './delivery-fold.ts'
import { type DeliveryRecord, decodeDelivery, deliveryRecord } from './delivery-record.ts'

export interface DeliveryLogDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  readonly metrics: NotifierMetrics
  readonly registry: Registry
  readonly fold: DeliveryFold
  /** Called with the subscriptions that got records, once these are in the fold. */
  readonly onFolded: (subscriptionIds: ReadonlySet<string>) => void
}

export interface DeliveryWrite extends Pick<RetryOptions, 'signal' | 'onRetry'> {
  /** How long to go on, ms; null = until the signal aborts. */
  readonly withinMs: number | null
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
   * Resolves once the records are durable and in the fold, which may have found that another instance came first. Rejects with
   * the last error when the time is over or the signal aborts, or the fold has ended.
   */
  async write(records: readonly DeliveryRecord[], options: DeliveryWrite): Promise<void> {
    const { log, clock } = this.#deps
    const { withinMs } = options
    const startMs = clock.monotonicMs()
    const stored = records.map(deliveryRecord)
    const appended = await retry(() => log.append(topics.deliveries, stored), { clock, ...options })
    if (!this.#isShared) return this.#fold(records)
    const leftMs = withinMs === null ? null : Math.max(0, startMs + withinMs - clock.monotonicMs())
    if (!(await this.#view.until(() => this.#hasPassed(appended), leftMs)))
      throw this.failure ?? new EventLogError('log-unavailable', 'records written to the deliveries log are not folded yet')
  }

  /**
   * True once the fold holds everything in the log at the time of the call; false on timeout (ms). Rejects with the log's error.
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
    for (const record of records) this.#deps.fold.apply(record)
    this.#deps.onFolded(new Set(records.map(record => record.data.subscriptionId)))
  }
}
