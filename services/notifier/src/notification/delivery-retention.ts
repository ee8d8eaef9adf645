// Bounds growth: deliveries that waited too long lapse, with a record, and the log is trimmed
// behind the records that any subscription still needs. A subscription that needs older records is
// first written again as a checkpoint: only what a fold from the new beginning
// would know is removed. Source: decision 0069.

import { EventLogError } from '@tocsin/event-log/errors'
import type { PartitionState } from '@tocsin/event-log/port'
import { isRetryable } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { BelievedTime } from '@tocsin/service/process/believed-time'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import type { DeliveryFold } from './delivery-fold.ts'
import type { DeliveryLog } from './delivery-log.ts'
import { type DeliveryPayload, makeRecord } from './delivery-record.ts'
import type { StateRow } from './delivery-rows.ts'

export interface RetentionSettings {
  /** How long records stay in the log, days; 0 = for ever. */
  readonly deliveriesDays: number
  /** How long a delivery waits or is parked, days; 0 = for ever. */
  readonly pendingDays: number
}

export interface RetentionDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'random' | 'logger'> {
  readonly metrics: NotifierMetrics
  readonly fold: DeliveryFold
  readonly deliveryLog: DeliveryLog
  readonly retention: RetentionSettings
  /** What this instance serves, and whether it knows enough to act on. */
  readonly ownership: {
    readonly partitions: ReadonlySet<number>
    owns(subscriptionId: string): boolean
    makePartition(subscriptionId: string): number
    isCurrent(): Promise<boolean>
  }
}

/** Between two looks, ms. */
export const lookEveryMs = 600_000
const dayMs = 24 * 3_600_000
/**
 * Sequences in one record, and bytes of rows in one part of a checkpoint: far below what a log
 * takes.
 */
const sequencesMax = 1_000
const partCharsMax = 200_000

export class DeliveryRetention {
  readonly #deps: RetentionDeps
  readonly #stop: AbortSignal
  /**
   * A clock that is ahead of the log at the start is not believed. After a long downtime deliveries
   * therefore lapse later, by as long as that was.
   */
  readonly #time: BelievedTime

  constructor(deps: RetentionDeps, stop: AbortSignal) {
    this.#deps = deps
    this.#stop = stop
    this.#time = new BelievedTime(deps.clock, () => deps.deliveryLog.times.newestMs())
  }

  /** Looks now and then, until stopped. Rejects with a defect of the log. */
  async run(): Promise<void> {
    const { clock, logger } = this.#deps
    this.#time.nowMs()
    while (!this.#stop.aborted) {
      await clock.sleep(lookEveryMs, this.#stop)
      if (this.#stop.aborted) return
      try {
        await this.look()
      } catch (error) {
        if (this.#stop.aborted) return
        if (!isRetryable(error)) throw error
        logger.warn({ error }, 'old deliveries cannot be removed now')
      }
    }
  }

  /** Ends what waited for too long, then trims. */
  async look(): Promise<void> {
    const { retention, log, fold, ownership } = this.#deps
    const nowMs = this.#time.nowMs()
    if (!(await ownership.isCurrent())) return
    if (retention.pendingDays > 0)
      for (const id of fold.subscriptionIds)
        if (ownership.owns(id)) await this.#lapse(id, nowMs - retention.pendingDays * dayMs)
    if (retention.deliveriesDays === 0 || log.trim === undefined) return
    const states = await log.state(topics.deliveries)
    for (const partition of ownership.partitions) {
      if (this.#stop.aborted || !(await ownership.isCurrent())) return
      // All of them, also if the partition was assigned a moment ago.
      const ids = fold.subscriptionIds.filter(id => ownership.makePartition(id) === partition)
      await this.#trim(states[partition], ids, nowMs)
    }
  }

  async #lapse(subscriptionId: string, beforeMs: number): Promise<void> {
    const { fold, metrics, logger } = this.#deps
    const overdue = fold
      .of(subscriptionId)
      .listOverdue(new Date(beforeMs).toISOString())
      .map(({ sequence }) => sequence)
    for (let i = 0; i < overdue.length && !this.#stop.aborted; i += sequencesMax) {
      const sequences = overdue.slice(i, i + sequencesMax)
      const data = { subscriptionId, sequences, why: 'lapsed' } as const
      if (!(await this.#write({ type: 'delivery.dropped', data }))) return
      metrics.lapsed.inc(sequences.length)
      const [from, to] = [sequences[0], sequences.at(-1)]
      logger.warn(
        { subscription: subscriptionId, from, to, count: sequences.length },
        'deliveries lapsed: their partner has the feed'
      )
    }
  }

  async #trim(
    state: PartitionState | undefined,
    ids: readonly string[],
    nowMs: number
  ): Promise<void> {
    const { log, deliveryLog, fold, logger, retention } = this.#deps
    if (state === undefined) return
    const { partition, start } = state
    const beforeMs = nowMs - retention.deliveriesDays * dayMs
    const wanted = deliveryLog.times.before(partition, beforeMs, nowMs)
    if (wanted <= start) return
    const computeBasis = (id: string) => fold.computeBasis(id) ?? wanted
    for (const id of ids) if (computeBasis(id) < wanted) await this.#checkpoint(id, beforeMs)
    let before = wanted
    // What could not be written again stays.
    for (const id of ids) if (computeBasis(id) < before) before = computeBasis(id)
    if (before <= start || this.#stop.aborted) return
    await log.trim?.(topics.deliveries, partition, before)
    deliveryLog.times.forget(partition, before)
    logger.info(
      { partition, from: String(start), to: String(before) },
      'old records of deliveries were removed'
    )
  }

  async #checkpoint(subscriptionId: string, beforeMs: number): Promise<void> {
    const { fold, random, logger } = this.#deps
    const checkpointId = Buffer.from(random.bytes(16)).toString('hex')
    const type = 'delivery.checkpoint'
    const base = { subscriptionId, checkpointId }
    let taken: readonly StateRow[] = []
    const unwatch = fold.whenBegun(checkpointId, rows => {
      taken = rows
    })
    try {
      const forgetBefore = new Date(beforeMs).toISOString()
      await this.#write({ type, data: { ...base, forgetBefore } })
      if (taken.length === 0) return
      for (const [part, each] of listParts(taken).entries())
        if (!(await this.#write({ type, data: { ...base, part, ...each } }))) return
    } catch (error) {
      // It keeps its records. Not known to happen: rows are small.
      if (!(error instanceof EventLogError) || error.code !== 'record-too-large') throw error
      logger.error(
        { error, subscription: subscriptionId },
        'deliveries cannot be written again: their records stay'
      )
    } finally {
      unwatch()
    }
  }

  #write(payload: DeliveryPayload): Promise<boolean> {
    const { clock, deliveryLog, random } = this.#deps
    const mark = Buffer.from(random.bytes(16)).toString('hex')
    const record = makeRecord(payload, clock.nowMs(), mark)
    return deliveryLog.writeUntil(this.#stop, 'the retention of deliveries', [record])
  }
}

/** What is known of a subscription in parts that are small enough for records. */
export function listParts(all: readonly StateRow[], charsMax = partCharsMax) {
  const parts: StateRow[][] = [[]]
  let chars = 0
  for (const row of all) {
    const { length } = JSON.stringify(row)
    if (chars > 0 && chars + length > charsMax) {
      parts.push([])
      chars = 0
    }
    parts.at(-1)?.push(row)
    chars += length
  }
  return parts.map((rows, i) => ({ rows, isLast: i === parts.length - 1 }))
}
