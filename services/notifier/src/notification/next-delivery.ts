// What a subscription is sent next, from the tables: in strict order the head of its queue, in
// newest-state order the current state of the most urgent alert that is to be looked at. With a
// policy that is delayed, or never sent, as the policy decides, and is repeated while nobody
// acknowledges it. Source: decision 0063, 0079.

import { type AlertTrace, computeTraceLane, isStanding } from './alert-trace.ts'
import { raisedRecord } from './attempt-records.ts'
import { canBeChosen, type Delivery, isStateEvent, skippedStates, type Wait } from './delivery.ts'
import {
  type ChosenData,
  type DeliveryRecord,
  type DroppedData,
  type HeldData,
  makeRecord,
  type ReminderHeldData,
  type SkipReason
} from './delivery-record.ts'
import { isOut } from './endpoint-health.ts'
import type { NotificationDecision } from './notification-decision.ts'
import type { Judged, PolicyJudge } from './policy-judge.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'

/**
 * Without a policy a delivery is only skipped if it waited longer than this, ms: in normal service
 * a partner gets every event.
 */
export const freshForMs = 10_000
/** An endpoint that is away, and what delays an alert, are looked at again after this time, ms. */
const againMs = 10_000
/** Alerts looked at in one step: other work must not wait until all are. */
const looksMax = 100

export interface Asking {
  readonly order: 'strict' | 'newest-state'
  /**
   * An exhausted delivery that failed just now: the next one shows whether it or the endpoint is to
   * blame.
   */
  readonly suspect: Pick<Delivery, 'sequence' | 'round'> | null
  readonly nowMs: number
  /**
   * The policy of the subscription, in newest-state order; null: everything is sent immediately.
   */
  readonly judge?: PolicyJudge | null
}

export interface Turn {
  readonly delivery: Delivery
  /** It is tried although the one before it was not accepted. */
  readonly isTrial: boolean
  /** What must be logged before its first attempt. */
  readonly choice: DeliveryRecord | null
}

export type NextStep =
  | Turn
  /** What is decided without an attempt, to be logged. */
  | { readonly decided: readonly DeliveryRecord[] }
  /** The next look is at this time, ms; null: when something changes. */
  | { readonly untilMs: number | null }

export function nextStep(deliveries: SubscriptionDeliveries, asking: Asking): NextStep {
  return asking.order === 'strict' ? strictStep(deliveries, asking) : newestStep(deliveries, asking)
}

function strictStep(deliveries: SubscriptionDeliveries, { suspect, nowMs }: Asking): NextStep {
  const { table } = deliveries
  const { head } = table
  if (head === undefined) return { untilMs: null }
  const second = isSame(suspect, head) ? table.second : undefined
  // Only what a narrower filter left out is skipped.
  const superseded =
    second === undefined && canBeChosen(head) ? table.findRange(head.sequence) : null
  // Whoever folds the log sees that the partner may have the second, though one before it waits.
  const chosen = second !== undefined && canBeChosen(second) ? second : superseded && head
  const choice =
    chosen === null ? null : choose(deliveries, { sequence: chosen.sequence, superseded }, nowMs)
  return { delivery: second ?? head, isTrial: second !== undefined, choice }
}

function choose(
  { subscriptionId }: SubscriptionDeliveries,
  choice: Omit<ChosenData, 'subscriptionId'>,
  nowMs: number
): DeliveryRecord {
  return makeRecord({ type: 'delivery.chosen', data: { subscriptionId, ...choice } }, nowMs)
}

function newestStep(deliveries: SubscriptionDeliveries, asking: Asking): NextStep {
  const { table } = deliveries
  const { nowMs } = asking
  const decided: DeliveryRecord[] = []
  for (let looks = 0; looks < looksMax; looks++) {
    const trace = table.nextAlert(nowMs)
    if (trace === undefined) {
      return decided.length > 0 ? { decided } : stepAside(deliveries, asking)
    }
    const found = lookAt(deliveries, trace, asking)
    // It is looked at again until it is sent.
    if ('send' in found)
      return decided.length > 0 ? { decided } : makeTurn(deliveries, found, asking)
    table.setAlert({ ...trace, ...found.place, lookMs: found.lookMs })
    decided.push(...found.decided)
  }
  return decided.length > 0 ? { decided } : { untilMs: nowMs }
}

interface Sent {
  readonly send: Delivery
  readonly pages: boolean
  readonly because?: ChosenData['because']
}

interface NotSent {
  readonly decided: readonly DeliveryRecord[]
  /** As in an alert's trace; null where the decided records change the alert. */
  readonly lookMs: number | null
  /** Where its turn is, if that is another than was known. */
  readonly place?: Pick<AlertTrace, 'lane' | 'firstWaiting'>
}

