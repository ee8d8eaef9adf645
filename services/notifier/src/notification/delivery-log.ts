// The deliveries log with its fold: a write is in the fold before the writer continues. With shared
// roles the fold decides what counts, and the fold follows the log. Without them this process is
// the only writer: it reads the log once and updates the fold directly.

import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, RecordPosition, StoredRecord } from '@tocsin/event-log/port'
import { type RetryOptions, retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import type { ReadModel } from '@tocsin/read-model/read-model'
import { TopicView } from '@tocsin/service/projection/topic-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Registry } from 'prom-client'
import type { DeliveryFold } from './delivery-fold.ts'
import { type DeliveryRecord, decodeDelivery, deliveryRecord } from './delivery-record.ts'

/** Folded records are written to the tables together, with their positions, ms. */
const writeEveryMs = 1_000

export interface DeliveryLogDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  readonly registry: Registry
}

interface DeliveryWrite extends Partial<RetryOptions> {
  /** How long to go on, ms; null = until the signal aborts. */
  readonly withinMs: number | null
}

export class DeliveryLog {
  readonly #deps: DeliveryLogDeps
  readonly #fold: DeliveryFold
  readonly #onFolded: (subscriptionIds: ReadonlySet<string>) => void
  readonly #isShared: boolean
  readonly #view: TopicView<DeliveryRecord>
  /** When which position was reached. */
  readonly times: LogTimes
  /** By partition: the last record that was folded and is not written. */
  readonly #last = new Map<number, StoredRecord>()
  #writtenMs = Number.NEGATIVE_INFINITY
  #isClosed = false

  /** `onFolded`: called with the subscriptions that got records, once these are in the fold. */
  constructor(
    deps: DeliveryLogDeps,
    fold: DeliveryFold,
    onFolded: (subscriptionIds: ReadonlySet<string>) => void
  ) {
    const { log, clock, logger, registry } = deps
    this.#deps = deps
    this.#fold = fold
    this.#onFolded = onFolded
    this.#isShared = log.capabilities.sharedRoles
    this.times = new LogTimes(fold.model)
    this.#view = new TopicView<DeliveryRecord>({
      log,
      clock,
      logger,
      metrics: registry,
      topic: topics.deliveries,
      decode: decodeDelivery,
      take: ({ records }) =>
        this.#take(
          records.map(({ decoded }) => decoded.record),
          records.map(({ stored }) => stored)
        ),
      stored: {
        isOnDisk: fold.model.isOnDisk,
        resume: (start, end) => this.#resume(start, end)
      }
    })
  }

  /** Resolves with the error that ended the fold permanently; never without one. */
  get failed(): Promise<Error> {
    return Promise.race([this.#view.failed, this.#fold.model.failed])
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
    this.#fold.began()
    this.#writeNow()
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
    const topic = topics.deliveries
    const made = records.map(deliveryRecord)
    const appended = await retry(() => log.append(topic, made), { clock, ...options })
    if (!this.#isShared) {
      this.#take(
        records,
        made.map((each, i) => ({ ...each, ...(appended[i] as RecordPosition), topic }))
      )
      this.#view.took(appended)
      return
    }
    const leftMs = withinMs === null ? null : Math.max(0, startMs + withinMs - clock.monotonicMs())
    if (!(await this.#view.until(() => this.#hasPassed(appended), leftMs)))
      throw (
        this.failure ??
        new EventLogError(
          'log-unavailable',
          'records of deliveries are written, and not folded yet'
        )
      )
  }

  /** As `write`, however long it takes: false if stopped before. `what` is written, in words. */
  async writeUntil(
    stop: AbortSignal,
    what: string,
    records: readonly DeliveryRecord[]
  ): Promise<boolean> {
    const onRetry = (error: unknown) =>
      this.#deps.logger.warn({ error }, `${what} cannot be logged; retrying`)
    try {
      await this.write(records, { withinMs: null, signal: stop, onRetry })
      return true
    } catch (error) {
      if (stop.aborted) return false
      throw error
    }
  }

  /**
   * True once the fold contains everything in the log at the time of the call; false on timeout
   * (ms). Rejects with the log's error.
   */
  async catchUp(timeoutMs: number): Promise<boolean> {
    return this.#isShared ? this.#view.catchUp(timeoutMs) : true
  }

  /** Whether it contains what was in the log so long ago, ms, as `catchUp` found. */
  isFresh(maxAgeMs: number): boolean {
    return this.#view.isFresh(maxAgeMs)
  }

  /** Stops following. Idempotent; pending waits for the fold reject. */
  close(): Promise<void> {
    return this.#view.close()
  }

  /** Call once closed, and when nobody asks the fold any more. Idempotent. */
  closeTables(): void {
    const failure = this.#view.failure ?? this.#fold.model.failure
    if (!this.#isClosed && failure === null) this.#writeNow()
    this.#isClosed = true
    this.#fold.model.close()
  }

  async #resume(start: Cursor, end: Cursor): Promise<Cursor | null> {
    const cursor = await this.#fold.model.resume(this.#deps.log, start, end)
    this.#fold.model.transact(() => this.#fold.load())
    return cursor
  }

  #hasPassed(appended: readonly RecordPosition[]): boolean {
    const positions = this.#view.cursor?.positions
    return appended.every(({ partition, position }) => (positions?.[partition] ?? 0n) > position)
  }

  #take(records: readonly DeliveryRecord[], stored: readonly StoredRecord[]): void {
    this.#writeNow(writeEveryMs)
    this.#fold.model.extend(() => {
      for (const [i, record] of records.entries()) {
        const at = stored[i] as StoredRecord
        this.#fold.apply(record, at.position)
        this.times.note(at, record.time)
        this.#last.set(at.partition, at)
      }
    })
    this.#onFolded(new Set(records.map(({ data }) => data.subscriptionId)))
  }

  /**
   * Writes what is folded with the positions behind it, if the last time was so long ago. Before the
   * log is folded once, state may still be replaced by a checkpoint, and so it may after records
   * that were folded before earlier ones.
   */
  #writeNow(afterMs = 0): void {
    const fold = this.#fold
    const { cursor, isTorn } = this.#view
    const nowMs = this.#deps.clock.monotonicMs()
    if (cursor === null || isTorn || !fold.hasBegun || nowMs - this.#writtenMs < afterMs) return
    fold.model.extend(() => {
      fold.write()
      for (const [partition, stored] of this.#last)
        fold.model.folded({ partition, records: [{ stored }], cursor })
    })
    fold.model.commit()
    this.#last.clear()
    this.#writtenMs = nowMs
  }
}

