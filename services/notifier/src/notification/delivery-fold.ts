// State of each subscription's deliveries (subscription-deliveries.ts), folded from the deliveries
// log into tables. Where the log was trimmed, from checkpoints in it: a record begins one, and parts
// with the state right after that record follow. A fold that has all earlier records skips it. A
// fold that begins in the middle of the log restores its state from it, and applies the records
// since it began. Of two concurrent checkpoints the one that began last counts.

import { join } from 'node:path'
import { deliveryTables } from '@tocsin/read-model/deliveries/delivery-schema'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import type { CheckpointPartData, DeliveryRecord } from './delivery-record.ts'
import type { StateRow } from './delivery-rows.ts'
import { SubscriptionDeliveries } from './subscription-deliveries.ts'

/** To be raised with any change to what is folded, or to the bodies of rows. */
const bodiesVersion = '6'

interface Checkpoint {
  /**
   * Position in the partition from which the log is enough for this subscription; decimal digits.
   * Null: it has no record.
   */
  readonly basis: string | null
  readonly begun: {
    readonly checkpointId: string
    readonly position: string
    readonly nextPart: number
  } | null
}

interface Entry {
  readonly deliveries: SubscriptionDeliveries
  checkpoint: Checkpoint
  /** Of the checkpoint that has begun; null: all earlier records are folded. */
  missing: { readonly rows: object[]; readonly since: DeliveryRecord[] } | null
}

/** All subscriptions' deliveries. */
export class DeliveryFold {
  readonly model: ReadModel
  readonly #entries = new Map<string, Entry>()
  /** Late records for them are ignored. */
  readonly #deleted = new Set<string>()
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
  }

  /** Reads what the tables have. */
  load(): void {
    const listed = this.model.all<{ n: number; id: string; body: string }>(
      'select n, subscription_id as id, body from delivery_subscription order by n'
    )
    for (const { n, id, body } of listed) {
      const { checkpoint, rows } = JSON.parse(body)
      const deliveries = new SubscriptionDeliveries(this.model, n, id)
      deliveries.restore(rows)
      this.#entries.set(id, { deliveries, checkpoint, missing: null })
      this.#lastNumber = n
    }
  }

  /** Writes what changed and is not in the tables yet. */
  write(): void {
    for (const id of this.#changed) {
      const { deliveries, checkpoint } = this.#entry(id)
      deliveries.table.write()
      const body = JSON.stringify({ checkpoint, rows: deliveries.listOwnRows() })
      const put = 'insert or replace into delivery_subscription values(?, ?, ?)'
      this.model.run(put, deliveries.n, id, body)
    }
    this.#changed.clear()
  }

  /** The log is folded up to its end at the start: no checkpoint replaces state from here on. */
  began(): void {
    this.#hasBegun = true
    for (const entry of this.#entries.values()) entry.missing = null
  }

  /** False while state may still be replaced by a checkpoint. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** The deliveries of a subscription; empty if none is known. */
  of(subscriptionId: string): SubscriptionDeliveries {
    return this.#entry(subscriptionId).deliveries
  }

  apply(record: DeliveryRecord, position = 0n): void {
    const { type, data } = record
    const { subscriptionId } = data
    if (this.#deleted.has(subscriptionId)) return
    const entry = this.#entry(subscriptionId)
    const { deliveries } = entry
    this.#changed.add(subscriptionId)
    if (entry.checkpoint.basis === null) entry.checkpoint = { basis: String(position), begun: null }
    deliveries.apply(record)
    if (type !== 'delivery.checkpoint') {
      if (entry.checkpoint.begun !== null) entry.missing?.since.push(record)
      return
    }
    if ('part' in data) {
      this.#takePart(entry, data)
      return
    }
    const { checkpointId } = data
    if (entry.checkpoint.begun?.checkpointId !== checkpointId) {
      const begun = { checkpointId, position: String(position), nextPart: 0 }
      entry.checkpoint = { ...entry.checkpoint, begun }
      if (entry.missing !== null) entry.missing = { rows: [], since: [] }
    }
    this.#wanted.get(checkpointId)?.(deliveries.listRows())
  }

  /** With the last part, records before the checkpoint are not needed. */
  #takePart(entry: Entry, { checkpointId, part, isLast, rows }: CheckpointPartData): void {
    const { deliveries, missing, checkpoint } = entry
    const { begun } = checkpoint
    if (begun?.checkpointId !== checkpointId || begun.nextPart !== part) return
    entry.checkpoint = { ...checkpoint, begun: { ...begun, nextPart: part + 1 } }
    missing?.rows.push(...(rows as object[]))
    if (!isLast) return
    entry.checkpoint = { basis: begun.position, begun: null }
    if (missing === null) return
    entry.missing = null
    deliveries.table.clear()
    deliveries.restore(missing.rows)
    for (const record of missing.since) deliveries.apply(record)
  }

  /**
   * Calls back with the state of the subscription right after the record that begins this
   * checkpoint, when it is folded. Returns how to cancel that.
   */
  whenBegun(checkpointId: string, take: (rows: readonly StateRow[]) => void): () => void {
    this.#wanted.set(checkpointId, take)
    return () => this.#wanted.delete(checkpointId)
  }

  /** Subscriptions with records. */
  get subscriptionIds(): readonly string[] {
    return [...this.#entries].flatMap(([id, { checkpoint }]) =>
      checkpoint.basis === null ? [] : [id]
    )
  }

  /**
   * From which position of the partition the log is enough for a subscription; null: it needs no
   * record.
   */
  computeBasis(subscriptionId: string): bigint | null {
    const basis = this.#entries.get(subscriptionId)?.checkpoint.basis ?? null
    return basis === null ? null : BigInt(basis)
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
    this.#changed.delete(subscriptionId)
    this.#deleted.add(subscriptionId)
    if (known === undefined) return
    this.model.extend(() => {
      known.deliveries.table.clear()
      this.model.run('delete from delivery_subscription where n = ?', known.deliveries.n)
    })
  }

  get pendingCount(): number {
    return this.#entries.values().reduce((sum, each) => sum + each.deliveries.table.pendingCount, 0)
  }

  get parkedCount(): number {
    return this.#entries.values().reduce((sum, each) => sum + each.deliveries.table.parkedCount, 0)
  }

  #entry(subscriptionId: string): Entry {
    const known = this.#entries.get(subscriptionId)
    if (known !== undefined) return known
    this.#lastNumber++
    const entry: Entry = {
      deliveries: new SubscriptionDeliveries(this.model, this.#lastNumber, subscriptionId),
      checkpoint: { basis: null, begun: null },
      missing: this.#hasBegun ? null : { rows: [], since: [] }
    }
    this.#entries.set(subscriptionId, entry)
    return entry
  }
}
