// State of each subscription's deliveries (subscription-deliveries.ts), folded from the deliveries
// log into tables. Where the log was trimmed, from checkpoints in it: a record begins one, and parts
// with the state right after that record follow. A fold that has all earlier records skips it. A
// fold that begins in the middle of the log restores its state from it, and applies the records
// since it began. Of two concurrent checkpoints the one that began last counts.

import { join } from 'node:path'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { deliveryTables } from '@tocsin/read-model/schema'
import type { CheckpointPartData, DeliveryRecord } from './delivery-record.ts'
import type { StateRow } from './delivery-rows.ts'
import { SubscriptionDeliveries } from './subscription-deliveries.ts'

/** To be raised with any change to what is folded, or to the bodies of rows. */
const bodiesVersion = '6'

interface Entry {
  readonly deliveries: SubscriptionDeliveries
  /**
   * Position in the partition from which the log is enough for this subscription; decimal digits.
   * Null: it has no record.
   */
  basis: string | null
  /** The checkpoint that has begun. */
  begun: {
    readonly checkpointId: string
    readonly position: string
    nextPart: number
    /** While earlier records may be missing: its state, and the records since. */
    rows: object[]
    since: DeliveryRecord[]
  } | null
  mayMissRecords: boolean
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
      const { basis, begun, rows } = JSON.parse(body)
      const deliveries = new SubscriptionDeliveries(this.model, n, id)
      deliveries.restore(rows)
      this.#entries.set(id, { deliveries, basis, begun, mayMissRecords: false })
      this.#lastNumber = n
    }
  }

  /** Writes what changed and is not in the tables yet. */
  write(): void {
    for (const id of this.#changed) {
      const { deliveries, basis, begun } = this.#entry(id)
      deliveries.table.write()
      const body = JSON.stringify({ basis, begun, rows: deliveries.listOwnRows() })
      const put = 'insert or replace into delivery_subscription values(?, ?, ?)'
      this.model.run(put, deliveries.n, id, body)
    }
    this.#changed.clear()
  }

  /** The log is folded up to its end at the start: no checkpoint replaces state from here on. */
  began(): void {
    this.#hasBegun = true
    for (const entry of this.#entries.values()) {
      entry.mayMissRecords = false
      if (entry.begun !== null) Object.assign(entry.begun, { rows: [], since: [] })
    }
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
    entry.basis ??= String(position)
    deliveries.apply(record)
    if (type !== 'delivery.checkpoint') {
      if (entry.mayMissRecords) entry.begun?.since.push(record)
    } else if ('part' in data) this.#takePart(entry, data)
    else {
      const { checkpointId } = data
      if (entry.begun?.checkpointId !== checkpointId) {
        const begun = { checkpointId, position: String(position), nextPart: 0 }
        entry.begun = { ...begun, rows: [], since: [] }
      }
      this.#wanted.get(checkpointId)?.(deliveries.listRows())
    }
  }

  /** With the last part, records before the checkpoint are not needed. */
  #takePart(entry: Entry, { checkpointId, part, isLast, rows }: CheckpointPartData): void {
    const { deliveries, begun, mayMissRecords } = entry
    if (begun?.checkpointId !== checkpointId || begun.nextPart !== part) return
    begun.nextPart++
    if (mayMissRecords) begun.rows.push(...(rows as object[]))
    if (!isLast) return
    Object.assign(entry, { basis: begun.position, begun: null, mayMissRecords: false })
    if (!mayMissRecords) return
    deliveries.table.clear()
    deliveries.restore(begun.rows)
    for (const record of begun.since) deliveries.apply(record)
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
    return [...this.#entries].flatMap(([id, { basis }]) => (basis === null ? [] : [id]))
  }

  /**
   * From which position of the partition the log is enough for a subscription; null: it needs no
   * record.
   */
  computeBasis(subscriptionId: string): bigint | null {
    const basis = this.#entries.get(subscriptionId)?.basis ?? null
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
      ...{ basis: null, begun: null, mayMissRecords: !this.#hasBegun }
    }
    this.#entries.set(subscriptionId, entry)
    return entry
  }
}
