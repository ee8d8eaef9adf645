// The deliveries of a subscription, folded from the deliveries log: pending and when, delivered,
// parked. Pure: no clock, no network. A restart folds again and continues where the process died.
// If several instances write the log, this fold decides: the first plan that continues the chain
// counts, whoever wrote it, and every record may occur twice.

import type { ReadModel } from '@tocsin/read-model/read-model'
import {
  type AlertTrace,
  afterAcceptance,
  afterGivingUp,
  afterPlan,
  afterSending,
  afterSkip,
  askedAgain,
  canBeChosen,
  type Delivery,
  inNewEpoch,
  isEndSkipped,
  isStateEvent,
  makeLast,
  plannedDelivery,
  skippedStates,
  unknownAlert,
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
  type DeliveriesState,
  emptyState,
  lookFirst,
  readStateRows,
  type StateRow
} from './delivery-rows.ts'
import { DeliveryTable } from './delivery-table.ts'
import {
  type Attempt,
  afterFailure,
  type EndpointHealth,
  afterAcceptance as healthAfterAcceptance,
  healthyEndpoint,
  isOut,
  noteAttempt,
  urgentGapMs
} from './endpoint-health.ts'
import { type Notice, Notices } from './notices.ts'

/** Ids of replays stored, so that a repeated record counts once. */
const replaysKeptMax = 1_000

type PlanRecord = Extract<DeliveryRecord, { type: 'delivery.planned' }>

export class SubscriptionDeliveries implements DeliveriesState {
  /** The number of the subscription in the tables. */
  readonly n: number
  readonly table: DeliveryTable
  /** Notices other than alert events. */
  readonly notices = new Notices()
  readonly subscriptionId: string
  chain = emptyState.chain
  isEnded = emptyState.isEnded
  replays = emptyState.replays
  endpoint = emptyState.endpoint

  constructor(model: ReadModel, n: number, subscriptionId: string) {
    this.n = n
    this.subscriptionId = subscriptionId
    this.table = new DeliveryTable(model, n)
  }

  get health(): EndpointHealth {
    return this.endpoint.health
  }

  /** How long the endpoint is left alone; null: not at all. */
  get wait(): Wait | null {
    return this.endpoint.wait
  }

  /** What its attempts came to lately. */
  get tally() {
    return this.endpoint.tally
  }

  /** Tries of a pending delivery by its schedule. */
  countTries({ tried }: Delivery): number {
    return tried?.course === this.endpoint.course ? tried.count : 0
  }

