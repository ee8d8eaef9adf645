// What is known of each subscription's deliveries, folded from the deliveries log: what is pending and when, what was told, what is parked.
// Pure: no clock, no network. A restart folds it anew and goes on where the process died. Where several instances write the log, this fold
// decides: the first plan that goes on with the chain counts, whoever made it, and every record may stand there twice.

import type { ParkReason, RetryReason } from '@tocsin/domain/delivery/delivery-judgement'
import type { Positions } from '../projection/positions.ts'
import { behind } from '../projection/positions.ts'
import type { Standing } from '../reader/audience.ts'
import type { DeliveryRecord, PlannedData } from './delivery-record.ts'

/** Finished deliveries that are remembered for each subscription, for the list and for replays; the oldest delivered one is forgotten. */
export const finishedKeptMax = 10_000
/** Replays whose ids are remembered for each subscription, so that one that is read twice counts once. */
export const replaysKeptMax = 1_000
/** Ids of deleted subscriptions that are remembered, so that what is still written for them is passed over. */
export const deletedKeptMax = 10_000

export interface Delivery extends PlannedData {
  readonly plannedAt: string
  readonly state: 'pending' | 'delivered' | 'parked'
  readonly round: number
  /** Attempts of this round that are logged. */
  readonly attempts: number
  /** Before this time no attempt is made, ISO 8601; null = at once. With how long the wait was meant to be, ms. */
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
  /** Sequences that are pending, ascending. */
  readonly #pending: number[] = []
  readonly #told = new Map<string, Standing>()
  #planned: Positions = []
  #lastSequence = 0
  #lastEventId: string | null = null
  #lastPlanId: string | null = null
  readonly #replays = new Set<string>()
  #parked = 0
  #isEnded = false

  /** Sequence of the newest planned delivery; 0 before the first. */
  get lastSequence(): number {
    return this.#lastSequence
  }

  get lastEventId(): string | null {
    return this.#lastEventId
  }

  /** Id of the newest plan that counts: the next one names it. Null before the first. */
  get lastPlanId(): string | null {
    return this.#lastPlanId
  }

  get pendingCount(): number {
    return this.#pending.length
  }

  get parkedCount(): number {
    return this.#parked
  }

  /** The receiver said that it wants nothing more. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The pending delivery with the least sequence: strict order sends no other before it. */
  get head(): Delivery | undefined {
    return this.#deliveries.get(this.#pending[0] ?? -1)
  }

  get(sequence: number): Delivery | undefined {
    return this.#deliveries.get(sequence)
  }

  standingOf(alertId: string): Standing {
    return this.#told.get(alertId) ?? 'unseen'
  }

  /** What is remembered, newest first. */
  newestFirst(): readonly Delivery[] {
    return [...this.#deliveries.values()].sort((a, b) => b.sequence - a.sequence)
  }

  /** The positions behind the last planned event, but not before the given ones. */
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
   * A plan counts if it names the newest one that does. Its writer then knew all that was planned before it: no event is skipped, and none has
   * two sequences. What comes twice, or was made beside another, does not go on.
   */
  #goesOn({ cause, data }: Extract<DeliveryRecord, { type: 'delivery.planned' }>): boolean {
    const { sequence } = data
    // Those before it are gone by retention.
    if (this.#lastSequence === 0 && sequence > 1) return true
    if (sequence !== this.#lastSequence + 1) return false
    // Before there was a chain of plans, one planner wrote them all.
    return cause === this.#lastPlanId || (cause === null && sequence > 1)
  }

  /** False for what was logged before, or by another for the same attempt. */
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
    // That it arrived is true whoever says so; that trying is at its end is said of the attempts that count.
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
    this.#replays.add(replayId)
    if (this.#replays.size > replaysKeptMax) this.#replays.delete(this.#replays.values().next().value as string)
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
export class DeliveryBook {
  readonly #bySubscription = new Map<string, SubscriptionDeliveries>()
  readonly #deleted = new Set<string>()

  /** Those of a subscription; empty ones where nothing is known. */
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

  /** Forgets subscriptions that are not among these. Only for who knows all that were ever made for what the book holds. */
  keepOnly(subscriptionIds: ReadonlySet<string>): void {
    for (const id of this.#bySubscription.keys()) if (!subscriptionIds.has(id)) this.forget(id)
  }

  /** Forgets a subscription that is deleted: ids do not come back, so what is still written for it is passed over. */
  forget(subscriptionId: string): void {
    this.#bySubscription.delete(subscriptionId)
    this.#deleted.add(subscriptionId)
    if (this.#deleted.size > deletedKeptMax) this.#deleted.delete(this.#deleted.values().next().value as string)
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
