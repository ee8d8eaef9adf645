// The deliveries of a subscription, and what it was notified of for each alert, in the tables of the
// read model.

import type { SQLInputValue } from 'node:sqlite'
import type { ReadModel } from '@tocsin/read-model/read-model'
import { type AlertTrace, type Delivery, isStateEvent } from './delivery.ts'
import type { SequenceRange } from './delivery-record.ts'

/**
 * Finished deliveries are stored for the list and for replays, of about so many of the newest
 * sequences; those that no delivery has named yet are never evicted.
 */
export const finishedKeptMax = 10_000
const evictedTogether = 100
/** Deliveries, and alerts, that are not read again for each step, or not written yet. */
const knownMax = 500

/** Only what changes is written to the indexes. */
const putDelivery = `insert into delivery values(?, ?, ?, ?, ?, ?, ?, ?)
  on conflict do update set state = excluded.state, is_aside = excluded.is_aside,
  is_held = excluded.is_held, is_unnamed = excluded.is_unnamed, body = excluded.body`
const putAlert = `insert into delivery_alert values(?, ?, ?, ?, ?, ?)
  on conflict do update set lane = excluded.lane, first_waiting = excluded.first_waiting,
  look_ms = excluded.look_ms, body = excluded.body`
const finished =
  "state in ('delivered', 'superseded', 'expired', 'left-out', 'muted') and is_unnamed = 0"
const lastSequence = Number.MAX_SAFE_INTEGER

export class DeliveryTable {
  readonly #model: ReadModel
  readonly #n: number
  readonly #known = new Map<number, Delivery>()
  readonly #knownAlerts = new Map<string, AlertTrace>()
  /** Known ones that are not in the tables yet: most change several times in a row. */
  readonly #changed = new Set<number>()
  readonly #changedAlerts = new Set<string>()
  readonly #counts = { pending: 0, held: 0, unnamed: 0 }
  #newest: number
  /** None that is pending has a lower sequence. */
  #firstPending = 0

  /** `n`: the number of the subscription in the tables. */
  constructor(model: ReadModel, n: number) {
    this.#model = model
    this.#n = n
    this.#newest = this.#find('max(sequence)', 'true') ?? 0
    this.#counts.pending = this.#find('count(*)', "state = 'pending'") ?? 0
    this.#counts.held = this.#find('count(*)', 'is_held = 1') ?? 0
    this.#counts.unnamed = this.#find('count(*)', 'is_unnamed = 1') ?? 0
  }

  get pendingCount(): number {
    return this.#counts.pending
  }

  get parkedCount(): number {
    return this.#find('count(*)', "state = 'parked'") ?? 0
  }

  /** Pending deliveries that a policy delays. */
  get heldCount(): number {
    return this.#counts.held
  }

