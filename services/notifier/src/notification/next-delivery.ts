// What a subscription is sent next, from the tables: in strict order the head of its queue, in
// newest-state order the current state of the most urgent alert that is to be looked at. With a
// policy that is delayed, or never sent, as the policy decides, and is repeated while nobody
// acknowledges it. Source: decision 0063, 0079.

import type { MutedReason } from '@tocsin/contracts/subscription/notification-words'
import { type AlertTrace, computeTraceLane, isStanding } from './alert-trace.ts'
import {
  canBeChosen,
  type Delivery,
  isSameHold,
  isStateEvent,
  skippedStates,
  type Wait
} from './delivery.ts'
import type {
  ChosenData,
  DroppedData,
  HeldData,
  NewsAbout,
  ReminderHeldData,
  SkipReason
} from './delivery-record.ts'
import { isOut } from './endpoint-health.ts'
import type { RepeatDecision } from './notification-decision.ts'
import type { PolicyJudge } from './policy-judge.ts'
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

export type Judge = Pick<PolicyJudge, 'decide' | 'repeat' | 'repeats'>

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
  readonly judge?: Judge | null
}

export type Choice = Omit<ChosenData, 'subscriptionId'>

export interface Turn {
  readonly delivery: Delivery
  /** It is tried although the one before it was not accepted. */
  readonly isTrial: boolean
  /** What must be logged before its first attempt. */
  readonly choice: Choice | null
}

/** What is decided without an attempt, to be logged. */
export type Decided =
  | { readonly kind: 'drop'; readonly data: Omit<DroppedData, 'subscriptionId'> }
  | { readonly kind: 'hold'; readonly data: Omit<HeldData, 'subscriptionId'> }
  | {
      readonly kind: 'hold-reminder'
      readonly data: Omit<ReminderHeldData, 'subscriptionId'>
      /** The delay before it, or the notification: instances that decide the same write the same. */
      readonly follows: string
    }
  | {
      readonly kind: 'remind'
      readonly news: NewsAbout<'alert'>
      /** Distinguishes it from earlier reminders. */
      readonly mark: string
    }

export type NextStep =
  | Turn
  | { readonly decided: readonly Decided[] }
  /** The next look is at this time, ms; null: when something changes. */
  | { readonly untilMs: number | null }

export function nextStep(deliveries: SubscriptionDeliveries, asking: Asking): NextStep {
  return asking.order === 'strict' ? strictStep(deliveries, asking) : newestStep(deliveries, asking)
}

function strictStep(deliveries: SubscriptionDeliveries, { suspect }: Asking): NextStep {
  const { head } = deliveries.table
  if (head === undefined) return { untilMs: null }
  const second = isSame(suspect, head) ? deliveries.table.second : undefined
  if (second !== undefined) {
    // Whoever folds the log sees that the partner may have it, though one before it waits.
    const choice = canBeChosen(second) ? { sequence: second.sequence, superseded: null } : null
    return { delivery: second, isTrial: true, choice }
  }
  // Only what a narrower filter left out is skipped.
  const superseded = canBeChosen(head) ? deliveries.table.findRange(head.sequence) : null
  const choice = superseded === null ? null : { sequence: head.sequence, superseded }
  return { delivery: head, isTrial: false, choice }
}

