// The deliveries of a subscription, and what it was notified of for each alert, in the tables of the
// read model. Changed rows are written together: when there are many, and before a query.

import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { ReadModel } from '@tocsin/read-model/read-model'
import type { AlertTrace } from './alert-trace.ts'
import { type Delivery, isStateEvent } from './delivery.ts'
import type { SequenceRange } from './delivery-record.ts'

/**
 * Finished deliveries are stored for the list and for replays, of about so many of the newest
 * sequences; those that no delivery has named yet are never evicted.
 */
export const finishedKeptMax = 10_000
const evictedTogether = 100
/** How many changed rows are written together at the latest. */
const changedMax = 1_000
/** Pending deliveries read by one query. */
const headsMax = 50

type NamedDelivery = Pick<Delivery, 'sequence' | 'alertId' | 'eventId'>
type Row = Readonly<Record<string, SQLOutputValue>>

/**
 * Conditions of queries. `phase <> 2` lets SQLite use the partial index of what is not done, also
 * where the phase is given.
 */
const pending = 'and phase = 0 and phase <> 2'
const parked = 'and phase = 1 and phase <> 2'
const unnamed = 'and is_unnamed = 1'
const held = 'and is_held = 1'
const [donePhase, phases] = [2, { pending: 0, parked: 1, lapsed: 3 } as Record<string, number>]
const noSequence = Number.MAX_SAFE_INTEGER

const emptyCounts = { pending: 0, parked: 0, held: 0, unnamed: 0 }

export class DeliveryTable {
  readonly #model: ReadModel
  readonly #n: number
  readonly #subscriptionId: string
  /** Not written yet. */
  readonly #changed = new Map<number, Delivery>()
  readonly #changedAlerts = new Map<string, AlertTrace>()
  /** Run for each delivery: not looked up by their text. */
  readonly #often: ReturnType<typeof prepareOften>
  #counts: typeof emptyCounts
  #newest: number
  #evictedBelow = 0
  /** The pending ones with the lowest sequences, ascending. */
  #heads: number[] = []