  /** How long a pending delivery waits in addition to its endpoint; null: no wait. */
  findWait({ tried }: Delivery): Wait | null {
    return tried?.course === this.endpoint.course ? tried : null
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
   * Deliveries that wait or are parked and were planned before a time, ISO 8601; replayed ones only
   * while their endpoint fails for as long. One that a policy delays waits from the end of the delay
   * on, unless its endpoint fails for as long: it is the newest of an open alert, and is sent when
   * the policy allows.
   */
  listOverdue(before: string): Delivery[] {
    const isAway = (this.health.sinceMs ?? Number.POSITIVE_INFINITY) < Date.parse(before)
    return this.table
      .list(
        "state in ('pending', 'parked') and body ->> '$.plannedAt' < ? order by sequence",
        before
      )
      .filter(
        ({ state, round, held }) =>
          isAway ||
          ((state === 'parked' || round === 0) &&
            (held === null || (held.until !== null && held.until < before)))
      )
  }

  /** The state without deliveries and alerts, which the tables have. */
  listOwnRows(): readonly StateRow[] {
    const { chain, isEnded, replays, endpoint, notices } = this
    return [
      { state: { chain, isEnded, replays, endpoint } },
      ...notices.list().map(each => ({ notices: [each] })),
      ...notices.listHolds().map(each => ({ reminderHolds: [each] }))
    ]
  }

  /** The present state, as in a checkpoint. */
  listRows(): readonly StateRow[] {
    const traces = this.table.listAlerts().map(each => ({ trace: { ...each, ...lookFirst } }))
    const deliveries = this.table.list('true order by sequence')
    return [...this.listOwnRows(), ...traces, ...deliveries.map(delivery => ({ delivery }))]
  }

  /** In place of what it knows, except what the tables have. */
  restore(rows: readonly object[]): void {
    this.notices.clear()
    for (const row of readStateRows(this.subscriptionId, rows))
      if ('state' in row) Object.assign(this, row.state)
      else if ('trace' in row) this.table.setAlert(row.trace)
      else if ('delivery' in row) this.table.set(row.delivery)
      else this.notices.restore(row)
  }

  apply(record: DeliveryRecord): void {
    const { type, data, time } = record
    switch (type) {
      case 'delivery.planned':
        this.#plan(record)
        break
      case 'delivery.outcome':
        this.#came(data, time)
        break
      case 'delivery.chosen':
        this.#choose(data)
        break
      case 'delivery.held':
        this.#hold(data, time)
        break
      case 'delivery.dropped':
        this.#drop(data, time)
        break
      case 'delivery.resumed':
        this.#resumed(data)
        break
      case 'delivery.restored':
        this.#beginEpoch(data.epoch, record.id)
        break
      case 'delivery.checkpoint':
        if ('forgetBefore' in data) this.table.forgetDone(data.forgetBefore)
        break
      case 'delivery.notice-raised':
        this.notices.raised(data, time)
        break
      case 'delivery.notice-attempted':
        this.#noticeEnded(this.notices.attempted(data))
        break
      default:
        record satisfies never
    }
  }

  #setEndpoint(change: Partial<DeliveriesState['endpoint']>): void {
    this.endpoint = { ...this.endpoint, ...change }
  }

  #plan(record: PlanRecord): void {
    if (!this.#goesOn(record)) return
    const { data, id, time: plannedAt } = record
    const { sequence, eventId, partition, position, alertId } = data
    const planned = [...this.chain.planned]
    while (planned.length <= partition) planned.push('0')
    if (BigInt(position) >= BigInt(planned[partition] ?? 0))
      planned[partition] = String(BigInt(position) + 1n)
    const last = { lastSequence: sequence, lastEventId: eventId, lastPlanId: id }
    this.chain = { ...this.chain, ...last, planned }
    const delivery = plannedDelivery(data, { plannedAt, isSheltered: this.health.state !== 'up' })
    if (isStateEvent(data))
      this.table.setAlert(lookNow(afterPlan(this.table.findAlert(alertId), delivery)))
    this.table.set(delivery)
    if (data.pages) this.#hurry()
  }

