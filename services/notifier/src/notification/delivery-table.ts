// The deliveries of a subscription, and what it was notified of for each alert, in the tables of the
// read model. Changed rows are written together: when there are many, and before a query.

import type { ReadModel } from '@tocsin/read-model/read-model'
import type { AlertTrace } from './alert-trace.ts'
import { type Delivery, isStateEvent } from './delivery.ts'
import type { SequenceRange } from './delivery-record.ts'
import { makeRow, makeTraceRow, readRow, readTrace } from './delivery-rows.ts'

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

const [pending, parked, done, lapsed] = [0, 1, 2, 3] as const
type Phase = 0 | 1 | 2 | 3

export function openDeliveryStatements(model: ReadModel) {
  const prepare = (sql: string) => model.prepare(sql)
  // `phase <> 2` lets SQLite use the partial index of what is not done, also where the phase is given.
  const traced = 'lane, first_waiting as firstWaiting, look_ms as lookMs, body'
  const whole = 'is_unnamed as isUnnamed, body'
  const named = "sequence, alert_id as alertId, body ->> '$[1]' as eventId"
  const of = (rest: string, what = 'sequence') =>
    prepare(`select ${what} from delivery where subscription = ? ${rest}`)
  const alert = (what: string, rest: string) =>
    prepare(`select ${what} from delivery_alert where subscription = ? ${rest}`)
  return {
    put: prepare('insert or replace into delivery values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    find: of('and sequence = ?', whole),
    waiting: of('and phase = ? and phase <> 2 order by sequence limit ?'),
    within: of('and phase = 0 and phase <> 2 and sequence between ? and ? order by sequence'),
    firstUnasked: of('and phase = 0 and phase <> 2 and round = 0 order by sequence limit 1', whole),
    aside: of('and phase = 0 and is_aside = 1 order by sequence', whole),
    due: of(
      'and phase = 0 and phase <> 2 and is_held = 0 order by sequence limit 1',
      'sequence, planned_at as plannedAt'
    ),
    heldUntil: of('and is_held = 1 and sequence < ?', 'min(held_until) as until'),
    before: of('and sequence < ? order by sequence desc', whole),
    // Without it SQLite walks through all deliveries in order.
    ofAlert: prepare(`select ${whole} from delivery indexed by delivery_of_alert
      where subscription = ? and alert_id = ? and sequence >= ? order by sequence desc`),
    countWaiting: of('and phase = ? and phase <> 2', 'count(*) as count'),
    countUnnamed: of('and is_unnamed = 1', 'count(*) as count'),
    countHeld: of('and is_held = 1', 'count(*) as count'),
    newest: of('', 'max(sequence) as newest'),
    overdue: of(`and phase in (0, 1) and phase <> 2 and planned_at < :before
      and (phase = 1 or round = 0 or :isAway)
      and (:isAway or is_held = 0 or held_until < :before) order by phase, sequence`),
    failed: of(
      'and phase in (0, 1) and phase <> 2 and (phase = 1 or last_at is not null) order by sequence',
      named
    ),
    planned: of('and planned_at >= ? and planned_at < ? order by sequence', named),
    byIds: of("and body ->> '$[1]' in (select value from json_each(?)) order by sequence", named),
    unnamed: of('and is_unnamed = 1 order by sequence limit ?'),
    named: prepare(
      'update delivery indexed by delivery_unnamed set is_unnamed = 0 where subscription = ? and is_unnamed = 1 and sequence between ? and ?'
    ),
    unnamedBelow: of('and is_unnamed = 1 and sequence <= ?', 'max(sequence) as sequence'),
    firstAfter: of('and phase = ? and phase <> 2 and sequence > ? order by sequence limit 1'),
    evict: prepare(`delete from delivery where subscription = ? and phase = 2 and is_unnamed = 0
      and sequence between ? and ?`),
    forgetDone: prepare(`delete from delivery where subscription = :n and phase >= 2
      and is_unnamed = 0 and coalesce(last_at, planned_at) < :before
      and (phase = 2 or sequence < coalesce(
        (select min(sequence) from delivery where subscription = :n and is_unnamed = 1),
        ${Number.MAX_SAFE_INTEGER}))`),
    clear: prepare('delete from delivery where subscription = ?'),
    putAlert: prepare('insert or replace into delivery_alert values(?, ?, ?, ?, ?, ?, ?)'),
    findAlert: alert(traced, 'and alert_id = ?'),
    alerts: alert(traced, ''),
    alertIds: alert('alert_id as alertId', ''),
    firstTold: alert('alert_id as alertId, told_ms as toldMs', 'and told_ms is not null'),
    next: alert(traced, 'and look_ms = 0 order by lane, first_waiting limit 1'),
    nextLook: alert('min(look_ms) as ms', 'and look_ms > 0'),
    wakeDue: prepare(
      'update delivery_alert set look_ms = 0 where subscription = ? and look_ms > 0 and look_ms <= ?'
    ),
    wakeAll: prepare('update delivery_alert set look_ms = 0 where subscription = ?'),
    forgetAlert: prepare('delete from delivery_alert where subscription = ? and alert_id = ?'),
    clearAlerts: prepare('delete from delivery_alert where subscription = ?')
  }
}

type NamedDelivery = Pick<Delivery, 'sequence' | 'alertId' | 'eventId'>

export type DeliveryStatements = ReturnType<typeof openDeliveryStatements>

export class DeliveryTable {
  readonly #all: DeliveryStatements
  readonly #n: number
  readonly #subscriptionId: string
  /** Not written yet. */
  readonly #changed = new Map<number, Delivery>()
  readonly #changedAlerts = new Map<string, AlertTrace>()
  /** Pending, parked. */
  #counts: [number, number]
  #heldCount: number
  #unnamedCount: number
  #newest: number
  #evictedBelow = 0
  /** The pending ones with the lowest sequences, ascending. */
  #heads: number[] = []

  /** `n`: the number of the subscription in the tables. */
  constructor(statements: DeliveryStatements, n: number, subscriptionId: string) {
    this.#all = statements
    this.#n = n
    this.#subscriptionId = subscriptionId
    const count = (phase: Phase) => Number(statements.countWaiting.get(n, phase)?.count)
    this.#counts = [count(pending), count(parked)]
    this.#heldCount = Number(statements.countHeld.get(n)?.count)
    this.#unnamedCount = Number(statements.countUnnamed.get(n)?.count)
    this.#newest = Number(statements.newest.get(n)?.newest ?? 0)
  }

  get pendingCount(): number {
    return this.#counts[pending]
  }

  get parkedCount(): number {
    return this.#counts[parked]
  }

  /** Pending deliveries that no policy delays: delayed ones do not count against what may wait. */
  get dueCount(): number {
    return this.pendingCount - this.#heldCount
  }

  get(sequence: number): Delivery | undefined {
    if (sequence > this.#newest) return undefined
    const known = this.#changed.get(sequence)
    return known ?? this.#readOne(this.#all.find.get(this.#n, sequence))
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
      this.#heads = listSequences(this.#written.waiting.all(this.#n, pending, headsMax))
    return this.get(this.#heads[place] as number)
  }

  /**
   * The only delivery with a first attempt that may be under way, or interrupted, without a record:
   * any other is chosen before it.
   */
  get firstUnasked(): Delivery | undefined {
    const { head } = this
    if (head === undefined || head.round === 0) return head
    return this.#readOne(this.#written.firstUnasked.get(this.#n))
  }

  /** The first delivery outside the order of alerts that `isReady`. */
  findAside(isReady: (delivery: Delivery) => boolean): Delivery | undefined {
    for (const row of this.#written.aside.iterate(this.#n)) {
      const delivery = this.#read(row)
      if (isReady(delivery)) return delivery
    }
    return undefined
  }

  /**
   * Since when the oldest delivery waits that no policy delays, ms; after a delay that ended
   * without an attempt, since its end. Null: none waits.
   */
  computeWaitingSinceMs(nowMs: number): number | null {
    const first = this.#written.due.get(this.#n)
    const before = first === undefined ? Number.MAX_SAFE_INTEGER : Number(first.sequence)
    const until = this.#all.heldUntil.get(this.#n, before)?.until ?? null
    const heldUntilMs = until === null ? Number.POSITIVE_INFINITY : Date.parse(String(until))
    if (first !== undefined) return Math.min(heldUntilMs, Date.parse(String(first.plannedAt)))
    return heldUntilMs <= nowMs ? heldUntilMs : null
  }

  listPending(): number[] {
    return listSequences(this.#written.waiting.all(this.#n, pending, -1))
  }

  listParked(): number[] {
    return listSequences(this.#written.waiting.all(this.#n, parked, -1))
  }

  /** Pending ones of a range, both ends in it. */
  pendingWithin({ from, to }: SequenceRange): number[] {
    return listSequences(this.#written.within.all(this.#n, from, to))
  }

  /**
   * Deliveries before a sequence, newest first, one by one: a page costs only the rows that it
   * reads. No other page may be read meanwhile.
   */
  *newestBefore(sequence: number): Generator<Delivery> {
    const before = Math.min(sequence, Number.MAX_SAFE_INTEGER)
    for (const row of this.#written.before.iterate(this.#n, before)) yield this.#read(row)
  }

  /** Newest first; for one alert at the cost of that alert. */
  newestFirst(alertId?: string): Delivery[] {
    if (alertId === undefined) return [...this.newestBefore(Number.MAX_SAFE_INTEGER)]
    return this.#written.ofAlert.all(this.#n, alertId, 0).map(row => this.#read(row))
  }

  /** Of an alert, without those that are aside, ascending. */
  waitingOf({ alertId, firstWaiting }: AlertTrace): Delivery[] {
    return this.#written.ofAlert
      .all(this.#n, alertId, firstWaiting)
      .map(row => this.#read(row))
      .filter(each => each.state === 'pending' && !isAside(each))
      .reverse()
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
    const named = { before, isAway: isAway ? 1 : 0 }
    return listSequences(this.#written.overdue.all(named, this.#n))
  }

  /** Parked, or waiting after a failed attempt; ascending. */
  listFailed(): NamedDelivery[] {
    return listNamed(this.#written.failed.all(this.#n))
  }

  /** Planned from one time until before another, ISO 8601; ascending. */
  listPlanned(since: string, until: string): NamedDelivery[] {
    return listNamed(this.#written.planned.all(this.#n, since, until))
  }

  /** With these ids of events, ascending. */
  listByIds(ids: readonly string[]): NamedDelivery[] {
    return listNamed(this.#written.byIds.all(this.#n, JSON.stringify(ids)))
  }

  /** Skipped sequences that no delivery has named yet, ascending, at most so many. */
  listUnnamed(most: number): number[] {
    return listSequences(this.#written.unnamed.all(this.#n, most))
  }

  /**
   * The range that the next delivery names as superseded: from the lowest unnamed sequence up to the
   * last one that can be reached without passing one that is yet to be sent. Null if none before it
   * is unnamed. Lapsed deliveries were not replaced: the partner must see that they are missing.
   */
  findRange(before: number): SequenceRange | null {
    if (this.#unnamedCount === 0) return null
    const { unnamed, firstAfter, unnamedBelow } = this.#written
    const [from] = listSequences(unnamed.all(this.#n, 1))
    if (from === undefined || from > before) return null
    const barriers = listSequences(
      [pending, parked, lapsed].flatMap(phase => firstAfter.all(this.#n, phase, from))
    )
    const end = Math.min(before, ...barriers.map(each => each - 1))
    return { from, to: Number(unnamedBelow.get(this.#n, end)?.sequence) }
  }

  /** A delivery names the range. */
  named({ from, to }: SequenceRange): void {
    this.#unnamedCount -= Number(this.#written.named.run(this.#n, from, to).changes)
  }

  /** Forgets what was done before a time, ISO 8601. */
  forgetDone(before: string): void {
    this.#written.forgetDone.run({ n: this.#n, before })
  }

  findAlert(alertId: string): AlertTrace | undefined {
    const changed = this.#changedAlerts.get(alertId)
    if (changed !== undefined) return changed
    const row = this.#all.findAlert.get(this.#n, alertId)
    return row === undefined ? undefined : readAlert(row)
  }

  setAlert(trace: AlertTrace): void {
    this.#changedAlerts.set(trace.alertId, trace)
    if (this.#changedAlerts.size >= changedMax) this.write()
  }

  /** The most urgent alert that is to be looked at now. */
  nextAlert(nowMs: number): AlertTrace | undefined {
    const { wakeDue, next } = this.#written
    wakeDue.run(this.#n, nowMs)
    const row = next.get(this.#n)
    return row === undefined ? undefined : readAlert(row)
  }

  /** When the next alert is to be looked at, ms; null: when something changes. */
  nextLookMs(): number | null {
    const ms = this.#written.nextLook.get(this.#n)?.ms ?? null
    return ms === null ? null : Number(ms)
  }

  /** Alerts that wait for a time are looked at now. */
  endWaits(): void {
    this.#written.wakeDue.run(this.#n, Number.MAX_SAFE_INTEGER)
  }

  /** All alerts are looked at now: somebody else decides. */
  lookAtAll(): void {
    this.#written.wakeAll.run(this.#n)
  }

  /** Alerts with a planned event. */
  get alertIds(): readonly string[] {
    return this.#written.alertIds.all(this.#n).map(({ alertId }) => String(alertId))
  }

  /** Alerts with an accepted event, each with the time of the first one, ms. */
  firstTold(): readonly (readonly [alertId: string, toldMs: number])[] {
    return this.#written.firstTold
      .all(this.#n)
      .map(({ alertId, toldMs }) => [String(alertId), Number(toldMs)])
  }

  /** In the order of their ids. */
  listAlerts(): AlertTrace[] {
    return this.#written.alerts.all(this.#n).map(readAlert)
  }

  forgetAlert(alertId: string): void {
    this.#changedAlerts.delete(alertId)
    this.#all.forgetAlert.run(this.#n, alertId)
  }

  clearDeliveries(): void {
    this.#changed.clear()
    this.#all.clear.run(this.#n)
    this.#counts = [0, 0]
    this.#heldCount = 0
    this.#unnamedCount = 0
    this.#newest = 0
    this.#evictedBelow = 0
    this.#heads = []
  }

  clear(): void {
    this.clearDeliveries()
    this.#changedAlerts.clear()
    this.#all.clearAlerts.run(this.#n)
  }

  /** Writes what changed. */
  write(): void {
    for (const [sequence, delivery] of this.#changed) {
      const { alertId, plannedAt, round, held, last, isUnnamed } = delivery
      this.#all.put.run(
        ...[
          this.#n,
          sequence,
          findPhase(delivery),
          alertId,
          plannedAt,
          round,
          isAside(delivery) ? 1 : 0
        ],
        ...[held === null ? 0 : 1, held?.until ?? null, last?.at ?? null],
        ...[isUnnamed ? 1 : 0, JSON.stringify(makeRow(delivery))]
      )
    }
    for (const trace of this.#changedAlerts.values()) {
      const { alertId, toldMs, lane, firstWaiting, lookMs } = trace
      this.#all.putAlert.run(
        ...[this.#n, alertId, toldMs, lane, firstWaiting, lookMs],
        JSON.stringify(makeTraceRow(trace))
      )
    }
    this.#changed.clear()
    this.#changedAlerts.clear()
    const below = this.#newest - finishedKeptMax
    if (below < this.#evictedBelow + evictedTogether) return
    this.#all.evict.run(this.#n, this.#evictedBelow, below)
    this.#evictedBelow = below
  }

  /** The tables with all that changed. */
  get #written(): DeliveryStatements {
    this.write()
    return this.#all
  }

  #count(delivery: Delivery, by: 1 | -1): void {
    const phase = findPhase(delivery)
    if (phase < 2) this.#counts[phase as 0 | 1] += by
    if (delivery.held !== null) this.#heldCount += by
    if (delivery.isUnnamed) this.#unnamedCount += by
  }

  #read({ isUnnamed, body }: Readonly<Record<string, unknown>>): Delivery {
    const delivery = readRow(this.#subscriptionId, JSON.parse(String(body)))
    return { ...delivery, isUnnamed: isUnnamed === 1 }
  }

  #readOne(row: Readonly<Record<string, unknown>> | undefined): Delivery | undefined {
    return row === undefined ? undefined : this.#read(row)
  }
}

function findPhase({ state }: Delivery): Phase {
  if (state === 'pending') return pending
  if (state === 'parked') return parked
  return state === 'lapsed' ? lapsed : done
}

/** Somebody asked for it again, or it does not describe the state of its alert. */
function isAside(delivery: Delivery): boolean {
  return delivery.round > 0 || !isStateEvent(delivery)
}

function listSequences(rows: readonly Readonly<Record<string, unknown>>[]): number[] {
  return rows.map(({ sequence }) => Number(sequence))
}

function listNamed(rows: readonly Readonly<Record<string, unknown>>[]): NamedDelivery[] {
  return rows.map(({ sequence, alertId, eventId }) => ({
    ...{ sequence: Number(sequence), alertId: String(alertId), eventId: String(eventId) }
  }))
}

function readAlert({
  lane,
  firstWaiting,
  lookMs,
  body
}: Readonly<Record<string, unknown>>): AlertTrace {
  return readTrace(JSON.parse(String(body)), {
    ...{ lane: Number(lane), firstWaiting: Number(firstWaiting) },
    lookMs: lookMs === null ? null : Number(lookMs)
  })
}