/** The event to send for an alert, or why none is sent and when to look again. */
function lookAt(
  deliveries: SubscriptionDeliveries,
  trace: AlertTrace,
  asking: Asking
): Sent | NotSent {
  const { judge = null, nowMs } = asking
  const waiting = deliveries.table.waitingOf(trace)
  if (waiting.length === 0)
    return judge === null ? nothing : lookAtStanding(deliveries, trace, judge, nowMs)
  const freshMs = judge === null ? freshForMs : Number.NEGATIVE_INFINITY
  const skipped = Map.groupBy(waiting, each => findSkipReason(each, trace, { nowMs, freshMs }))
  const drops = (['superseded', 'expired'] as const).flatMap(why =>
    drop(deliveries, skipped.get(why) ?? [], why, nowMs)
  )
  // What it replaces is logged first: its choice names it.
  if (drops.length > 0) return { decided: drops, lookMs: null }
  const [next] = waiting
  if (next === undefined) return nothing
  const place = findPlace(deliveries, trace, waiting)
  if (place !== null) return { decided: [], lookMs: 0, place }
  const wait = deliveries.findWait(next)
  if (wait !== null && !isOver(wait, nowMs)) return { decided: [], lookMs: wait.untilMs }
  // One that was begun continues, even if the policy would now decide differently.
  if (judge === null || !canBeChosen(next)) return { send: next, pages: trace.owesPage }
  return lookByPolicy(deliveries, next, trace, { judge, nowMs })
}

/**
 * Where the turn of an alert is now; null: where it was. Others may precede what still waits of it,
 * but what replaces earlier events has their place.
 */
function findPlace(
  { table }: SubscriptionDeliveries,
  trace: AlertTrace,
  waiting: readonly Delivery[]
): Pick<AlertTrace, 'lane' | 'firstWaiting'> | null {
  const lane = Math.min(...waiting.map(each => computeTraceLane(trace, each)))
  const [first = 0] = waiting.map(({ sequence }) => sequence)
  const before = table.get(trace.firstWaiting)
  const isReplacing = before !== undefined && skippedStates.has(before.state)
  const firstWaiting = isReplacing ? trace.firstWaiting : first
  return lane === trace.lane && firstWaiting === trace.firstWaiting ? null : { lane, firstWaiting }
}

const nothing: NotSent = { decided: [], lookMs: null }

function lookByPolicy(
  deliveries: SubscriptionDeliveries,
  next: Delivery,
  { owesPage }: AlertTrace,
  { judge, nowMs }: { readonly judge: PolicyJudge; readonly nowMs: number }
): Sent | NotSent {
  const judged = judge.decide(next, nowMs)
  const { decision } = judged
  if (decision.kind === 'tell') return { send: next, pages: owesPage, because: decision.reason }
  if (decision.kind === 'mute')
    return { decided: drop(deliveries, [next], 'muted', nowMs, decision.reason), lookMs: null }
  const of = { subscriptionId: deliveries.subscriptionId, sequence: next.sequence }
  return makeHold(of, next.held, { ...judged, decision }, nowMs)
}

type Hold = Extract<NotificationDecision, { kind: 'hold' }>

/** Logged if it is another than before. Null: nothing delays it that is shown. */
function makeHold(
  of: Pick<HeldData, 'subscriptionId' | 'sequence'> | Pick<ReminderHeldData, 'alertId'>,
  before: Delivery['held'],
  { decision, againMs: lookMs }: Judged<Hold | null>,
  nowMs: number
): NotSent {
  const { reason, untilMs, by } = decision ?? { reason: null, untilMs: null, by: null }
  const until = untilMs === null ? null : new Date(untilMs).toISOString()
  const known = before ?? { reason: null, until: null, by: null }
  const isSame = known.reason === reason && known.until === until && known.by === by
  const data = { ...of, reason, until, by } as HeldData | ReminderHeldData
  return {
    decided: isSame ? [] : [makeRecord({ type: 'delivery.held', data }, nowMs)],
    // A delay that has ended already would be looked at again and again.
    lookMs: lookMs === null ? null : Math.max(lookMs, nowMs + 1)
  }
}

/**
 * Why a waiting delivery is not sent; null if it is. `freshMs`: for how long it is sent even if
 * newer events followed. Pure.
 */
export function findSkipReason(
  { sequence, plannedAt, closes }: Delivery,
  trace: AlertTrace,
  { nowMs, freshMs }: { readonly nowMs: number; readonly freshMs: number }
): 'superseded' | 'expired' | null {
  // An older state never follows a newer one.
  if (trace.sent > sequence) return 'superseded'
  if (nowMs - Date.parse(plannedAt) < freshMs) return null
  if (trace.newest > sequence) return 'superseded'
  return closes === true && !trace.isHeard && Number.isFinite(freshMs) ? 'expired' : null
}

