// State of each subscription's deliveries, folded from the deliveries log: pending and when, delivered, parked. Pure: no clock,
// no network. A restart folds again and continues where the process died. If several instances write the log, this fold decides:
// the first plan that continues the chain counts, whoever wrote it, and every record may occur twice.

import type { ParkReason, RetryReason } from '@tocsin/domain/delivery/retry-policy'
import { LRUCache } from 'lru-cache'
import type { Positions } from '../projection/positions.ts'
import { behind } from '../projection/positions.ts'
import type { ReaderStanding } from '../reader/audience.ts'
import type { DeliveryRecord, PlannedData } from './delivery-record.ts'

/** Finished deliveries kept per subscription, for the list and for replays; the oldest delivered one is evicted. */
export const finishedKeptMax = 10_000
/** Replay ids kept per subscription, so that a repeated record counts once. */
const replaysKeptMax = 1_000
/** Ids of deleted subscriptions kept, so that late records for them are ignored. */
const deletedKeptMax = 10_000

export interface Delivery extends PlannedData {
  readonly plannedAt: string
  readonly state: 'pending' | 'delivered' | 'parked'
  readonly round: number
  /** Logged attempts of this round. */
  readonly attempts: number
  /** No attempt before this time, ISO 8601; null = immediately. With the intended wait, ms. */
  readonly nextAt: string | null
  readonly afterMs: number
  readonly last: LastAttempt | null
}

export interface LastAttempt {
  readonly at: string
  readonly status: number | null
  readonly durationMs: number
  readonly excerpt: string | null
  readonly reason: RetryReason | ParkReason | 'gone' | null
}

/** The deliveries of one subscription. */
export class SubscriptionDeliveries {
  readonly #deliveries = new Map<number, Delivery>()
  /** Pending sequences, ascending. */
  readonly #pending: number[] = []
  readonly #told = new Map<string, ReaderStanding>()
  #planned: Positions = []
  #lastSequence = 0
  #lastEventId: string | null = null
  #lastPlanId: string | null = null
  readonly #replays = new LRUCache<string, true>({ maxSize: replaysKeptMax, sizeCalculation: () => 1 })
  #parked = 0
  #isEnded = false

  /** Sequence of the newest planned delivery; 0 before the first. */
  get lastSequence(): number {
    return this.#lastSequence
  }

  get lastEventId(): string | null {
    return this.#lastEventId
  }

  /** Id of the newest valid plan, which the next one must name. Null before the first. */
  get lastPlanId(): string | null {
    return this.#lastPlanId
  }

  get pendingCount(): number {
    return this.#pending.length
  }

  get parkedCount(): number {
    return this.#parked
  }

  /** The receiver ended the subscription. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The pending delivery with the lowest sequence: strict order sends no other before it. */
  get head(): Delivery | undefined {
    return this.#deliveries.get(this.#pending[0] ?? -1)
  }

  get(sequence: number): Delivery | undefined {
    return this.#deliveries.get(sequence)
  }

  standingOf(alertId: string): ReaderStanding {
    return this.#told.get(alertId) ?? 'unseen'
  }

