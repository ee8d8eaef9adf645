// The deliveries of a subscription, folded from the deliveries log: pending and when, delivered,
// parked. Pure: no clock, no network. A restart folds again and continues where the process died.
// If several instances write the log, this fold decides: the first plan that continues the chain
// counts, whoever wrote it, and every record may occur twice.

import {
  type AlertTrace,
  afterAcceptance,
  afterGivingUp,
  afterPlan,
  afterSending,
  afterSkip,
  inNewEpoch,
  isEndSkipped,
  unknownAlert
} from './alert-trace.ts'
import { AttemptTally } from './attempt-tally.ts'
import {
  askedAgain,
  canBeChosen,
  type Delivery,
  isStateEvent,
  makeLast,
  plannedDelivery,
  skippedStates,
  type Wait
} from './delivery.ts'
import type {
  ChosenData,
  DeliveryRecord,
  DroppedData,
  HeldData,
  OutcomeData,
  ReminderHeldData,
  ResumedData,
  SequenceRange,
  SkipReason
} from './delivery-record.ts'
import {
  type EndpointWait,
  makeStateRows,
  readStateRows,
  type StateRow,
  type StoredState
} from './delivery-rows.ts'
import { type DeliveryStatements, DeliveryTable } from './delivery-table.ts'
import {
  afterFailure,
  type EndpointHealth,
  afterAcceptance as healthAfterAcceptance,
  healthyEndpoint,
  isOut,
  urgentGapMs
} from './endpoint-health.ts'
import { type Notice, Notices } from './notices.ts'
import { PlanChain, type PlanRecord } from './plan-chain.ts'

/** Ids of replays stored, so that a repeated record counts once. */
const replaysKeptMax = 1_000

export class SubscriptionDeliveries {
  /** The number of the subscription in the tables. */
  readonly n: number
  readonly table: DeliveryTable
  /** Notices other than alert events. */
  readonly notices = new Notices()
  /** How far the alerts log is planned. */
  readonly planned = new PlanChain()
  /** What its attempts came to lately. */
  readonly tally = new AttemptTally()
  readonly #subscriptionId: string
  #health: EndpointHealth = healthyEndpoint
  #wait: EndpointWait | null = null
  #durationMs: number | null = null
  #course = 0
  #replays: readonly string[] = []
  #isEnded = false
  #parkedByEnd: readonly number[] = []

  constructor(statements: DeliveryStatements, n: number, subscriptionId: string) {
    this.n = n
    this.#subscriptionId = subscriptionId
    this.table = new DeliveryTable(statements, n, subscriptionId)
  }

  /** The receiver ended the subscription. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  get health(): EndpointHealth {
    return this.#health
  }

  /** How long the endpoint is left alone; null: not at all. */
  get wait(): Wait | null {
    return this.#wait
  }

  /** How long the last attempt took, ms; null before the first. */
  get durationMs(): number | null {
    return this.#durationMs
  }

  /** Tries of a pending delivery by its schedule. */
  countTries({ tried }: Delivery): number {
    return tried?.course === this.#course ? tried.count : 0
  }

  /** How long a pending delivery waits in addition to its endpoint; null: no wait. */
  findWait({ tried }: Delivery): Wait | null {
    return tried?.course === this.#course ? tried : null
  }

  /** What the subscriber was notified of for an alert. */
  findTrace(alertId: string): AlertTrace {
    return this.table.findAlert(alertId) ?? unknownAlert
  }

  /** Whether an event of the alert was planned for the subscriber. */
  isKnown(alertId: string): boolean {
    return this.table.findAlert(alertId) !== undefined
  }

  /** When the subscriber was last notified or reminded of an alert, ms, by the log; null: never. */
  lastToldMs(alertId: string): number | null {
    return (
      this.notices.of('alert', alertId)?.toldMs ?? this.findTrace(alertId).accepted?.atMs ?? null
    )
  }