  /**
   * A plan counts only if it names the newest valid one. Its writer then knew everything planned
   * before: no event is skipped and none gets two sequences. Repeats and concurrent plans do not
   * continue the chain.
   */
  #goesOn({ cause, data: { sequence } }: PlanRecord): boolean {
    const { lastSequence, lastPlanId } = this.chain
    // Earlier plans were removed by retention.
    if (lastSequence === 0 && sequence > 1) return true
    // Before plans were chained, a single planner wrote them all.
    const isNamed = cause === lastPlanId || (cause === null && sequence > 1)
    return sequence === lastSequence + 1 && isNamed
  }

  /**
   * Counts once, whoever logs it again: a failure, and giving up, only after attempts that count, a
   * successful delivery whoever reports it.
   */
  #came(data: OutcomeData, time: string): void {
    const delivery = this.table.get(data.sequence)
    if (delivery?.state !== 'pending' || delivery.round !== data.round) return
    // If another delivery proved this one unacceptable, all attempts are logged.
    const isProven = data.outcome === 'parked' && data.provenBy !== undefined
    const failure = data.outcome === 'delivered' ? null : data
    if (failure !== null && data.attempt < delivery.attempts + (isProven ? 0 : 1)) return
    const last = makeLast(time, data, failure?.reason ?? null)
    const tried = { ...delivery, attempts: data.attempt, last }
    if (data.outcome === 'parked') {
      this.#changeTrace(delivery, trace => afterGivingUp(trace, delivery))
      this.#finish(tried, 'parked')
      return
    }
    const at = { atMs: Date.parse(time), durationMs: data.durationMs }
    this.#setEndpoint({ tally: noteAttempt(this.endpoint.tally, at, failure) })
    this.#changeTrace(delivery, trace => {
      const sent = afterSending(trace, delivery)
      return failure === null ? afterAcceptance(sent, delivery, at.atMs) : sent
    })
    if (data.outcome === 'delivered') this.#accepted(tried, at)
    else if (data.outcome === 'failed') this.#failed(tried, data, at.atMs)
    else {
      this.table.set(tried)
      this.#end()
    }
  }

  #accepted(delivery: Delivery, { atMs, durationMs }: Attempt): void {
    const { alertId, round, closes } = delivery
    // What failed during an outage did not fail by itself.
    if (isOut(this.health)) this.#beginCourse()
    const health = healthAfterAcceptance(this.health, atMs)
    this.#setEndpoint({ durationMs, health, wait: null })
    if (round === 0 && isStateEvent(delivery) && this.isKnown(alertId))
      if (closes === true) this.notices.forget(alertId)
      else this.notices.told(alertId, atMs)
    this.#finish(delivery, 'delivered')
  }

  #failed(
    delivery: Delivery,
    data: Extract<OutcomeData, { outcome: 'failed' }>,
    atMs: number
  ): void {
    const { durationMs, afterMs, endpointAfterMs = afterMs, isAsked = false } = data
    const wait = { untilMs: atMs + endpointAfterMs, afterMs: endpointAfterMs }
    this.#setEndpoint({
      ...{ durationMs, health: afterFailure(this.health, { ...data, atMs }) },
      wait: { ...wait, attemptedMs: atMs, isAsked }
    })
    const { course } = this.endpoint
    const own = { untilMs: atMs + afterMs, afterMs, count: this.countTries(delivery) + 1, course }
    const tried = data.isTrial ? delivery.tried : own
    this.table.set({ ...delivery, nextAt: data.nextAt, tried })
  }

  /**
   * Fixes the next delivery and what it names. Of two concurrent choices the first counts. A record
   * of earlier versions also skips the pending deliveries in its range, except replayed ones.
   */
  #choose(data: ChosenData): void {
    const { sequence, superseded, expired = [], muted = [], mutedFor = [] } = data
    const chosen = sequence === null ? null : this.table.get(sequence)
    if (chosen === undefined || (chosen !== null && !canBeChosen(chosen))) return
    for (const { sequence: each } of this.#listWithin(superseded, "state = 'pending'")) {
      if (each === sequence) continue
      if (expired.includes(each)) this.#skip(each, 'expired')
      else if (muted.includes(each)) this.#skip(each, 'muted', mutedFor[muted.indexOf(each)])
      else this.#skip(each, 'superseded')
    }
    if (chosen === null) return
    for (const each of this.#listWithin(superseded, 'is_unnamed = 1'))
      this.table.set({ ...each, isUnnamed: false })
    const next: Delivery = {
      ...chosen,
      ...{ isChosen: true, superseded, held: null, because: data.because ?? null },
      pagesNow: chosen.pagesNow || data.pages === true,
      ...(data.held === undefined ? {} : { waited: data.held })
    }
    this.table.set(next)
    this.#changeTrace(next, trace => afterSending(trace, next))
  }

  #listWithin(range: SequenceRange | null, where: string): Delivery[] {
    return range === null
      ? []
      : this.table.list(`${where} and sequence between ? and ?`, range.from, range.to)
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
    for (const each of this.#listWithin(delivery.superseded, 'true'))
      if (skippedStates.has(each.state)) this.table.set({ ...each, isUnnamed: true })
    this.#skipTrace(delivery)
    this.#finish({ ...delivery, isUnnamed: true, because: because ?? delivery.because }, state)
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
      if (this.table.newestFirst(alertId).some(({ state }) => state === 'pending')) continue
      this.table.forgetAlert(alertId)
      this.notices.forget(alertId)
    }
  }

  #lapse(sequence: number, at: string): void {
    const delivery = this.table.get(sequence)
    if (delivery?.state !== 'pending' && delivery?.state !== 'parked') return
    this.#skipTrace(delivery)
    this.#changeTrace(delivery, trace => afterGivingUp(trace, delivery))
    const attempted = delivery.last ?? { status: null, durationMs: 0, excerpt: null }
    this.#finish({ ...delivery, last: makeLast(at, attempted, 'lapsed') }, 'lapsed')
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
    const { replays } = this
    if (data.by === 'replay' && replays.includes(data.replayId)) return
    // The history of another address does not apply.
    if (data.by === 'address') this.#setEndpoint({ health: healthyEndpoint, durationMs: null })
    if (this.isEnded && (data.by === 'address' || data.by === 'replay')) this.#begin()
    this.#setEndpoint({ wait: null })
    this.#beginCourse()
    if (data.by !== 'replay') return
    this.replays = [...replays, data.replayId].slice(-replaysKeptMax)
    for (const sequence of data.sequences) {
      const delivery = this.table.get(sequence)
      if (delivery !== undefined && delivery.state !== 'pending')
        this.table.set(askedAgain(delivery))
    }
  }

  /**
   * After a restore of the log sequences begin again, and what was planned is read again. Deliveries
   * of the previous epoch are no longer sent: their numbers are used again. What the partner was
   * sent, and the health of its endpoint, stay known.
   */
  #beginEpoch(epoch: string, recordId: string): void {
    const { restored, planned } = this.chain
    if (epoch === restored?.epoch) return
    const waiting = this.table.list("state in ('pending', 'parked')")
    const paging = new Set(waiting.filter(each => each.pagesNow).map(each => each.alertId))
    this.table.clearDeliveries()
    this.#beginCourse()
    for (const trace of this.table.listAlerts())
      this.table.setAlert(inNewEpoch(trace, paging.has(trace.alertId)))
    // A restore while the alerts of the one before are restated.
    const before = restored?.ends ?? []
    const ends = planned.map((end, i) =>
      BigInt(end) > BigInt(before[i] ?? 0) ? end : (before[i] ?? end)
    )
    this.chain = {
      ...{ ...emptyState.chain, lastPlanId: recordId },
      restored: { epoch, ends: ends.length > 0 ? ends : before }
    }
  }

  #noticeEnded(notice: Notice | null): void {
    const trace = notice?.about === 'alert' ? this.table.findAlert(notice.id) : undefined
    if (trace !== undefined) this.table.setAlert(lookNow(trace))
    // A second address that answers 410 is another.
    if (notice?.end === 'gone' && notice.about !== 'endpoint') this.#end()
  }

  /** No delivery waits any more: they are parked until somebody begins the subscription again. */
  #end(): void {
    if (this.isEnded) return
    this.isEnded = true
    const parked = { state: 'parked', isParkedByEnd: true, nextAt: null, held: null } as const
    for (const each of this.table.list("state = 'pending'")) this.table.set({ ...each, ...parked })
  }

  #begin(): void {
    this.isEnded = false
    for (const each of this.table.list("state = 'parked'"))
      if (each.isParkedByEnd) this.table.set({ ...each, state: 'pending', isParkedByEnd: false })
  }

  /** The failures of deliveries until now do not count, and their own waits are over. */
  #beginCourse(): void {
    this.#setEndpoint({ course: this.endpoint.course + 1 })
    this.table.endWaits()
  }

  /** A page waits: the endpoint is tried immediately, unless it asked for the wait. */
  #hurry(): void {
    const { wait } = this.endpoint
    if (wait === null || wait.isAsked) return
    const untilMs = wait.attemptedMs + urgentGapMs
    const afterMs = Math.min(wait.afterMs, urgentGapMs)
    if (untilMs < wait.untilMs) this.#setEndpoint({ wait: { ...wait, untilMs, afterMs } })
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
}

function lookNow(trace: AlertTrace): AlertTrace {
  return trace.lookMs === 0 ? trace : { ...trace, lookMs: 0 }
}
