// State of each subscription's deliveries (subscription-deliveries.ts), folded from the deliveries
// log into tables. Where the log was trimmed, from checkpoints in it (checkpoint-fold.ts).

import { join } from 'node:path'
import { deliveryTables } from '@tocsin/read-model/deliveries/delivery-schema'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { LRUCache } from 'lru-cache'
import { type Checkpointed, CheckpointFold, type CheckpointRow } from './checkpoint-fold.ts'
import type { DeliveryRecord } from './delivery-record.ts'
import type { StateRow } from './delivery-rows.ts'
import { type DeliveryStatements, openDeliveryStatements } from './delivery-table.ts'
import { SubscriptionDeliveries } from './subscription-deliveries.ts'

/** To be raised with any change to what is folded, or to the bodies of rows. */
const bodiesVersion = '2'

/** Ids of deleted subscriptions stored, so that late records for them are ignored. */
const deletedKeptMax = 10_000

interface FoldEntry {
  readonly deliveries: SubscriptionDeliveries
  readonly checkpoint: CheckpointFold
}

/** What the table has of a subscription, without its deliveries and alerts. */
interface SubscriptionRow {
  readonly checkpoint: CheckpointRow
  readonly rows: readonly StateRow[]
}

/** All subscriptions' deliveries. */
export class DeliveryFold {
  readonly model: ReadModel
  readonly #statements: DeliveryStatements
  readonly #entries = new Map<string, FoldEntry>()
  /** Asked for before the log had any record for them. */
  readonly #blank = new Map<string, SubscriptionDeliveries>()
  readonly #deleted = new LRUCache<string, true>({
    maxSize: deletedKeptMax,
    sizeCalculation: () => 1
  })
  /** Subscriptions with state that is not written yet. */
  readonly #changed = new Set<string>()
  /** By id of the checkpoint: who writes it. */
  readonly #wanted = new Map<string, (rows: readonly StateRow[]) => void>()
  #hasBegun = false
  #lastNumber = 0

  /** `folder`: of the file with the tables; default in memory. */
  constructor(folder?: string) {
    this.model = ReadModel.open({
      path: folder === undefined ? inMemory : join(folder, 'deliveries.sqlite'),
      groups: [deliveryTables],
      version: bodiesVersion
    })
    this.#statements = openDeliveryStatements(this.model)
  }

  /** Reads what the tables have. */
  load(): void {
    const listed = this.model.prepare(
      'select n, subscription_id as id, body from delivery_subscription order by n'
    )
    for (const { n, id, body } of listed.all()) {
      const subscriptionId = String(id)
      this.#lastNumber = Number(n)
      const deliveries = this.#make(subscriptionId, this.#lastNumber)
      const { checkpoint, rows } = JSON.parse(String(body)) as SubscriptionRow
      deliveries.restore(rows)
      this.#entries.set(subscriptionId, {
        deliveries,
        checkpoint: CheckpointFold.restored(checkpoint)
      })
    }
  }

  /** Writes what changed and is not in the tables yet. */
  write(): void {
    const put = this.model.prepare('insert or replace into delivery_subscription values(?, ?, ?)')
    for (const id of this.#changed) {
      const { deliveries, checkpoint } = this.#entries.get(id) as FoldEntry
      const row: SubscriptionRow = { checkpoint: checkpoint.capture(), rows: deliveries.write() }
      put.run(deliveries.n, id, JSON.stringify(row))
    }
    this.#changed.clear()
  }

  /** The log is folded up to its end at the start: no checkpoint replaces state from here on. */
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
    this.#lastNumber++
    const made = this.#make(subscriptionId, this.#lastNumber)
    this.#blank.set(subscriptionId, made)
    return made
  }

  apply(record: DeliveryRecord, position = 0n): void {
    const { subscriptionId } = record.data
    if (this.#deleted.has(subscriptionId)) return
    const { deliveries, checkpoint } =
      this.#entries.get(subscriptionId) ?? this.#enter(subscriptionId, position)
    this.#changed.add(subscriptionId)
    checkpoint.pass(record)
    deliveries.apply(record)
    if (record.type !== 'delivery.checkpoint') return
    if ('part' in record.data) {
      const checkpointed = checkpoint.take(record.data)
      if (checkpointed !== null) this.#replace(subscriptionId, checkpointed)
      return
    }
    checkpoint.begin(record.data, position)
    const { checkpointId } = record.data
    this.#wanted.get(checkpointId)?.(deliveries.listRows())
    this.#wanted.delete(checkpointId)
  }

  /**
   * Calls back with the state of the subscription right after the record that begins this
   * checkpoint, when it is folded.
   */
  whenBegun(checkpointId: string, take: (rows: readonly StateRow[]) => void): () => void {
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
    const known = this.#entries.get(subscriptionId)
    this.#entries.delete(subscriptionId)
    this.#blank.delete(subscriptionId)
    this.#changed.delete(subscriptionId)
    this.#deleted.set(subscriptionId, true)
    if (known === undefined) return
    this.model.extend(() => {
      known.deliveries.table.clear()
      this.model.prepare('delete from delivery_subscription where n = ?').run(known.deliveries.n)
    })
  }

  get pendingCount(): number {
    return this.#sum(({ table }) => table.pendingCount)
  }

  get parkedCount(): number {
    return this.#sum(({ table }) => table.parkedCount)
  }

  #make(subscriptionId: string, n: number): SubscriptionDeliveries {
    return new SubscriptionDeliveries(this.#statements, n, subscriptionId)
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
    const { deliveries: before, checkpoint } = this.#entries.get(subscriptionId) as FoldEntry
    before.table.clear()
    const deliveries = this.#make(subscriptionId, before.n)
    deliveries.restore(rows)
    for (const record of since) deliveries.apply(record)
    this.#entries.set(subscriptionId, {
      deliveries,
      checkpoint: CheckpointFold.restored(checkpoint.capture())
    })
  }

  #sum(count: (deliveries: SubscriptionDeliveries) => number): number {
    let sum = 0
    for (const { deliveries } of this.#entries.values()) sum += count(deliveries)
    return sum
  }
}