  /** Whether it waits, and the partner cannot know its alert yet. */
  isUnsent({ sequence, alertId }: Delivery): boolean {
    const { state, round } = this.table.get(sequence) ?? {}
    return (
      state === 'pending' &&
      round === 0 &&
      this.table.findAlert(alertId)?.sent === 0 &&
      this.table.firstUnasked?.alertId !== alertId
    )
  }

  /**
   * Deliveries that wait or are parked and were planned before a time; replayed ones only while
   * their endpoint fails.
   */
  listOverdue(before: string): number[] {
    const sinceMs = this.#health.sinceMs ?? Number.POSITIVE_INFINITY
    return this.table.overdue(before, sinceMs < Date.parse(before))
  }

  /** Writes to the tables what is not in them, and returns the rest of the state. */
  write(): readonly StateRow[] {
    this.table.write()
    return [...makeStateRows({ ...this.#capture(), alerts: [], deliveries: [] })]
  }

  /** The present state, as in a checkpoint. */
  listRows(): readonly StateRow[] {
    const { table } = this
    const [alerts, deliveries] = [table.listAlerts(), table.newestFirst().reverse()]
    return [...makeStateRows({ ...this.#capture(), alerts, deliveries })]
  }

  #capture(): Omit<StoredState, 'alerts' | 'deliveries'> {
    const endpoint = {
      ...{ health: this.#health, wait: this.#wait, durationMs: this.#durationMs },
      ...{ course: this.#course, tally: this.tally.capture() }
    }
    return {
      state: {
        chain: this.planned.capture(),
        ...{ isEnded: this.#isEnded, replays: this.#replays, endpoint }
      },
      parkedByEnd: this.#parkedByEnd,
      ...this.notices.capture()
    }
  }

  /** Into an empty fold, or one that has its tables. */
  restore(rows: readonly StateRow[]): void {
    const stored = readStateRows(this.#subscriptionId, rows)
    const { chain, isEnded, replays, endpoint } = stored.state
    this.planned.restore(chain)
    this.#isEnded = isEnded
    this.#replays = replays
    this.#parkedByEnd = stored.parkedByEnd
    this.#health = endpoint.health
    this.#wait = endpoint.wait
    this.#durationMs = endpoint.durationMs
    this.#course = endpoint.course ?? 0
    if (endpoint.tally !== undefined) this.tally.restore(endpoint.tally)
    this.notices.restore(stored)
    for (const each of stored.alerts) this.table.setAlert(each)
    for (const each of stored.deliveries) this.table.set(each)
  }

  apply(record: DeliveryRecord): void {
    switch (record.type) {
      case 'delivery.planned':
        this.#plan(record)
        break
      case 'delivery.outcome':
        this.#came(record.data, record.time)
        break
      case 'delivery.chosen':
        this.#choose(record.data)
        break
      case 'delivery.held':
        this.#hold(record.data, record.time)
        break
      case 'delivery.dropped':
        this.#drop(record.data, record.time)
        break
      case 'delivery.resumed':
        this.#resumed(record.data)
        break
      case 'delivery.restored':
        if (record.data.epoch !== this.planned.epoch) this.#beginEpoch(record.data.epoch, record.id)
        break
      case 'delivery.checkpoint':
        if ('forgetBefore' in record.data) this.table.forgetDone(record.data.forgetBefore)
        break
      case 'delivery.notice-raised':
        this.notices.raised(record.data, record.time)
        break
      case 'delivery.notice-attempted':
        this.#noticeEnded(this.notices.attempted(record.data))
        break
      default:
        record satisfies never
    }
  }

  #plan(record: PlanRecord): void {
    const { data, time: plannedAt } = record
    if (!this.planned.take(record)) return
    const delivery = plannedDelivery(data, { plannedAt, isSheltered: this.#health.state !== 'up' })
    if (isStateEvent(data))
      this.table.setAlert(lookNow(afterPlan(this.table.findAlert(data.alertId), delivery)))
    this.table.set(delivery)
    if (data.pages) this.#hurry()
  }

  /**
   * Counts once, whoever logs it again: a failure, and giving up, only after attempts that count, a
   * successful delivery whoever reports it.
   */
  #came(data: OutcomeData, time: string): void {
    const delivery = this.#findPending(data)
    if (delivery === undefined) return
    if (data.outcome === 'delivered') {
      this.#accepted(delivery, data, time)
      return
    }
    const last = makeLast(time, data, data.reason)
    // If another delivery proved this one unacceptable, all attempts are logged.
    const isProven = data.outcome === 'parked' && data.provenBy !== undefined
    if (data.attempt < delivery.attempts + (isProven ? 0 : 1)) return
    const tried = { ...delivery, attempts: data.attempt, last }
    if (data.outcome === 'parked') {
      this.#changeTrace(delivery, trace => afterGivingUp(trace, delivery))
      this.#finish(tried, 'parked')
      return
    }
    this.#changeTrace(delivery, trace => afterSending(trace, delivery))
    this.tally.note(Date.parse(time), data.durationMs, data)
    if (data.outcome === 'failed') this.#failed(tried, data, Date.parse(time))
    else {
      this.table.set(tried)
      this.#end()
    }
  }

  #accepted(delivery: Delivery, data: OutcomeData, time: string): void {
    const atMs = Date.parse(time)
    this.#durationMs = data.durationMs
    this.tally.note(atMs, data.durationMs, null)
    // What failed during an outage did not fail by itself.
    if (isOut(this.#health)) this.#beginCourse()
    this.#health = healthAfterAcceptance(this.#health, atMs)
    this.#wait = null
    this.#changeTrace(delivery, trace => {
      const sent = afterSending(trace, delivery)
      return delivery.round > 0 ? sent : afterAcceptance(sent, delivery, atMs)
    })
    if (delivery.round === 0 && isStateEvent(delivery) && this.isKnown(delivery.alertId))
      if (delivery.closes === true) this.notices.forget(delivery.alertId)
      else this.notices.told(delivery.alertId, atMs)
    this.#finish(
      { ...delivery, attempts: data.attempt, last: makeLast(time, data, null) },
      'delivered'
    )
  }

  #failed(
    delivery: Delivery,
    data: Extract<OutcomeData, { outcome: 'failed' }>,
    atMs: number
  ): void {
    const { durationMs, afterMs, endpointAfterMs = afterMs, isAsked, isTrial, nextAt } = data
    this.#durationMs = durationMs
    this.#health = afterFailure(this.#health, {
      ...{ atMs, durationMs, isExhausted: data.isExhausted === true },
      ...{ isRefusal: data.isRefusal === true, isPermanent: data.isPermanent === true }
    })
    const untilMs = atMs + endpointAfterMs
    this.#wait = { untilMs, afterMs: endpointAfterMs, attemptedMs: atMs, isAsked: isAsked === true }
    const count = this.countTries(delivery) + 1
    const own = { untilMs: atMs + afterMs, afterMs, count, course: this.#course }
    this.table.set({ ...delivery, nextAt, tried: isTrial ? delivery.tried : own })
  }

  /**
   * Fixes the next delivery and what it names. Of two concurrent choices the first counts. A record
   * of earlier versions also skips the pending deliveries in its range, except replayed ones.
   */
  #choose({
    sequence,
    superseded,
    expired = [],
    pages,
    muted = [],
    mutedFor = [],
    because,
    held
  }: ChosenData): void {
    const chosen = sequence === null ? null : this.table.get(sequence)
    if (chosen === undefined || (chosen !== null && !canBeChosen(chosen))) return
    const skipped = superseded === null ? [] : this.table.pendingWithin(superseded)
    for (const each of skipped) {
      if (each === sequence) continue
      const mute = muted.indexOf(each)
      if (expired.includes(each)) this.#skip(each, 'expired')
      else if (mute >= 0) this.#skip(each, 'muted', mutedFor[mute])
      else this.#skip(each, 'superseded')
    }
    if (chosen === null) return
    if (superseded !== null) this.table.named(superseded)
    const next: Delivery = {
      ...chosen,
      isChosen: true,
      superseded,
      pagesNow: chosen.pagesNow || pages === true,
      ...{ held: null, because: because ?? null },
      ...(held === undefined ? {} : { waited: held })
    }
    this.table.set(next)
    this.#changeTrace(next, trace => afterSending(trace, next))
  }

  #drop({ sequences, why, reason }: DroppedData, time: string): void {
    if (why === 'left-out') this.#leaveOut(sequences)
    else if (why === 'lapsed') for (const each of sequences) this.#lapse(each, time)
    else for (const each of sequences) this.#skip(each, why, reason)
  }

  #skip(sequence: number, state: SkipReason, because: DroppedData['reason'] | null = null): void {
    const delivery = this.table.get(sequence)
    if (delivery?.state !== 'pending' || delivery.round > 0) return
    // What it would have named is to be named by another.
    if (delivery.superseded !== null) this.#unname(delivery.superseded)
    this.#skipTrace(delivery)
    this.#finish({ ...delivery, isUnnamed: true, because: because ?? delivery.because }, state)
  }

  #unname({ from, to }: SequenceRange): void {
    for (let each = from; each <= to; each++) {
      const skipped = this.table.get(each)
      if (skipped !== undefined && skippedStates.has(skipped.state))
        this.table.set({ ...skipped, isUnnamed: true })
    }
  }

