// The deliveries of a subscription, folded from the deliveries log: pending and when, delivered,
// parked. Pure: no clock, no network. A restart folds again and continues where the process died.
// If several instances write the log, this fold decides: the first plan that continues the chain
// counts, whoever wrote it, and every record may occur twice.

import { AlertTraces, type TraceTable } from './alert-traces.ts'
import { askedAgain, canBeChosen, type Delivery, makeLast, plannedDelivery } from './delivery.ts'
import type { ChosenData, DeliveryRecord, HeldData, OutcomeData } from './delivery-record.ts'
import {
  type DeliveriesState,
  listDeliveries,
  makeStateRows,
  newerRows,
  noticesIn,
  type StateRow
} from './delivery-rows.ts'
import { EndpointFold, type Wait } from './endpoint-fold.ts'
import type { EndpointHealth } from './endpoint-health.ts'
import { type DeliveryTable, KeptDeliveries } from './kept-deliveries.ts'
import type { SequenceRange } from './newest-state.ts'
import { Notices } from './notices.ts'
import { PlanChain, type PlanRecord } from './plan-chain.ts'
import { SeenReplays } from './seen-replays.ts'
import { UnnamedSequences } from './unnamed-sequences.ts'
import { type NewsJudge, WaitingOrder } from './waiting-order.ts'

interface Tables {
  readonly deliveries: DeliveryTable
  readonly traces: TraceTable
}

interface Named {
  readonly subscriptionId: string
  /** In the tables. */
  readonly n: number
}

export class SubscriptionDeliveries {
  readonly n: number
  readonly #subscriptionId: string
  readonly #kept: KeptDeliveries
  /** Made at the first turn in newest-state order: strict order needs none. */
  #order: WaitingOrder | null = null
  /** Notices other than alert events. */
  readonly notices = new Notices()
  readonly #alerts: AlertTraces
  #unnamed = new UnnamedSequences(sequence => this.#kept.get(sequence))
  readonly #endpoint = new EndpointFold()
  readonly #chain = new PlanChain()
  readonly #replays = new SeenReplays()
  #isEnded = false
  #parkedByEnd: readonly number[] = []
  #lapsedThrough = 0

  constructor({ deliveries, traces }: Tables, { n, subscriptionId }: Named) {
    this.n = n
    this.#subscriptionId = subscriptionId
    this.#kept = new KeptDeliveries(deliveries, n, subscriptionId)
    this.#alerts = new AlertTraces(traces, n, this.notices)
  }

  /** Sequence of the newest planned delivery; 0 before the first. */
  get lastSequence(): number {
    return this.#chain.lastSequence
  }

  get lastEventId(): string | null {
    return this.#chain.lastEventId
  }

  /** Id of the newest valid plan, which the next one must name. Null before the first. */
  get lastPlanId(): string | null {
    return this.#chain.lastPlanId
  }

  get pendingCount(): number {
    return this.#kept.pendingCount
  }

  get parkedCount(): number {
    return this.#kept.parkedCount
  }

  /** The receiver ended the subscription. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  get health(): EndpointHealth {
    return this.#endpoint.health
  }

  /** How long the endpoint is left alone; null: not at all. */
  get wait(): Wait | null {
    return this.#endpoint.wait
  }

  /** What its attempts came to lately. */
  get endpoint(): EndpointFold {
    return this.#endpoint
  }

  /** Skipped sequences that no delivery has named yet, ascending. */
  get unnamed(): readonly number[] {
    return this.#unnamed.all
  }

  /** How long the last attempt took, ms; null before the first. */
  get durationMs(): number | null {
    return this.#endpoint.durationMs
  }

  /** The pending delivery with the lowest sequence: strict order sends no other before it. */
  get head(): Delivery | undefined {
    return this.#kept.pendingAt(0)
  }

  /**
   * Since when the oldest delivery waits that no policy delays, ms; after a delay that ended
   * without an attempt, since its end. Null: none waits.
   */
  computeWaitingSinceMs(nowMs: number): number | null {
    const { plannedMs, heldUntilMs } = this.#kept.due
    if (plannedMs !== null) return Math.min(heldUntilMs, plannedMs)
    return heldUntilMs <= nowMs ? heldUntilMs : null
  }

  get second(): Delivery | undefined {
    return this.#kept.pendingAt(1)
  }

  get(sequence: number): Delivery | undefined {
    return this.#kept.get(sequence)
  }

  /** Tries of a pending delivery by its schedule. */
  findTries(sequence: number): number {
    return this.#endpoint.findTries(sequence)
  }

  /** How long a pending delivery waits in addition to its endpoint; null: no wait. */
  computeWait(sequence: number): Wait | null {
    return this.#endpoint.computeWait(sequence)
  }

