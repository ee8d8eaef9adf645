// Bounds growth: deliveries that waited too long lapse, with a record, and the log is trimmed
// behind the records that any subscription still needs. A subscription that needs older records is
// first written again as a checkpoint (checkpoint-fold.ts): only what a fold from the new beginning
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
  readonly deliveries: DeliveryLog
  /** Partitions that this instance serves. */
  readonly partitions: () => ReadonlySet<number>
  readonly partitionOf: (subscriptionId: string) => number
  /** Whether what this instance knows of its partitions is recent enough to act on. */
  readonly isCurrent: () => Promise<boolean>
  readonly settings: RetentionSettings
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
  readonly #stop = new AbortController()
  /**
   * A clock that is ahead of the log at the start is not believed. After a long downtime deliveries
   * therefore lapse later, by as long as that was.
   */
  readonly #time: BelievedTime

  constructor(deps: RetentionDeps) {
    this.#deps = deps
    this.#time = new BelievedTime(deps.clock, () => deps.deliveries.times.newestMs())
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Looks now and then, until stopped. Rejects with a defect of the log. */
  async run(): Promise<void> {
    const { clock, logger } = this.#deps
    this.#time.nowMs()
    while (!this.#stop.signal.aborted) {
      await clock.sleep(lookEveryMs, this.#stop.signal)
      if (this.#stop.signal.aborted) return
      try {
        await this.look()
      } catch (error) {
        if (this.#stop.signal.aborted) return
        if (!isRetryable(error)) throw error
        logger.warn({ error }, 'old deliveries cannot be removed now')
      }
    }
  }

  /** Ends what waited for too long, then trims. */
  async look(): Promise<void> {
    const { settings, log, fold, partitions, partitionOf, isCurrent } = this.#deps
    const nowMs = this.#time.nowMs()
    if (!(await isCurrent())) return
    const served = new Map([...partitions()].map(partition => [partition, [] as string[]]))
    for (const id of fold.subscriptionIds) served.get(partitionOf(id))?.push(id)
    if (settings.pendingDays > 0)
      for (const ids of served.values())
        for (const id of ids) await this.#lapse(id, nowMs - settings.pendingDays * dayMs)
    if (settings.deliveriesDays === 0 || log.trim === undefined) return
    const states = await log.state(topics.deliveries)
    for (const [partition, ids] of served) {
      if (this.#stop.signal.aborted || !(await isCurrent())) return
      await this.#trim(states[partition], ids, nowMs)
    }
  }

  async #lapse(subscriptionId: string, beforeMs: number): Promise<void> {
    const { fold, metrics, logger } = this.#deps
    const overdue = fold
      .of(subscriptionId)
      .listOverdue(new Date(beforeMs).toISOString())
      .map(({ sequence }) => sequence)
    for (let i = 0; i < overdue.length && !this.#stop.signal.aborted; i += sequencesMax) {
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
    const { log, deliveries, fold, logger, settings } = this.#deps
    if (state === undefined) return
    const { partition, start } = state
    const beforeMs = nowMs - settings.deliveriesDays * dayMs
    const wanted = deliveries.times.before(partition, beforeMs, nowMs)
    if (wanted <= start) return
    const computeBasis = (id: string) => fold.computeBasis(id) ?? wanted
    for (const id of ids) if (computeBasis(id) < wanted) await this.#checkpoint(id, beforeMs)
    let before = wanted
    // What could not be written again stays.
    for (const id of ids) if (computeBasis(id) < before) before = computeBasis(id)
    if (before <= start || this.#stop.signal.aborted) return
    await log.trim?.(topics.deliveries, partition, before)
    deliveries.times.forget(partition, before)
    logger.info(
      { partition, from: String(start), to: String(before) },
      'old records of deliveries were removed'
    )
  }

  async #checkpoint(subscriptionId: string, beforeMs: number): Promise<void> {
    const { fold, random, logger } = this.#deps
    const checkpointId = Buffer.from(random.bytes(16)).toString('hex')
    const captured: { current: readonly StateRow[] | null } = { current: null }
    const unwatch = fold.whenBegun(checkpointId, taken => {
      captured.current = taken
    })
    try {
      const forgetBefore = new Date(beforeMs).toISOString()
      await this.#write({
        type: 'delivery.checkpoint',
        data: { subscriptionId, checkpointId, forgetBefore }
      })
      if (captured.current === null) return
      let part = 0
      for (const { rows, isLast } of listParts(captured.current)) {
        const data = { subscriptionId, checkpointId, part, isLast, rows }
        if (!(await this.#write({ type: 'delivery.checkpoint', data }))) return
        part++
      }
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
    const { clock, deliveries, random } = this.#deps
    const mark = Buffer.from(random.bytes(16)).toString('hex')
    const record = makeRecord(payload, clock.nowMs(), mark)
    return deliveries.writeUntil(this.#stop.signal, 'the retention of deliveries', [record])
  }
}

/** What is known of a subscription in parts that are small enough for records. */
export function* listParts(
  all: readonly StateRow[],
  charsMax = partCharsMax
): Generator<{ readonly rows: readonly StateRow[]; readonly isLast: boolean }> {
  let rows: StateRow[] = []
  let chars = 0
  for (const row of all) {
    const length = JSON.stringify(row).length
    if (rows.length > 0 && chars + length > charsMax) {
      yield { rows, isLast: false }
      rows = []
      chars = 0
    }
    rows.push(row)
    chars += length
  }
  yield { rows, isLast: true }
}