  #skipTrace(delivery: Delivery): void {
    this.#changeTrace(delivery, trace => {
      if (trace.sent <= delivery.sequence && isEndSkipped(trace, delivery))
        this.notices.forget(trace.alertId)
      return afterSkip(trace, delivery)
    })
  }

  /** The partner never learns of what is not sent; the rest of the alert is judged as new. */
  #leaveOut(sequences: readonly number[]): void {
    const out = sequences
      .flatMap(each => this.table.get(each) ?? [])
      .filter(each => this.isUnsent(each))
    for (const each of out) this.#finish({ ...each, isUnnamed: true }, 'left-out')
    for (const { alertId } of out) {
      const isWaiting = this.table.newestFirst(alertId).some(({ state }) => state === 'pending')
      if (!isWaiting) this.#forget(alertId)
    }
  }

  #forget(alertId: string): void {
    this.table.forgetAlert(alertId)
    this.notices.forget(alertId)
  }

  #lapse(sequence: number, at: string): void {
    const delivery = this.table.get(sequence)
    if (delivery?.state !== 'pending' && delivery?.state !== 'parked') return
    this.#skipTrace(delivery)
    this.#changeTrace(delivery, trace => afterGivingUp(trace, delivery))
    const { status = null, durationMs = 0, excerpt = null } = delivery.last ?? {}
    this.#finish(
      { ...delivery, last: { at, status, durationMs, excerpt, reason: 'lapsed' } },
      'lapsed'
    )
  }

  #hold(data: HeldData | ReminderHeldData, time: string): void {
    if (data.sequence === null) {
      this.notices.held(data, time)
      return
    }
    const { sequence, reason, until, by } = data
    const delivery = this.table.get(sequence)
    if (delivery !== undefined && canBeChosen(delivery))
      this.table.set({ ...delivery, held: { reason, until, by } })
  }

  #resumed(data: ResumedData): void {
    if (data.by === 'replay' && this.#replays.includes(data.replayId)) return
    // The history of another address does not apply.
    if (data.by === 'address') {
      this.#health = healthyEndpoint
      this.#durationMs = null
    }
    if (this.#isEnded && (data.by === 'address' || data.by === 'replay')) this.#begin()
    this.#wait = null
    this.#beginCourse()
    if (data.by !== 'replay') return
    this.#replays = [...this.#replays, data.replayId].slice(-replaysKeptMax)
    for (const sequence of data.sequences) {
      const delivery = this.table.get(sequence)
      if (delivery !== undefined && delivery.state !== 'pending')
        this.table.set(askedAgain(delivery))
    }
  }

  /**
   * Deliveries of the previous epoch are no longer sent: their numbers are used again. What the
   * partner was sent, and the health of its endpoint, stay known.
   */
  #beginEpoch(epoch: string, recordId: string): void {
    const waited = [...this.table.listPending(), ...this.table.listParked()]
    const paging = new Set(
      waited
        .flatMap(each => this.table.get(each) ?? [])
        .flatMap(({ alertId, pagesNow }) => (pagesNow ? [alertId] : []))
    )
    this.table.clearDeliveries()
    this.#parkedByEnd = []
    this.#beginCourse()
    for (const trace of this.table.listAlerts())
      this.table.setAlert(inNewEpoch(trace, paging.has(trace.alertId)))
    this.planned.beginEpoch(epoch, recordId)
  }

  #noticeEnded(notice: Notice | null): void {
    const trace = notice?.about === 'alert' ? this.table.findAlert(notice.id) : undefined
    if (trace !== undefined) this.table.setAlert(lookNow(trace))
    // A second address that answers 410 is another.
    if (notice?.end === 'gone' && notice.about !== 'endpoint') this.#end()
  }

  /** No delivery waits any more: they are parked until somebody begins the subscription again. */
  #end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#parkedByEnd = this.table.listPending()
    for (const each of this.#parkedByEnd) {
      const delivery = this.table.get(each)
      if (delivery !== undefined)
        this.table.set({ ...delivery, state: 'parked', nextAt: null, held: null })
    }
  }

  #begin(): void {
    this.#isEnded = false
    for (const each of this.#parkedByEnd) {
      const delivery = this.table.get(each)
      if (delivery?.state === 'parked')
        this.table.set({ ...delivery, state: 'pending', nextAt: null, held: null })
    }
    this.#parkedByEnd = []
  }

  /** The failures of deliveries until now do not count, and their own waits are over. */
  #beginCourse(): void {
    this.#course++
    this.table.endWaits()
  }

  /** A page waits: the endpoint is tried immediately, unless it asked for the wait. */
  #hurry(): void {
    if (this.#wait === null || this.#wait.isAsked) return
    const { untilMs, afterMs, attemptedMs } = this.#wait
    const soonMs = attemptedMs + urgentGapMs
    if (soonMs < untilMs)
      this.#wait = { ...this.#wait, untilMs: soonMs, afterMs: Math.min(afterMs, urgentGapMs) }
  }

  #finish(delivery: Delivery, state: Exclude<Delivery['state'], 'pending'>): void {
    const waited = delivery.held === null ? {} : { waited: delivery.held.reason }
    this.table.set({ ...delivery, ...waited, state, nextAt: null, held: null, tried: null })
  }

  /** Of an alert that is known; what changes is looked at. */
  #changeTrace(delivery: Delivery, change: (trace: AlertTrace) => AlertTrace): void {
    const trace = this.table.findAlert(delivery.alertId)
    if (trace === undefined) return
    this.table.setAlert(lookNow(isStateEvent(delivery) ? change(trace) : trace))
  }

  /** The delivery that a result refers to, if it is still pending in that round. */
  #findPending({ sequence, round }: Pick<OutcomeData, 'sequence' | 'round'>): Delivery | undefined {
    const delivery = this.table.get(sequence)
    return delivery?.state === 'pending' && delivery.round === round ? delivery : undefined
  }
}

function lookNow(trace: AlertTrace): AlertTrace {
  return trace.lookMs === 0 ? trace : { ...trace, lookMs: 0 }
}