  /** The deliveries kept, newest first. */
  newestFirst(): readonly Delivery[] {
    return [...this.#deliveries.values()].sort((a, b) => b.sequence - a.sequence)
  }

  /** The positions after the last planned event, at least the given ones. */
  plannedFrom(start: Positions): Positions {
    return start.map((position, i) =>
      this.#planned[i] !== undefined && this.#planned[i] > position ? this.#planned[i] : position
    )
  }

  forgetAlert(alertId: string): void {
    this.#told.delete(alertId)
  }

  apply(record: DeliveryRecord): void {
    switch (record.type) {
      case 'delivery.planned':
        this.#plan(record)
        break
      case 'delivery.attempted':
        this.#attempted(record)
        break
      case 'delivery.delivered':
        this.#finish(record, 'delivered')
        break
      case 'delivery.parked':
        this.#finish(record, 'parked')
        break
      case 'delivery.ended':
        if (this.#attempted(record)) this.#isEnded = true
        break
      case 'delivery.replayed':
        this.#replayed(record.data)
        break
      default:
        record satisfies never
    }
  }

  #plan(record: Extract<DeliveryRecord, { type: 'delivery.planned' }>): void {
    if (!this.#goesOn(record)) return
    const { data, id, time: plannedAt } = record
    this.#lastSequence = data.sequence
    this.#lastEventId = data.eventId
    this.#lastPlanId = id
    this.#told.set(data.alertId, data.verdict === 'event' ? 'shown' : 'left')
    const position = BigInt(data.position)
    const wide = Array.from({ length: Math.max(this.#planned.length, data.partition + 1) }, (_, i) => this.#planned[i] ?? 0n)
    this.#planned = behind(wide, data.partition, position)
    this.#deliveries.set(data.sequence, {
      ...data,
      plannedAt,
      state: 'pending',
      round: 0,
      attempts: 0,
      nextAt: null,
      afterMs: 0,
      last: null
    })
    this.#pending.push(data.sequence)
  }

  /**
   * A plan counts only if it names the newest valid one. Its writer then knew everything planned before: no event is skipped and
   * none gets two sequences. Repeats and concurrent plans do not continue the chain.
   */
  #goesOn({ cause, data }: Extract<DeliveryRecord, { type: 'delivery.planned' }>): boolean {
    const { sequence } = data
    // Earlier plans were removed by retention.
    if (this.#lastSequence === 0 && sequence > 1) return true
    if (sequence !== this.#lastSequence + 1) return false
    // Before plans were chained, a single planner wrote them all.
    return cause === this.#lastPlanId || (cause === null && sequence > 1)
  }

  /** False for an attempt already logged, here or by another instance. */
  #attempted(record: Extract<DeliveryRecord, { type: 'delivery.attempted' | 'delivery.ended' }>): boolean {
    const delivery = this.#pendingOf(record.data)
    if (delivery === undefined || record.data.attempt <= delivery.attempts) return false
    const { attempt, reason } = record.data
    const wait = record.type === 'delivery.attempted' ? { nextAt: record.data.nextAt, afterMs: record.data.afterMs } : {}
    this.#deliveries.set(delivery.sequence, { ...delivery, ...wait, attempts: attempt, last: lastOf(record, reason) })
    return true
  }

  #finish(
    record: Extract<DeliveryRecord, { type: 'delivery.delivered' | 'delivery.parked' }>,
    state: 'delivered' | 'parked'
  ): void {
    const delivery = this.#pendingOf(record.data)
    if (delivery === undefined) return
    // A successful delivery counts whoever reports it. Giving up counts only after attempts that count.
    if (state === 'parked' && record.data.attempt <= delivery.attempts) return
    const reason = record.type === 'delivery.parked' ? record.data.reason : null
    this.#deliveries.set(delivery.sequence, {
      ...delivery,
      state,
      attempts: record.data.attempt,
      nextAt: null,
      last: lastOf(record, reason)
    })
    this.#pending.splice(this.#pending.indexOf(delivery.sequence), 1)
    if (state === 'parked') this.#parked++
    if (this.#deliveries.size - this.#pending.length > finishedKeptMax) this.#forgetOldest()
  }

  #replayed({ replayId, sequences }: Extract<DeliveryRecord, { type: 'delivery.replayed' }>['data']): void {
    if (this.#replays.has(replayId)) return
    this.#replays.set(replayId, true)
    this.#isEnded = false
    for (const sequence of sequences) this.#again(sequence)
  }

  #again(sequence: number): void {
    const delivery = this.#deliveries.get(sequence)
    if (delivery === undefined || delivery.state === 'pending') return
    if (delivery.state === 'parked') this.#parked--
    this.#deliveries.set(sequence, {
      ...delivery,
      state: 'pending',
      round: delivery.round + 1,
      attempts: 0,
      nextAt: null,
      afterMs: 0
    })
    const at = this.#pending.findIndex(each => each > sequence)
    this.#pending.splice(at < 0 ? this.#pending.length : at, 0, sequence)
  }

  #pendingOf({ sequence, round }: { readonly sequence: number; readonly round: number }): Delivery | undefined {
    const delivery = this.#deliveries.get(sequence)
    return delivery?.state === 'pending' && delivery.round === round ? delivery : undefined
  }

  #forgetOldest(): void {
    let parked: number | null = null
    for (const [sequence, { state }] of this.#deliveries) {
      if (state === 'parked') parked ??= sequence
      if (state !== 'delivered') continue
      this.#deliveries.delete(sequence)
      return
    }
    if (parked === null) return
    this.#deliveries.delete(parked)
    this.#parked--
  }
}

function lastOf(
  { time, data }: Exclude<DeliveryRecord, { type: 'delivery.planned' | 'delivery.replayed' }>,
  reason: LastAttempt['reason']
): LastAttempt {
  const { status, durationMs, excerpt } = data
  return { at: time, status, durationMs, excerpt, reason }
}

/** All subscriptions' deliveries. */
export class DeliveryFold {
  readonly #bySubscription = new Map<string, SubscriptionDeliveries>()
  readonly #deleted = new LRUCache<string, true>({ max: deletedKeptMax })

  /** Those of a subscription; empty if nothing is known. */
  of(subscriptionId: string): SubscriptionDeliveries {
    const known = this.#bySubscription.get(subscriptionId)
    if (known) return known
    const made = new SubscriptionDeliveries()
    this.#bySubscription.set(subscriptionId, made)
    return made
  }

  apply(record: DeliveryRecord): void {
    const { subscriptionId } = record.data
    if (!this.#deleted.has(subscriptionId)) this.of(subscriptionId).apply(record)
  }

  /** Evicts subscriptions not among these. Requires that the caller knows every subscription the fold's records can refer to. */
  keepOnly(subscriptionIds: ReadonlySet<string>): void {
    for (const id of this.#bySubscription.keys()) if (!subscriptionIds.has(id)) this.forget(id)
  }

  /** Evicts a deleted subscription: ids are not reused, so later records for it are ignored. */
  forget(subscriptionId: string): void {
    this.#bySubscription.delete(subscriptionId)
    this.#deleted.set(subscriptionId, true)
  }

  forgetAlert(alertId: string): void {
    for (const deliveries of this.#bySubscription.values()) deliveries.forgetAlert(alertId)
  }

  get pendingCount(): number {
    return this.#sum(deliveries => deliveries.pendingCount)
  }

  get parkedCount(): number {
    return this.#sum(deliveries => deliveries.parkedCount)
  }

  #sum(count: (deliveries: SubscriptionDeliveries) => number): number {
    let sum = 0
    for (const deliveries of this.#bySubscription.values()) sum += count(deliveries)
    return sum
  }
}
