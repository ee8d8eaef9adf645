// The stored deliveries of a subscription, in the tables of the read model. Finished ones are
// bounded here; pending ones by the planner and the retention.

import type { ReadModel } from '@tocsin/read-model/read-model'
import { LRUCache } from 'lru-cache'
import type { Delivery } from './delivery.ts'
import { type DeliveryRow, makeRow, readRow } from './delivery-rows.ts'

/**
 * Finished deliveries stored per subscription, for the list and for replays: about as many. The
 * oldest are evicted; parked ones never are.
 */
export const finishedKeptMax = 10_000
const evictedTogether = 100

/** Deliveries of all subscriptions in memory: the last that were written or read. */
const recentMax = 5_000

/** How many are written together at the latest, and how many of those that wait are read together. */
const changedMax = 1_000
const headsMax = 50

const [pending, parked, done] = [0, 1, 2] as const

/** The statements on the table, and what all subscriptions share. */
export function openDeliveryTable(model: ReadModel) {
  const of = (rest: string, what = 'sequence') =>
    model.prepare(`select ${what} from delivery where subscription = ? ${rest}`)
  return {
    /** The last that were read, by number of the subscription and sequence. */
    recent: new LRUCache<string, Delivery>({ max: recentMax }),
    put: model.prepare('insert or replace into delivery values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    find: of('and sequence = ?', 'body'),
    waiting: of('and phase = ? and phase < 2 order by sequence limit ?'),
    within: of('and phase = 0 and sequence between ? and ? order by sequence'),
    firstUnasked: of('and phase = 0 and round = 0 order by sequence limit 1'),
    due: of(
      'and phase = 0 and is_held = 0 order by sequence limit 1',
      'sequence, planned_at as plannedAt'
    ),
    heldUntil: of('and is_held = 1 and sequence < ?', 'min(held_until) as until'),
    before: of('and sequence < ? order by sequence desc', 'body'),
    ofAlert: of('and alert_id = ? order by sequence desc', 'body'),
    countAll: of('', 'count(*) as count, max(sequence) as newest'),
    countWaiting: of('and phase = ? and phase < 2', 'count(*) as count'),
    countHeld: of('and is_held = 1', 'count(*) as count'),
    silenced: of(
      'and is_held = 1 and silence = ? group by alert_id',
      'alert_id as alertId, count(*) as count'
    ),
    overdue: of(`and phase < 2 and planned_at < :before
      and (phase = 1 or round = 0 or :isAway)
      and (:isAway or is_held = 0 or held_until < :before) order by phase, sequence`),
    oldestDone: of('and phase = 2 order by sequence limit ?'),
    remove: model.prepare('delete from delivery where subscription = ? and sequence = ?'),
    forgetDone: model.prepare(
      `delete from delivery where subscription = ? and phase = 2 and coalesce(last_at, planned_at) < ?`
    ),
    clear: model.prepare('delete from delivery where subscription = ?')
  }
}

export type DeliveryTable = ReturnType<typeof openDeliveryTable>

export interface HeldBySilence {
  readonly count: number
  readonly byAlert: ReadonlyMap<string, number>
}

export class KeptDeliveries {
  readonly #table: DeliveryTable
  readonly #n: number
  readonly #subscriptionId: string
  /** Not written to the table yet. */
  readonly #changed = new Map<number, Delivery>()
  /** By phase. */
  #counts = [0, 0, 0]
  #heldCount: number
  #newest: number
  /** The pending ones with the lowest sequences, ascending. */
  #heads: number[] = []

  constructor(table: DeliveryTable, n: number, subscriptionId: string) {
    this.#table = table
    this.#n = n
    this.#subscriptionId = subscriptionId
    const all = table.countAll.get(n)
    this.#newest = Number(all?.newest ?? 0)
    const waiting = [pending, parked].map(phase => Number(table.countWaiting.get(n, phase)?.count))
    this.#counts = [...waiting, Number(all?.count) - computeSum(waiting)]
    this.#heldCount = Number(table.countHeld.get(n)?.count)
  }

  get pendingCount(): number {
    return this.#counts[pending] as number
  }

  get parkedCount(): number {
    return this.#counts[parked] as number
  }

  /** Pending deliveries that a policy delays. */
  get heldCount(): number {
    return this.#heldCount
  }

  get(sequence: number | undefined): Delivery | undefined {
    if (sequence === undefined || sequence > this.#newest) return undefined
    const { recent, find } = this.#table
    const known = this.#changed.get(sequence) ?? recent.get(this.#makeKey(sequence))
    if (known !== undefined) return known
    const row = find.get(this.#n, sequence)
    if (row === undefined) return undefined
    const read = this.#read(row)
    recent.set(this.#makeKey(sequence), read)
    return read
  }

  /** The first pending one, or the second. */
  pendingAt(place: 0 | 1): Delivery | undefined {
    if (place >= this.pendingCount) return undefined
    if (place >= this.#heads.length)
      this.#heads = listSequences(this.#written.waiting.all(this.#n, pending, headsMax))
    return this.get(this.#heads[place])
  }

  /**
   * The only delivery with a first attempt that may be under way, or interrupted, without a record:
   * any other is chosen before it.
   */
  get firstUnasked(): Delivery | undefined {
    const head = this.pendingAt(0)
    if (head === undefined || head.round === 0) return head
    return this.get(this.#written.firstUnasked.get(this.#n)?.sequence as number | undefined)
  }

  /** Since when the oldest that no policy delays waits, and until when those before it wait, ms. */
  get due(): { readonly plannedMs: number | null; readonly heldUntilMs: number } {
    const first = this.#written.due.get(this.#n)
    const before = first === undefined ? Number.MAX_SAFE_INTEGER : Number(first.sequence)
    const until = this.#table.heldUntil.get(this.#n, before)?.until ?? null
    return {
      plannedMs: first === undefined ? null : Date.parse(String(first.plannedAt)),
      heldUntilMs: until === null ? Number.POSITIVE_INFINITY : Date.parse(String(until))
    }
  }

  listPending(): number[] {
    return listSequences(this.#written.waiting.all(this.#n, pending, -1))
  }

  listParked(): number[] {
    return listSequences(this.#written.waiting.all(this.#n, parked, -1))
  }

  /** Pending ones of a range, both ends in it. */
  pendingWithin(from: number, to: number): number[] {
    return listSequences(this.#written.within.all(this.#n, from, to))
  }

  /** By alert, how many deliveries a silence delays, as last logged. */
  heldBySilence(silenceId: string): HeldBySilence {
    const rows = this.#written.silenced.all(this.#n, silenceId)
    const byAlert = new Map(rows.map(({ alertId, count }) => [String(alertId), Number(count)]))
    return { count: computeSum([...byAlert.values()]), byAlert }
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
    return this.#written.ofAlert.all(this.#n, alertId).map(row => this.#read(row))
  }

  /** Replaces the delivery stored under its sequence. */
  set(delivery: Delivery): void {
    const { sequence, state } = delivery
    const known = this.get(sequence)
    const phase = findPhase(delivery)
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
    const finished = this.parkedCount + (this.#counts[done] as number)
    if (phase !== pending && finished >= finishedKeptMax + evictedTogether) this.#evict()
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

  /** Forgets what was done before a time, ISO 8601. */
  forgetDone(before: string): void {
    const { changes } = this.#written.forgetDone.run(this.#n, before)
    this.#counts[done] = (this.#counts[done] as number) - Number(changes)
    this.#table.recent.clear()
  }

  clear(): void {
    this.#changed.clear()
    this.#table.clear.run(this.#n)
    this.#table.recent.clear()
    this.#counts = [0, 0, 0]
    this.#heldCount = 0
    this.#newest = 0
    this.#heads = []
  }

  /** Writes what changed. */
  write(): void {
    for (const [sequence, delivery] of this.#changed) {
      const { alertId, plannedAt, round, held, last } = delivery
      const silence = held?.reason === 'silenced' ? held.by : null
      this.#table.put.run(
        ...[this.#n, sequence, findPhase(delivery), alertId, plannedAt, round],
        ...[held === null ? 0 : 1, held?.until ?? null, silence, last?.at ?? null],
        JSON.stringify(makeRow(delivery))
      )
      this.#table.recent.set(this.#makeKey(sequence), delivery)
    }
    this.#changed.clear()
  }

  /** The table with all that changed. */
  get #written(): DeliveryTable {
    this.write()
    return this.#table
  }

  #count(delivery: Delivery, by: 1 | -1): void {
    const phase = findPhase(delivery)
    this.#counts[phase] = (this.#counts[phase] as number) + by
    if (delivery.held !== null) this.#heldCount += by
  }

  #evict(): void {
    const { oldestDone, remove, recent } = this.#written
    for (const each of listSequences(oldestDone.all(this.#n, evictedTogether))) {
      remove.run(this.#n, each)
      recent.delete(this.#makeKey(each))
      this.#counts[done] = (this.#counts[done] as number) - 1
    }
  }

  #read({ body }: Readonly<Record<string, unknown>>): Delivery {
    return readRow(this.#subscriptionId, JSON.parse(String(body)) as DeliveryRow)
  }

  #makeKey(sequence: number): string {
    return `${this.#n} ${sequence}`
  }
}

function findPhase({ state }: Delivery): 0 | 1 | 2 {
  return state === 'pending' ? pending : state === 'parked' ? parked : done
}

function listSequences(rows: readonly Readonly<Record<string, unknown>>[]): number[] {
  return rows.map(({ sequence }) => Number(sequence))
}

function computeSum(counts: readonly number[]): number {
  return counts.reduce((sum, each) => sum + each, 0)
}