function newestStep(deliveries: SubscriptionDeliveries, asking: Asking): NextStep {
  const { table } = deliveries
  const { nowMs } = asking
  const decided: Decided[] = []
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
  readonly decided: readonly Decided[]
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
  const skipped = new Map(
    waiting.map(each => [each, findSkipReason(each, trace, { nowMs, freshMs })])
  )
  const drops = (['superseded', 'expired'] as const).flatMap(why =>
    listDrop(
      waiting.filter(each => skipped.get(each) === why),
      why
    )
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
  { judge, nowMs }: { readonly judge: Judge; readonly nowMs: number }
): Sent | NotSent {
  const asked = judge.decide(next, alertId => deliveries.findTrace(alertId), nowMs)
  const { decision } = asked
  if (decision.kind === 'tell') return { send: next, pages: owesPage, because: decision.reason }
  if (decision.kind === 'mute')
    return { decided: listDrop([next], 'muted', decision.reason), lookMs: null }
  const { reason, untilMs, by } = decision
  const hold = { sequence: next.sequence, reason, until: formatTime(untilMs), by }
  return {
    decided: isSameHold(next.held, hold) ? [] : [{ kind: 'hold', data: hold }],
    lookMs: makeLook(asked.againMs, nowMs)
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
  judge: Judge,
  nowMs: number
): NotSent {
  const { alertId } = trace
  const { notices, health, table } = deliveries
  const toldMs = deliveries.lastToldMs(alertId)
  const last = notices.of('alert', alertId)
  // One that is under way is tried by its own schedule.
  if (!judge.repeats || !isStanding(trace) || toldMs === null || last?.end === null) return nothing
  const asked = judge.repeat(alertId, toldMs, id => deliveries.findTrace(id), nowMs)
  const { decision } = asked
  const before = notices.findHold(alertId)
  const follows = before?.at ?? String(toldMs)
  if (decision?.kind !== 'tell') {
    const now = makeReminderHold(alertId, decision)
    const isSame = now.reason === null ? before === null : isSameHold(before, now as HeldFor)
    return {
      decided: isSame ? [] : [{ kind: 'hold-reminder', data: now, follows }],
      lookMs: makeLook(asked.againMs, nowMs)
    }
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
  return { decided: [{ kind: 'remind', news, mark: String(toldMs) }], lookMs: null }
}

type HeldFor = Parameters<typeof isSameHold>[1]

/** A recent notification is no delay to show. */
function makeReminderHold(
  alertId: string,
  decision: RepeatDecision | null
): Omit<ReminderHeldData, 'subscriptionId'> {
  if (decision?.kind !== 'hold' || decision.reason === 'repeat-interval')
    return { sequence: null, alertId, reason: null, until: null, by: null }
  const { reason, untilMs, by } = decision
  return { sequence: null, alertId, reason, until: formatTime(untilMs), by }
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
    return { decided: listDrop([found], 'muted', 'action-refused') }
  return makeTurn(deliveries, { send: found, pages: false }, asking)
}

function makeTurn(
  deliveries: SubscriptionDeliveries,
  { send: delivery, pages, because }: Sent,
  { suspect }: Asking
): Turn {
  const suspected = suspect === null ? undefined : deliveries.table.get(suspect.sequence)
  const isTrial =
    suspected?.state === 'pending' &&
    isSame(suspect, suspected) &&
    suspected.sequence !== delivery.sequence
  return { delivery, isTrial, choice: makeChoice(deliveries, delivery, pages, because) }
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
): Choice | null {
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

function listDrop(
  dropped: readonly Delivery[],
  why: SkipReason,
  reason?: MutedReason
): readonly Decided[] {
  if (dropped.length === 0) return []
  const sequences = dropped.slice(0, dropsMax).map(({ sequence }) => sequence)
  const data = { sequences, why, ...(reason === undefined ? {} : { reason }) }
  return [{ kind: 'drop', data }]
}

/** A delay that has ended already would be looked at again and again. */
function makeLook(againAtMs: number | null, nowMs: number): number | null {
  return againAtMs === null ? null : Math.max(againAtMs, nowMs + 1)
}

/** A wait that is longer than was intended: the clock was set back. */
function isOver({ untilMs, afterMs }: Wait, nowMs: number): boolean {
  return untilMs <= nowMs || untilMs - nowMs > afterMs
}

function formatTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function isSame(one: Pick<Delivery, 'sequence' | 'round'> | null, other: Delivery): boolean {
  return one?.sequence === other.sequence && one.round === other.round
}