const hourMs = 3_600_000
const findHour = (ms: number) => Math.floor(ms / hourMs)

/**
 * By which position each partition of the log had reached which hour: enough to find what is older
 * than some days. Each row of the table is the first record of its hour.
 */
export class LogTimes {
  readonly #model: ReadModel
  /** Of the last record, by partition. */
  readonly #lastHours = new Map<number, number>()

  constructor(model: ReadModel) {
    this.#model = model
  }

  /** Records are noted in the order of their partition. */
  note({ partition, position }: RecordPosition, time: string): void {
    const hour = findHour(Date.parse(time))
    if (this.#lastHours.get(partition) === hour) return
    this.#lastHours.set(partition, hour)
    const put = 'insert or ignore into delivery_time values(?, ?, ?)'
    this.#model.run(put, partition, hour, position)
  }

  /**
   * Everything before the position is older than the time, by its writers' clocks; 0 if no such
   * position is known. An hour later than `nowMs` is from a clock that was ahead, and is ignored.
   */
  before(partition: number, timeMs: number, nowMs: number): bigint {
    const found = this.#model.get<{ found: number | null }>(
      `select coalesce(min(position) filter(where hour >= ?), max(position)) as found
       from delivery_time where partition = ? and hour <= ?`,
      ...[findHour(timeMs), partition, findHour(nowMs)]
    )
    return BigInt(found?.found ?? 0)
  }

  /** About the time of the newest record, by its writer's clock, ms; null without one. */
  newestMs(): number | null {
    const newest = this.#model.get<{ hour: number | null }>(
      `select max(hour) as hour from delivery_time as one
       where position = (select max(position) from delivery_time where partition = one.partition)`
    )
    return newest?.hour == null ? null : (newest.hour + 1) * hourMs
  }

  /** The records before were removed. */
  forget(partition: number, before: bigint): void {
    const remove = 'delete from delivery_time where partition = ? and position < ?'
    this.#model.run(remove, partition, before)
    this.#lastHours.delete(partition)
  }
}