/** A reminder of a notified, open alert without a new event. */
function lookAtStanding(
  deliveries: SubscriptionDeliveries,
  trace: AlertTrace,
  judge: PolicyJudge,
  nowMs: number
): NotSent {
  const { alertId } = trace
  const { notices, health, table, subscriptionId } = deliveries
  const toldMs = deliveries.lastToldMs(alertId)
  const last = notices.of('alert', alertId)
  // One that is under way is tried by its own schedule.
  if (!judge.repeats || !isStanding(trace) || toldMs === null || last?.end === null) return nothing
  const judged = judge.repeat(alertId, toldMs, nowMs)
  const { decision } = judged
  if (decision?.kind !== 'tell') {
    const held = decision?.kind === 'hold' ? decision : null
    const of = { subscriptionId, sequence: null, alertId }
    return makeHold(of, notices.findHold(alertId), { ...judged, decision: held }, nowMs)
  }
  // An endpoint that is away is probed with its deliveries.
  if (isOut(health)) return { decided: [], lookMs: nowMs + againMs }
  // The newest state that the subscriber was sent.
  const carried =
    table.newestFirst(alertId).find(each => each.verdict === 'event' && isStateEvent(each)) ?? last
  // No event sent for the alert is known any more.
  if (carried === null) return nothing
  const { sequence, eventId, eventType, partition, position } = carried
  const since = last?.since ?? new Date(trace.toldMs ?? toldMs).toISOString()
  const news = {
    ...({ about: 'alert', id: alertId } as const),
    ...{ sequence, eventId, eventType, partition, position },
    ...{ count: (last?.count ?? 0) + 1, since }
  }
  return { decided: [raisedRecord(deliveries, nowMs, news, String(toldMs))], lookMs: null }
}

/**
 * What is sent beside the order of alerts: what somebody asked for again, and refused actions, which
 * say nothing of the state of an alert.
 */
function stepAside(deliveries: SubscriptionDeliveries, asking: Asking): NextStep {
  const { judge = null, nowMs } = asking
  let soonestMs = deliveries.table.nextLookMs()
  const found = deliveries.table.findAside(each => {
    const wait = deliveries.findWait(each)
    if (wait === null || isOver(wait, nowMs)) return true
    soonestMs = Math.min(soonestMs ?? wait.untilMs, wait.untilMs)
    return false
  })
  if (found === undefined) return { untilMs: soonestMs }
  // Planned before there was a policy: who has one gets no refused actions.
  if (judge !== null && found.round === 0)
    return { decided: drop(deliveries, [found], 'muted', nowMs, 'action-refused') }
  return makeTurn(deliveries, { send: found, pages: false }, asking)
}

function makeTurn(
  deliveries: SubscriptionDeliveries,
  { send: delivery, pages, because }: Sent,
  { suspect, nowMs }: Asking
): Turn {
  const suspected = suspect === null ? undefined : deliveries.table.get(suspect.sequence)
  const isTrial =
    suspected?.state === 'pending' &&
    isSame(suspect, suspected) &&
    suspected.sequence !== delivery.sequence
  const choice = makeChoice(deliveries, delivery, pages, because)
  return { delivery, isTrial, choice: choice && choose(deliveries, choice, nowMs) }
}

/**
 * Null if the first attempt needs no record: no sequence before it is to be named, and none before
 * it is yet to be sent. Any other sender then finds the same.
 */
function makeChoice(
  { table }: SubscriptionDeliveries,
  delivery: Delivery,
  owesPage: boolean,
  because: ChosenData['because']
): Omit<ChosenData, 'subscriptionId'> | null {
  if (!canBeChosen(delivery)) return null
  const { sequence, held, isSheltered } = delivery
  const superseded = table.findRange(sequence)
  const isFirst = table.head?.sequence === sequence
  const pages = owesPage && !delivery.pagesNow
  if (superseded === null && isFirst && !isSheltered && !pages && because === undefined) return null
  return {
    ...{ sequence, superseded },
    ...(pages ? { pages } : {}),
    ...(because === undefined ? {} : { because, held: held?.reason ?? null })
  }
}

/** In one record: far below what a log takes. The rest follows at the next look. */
const dropsMax = 1_000

function drop(
  { subscriptionId }: SubscriptionDeliveries,
  dropped: readonly Delivery[],
  why: SkipReason,
  nowMs: number,
  reason?: DroppedData['reason']
): readonly DeliveryRecord[] {
  if (dropped.length === 0) return []
  const sequences = dropped.slice(0, dropsMax).map(({ sequence }) => sequence)
  const data = { subscriptionId, sequences, why, ...(reason === undefined ? {} : { reason }) }
  return [makeRecord({ type: 'delivery.dropped', data }, nowMs)]
}

/** A wait that is longer than was intended: the clock was set back. */
function isOver({ untilMs, afterMs }: Wait, nowMs: number): boolean {
  return untilMs <= nowMs || untilMs - nowMs > afterMs
}

function isSame(one: Pick<Delivery, 'sequence' | 'round'> | null, other: Delivery): boolean {
  return one?.sequence === other.sequence && one.round === other.round
}
