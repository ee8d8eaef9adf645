// State of each subscription's deliveries (subscription-deliveries.ts), folded from the deliveries
// log, or from a snapshot of it. Where the log was trimmed, from checkpoints in it
// (checkpoint-fold.ts).

import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'
import { CapturedFold, type FoldEntry, type FoldRow } from './captured-fold.ts'
import { type Checkpointed, CheckpointFold } from './checkpoint-fold.ts'
import type { DeliveryRecord } from './delivery-record.ts'
import type { CapturedDeliveries } from './delivery-rows.ts'
import { SubscriptionDeliveries } from './subscription-deliveries.ts'

/** Ids of deleted subscriptions stored, so that late records for them are ignored. */
const deletedKeptMax = 10_000

/** All subscriptions' deliveries. */
export class DeliveryFold implements SnapshotPart {
  readonly #entries = new Map<string, FoldEntry>()
  /** Asked for before the log had any record for them. */
  readonly #blank = new Map<string, SubscriptionDeliveries>()
  readonly #deleted = new LRUCache<string, true>({
    maxSize: deletedKeptMax,
    sizeCalculation: () => 1
  })
  readonly #captures = new Set<CapturedFold>()
  /** By id of the checkpoint: who writes it. */
  readonly #wanted = new Map<string, (captured: CapturedDeliveries) => void>()
  #hasBegun = false
  #restoring = ''

  /**
   * Everything in the log of that moment is folded: what no checkpoint replaced by now is as it is.
   */
  began(): void {
    this.#hasBegun = true
    for (const [id, { deliveries, checkpoint }] of this.#entries)
      this.#entries.set(id, {
        deliveries,
        checkpoint: CheckpointFold.restored(checkpoint.capture())
      })
  }

  /** False while state may still be replaced by a checkpoint. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** The deliveries of a subscription; empty if none is known. */
  of(subscriptionId: string): SubscriptionDeliveries {
    const known = this.#entries.get(subscriptionId)?.deliveries ?? this.#blank.get(subscriptionId)
    if (known) return known
    const made = new SubscriptionDeliveries()
    this.#blank.set(subscriptionId, made)
    return made
  }

  apply(record: DeliveryRecord, position = 0n): void {
    const { subscriptionId } = record.data
    if (this.#deleted.has(subscriptionId)) return
    this.#changing(subscriptionId)
    const { deliveries, checkpoint } =
      this.#entries.get(subscriptionId) ?? this.#enter(subscriptionId, position)
    checkpoint.pass(record)
    deliveries.apply(record)
    if (record.type === 'delivery.checkpoint-begun') {
      checkpoint.begin(record.data, position)
      const { checkpointId } = record.data
      this.#wanted.get(checkpointId)?.(deliveries.capture())
      this.#wanted.delete(checkpointId)
    }
    const checkpointed = record.type === 'delivery.checkpoint' ? checkpoint.take(record.data) : null
    if (checkpointed !== null) this.#replace(subscriptionId, checkpointed)
  }

  /**
   * Calls back with the state of the subscription right after the record that begins this
   * checkpoint, when it is folded.
   */
  whenBegun(checkpointId: string, take: (captured: CapturedDeliveries) => void): () => void {
    this.#wanted.set(checkpointId, take)
    return () => this.#wanted.delete(checkpointId)
  }

  /** Subscriptions with records. */
  get subscriptionIds(): readonly string[] {
    return [...this.#entries.keys()]
  }

  /**
   * From which position of its partition the log is enough for a subscription; null: it needs no
   * record.
   */
  computeBasis(subscriptionId: string): bigint | null {
    return this.#entries.get(subscriptionId)?.checkpoint.basis ?? null
  }

  /**
   * Evicts subscriptions not among these. Requires that the caller knows every subscription the
   * fold's records can refer to.
   */
  keepOnly(subscriptionIds: ReadonlySet<string>): void {
    for (const id of this.#entries.keys()) if (!subscriptionIds.has(id)) this.forget(id)
  }

  /** Evicts a deleted subscription: ids are not reused, so later records for it are ignored. */
  forget(subscriptionId: string): void {
    this.#changing(subscriptionId)
    this.#entries.delete(subscriptionId)
    this.#blank.delete(subscriptionId)
    this.#deleted.set(subscriptionId, true)
  }

  capture(): Captured {
    const captured = new CapturedFold(this.#entries, ended => this.#captures.delete(ended))
    this.#captures.add(captured)
    return captured
  }

  restore(row: unknown): void {
    const each = row as FoldRow
    if ('subscription' in each) {
      this.#restoring = each.subscription
      const checkpoint = CheckpointFold.restored(each.checkpoint)
      this.#entries.set(each.subscription, { deliveries: new SubscriptionDeliveries(), checkpoint })
    } else this.of(this.#restoring).restore(this.#restoring, each)
  }

  get pendingCount(): number {
    return this.#sum(deliveries => deliveries.pendingCount)
  }

  get parkedCount(): number {
    return this.#sum(deliveries => deliveries.parkedCount)
  }

  #enter(subscriptionId: string, position: bigint): FoldEntry {
    const checkpoint = new CheckpointFold(position, this.#hasBegun)
    const entry = { deliveries: this.of(subscriptionId), checkpoint }
    this.#blank.delete(subscriptionId)
    this.#entries.set(subscriptionId, entry)
    return entry
  }

  /** The records that the checkpoint replaces are missing. */
  #replace(subscriptionId: string, { rows, since }: Checkpointed): void {
    const deliveries = new SubscriptionDeliveries()
    for (const row of rows) deliveries.restore(subscriptionId, row)
    for (const record of since) deliveries.apply(record)
    const { checkpoint } = this.#entries.get(subscriptionId) as FoldEntry
    this.#entries.set(subscriptionId, {
      deliveries,
      checkpoint: CheckpointFold.restored(checkpoint.capture())
    })
  }

  #changing(subscriptionId: string): void {
    for (const captured of this.#captures) captured.beforeChange(subscriptionId)
  }

  #sum(count: (deliveries: SubscriptionDeliveries) => number): number {
    let sum = 0
    for (const { deliveries } of this.#entries.values()) sum += count(deliveries)
    return sum
  }
}