  /**
   * The waiting deliveries, in newest-state order as of now, and as a policy decides: judged up to
   * a limit of work.
   */
  order(
    nowMs: number,
    judge: NewsJudge | null = null,
    unitsMax = Number.POSITIVE_INFINITY
  ): WaitingOrder {
    if (this.#order === null || this.#order.judge !== judge)
      this.#order = WaitingOrder.of(this.#kept, alertId => this.#alerts.of(alertId), judge)
    this.#order.settle(nowMs, unitsMax)
    return this.#order
  }

  /** Pending deliveries that no policy delays: delayed ones do not count against what may wait. */
  get dueCount(): number {
    return this.#kept.pendingCount - this.#kept.heldCount
  }

  /** Pages of the stored deliveries, and what a silence delays. */
  get kept(): KeptDeliveries {
    return this.#kept
  }

  #keep(delivery: Delivery): void {
    if (delivery.state === 'pending') this.#order?.put(delivery)
    else this.#order?.remove(delivery)
    this.#kept.set(delivery)
  }

  /** What the delivery (null: none) would name as superseded, if these are skipped. */
  rangeFor(sequence: number | null, skipped: Iterable<number>): SequenceRange | null {
    return this.#unnamed.rangeFor(sequence, skipped, this.#lapsedThrough)
  }

  /** Whether it waits, and the partner cannot know its alert yet. */
  isUnsent({ sequence, alertId }: Delivery): boolean {
    const { state, round } = this.#kept.get(sequence) ?? {}
    return (
      state === 'pending' &&
      round === 0 &&
      this.#alerts.isUnsent(alertId) &&
      this.#kept.firstUnasked?.alertId !== alertId
    )
  }

  /** The stored deliveries, newest first; for one alert at the cost of that alert. */
  newestFirst(alertId?: string): readonly Delivery[] {
    return this.#kept.newestFirst(alertId)
  }

  /** How far the alerts log is planned. */
  get planned(): PlanChain {
    return this.#chain
  }

  get alerts(): AlertTraces {
    return this.#alerts
  }

