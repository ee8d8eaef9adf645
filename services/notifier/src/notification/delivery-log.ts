// The deliveries log with its fold: a write is in the fold before the writer continues. With shared
// roles the fold decides what counts, and the fold follows the log. Without them this process is
// the only writer: it reads the log once and updates the fold directly.

import { EventLogError } from '@tocsin/event-log/errors'
import type { RecordPosition } from '@tocsin/event-log/port'
import { type RetryOptions, retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { TopicView } from '@tocsin/service/projection/topic-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Registry } from 'prom-client'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import type { DeliveryFold } from './delivery-fold.ts'
import { type DeliveryRecord, decodeDelivery, deliveryRecord } from './delivery-record.ts'
import { finishedKeptMax } from './kept-deliveries.ts'
import { LogTimes } from './log-times.ts'

/** To be raised with any change to what is folded, or to the rows of a snapshot. */
const snapshotFormat = 10

export interface DeliveryLogDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  readonly metrics: NotifierMetrics
  readonly registry: Registry
  readonly fold: DeliveryFold
  /** Folder for snapshots of the fold; default none. */
  readonly viewsFolder?: string | undefined
  /** Called with the subscriptions that got records, once these are in the fold. */
  readonly onFolded: (subscriptionIds: ReadonlySet<string>) => void
}

export interface DeliveryWrite extends Pick<RetryOptions, 'signal' | 'onRetry'> {
  /** How long to go on, ms; null = until the signal aborts. */
  readonly withinMs: number | null
}

interface Folded {
  readonly record: DeliveryRecord
  readonly place: RecordPosition
}

export class DeliveryLog {
  readonly #deps: DeliveryLogDeps
  readonly #isShared: boolean
  readonly #view: TopicView<DeliveryRecord>
  /** When which position was reached. */
  readonly times = new LogTimes()

  constructor(deps: DeliveryLogDeps) {
    const { log, clock, logger, metrics, registry, fold, viewsFolder: folder } = deps
    const state = {
      format: snapshotFormat,
      settings: { finishedKeptMax },
      parts: [fold, this.times]
    }
    this.#deps = deps
    this.#isShared = log.capabilities.sharedRoles
    this.#view = new TopicView<DeliveryRecord>({
      log,
      clock,
      logger,
      metrics: registry,
      topic: topics.deliveries,
      decode: decodeDelivery,
      take: ({ records }) =>
        this.#fold(
          records.map(({ decoded, stored }) => ({ record: decoded.record, place: stored }))
        ),
      snapshots:
        folder === undefined
          ? undefined
          : { folder, name: 'notifier-deliveries', state, mayCapture: () => fold.hasBegun },
      onQuarantine: () => metrics.quarantined.inc({ topic: 'deliveries' })
    })
  }

  /** Resolves with the error that ended the fold permanently; never without one. */
  get failed(): Promise<Error> {
    return this.#view.failed
  }

  get failure(): Error | null {
    return this.#view.failure
  }

  /**
   * Folds the log as it is now. Rejects if it can't be read or contains records this version can't
   * read.
   */
  async start(): Promise<void> {
    await this.#view.start()
    this.#deps.fold.began()
    if (!this.#isShared) await this.#view.rest()
  }

  /**
   * Resolves once the records are durable and in the fold, which may have found that another
   * instance came first. Rejects with the last error when the time is over or the signal aborts, or
   * the fold has ended.
   */
  async write(records: readonly DeliveryRecord[], options: DeliveryWrite): Promise<void> {
    const { log, clock } = this.#deps
    const { withinMs } = options
    const startMs = clock.monotonicMs()
    const stored = records.map(deliveryRecord)
    const appended = await retry(() => log.append(topics.deliveries, stored), { clock, ...options })
    if (!this.#isShared) {
      this.#fold(records.map((record, i) => ({ record, place: appended[i] as RecordPosition })))
      this.#view.took(
        stored.map((each, i) => ({
          ...each,
          ...(appended[i] as RecordPosition),
          topic: topics.deliveries
        }))
      )
      return
    }
    const leftMs = withinMs === null ? null : Math.max(0, startMs + withinMs - clock.monotonicMs())
    if (!(await this.#view.until(() => this.#hasPassed(appended), leftMs)))
      throw (
        this.failure ??
        new EventLogError(
          'log-unavailable',
          'records written to the deliveries log are not folded yet'
        )
      )
  }

  /**
   * True once the fold contains everything in the log at the time of the call; false on timeout
   * (ms). Rejects with the log's error.
   */
  async catchUp(timeoutMs: number): Promise<boolean> {
    return this.#isShared ? this.#view.catchUp(timeoutMs) : true
  }

  /** Stops following. Idempotent; pending waits for the fold reject. */
  close(): Promise<void> {
    return this.#view.close()
  }

  #hasPassed(appended: readonly RecordPosition[]): boolean {
    const positions = this.#view.cursor?.positions
    return appended.every(({ partition, position }) => (positions?.[partition] ?? 0n) > position)
  }

  #fold(records: readonly Folded[]): void {
    for (const { record, place } of records) {
      this.#deps.fold.apply(record, place.position)
      this.times.note(place, record.time)
    }
    this.#deps.onFolded(new Set(records.map(({ record }) => record.data.subscriptionId)))
  }
}