  get(sequence: number): Delivery | undefined {
    const known = this.#known.get(sequence)
    if (known !== undefined || sequence > this.#newest) return known
    const row = this.#model.get<Body>(
      'select body from delivery where subscription = ? and sequence = ?',
      ...[this.#n, sequence]
    )
    if (row === undefined) return undefined
    const found = readBody(row)
    this.#known.set(sequence, found)
    return found
  }

  /** The pending delivery with the lowest sequence: strict order sends no other before it. */
  get head(): Delivery | undefined {
    if (this.#counts.pending === 0) return undefined
    if (this.get(this.#firstPending)?.state !== 'pending')
      this.#firstPending = this.#find('min(sequence)', "state = 'pending'") as number
    return this.get(this.#firstPending)
  }

  get second(): Delivery | undefined {
    return this.list("state = 'pending' order by sequence limit 1 offset 1")[0]
  }

  /**
   * The only delivery with a first attempt that may be under way, or interrupted, without a record:
   * any other is chosen before it.
   */
  get firstUnasked(): Delivery | undefined {
    const { head } = this
    if (head === undefined || head.round === 0) return head
    return this.list("state = 'pending' and body ->> '$.round' = 0 order by sequence limit 1")[0]
  }

  /** Those that meet a condition in SQL. */
  list(where: string, ...values: SQLInputValue[]): Delivery[] {
    this.write()
    return this.#model
      .all<Body>(
        `select body from delivery where subscription = ? and ${where}`,
        this.#n,
        ...values
      )
      .map(readBody)
  }

  /** As `list`, one by one; the same condition must not be iterated twice at a time. */
  iterate(where: string, ...values: SQLInputValue[]): IteratorObject<Delivery> {
    this.write()
    const rows = this.#model
      .prepare(`select body from delivery where subscription = ? and ${where}`)
      .iterate(this.#n, ...values)
    return Iterator.from(rows as Iterable<Body>).map(readBody)
  }

  /** The first delivery outside the order of alerts that `isReady`. */
  findAside(isReady: (delivery: Delivery) => boolean): Delivery | undefined {
    return this.iterate("state = 'pending' and is_aside = 1 order by sequence").find(isReady)
  }

  /**
   * Since when the oldest delivery waits that no policy delays, ms; after a delay that ended
   * without an attempt, since its end. Null: none waits.
   */
  computeWaitingSinceMs(nowMs: number): number | null {
    this.write()
    const found = this.#model.get<{ since: string | null }>(
      `select min(since) as since from (
         select * from (
           select body ->> '$.plannedAt' as since from delivery
           where subscription = ? and state = 'pending' and is_held = 0 order by sequence limit 1)
         union all select min(body ->> '$.held.until') from delivery
         where subscription = ? and is_held = 1 and body ->> '$.held.until' <= ?)`,
      ...[this.#n, this.#n, new Date(nowMs).toISOString()]
    )
    return found?.since == null ? null : Date.parse(found.since)
  }

  /** Newest first; all, or those of an alert. */
  newestFirst(alertId?: string): Delivery[] {
    return alertId === undefined
      ? this.list('true order by sequence desc')
      : this.list('alert_id = ? order by sequence desc', alertId)
  }

  /** Of an alert, without those that are aside, ascending. */
  waitingOf({ alertId, firstWaiting }: AlertTrace): Delivery[] {
    return this.list(
      `alert_id = ? and sequence >= ? and +state = 'pending' and is_aside = 0 order by sequence`,
      ...[alertId, firstWaiting]
    )
  }

  /** Replaces the delivery stored under its sequence. */
  set(delivery: Delivery): void {
    const { sequence, state } = delivery
    const before = this.get(sequence)
    if (before !== undefined) this.#count(before, -1)
    this.#count(delivery, 1)
    this.#known.set(sequence, delivery)
    this.#changed.add(sequence)
    this.#newest = Math.max(this.#newest, sequence)
    if (state === 'pending') this.#firstPending = Math.min(this.#firstPending, sequence)
    else if (sequence === this.#firstPending) this.#firstPending++
    if (this.#changed.size >= knownMax) this.write()
    if (before === undefined && sequence % evictedTogether === 0)
      this.#evict(sequence - finishedKeptMax)
  }

  #evict(below: number): void {
    this.write()
    for (const each of this.#known.keys()) if (each <= below) this.#known.delete(each)
    this.#delete('delivery', `${finished} and sequence <= ?`, below)
  }

  #count({ state, held, isUnnamed }: Delivery, by: 1 | -1): void {
    if (state === 'pending') this.#counts.pending += by
    if (held !== null) this.#counts.held += by
    if (isUnnamed) this.#counts.unnamed += by
  }

  /** Writes what changed. */
  write(): void {
    for (const sequence of this.#changed) {
      const delivery = this.#known.get(sequence) as Delivery
      const { state, alertId, held, isUnnamed } = delivery
      // Somebody asked for it again, or it does not describe the state of the alert.
      const isAside = delivery.round > 0 || !isStateEvent(delivery)
      this.#model.run(
        putDelivery,
        ...[this.#n, sequence, state, alertId, Number(isAside), Number(held !== null)],
        ...[Number(isUnnamed), JSON.stringify(delivery)]
      )
    }
    for (const id of this.#changedAlerts) {
      const trace = this.#knownAlerts.get(id) as AlertTrace
      this.#model.run(
        putAlert,
        ...[this.#n, id, trace.lane, trace.firstWaiting, trace.lookMs, JSON.stringify(trace)]
      )
    }
    this.#changed.clear()
    this.#changedAlerts.clear()
    if (this.#known.size > knownMax) this.#known.clear()
    if (this.#knownAlerts.size > knownMax) this.#knownAlerts.clear()
  }

  /** Skipped sequences that no delivery has named yet, ascending. */
  listUnnamed(): number[] {
    return this.list('is_unnamed = 1 order by sequence').map(({ sequence }) => sequence)
  }

  /**
   * The range that the next delivery names as superseded: from the lowest unnamed sequence up to the
   * last one that can be reached without passing one that is yet to be sent. Null if none before it
   * is unnamed. Lapsed deliveries were not replaced: the partner must see that they are missing.
   */
  findRange(before: number): SequenceRange | null {
    if (this.#counts.unnamed === 0) return null
    const from = this.#find('min(sequence)', 'is_unnamed = 1 and sequence < ?', before)
    if (from === null) return null
    const barriers = ['pending', 'parked', 'lapsed'].map(
      state =>
        this.#find('min(sequence)', 'state = ? and sequence > ?', state, from) ?? lastSequence
    )
    const to = this.#find(
      'max(sequence)',
      'is_unnamed = 1 and sequence < ?',
      Math.min(before, ...barriers)
    )
    return { from, to: to ?? from }
  }

  /** Forgets what was done before a time, ISO 8601. */
  forgetDone(before: string): void {
    const firstUnnamed = this.#find('min(sequence)', 'is_unnamed = 1') ?? lastSequence
    this.#delete(
      'delivery',
      `(${finished} or state = 'lapsed' and sequence < ?)
       and coalesce(body ->> '$.last.at', body ->> '$.plannedAt') < ?`,
      ...[firstUnnamed, before]
    )
    this.#known.clear()
  }

  findAlert(alertId: string): AlertTrace | undefined {
    const known = this.#knownAlerts.get(alertId)
    if (known !== undefined) return known
    const [found] = this.#traces('alert_id = ?', alertId)
    if (found !== undefined) this.#knownAlerts.set(alertId, found)
    return found
  }

  setAlert(trace: AlertTrace): void {
    this.#knownAlerts.set(trace.alertId, trace)
    this.#changedAlerts.add(trace.alertId)
    if (this.#changedAlerts.size >= knownMax) this.write()
  }

  /** The most urgent alert that is to be looked at now. */
  nextAlert(nowMs: number): AlertTrace | undefined {
    this.endWaits(nowMs)
    return this.#traces('look_ms = 0 order by lane, first_waiting limit 1')[0]
  }

  /** When the next alert is to be looked at, ms; null: when something changes. */
  nextLookMs(): number | null {
    this.write()
    const next = this.#model.get<{ ms: number | null }>(
      'select min(look_ms) as ms from delivery_alert where subscription = ? and look_ms > 0',
      this.#n
    )
    return next?.ms ?? null
  }

  /** Alerts that wait until a time are looked at now. */
  endWaits(untilMs = lastSequence): void {
    this.#look('look_ms > 0 and look_ms <= ?', untilMs)
  }

  /** All alerts are looked at now: somebody else decides. */
  lookAtAll(): void {
    this.#look('true')
  }

  #look(where: string, ...values: number[]): void {
    this.write()
    const { changes } = this.#model.run(
      `update delivery_alert set look_ms = 0 where subscription = ? and ${where}`,
      ...[this.#n, ...values]
    )
    if (Number(changes) > 0) this.#knownAlerts.clear()
  }

  /** Alerts with an accepted event, each with the time of the first one, ms. */
  listFirstSent(): readonly (readonly [alertId: string, toldMs: number])[] {
    this.write()
    return this.#model
      .all<{ id: string; ms: number }>(
        `select alert_id as id, body ->> '$.toldMs' as ms from delivery_alert
         where subscription = ? and ms is not null`,
        this.#n
      )
      .map(({ id, ms }) => [id, ms])
  }

  /** In the order of their ids. */
  listAlerts(): AlertTrace[] {
    this.write()
    return this.#traces('true')
  }

  forgetAlert(alertId: string): void {
    this.write()
    this.#knownAlerts.delete(alertId)
    this.#delete('delivery_alert', 'alert_id = ?', alertId)
  }

  clearDeliveries(): void {
    this.write()
    this.#known.clear()
    this.#delete('delivery', 'true')
    Object.assign(this.#counts, { pending: 0, held: 0, unnamed: 0 })
    this.#newest = 0
    this.#firstPending = 0
  }

  clear(): void {
    this.clearDeliveries()
    this.#knownAlerts.clear()
    this.#delete('delivery_alert', 'true')
  }

  #delete(table: string, where: string, ...values: SQLInputValue[]): void {
    this.#model.run(`delete from ${table} where subscription = ? and ${where}`, this.#n, ...values)
  }

  #find(what: string, where: string, ...values: SQLInputValue[]): number | null {
    this.write()
    const sql = `select ${what} as found from delivery where subscription = ? and ${where}`
    return this.#model.get<{ found: number | null }>(sql, this.#n, ...values)?.found ?? null
  }

  #traces(where: string, ...values: SQLInputValue[]): AlertTrace[] {
    const sql = `select look_ms, body from delivery_alert where subscription = ? and ${where}`
    return this.#model
      .all<Body & { look_ms: number | null }>(sql, this.#n, ...values)
      .map(({ look_ms, body }) => ({ ...JSON.parse(body), lookMs: look_ms }))
  }
}

interface Body {
  readonly body: string
}

function readBody({ body }: Body): Delivery {
  return JSON.parse(body)
}