  /** `n`: the number of the subscription in the tables. */
  constructor(model: ReadModel, n: number, subscriptionId: string) {
    this.#model = model
    this.#n = n
    this.#subscriptionId = subscriptionId
    this.#often = prepareOften(model)
    const count = (where: string) => this.#number('count(*)', where) ?? 0
    this.#counts = {
      ...{ pending: count(pending), parked: count(parked) },
      ...{ held: count(held), unnamed: count(unnamed) }
    }
    this.#newest = this.#number('max(sequence)', '') ?? 0
  }

  get pendingCount(): number {
    return this.#counts.pending
  }

  get parkedCount(): number {
    return this.#counts.parked
  }

  /** Pending deliveries that no policy delays: delayed ones do not count against what may wait. */
  get dueCount(): number {
    return this.#counts.pending - this.#counts.held
  }

  get(sequence: number): Delivery | undefined {
    if (sequence > this.#newest) return undefined
    const known = this.#changed.get(sequence)
    if (known !== undefined) return known
    const row = this.#often.find.get(this.#n, sequence)
    return row === undefined ? undefined : this.#read(row)
  }

  /** The pending delivery with the lowest sequence: strict order sends no other before it. */
  get head(): Delivery | undefined {
    return this.#pendingAt(0)
  }

  get second(): Delivery | undefined {
    return this.#pendingAt(1)
  }

  #pendingAt(place: 0 | 1): Delivery | undefined {
    if (place >= this.pendingCount) return undefined
    if (place >= this.#heads.length)
      this.#heads = this.#sequences(`${pending} order by sequence limit ?`, headsMax)
    return this.get(this.#heads[place] as number)
  }

  /**
   * The only delivery with a first attempt that may be under way, or interrupted, without a record:
   * any other is chosen before it.
   */
  get firstUnasked(): Delivery | undefined {
    const { head } = this
    if (head === undefined || head.round === 0) return head
    return this.#deliveries(`${pending} and round = 0 order by sequence limit 1`)[0]
  }

  /** The first delivery outside the order of alerts that `isReady`. */
  findAside(isReady: (delivery: Delivery) => boolean): Delivery | undefined {
    return this.#iterate('and phase = 0 and is_aside = 1 order by sequence').find(isReady)
  }

  /**
   * Since when the oldest delivery waits that no policy delays, ms; after a delay that ended
   * without an attempt, since its end. Null: none waits.
   */
  computeWaitingSinceMs(nowMs: number): number | null {
    const [first] = this.#deliveries(`${pending} and is_held = 0 order by sequence limit 1`)
    const until = this.#select('min(held_until) as until', `${held} and sequence < ?`).get(
      this.#n,
      first?.sequence ?? noSequence
    )?.until
    const heldUntilMs = until == null ? Number.POSITIVE_INFINITY : Date.parse(String(until))
    if (first !== undefined) return Math.min(heldUntilMs, Date.parse(first.plannedAt))
    return heldUntilMs <= nowMs ? heldUntilMs : null
  }

  listPending(): number[] {
    return this.#sequences(`${pending} order by sequence`)
  }

  listParked(): number[] {
    return this.#sequences(`${parked} order by sequence`)
  }

  /** Pending ones of a range, both ends in it. */
  pendingWithin({ from, to }: SequenceRange): number[] {
    return this.#sequences(`${pending} and sequence between ? and ? order by sequence`, from, to)
  }

  /**
   * Deliveries before a sequence, newest first, one by one: a page costs only the rows that it
   * reads. No other page may be read meanwhile.
   */
  newestBefore(sequence: number): IteratorObject<Delivery> {
    const before = Math.min(sequence, noSequence)
    return this.#iterate('and sequence < ? order by sequence desc', before)
  }

  /** Newest first; for one alert at the cost of that alert. */
  newestFirst(alertId?: string): Delivery[] {
    return alertId === undefined
      ? this.newestBefore(noSequence).toArray()
      : this.#ofAlert(alertId, 0)
  }

  /** Of an alert, without those that are aside, ascending. */
  waitingOf({ alertId, firstWaiting }: AlertTrace): Delivery[] {
    return this.#ofAlert(alertId, firstWaiting)
      .filter(each => each.state === 'pending' && !isAside(each))
      .reverse()
  }

  /** Without the named index SQLite walks through all deliveries in order. */
  #ofAlert(alertId: string, from: number): Delivery[] {
    this.write()
    const found = this.#model.prepare(
      `select is_unnamed, body from delivery indexed by delivery_of_alert
       where subscription = ? and alert_id = ? and sequence >= ? order by sequence desc`
    )
    return found.all(this.#n, alertId, from).map(row => this.#read(row))
  }

  /** Replaces the delivery stored under its sequence. */
  set(delivery: Delivery): void {
    const { sequence, state } = delivery
    const known = this.get(sequence)
    this.#changed.set(sequence, delivery)
    if (known !== undefined) this.#count(known, -1)
    this.#count(delivery, 1)
    if (state !== 'pending') this.#heads = this.#heads.filter(each => each !== sequence)
    else if (known?.state !== 'pending') {
      // The newest one is added if no other waits between. For any other the heads are read again.
      const isNext = this.#heads.length === this.pendingCount - 1 && sequence > this.#newest
      if (isNext && this.#heads.length < headsMax) this.#heads.push(sequence)
      else if (sequence <= this.#newest) this.#heads = []
    }
    this.#newest = Math.max(this.#newest, sequence)
    if (this.#changed.size >= changedMax) this.write()
  }

  /**
   * Deliveries that wait or are parked and were planned before a time; replayed ones only if
   * `isAway`: their endpoint fails for as long. A delivery that a policy delays waits from the end
   * of the delay on, unless its endpoint is away: it is the newest of an open alert, and is sent
   * when the policy allows.
   */
  overdue(before: string, isAway: boolean): number[] {
    const mayLapse = isAway
      ? ''
      : 'and (phase = 1 or round = 0) and (is_held = 0 or held_until < ?)'
    return this.#sequences(
      `and phase in (0, 1) and phase <> 2 and planned_at < ? ${mayLapse} order by phase, sequence`,
      ...[before, ...(isAway ? [] : [before])]
    )
  }

  /** Parked, or waiting after a failed attempt; ascending. */
  listFailed(): NamedDelivery[] {
    return this.#listNamed('phase in (0, 1) and phase <> 2 and (phase = 1 or last_at is not null)')
  }

  /** Planned from one time until before another, ISO 8601; ascending. */
  listPlanned(since: string, until: string): NamedDelivery[] {
    return this.#listNamed('planned_at >= ? and planned_at < ?', since, until)
  }

  /** With these ids of events, ascending. */
  listByIds(ids: readonly string[]): NamedDelivery[] {
    const isOne = "body ->> '$[0]' in (select value from json_each(?))"
    return this.#listNamed(isOne, JSON.stringify(ids))
  }

  #listNamed(where: string, ...values: SQLInputValue[]): NamedDelivery[] {
    this.write()
    const what = "sequence, alert_id as alertId, body ->> '$[0]' as eventId"
    const found = this.#select(what, `and ${where} order by sequence`).all(this.#n, ...values)
    return found as unknown as NamedDelivery[]
  }

  /** Skipped sequences that no delivery has named yet, ascending. */
  listUnnamed(): number[] {
    return this.#sequences(`${unnamed} order by sequence`)
  }

  /**
   * The range that the next delivery names as superseded: from the lowest unnamed sequence up to the
   * last one that can be reached without passing one that is yet to be sent. Null if none before it
   * is unnamed. Lapsed deliveries were not replaced: the partner must see that they are missing.
   */
  findRange(before: number): SequenceRange | null {
    if (this.#counts.unnamed === 0) return null
    const from = this.#number('min(sequence)', unnamed)
    if (from === null || from > before) return null
    const barriers = [0, 1, 3].map(
      phase =>
        this.#number(
          'min(sequence)',
          'and phase = ? and phase <> 2 and sequence > ?',
          ...[phase, from]
        ) ?? noSequence
    )
    const end = Math.min(before, ...barriers.map(each => each - 1))
    return { from, to: this.#number('max(sequence)', `${unnamed} and sequence <= ?`, end) ?? from }
  }

  /** A delivery names the range. */
  named({ from, to }: SequenceRange): void {
    this.write()
    const name = this.#model.prepare(`update delivery indexed by delivery_unnamed set is_unnamed = 0
      where subscription = ? and is_unnamed = 1 and sequence between ? and ?`)
    this.#counts.unnamed -= Number(name.run(this.#n, from, to).changes)
  }

  /** Forgets what was done before a time, ISO 8601. */
  forgetDone(before: string): void {
    const firstUnnamed = this.#number('min(sequence)', unnamed) ?? noSequence
    const forget = this.#model.prepare(`delete from delivery where subscription = ? and phase >= 2
      and is_unnamed = 0 and coalesce(last_at, planned_at) < ? and (phase = 2 or sequence < ?)`)
    forget.run(this.#n, before, firstUnnamed)
  }

  findAlert(alertId: string): AlertTrace | undefined {
    const changed = this.#changedAlerts.get(alertId)
    if (changed !== undefined) return changed
    const row = this.#often.findAlert.get(this.#n, alertId)
    return row === undefined ? undefined : readTrace(row)
  }

  setAlert(trace: AlertTrace): void {
    this.#changedAlerts.set(trace.alertId, trace)
    if (this.#changedAlerts.size >= changedMax) this.write()
  }

  /** The most urgent alert that is to be looked at now. */
  nextAlert(nowMs: number): AlertTrace | undefined {
    this.endWaits(nowMs)
    return this.#traces('and look_ms = 0 order by lane, first_waiting limit 1')[0]
  }

  /** When the next alert is to be looked at, ms; null: when something changes. */
  nextLookMs(): number | null {
    const next = this.#selectAlert('min(look_ms) as ms', 'and look_ms > 0').get(this.#n)
    return next?.ms == null ? null : Number(next.ms)
  }

  /** Alerts that wait until a time are looked at now. */
  endWaits(untilMs = noSequence): void {
    this.#look('and look_ms > 0 and look_ms <= ?', untilMs)
  }

  /** All alerts are looked at now: somebody else decides. */
  lookAtAll(): void {
    this.#look('')
  }

  #look(where: string, ...values: number[]): void {
    this.write()
    const sql = `update delivery_alert set look_ms = 0 where subscription = ? ${where}`
    this.#model.prepare(sql).run(this.#n, ...values)
  }

  /** Alerts with a planned event. */
  get alertIds(): readonly string[] {
    return this.#selectAlert('alert_id', '')
      .all(this.#n)
      .map(row => String(row.alert_id))
  }

  /** Alerts with an accepted event, each with the time of the first one, ms. */
  firstTold(): readonly (readonly [alertId: string, toldMs: number])[] {
    return this.#selectAlert('alert_id, told_ms', 'and told_ms is not null')
      .all(this.#n)
      .map(row => [String(row.alert_id), Number(row.told_ms)])
  }

  /** In the order of their ids. */
  listAlerts(): AlertTrace[] {
    this.write()
    return this.#traces('')
  }

  forgetAlert(alertId: string): void {
    this.#changedAlerts.delete(alertId)
    this.#delete('delivery_alert', 'and alert_id = ?', alertId)
  }

  clearDeliveries(): void {
    this.#changed.clear()
    this.#delete('delivery', '')
    this.#counts = { ...emptyCounts }
    this.#newest = 0
    this.#evictedBelow = 0
    this.#heads = []
  }

  clear(): void {
    this.clearDeliveries()
    this.#changedAlerts.clear()
    this.#delete('delivery_alert', '')
  }

  /** Writes what changed. */
  write(): void {
    for (const delivery of this.#changed.values())
      this.#often.put.run(this.#n, ...makeColumns(delivery))
    for (const trace of this.#changedAlerts.values()) {
      const { alertId, toldMs, lane, firstWaiting, lookMs } = trace
      const body = packTrace(trace)
      this.#often.putAlert.run(this.#n, alertId, toldMs, lane, firstWaiting, lookMs, body)
    }
    this.#changed.clear()
    this.#changedAlerts.clear()
    const below = this.#newest - finishedKeptMax
    if (below < this.#evictedBelow + evictedTogether) return
    const done = 'and phase = 2 and is_unnamed = 0 and sequence between ? and ?'
    this.#delete('delivery', done, this.#evictedBelow, below)
    this.#evictedBelow = below
  }

  #count(delivery: Delivery, by: 1 | -1): void {
    const { state } = delivery
    if (state === 'pending' || state === 'parked') this.#counts[state] += by
    if (delivery.held !== null) this.#counts.held += by
    if (delivery.isUnnamed) this.#counts.unnamed += by
  }

  /** Deliveries in the table; what changed is written before, except for one by its sequence. */
  #select(what: string, where: string) {
    return this.#model.prepare(`select ${what} from delivery where subscription = ? ${where}`)
  }

  #selectAlert(what: string, where: string) {
    this.write()
    return this.#model.prepare(`select ${what} from delivery_alert where subscription = ? ${where}`)
  }

  #delete(table: string, where: string, ...values: SQLInputValue[]): void {
    const sql = `delete from ${table} where subscription = ? ${where}`
    this.#model.prepare(sql).run(this.#n, ...values)
  }

  #iterate(where: string, ...values: SQLInputValue[]): IteratorObject<Delivery> {
    this.write()
    const rows = this.#select('is_unnamed, body', where).iterate(this.#n, ...values)
    return Iterator.from(rows).map(row => this.#read(row))
  }

  #deliveries(where: string): Delivery[] {
    return this.#iterate(where).toArray()
  }

  #sequences(where: string, ...values: SQLInputValue[]): number[] {
    this.write()
    return this.#select('sequence', where)
      .all(this.#n, ...values)
      .map(({ sequence }) => Number(sequence))
  }

  #number(what: string, where: string, ...values: SQLInputValue[]): number | null {
    this.write()
    const found = this.#select(`${what} as found`, where).get(this.#n, ...values)?.found ?? null
    return found === null ? null : Number(found)
  }

  #traces(where: string): AlertTrace[] {
    return this.#selectAlert('look_ms, body', where).all(this.#n).map(readTrace)
  }

  #read(row: Row): Delivery {
    return readDelivery(this.#subscriptionId, row)
  }
}

function prepareOften(model: ReadModel) {
  return {
    find: model.prepare(
      'select is_unnamed, body from delivery where subscription = ? and sequence = ?'
    ),
    put: model.prepare(
      'insert or replace into delivery values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
    ),
    findAlert: model.prepare(
      'select look_ms, body from delivery_alert where subscription = ? and alert_id = ?'
    ),
    putAlert: model.prepare('insert or replace into delivery_alert values(?, ?, ?, ?, ?, ?, ?)')
  }
}

function makeColumns(delivery: Delivery): readonly SQLInputValue[] {
  const { sequence, state, alertId, plannedAt, round, last, held, isUnnamed } = delivery
  return [
    ...[sequence, phases[state] ?? donePhase, alertId, plannedAt, round],
    ...[isAside(delivery) ? 1 : 0, held === null ? 0 : 1, held?.until ?? null],
    ...[last?.at ?? null, isUnnamed ? 1 : 0, packDelivery(delivery)]
  ]
}

/** Somebody asked for it again, or it does not describe the state of the alert. */
function isAside(delivery: Delivery): boolean {
  return delivery.round > 0 || !isStateEvent(delivery)
}

/** Values in a fixed order: names would double the size of a row. What is left out is 0. */
function packDelivery(from: Delivery): string {
  const { severity = 0, pages = 0, closes = 0, restated = 0, waited = 0 } = from
  const { eventId, sequence, previousId, alertId, eventType, verdict, partition, position } = from
  const { plannedAt, state, isSheltered, isChosen, superseded, isParkedByEnd, pagesNow } = from
  const { round, attempts, nextAt, last, tried, held, because } = from
  return JSON.stringify([
    ...[eventId, sequence, previousId, alertId, eventType, verdict, partition, position],
    ...[severity, pages, closes, restated, waited],
    ...[plannedAt, state, isSheltered, isChosen, superseded, isParkedByEnd, pagesNow],
    ...[round, attempts, nextAt, last, tried, held, because]
  ])
}

function readDelivery(subscriptionId: string, { is_unnamed, body }: Row): Delivery {
  const values = JSON.parse(String(body))
  const [eventId, sequence, previousId, alertId, eventType, verdict, partition, position] = values
  const [, , , , , , , , severity, pages, closes, restated, waited] = values
  const [plannedAt, state, isSheltered, isChosen, superseded, isParkedByEnd, pagesNow] =
    values.slice(13)
  const [round, attempts, nextAt, last, tried, held, because] = values.slice(20)
  return {
    ...{ subscriptionId, sequence, eventId, previousId, alertId, eventType, verdict, partition },
    ...{ position, plannedAt, state, isSheltered, isChosen, superseded, isParkedByEnd, pagesNow },
    ...{ round, attempts, nextAt, last, tried, held, because, isUnnamed: is_unnamed === 1 },
    ...(severity === 0 ? {} : { severity }),
    ...(pages === 0 ? {} : { pages }),
    ...(closes === 0 ? {} : { closes }),
    ...(restated === 0 ? {} : { restated }),
    ...(waited === 0 ? {} : { waited })
  }
}

function packTrace(from: AlertTrace): string {
  const { alertId, newest, sent, isHeard, isBegun, owesPage, unheardSinceMs } = from
  const { accepted, toldMs, lane, firstWaiting } = from
  return JSON.stringify([
    ...[alertId, newest, sent, isHeard, isBegun, owesPage, unheardSinceMs],
    ...[accepted, toldMs, lane, firstWaiting]
  ])
}

function readTrace({ look_ms, body }: Row): AlertTrace {
  const values = JSON.parse(String(body))
  const [alertId, newest, sent, isHeard, isBegun, owesPage, unheardSinceMs] = values
  const [accepted, toldMs, lane, firstWaiting] = values.slice(7)
  return {
    ...{ alertId, newest, sent, isHeard, isBegun, owesPage, unheardSinceMs },
    ...{ accepted, toldMs, lane, firstWaiting, lookMs: look_ms as number | null }
  }
}