  /** Writes to the tables what is not in them, and returns the rest of the state. */
  write(): readonly StateRow[] {
    this.#kept.write()
    this.#alerts.write()
    return [...this.#makeRows()]
  }

  /** The present state, as in a checkpoint. */
  listRows(): readonly StateRow[] {
    return [
      ...this.#makeRows({
        alerts: this.#alerts.capture(),
        deliveries: this.#kept.newestFirst().reverse()
      })
    ]
  }

  clear(): void {
    this.#kept.clear()
    this.#alerts.clear()
  }

  #makeRows(
    tables: Pick<Parameters<typeof makeStateRows>[0], 'alerts' | 'deliveries'> = {
      alerts: [],
      deliveries: []
    }
  ): Iterable<StateRow> {
    const state: DeliveriesState = {
      chain: this.#chain.capture(),
      isEnded: this.#isEnded,
      lapsedThrough: this.#lapsedThrough,
      replays: this.#replays.capture(),
      endpoint: this.#endpoint.capture()
    }
    const tries = this.#endpoint.captureTries()
    const numbers = { tries, unnamed: this.#unnamed.all, parkedByEnd: this.#parkedByEnd }
    return makeStateRows({ state, ...numbers, ...this.notices.capture(), ...tables })
  }

  /** Restores rows, in order, into an empty fold, or beside the tables. */
  restore(row: StateRow): void {
    this.notices.restore({ notices: noticesIn(row) })
    if ('state' in row) {
      this.#chain.restore(row.state.chain)
      this.#isEnded = row.state.isEnded
      this.#lapsedThrough = row.state.lapsedThrough
      for (const replayId of row.state.replays) this.#replays.take(replayId)
      this.#endpoint.restore(row.state.endpoint)
    } else if ('alerts' in row) for (const each of row.alerts) this.#alerts.restore(each)
    else if ('tries' in row) for (const each of row.tries) this.#endpoint.restoreTry(each)
    else if ('reminderHolds' in row) this.notices.restore(row)
    else if ('unnamed' in row) this.#unnamed.add(row.unnamed)
    else if ('parkedByEnd' in row) this.#parkedByEnd = [...this.#parkedByEnd, ...row.parkedByEnd]
    else if ('deliveries' in row)
      for (const each of listDeliveries(this.#subscriptionId, row.deliveries)) this.#keep(each)
    else if (!('notices' in row || 'bulletins' in row || 'reminders' in row))
      throw newerRows(this.#subscriptionId)
  }

  /**
   * Deliveries that wait or are parked and were planned before a time; replayed ones only while
   * their endpoint fails.
   */
  overdue(before: string): number[] {
    return this.#kept.overdue(
      before,
      (this.health.sinceMs ?? Number.POSITIVE_INFINITY) < Date.parse(before)
    )
  }

  apply(record: DeliveryRecord): void {
    switch (record.type) {
      case 'delivery.planned':
        this.#plan(record)
        break
      case 'delivery.outcome':
        this.#came(record.data, record.time)
        break
      case 'delivery.replayed':
        this.#replayed(record.data)
        break
      case 'delivery.chosen':
        this.#choose(record.data)
        break
      case 'delivery.held':
        this.#hold(record.data)
        break
      case 'delivery.dropped':
        if (record.data.why === 'lapsed') this.#lapse(record.data.sequences, record.time)
        else this.#leaveOut(record.data.sequences)
        break
      case 'delivery.resumed':
        if (record.data.by === 'address') this.#beginElsewhere()
        else this.#endpoint.resume()
        break
      case 'delivery.restored':
        if (record.data.epoch !== this.#chain.epoch) this.#beginEpoch(record.data.epoch, record.id)
        break
      case 'delivery.checkpoint-begun':
        this.#kept.forgetDone(record.data.forgetBefore)
        break
      case 'delivery.checkpoint':
        break
      default:
        this.#end(this.notices.apply(record))
    }
  }

  #plan(record: PlanRecord): void {
    const { data, time: plannedAt } = record
    if (!this.#chain.take(record)) return
    const isSheltered = this.health.state !== 'up'
    this.#alerts.planned(data, { isSheltered, atMs: Date.parse(plannedAt) })
    this.#keep(plannedDelivery(data, { plannedAt, isSheltered }))
    if (data.pages) this.#endpoint.hurry()
  }

  /**
   * Counts once, whoever logs it again: a failure, and giving up, only after attempts that count, a
   * successful delivery whoever reports it.
   */
  #came(data: OutcomeData, time: string): void {
    const delivery = this.#findPending(data)
    if (delivery === undefined) return
    if (data.outcome === 'delivered') {
      this.#endpoint.accepted({ time, data })
      this.#alerts.sent(delivery)
      this.#alerts.accepted(delivery, Date.parse(time))
      const last = makeLast(time, data, null)
      this.#finish(delivery, { state: 'delivered', attempts: data.attempt, last })
      return
    }
    const last = makeLast(time, data, data.reason)
    // If another delivery proved this one unacceptable, all attempts are logged.
    const isProven = data.outcome === 'parked' && data.provenBy !== undefined
    if (data.attempt < delivery.attempts + (isProven ? 0 : 1)) return
    if (data.outcome === 'parked') {
      this.#endpoint.done(delivery.sequence)
      this.#alerts.givenUp(delivery)
      this.#finish(delivery, { state: 'parked', attempts: data.attempt, last })
      return
    }
    const nextAt = data.outcome === 'failed' ? data.nextAt : delivery.nextAt
    this.#keep({ ...delivery, nextAt, attempts: data.attempt, last })
    this.#alerts.sent(delivery)
    this.#endpoint.failed({ time, data })
    if (data.outcome === 'ended') this.#end()
  }

  /**
   * Fixes the next delivery and what it replaces. Of two concurrent choices the first counts, and
   * only its range is skipped.
   */
  #choose({
    sequence,
    superseded,
    expired,
    pages,
    muted = [],
    mutedFor = [],
    because,
    held
  }: ChosenData): void {
    const chosen = sequence === null ? null : this.#kept.get(sequence)
    if (chosen === undefined || (chosen !== null && !canBeChosen(chosen))) return
    const skipped =
      superseded === null ? [] : this.#skip(superseded, { expired, muted, mutedFor }, sequence)
    if (chosen === null) this.#unnamed.add(skipped)
    if (chosen === null) return
    if (superseded !== null) this.#unnamed.named(superseded)
    const why = {
      held: null,
      because: because ?? null,
      ...(held === undefined ? {} : { waited: held })
    }
    const next = {
      ...chosen,
      isChosen: true,
      superseded,
      pagesNow: chosen.pagesNow || pages === true,
      ...why
    }
    this.#keep(next)
    this.#alerts.sent(next)
  }

  /** Skips what is pending in a range, except what somebody asked for. */
  #skip(
    { from, to }: SequenceRange,
    untold: Required<Pick<ChosenData, 'expired' | 'muted' | 'mutedFor'>>,
    except: number | null
  ): readonly number[] {
    const [expired, muted] = [
      new Set(untold.expired),
      new Map(untold.muted.map((each, i) => [each, untold.mutedFor[i]]))
    ]
    const skipped = this.#kept
      .pendingWithin(from, to)
      .filter(each => each !== except && this.#kept.get(each)?.round === 0)
    this.#unnamed.inherit(skipped)
    for (const sequence of skipped) {
      const known = this.#kept.get(sequence) as Delivery
      const delivery = { ...known, because: muted.get(sequence) ?? known.because }
      this.#endpoint.done(sequence)
      this.#alerts.skipped(delivery)
      const state = expired.has(sequence) ? 'expired' : muted.has(sequence) ? 'muted' : 'superseded'
      this.#finish(delivery, { ...delivery, state })
    }
    return skipped
  }

  /** The partner never learns of what is not sent; the rest of the alert is judged as new. */
  #leaveOut(sequences: readonly number[]): void {
    const out = sequences
      .flatMap(each => this.#kept.get(each) ?? [])
      .filter(each => this.isUnsent(each))
    for (const { sequence } of out) {
      this.#endpoint.done(sequence)
      this.#become(this.#kept.get(sequence), 'left-out')
    }
    this.#unnamed.add(out.map(each => each.sequence))
    const waiting = new Set(this.#kept.listPending().map(each => this.#kept.get(each)?.alertId))
    for (const { alertId } of out) if (!waiting.has(alertId)) this.#alerts.forget(alertId)
  }

  #finish(delivery: Delivery, end: Pick<Delivery, 'state' | 'attempts' | 'last'>): void {
    const why = delivery.held === null ? {} : { waited: delivery.held.reason }
    this.#keep({ ...delivery, ...end, ...why, nextAt: null, held: null })
  }

  #hold({ sequence, reason, until, by }: HeldData): void {
    const delivery = this.#kept.get(sequence)
    if (delivery !== undefined && canBeChosen(delivery))
      this.#keep({ ...delivery, held: { reason, until, by } })
  }

  #lapse(sequences: readonly number[], at: string): void {
    for (const sequence of sequences) {
      const delivery = this.#kept.get(sequence)
      if (delivery?.state !== 'pending' && delivery?.state !== 'parked') continue
      this.#lapsedThrough = Math.max(this.#lapsedThrough, sequence)
      this.#alerts.lapsed(delivery)
      this.#endpoint.done(sequence)
      const { status = null, durationMs = 0, excerpt = null } = delivery.last ?? {}
      this.#become(
        { ...delivery, last: { at, status, durationMs, excerpt, reason: 'lapsed' } },
        'lapsed'
      )
    }
  }

  #replayed({
    replayId,
    sequences
  }: Extract<DeliveryRecord, { type: 'delivery.replayed' }>['data']): void {
    if (!this.#replays.take(replayId)) return
    if (this.#isEnded) this.#begin()
    this.#endpoint.resume()
    for (const sequence of sequences) {
      const delivery = this.#kept.get(sequence)
      if (delivery !== undefined && delivery.state !== 'pending') this.#keep(askedAgain(delivery))
    }
  }

  /**
   * Deliveries of the previous epoch are no longer sent: their numbers are used again. What the
   * partner was sent, and the health of its endpoint, stay known.
   */
  #beginEpoch(epoch: string, recordId: string): void {
    const waited = [...this.#kept.listPending(), ...this.#kept.listParked()].flatMap(
      each => this.#kept.get(each) ?? []
    )
    this.#kept.clear()
    this.#order = null
    this.#unnamed = new UnnamedSequences(sequence => this.#kept.get(sequence))
    this.#parkedByEnd = []
    this.#lapsedThrough = 0
    this.#endpoint.beginEpoch()
    this.#alerts.beginEpoch(waited)
    this.#chain.beginEpoch(epoch, recordId)
  }

  /** No delivery waits any more: they are parked until somebody begins the subscription again. */
  #end(isGone = true): void {
    if (!isGone || this.#isEnded) return
    this.#isEnded = true
    this.#parkedByEnd = this.#kept.listPending()
    for (const sequence of this.#parkedByEnd) this.#become(this.#kept.get(sequence), 'parked')
  }

  /** Another address: the history of the previous one does not apply. */
  #beginElsewhere(): void {
    if (this.#isEnded) this.#begin()
    this.#endpoint.forget()
  }

  #begin(): void {
    this.#isEnded = false
    for (const each of this.#parkedByEnd)
      if (this.#kept.get(each)?.state === 'parked') this.#become(this.#kept.get(each), 'pending')
    this.#parkedByEnd = []
  }

  #become(
    delivery: Delivery | undefined,
    state: 'parked' | 'pending' | 'lapsed' | 'left-out'
  ): void {
    if (delivery !== undefined) this.#keep({ ...delivery, state, nextAt: null, held: null })
  }

  /** The delivery that a result refers to, if it is still pending in that round. */
  #findPending({
    sequence,
    round
  }: {
    readonly sequence: number
    readonly round: number
  }): Delivery | undefined {
    const delivery = this.#kept.get(sequence)
    return delivery?.state === 'pending' && delivery.round === round ? delivery : undefined
  }
}
