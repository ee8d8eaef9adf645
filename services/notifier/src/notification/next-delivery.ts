// What a subscription is sent next, from the tables: in strict order the head of its queue, in
// newest-state order the current state of the most urgent alert that is to be looked at. With a
// policy that is delayed, or never sent, as the policy decides, and is repeated while nobody
// acknowledges it. Source: decision 0063, 0079.

import { raisedRecord } from './attempt-records.ts'
import {
  type AlertTrace,
  canBeChosen,
  computeTraceLane,
  type Delivery,
  isStanding,
  isStateEvent,
  skippedStates,
  type Wait
} from './delivery.ts'
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

export interface Asking {
  readonly order: 'strict' | 'newest-state'
  /**
   * An exhausted delivery that failed just now: the next one shows whether it or the endpoint is to
   * blame.
   */
  readonly suspect: Delivery | null
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
  const look = new Look(deliveries, asking)
  return asking.order === 'strict' ? look.findStrict() : look.findNewest()
}

/** In one record: far below what a log takes. The rest follows at the next look. */
const dropsMax = 1_000

type Place = Pick<AlertTrace, 'lane' | 'firstWaiting'>

interface NotSent {
  readonly decided: readonly DeliveryRecord[]
  /** As in an alert's trace; null where the decided records change the alert. */
  readonly lookMs: number | null
  /** Where its turn is, if that is another than was known. */
  readonly place?: Place
}

const nothing: NotSent = { decided: [], lookMs: null }

class Look {
  readonly #deliveries: SubscriptionDeliveries
  readonly #suspect: Asking['suspect']
  readonly #judge: PolicyJudge | null
  readonly #nowMs: number

  constructor(deliveries: SubscriptionDeliveries, { suspect, judge = null, nowMs }: Asking) {
    this.#deliveries = deliveries
    this.#suspect = suspect
    this.#judge = judge
    this.#nowMs = nowMs
  }

  get #table() {
    return this.#deliveries.table
  }

  findStrict(): NextStep {
    const { head } = this.#table
    if (head === undefined) return { untilMs: null }
    const second = isSame(this.#suspect, head) ? this.#table.second : undefined
    const isTrial = second !== undefined
    const delivery = second ?? head
    if (!canBeChosen(delivery)) return { delivery, isTrial, choice: null }
    // Only what a narrower filter left out is skipped.
    const superseded = isTrial ? null : this.#table.findRange(head.sequence)
    // Whoever folds the log sees that the partner may have the second, though one before it waits.
    const choice = isTrial || superseded !== null ? this.#choose(delivery, { superseded }) : null
    return { delivery, isTrial, choice }
  }

  findNewest(): NextStep {
    const decided: DeliveryRecord[] = []
    for (let looks = 0; looks < looksMax; looks++) {
      const trace = this.#table.nextAlert(this.#nowMs)
      if (trace === undefined) return decided.length > 0 ? { decided } : this.#lookAside()
      const found = this.#lookAt(trace)
      // It is looked at again until it is sent.
      if ('delivery' in found) return decided.length > 0 ? { decided } : found
      this.#table.setAlert({ ...trace, ...found.place, lookMs: found.lookMs })
      decided.push(...found.decided)
    }
    return decided.length > 0 ? { decided } : { untilMs: this.#nowMs }
  }

  /** The event to send for an alert, or why none is sent and when to look again. */
  #lookAt(trace: AlertTrace): Turn | NotSent {
    const waiting = this.#table.waitingOf(trace)
    if (waiting.length === 0) return this.#lookAtStanding(trace)
    const skipped = Map.groupBy(waiting, each => this.#findSkipReason(each, trace))
    const drops = (['superseded', 'expired'] as const).flatMap(why =>
      this.#drop(skipped.get(why) ?? [], why)
    )
    // What it replaces is logged first: its choice names it.
    if (drops.length > 0) return { decided: drops, lookMs: null }
    const next = waiting[0] as Delivery
    const place = this.#findPlace(trace, waiting)
    if (place.lane !== trace.lane || place.firstWaiting !== trace.firstWaiting)
      return { decided: [], lookMs: 0, place }
    const wait = this.#deliveries.findWait(next)
    if (wait !== null && !this.#isOver(wait)) return { decided: [], lookMs: wait.untilMs }
    // One that was begun continues, even if the policy would now decide differently.
    if (this.#judge === null || !canBeChosen(next)) return this.#makeTurn(next, trace.owesPage)
    const { decision, againMs: lookMs } = this.#judge.decide(next, this.#nowMs)
    if (decision.kind === 'send') return this.#makeTurn(next, trace.owesPage, decision.reason)
    if (decision.kind === 'mute')
      return { decided: this.#drop([next], 'muted', decision.reason), lookMs: null }
    return this.#hold({ sequence: next.sequence }, next.held, decision, lookMs)
  }

  /** Why a waiting delivery is not sent; null if it is. */
  #findSkipReason(
    { sequence, plannedAt, closes }: Delivery,
    { sent, newest, isHeard }: AlertTrace
  ): 'superseded' | 'expired' | null {
    // An older state never follows a newer one.
    if (sent > sequence) return 'superseded'
    const isPlain = this.#judge === null
    if (isPlain && this.#nowMs - Date.parse(plannedAt) < freshForMs) return null
    if (newest > sequence) return 'superseded'
    return isPlain && closes === true && !isHeard ? 'expired' : null
  }

  /**
   * Where the turn of an alert is now. Others may precede what still waits of it, but what replaces
   * earlier events has their place.
   */
  #findPlace(trace: AlertTrace, waiting: readonly Delivery[]): Place {
    const before = this.#table.get(trace.firstWaiting)
    const isReplacing = before !== undefined && skippedStates.has(before.state)
    return {
      lane: Math.min(...waiting.map(each => computeTraceLane(trace, each))),
      firstWaiting: isReplacing ? trace.firstWaiting : (waiting[0]?.sequence ?? 0)
    }
  }

  /** A reminder of a notified, open alert without a new event. */
  #lookAtStanding(trace: AlertTrace): NotSent {
    const { alertId } = trace
    const { notices, health } = this.#deliveries
    const judge = this.#judge
    const toldMs = this.#deliveries.lastToldMs(alertId)
    const last = notices.of('alert', alertId)
    // One that is under way is tried by its own schedule.
    if (!judge?.repeats || !isStanding(trace) || toldMs === null || last?.end === null)
      return nothing
    const { decision, againMs: lookMs } = judge.repeat(alertId, toldMs, this.#nowMs)
    if (decision?.kind !== 'send') {
      const held = decision?.kind === 'hold' ? decision : null
      return this.#hold({ sequence: null, alertId }, notices.findHold(alertId), held, lookMs)
    }
    // An endpoint that is away is probed with its deliveries.
    if (isOut(health)) return { decided: [], lookMs: this.#nowMs + againMs }
    // The newest state that the subscriber was sent.
    const carried =
      this.#table
        .newestFirst(alertId)
        .find(each => each.verdict === 'event' && isStateEvent(each)) ?? last
    // No event sent for the alert is known any more.
    if (carried === null) return nothing
    const { sequence, eventId, eventType, partition, position } = carried
    const since = last?.since ?? new Date(trace.toldMs ?? toldMs).toISOString()
    const news = {
      ...({ about: 'alert', id: alertId } as const),
      ...{ sequence, eventId, eventType, partition, position },
      ...{ count: (last?.count ?? 0) + 1, since }
    }
    const raised = raisedRecord(this.#deliveries, this.#nowMs, news, String(toldMs))
    return { decided: [raised], lookMs: null }
  }

  /** Logged if it is another than before. Null: nothing delays it that is shown. */
  #hold(
    of: Pick<HeldData, 'sequence'> | Pick<ReminderHeldData, 'sequence' | 'alertId'>,
    before: Delivery['held'],
    decision: Extract<NotificationDecision, { kind: 'hold' }> | null,
    lookMs: number | null
  ): NotSent {
    const { reason, untilMs, by } = decision ?? { reason: null, untilMs: null, by: null }
    const until = untilMs === null ? null : new Date(untilMs).toISOString()
    const known = before ?? { reason: null, until: null, by: null }
    const isSame = known.reason === reason && known.until === until && known.by === by
    const data = { ...this.#own, ...of, reason, until, by } as HeldData | ReminderHeldData
    return {
      decided: isSame ? [] : [makeRecord({ type: 'delivery.held', data }, this.#nowMs)],
      // A delay that has ended already would be looked at again and again.
      lookMs: lookMs === null ? null : Math.max(lookMs, this.#nowMs + 1)
    }
  }

  /**
   * What is sent beside the order of alerts: what somebody asked for again, and refused actions,
   * which say nothing of the state of an alert.
   */
  #lookAside(): NextStep {
    let soonestMs = this.#table.nextLookMs()
    const found = this.#table.findAside(each => {
      const wait = this.#deliveries.findWait(each)
      if (wait === null || this.#isOver(wait)) return true
      soonestMs = Math.min(soonestMs ?? wait.untilMs, wait.untilMs)
      return false
    })
    if (found === undefined) return { untilMs: soonestMs }
    // Planned before there was a policy: who has one gets no refused actions.
    if (this.#judge !== null && found.round === 0)
      return { decided: this.#drop([found], 'muted', 'action-refused') }
    return this.#makeTurn(found, false)
  }

  #makeTurn(delivery: Delivery, owesPage: boolean, because?: ChosenData['because']): Turn {
    const { sequence, held, isSheltered } = delivery
    const suspected = this.#suspect === null ? undefined : this.#table.get(this.#suspect.sequence)
    const isTrial =
      suspected?.state === 'pending' &&
      isSame(this.#suspect, suspected) &&
      suspected.sequence !== sequence
    if (!canBeChosen(delivery)) return { delivery, isTrial, choice: null }
    const superseded = this.#table.findRange(sequence)
    const pages = owesPage && !delivery.pagesNow
    // No record is needed if no sequence before it is to be named, and none before it is yet to be
    // sent. Any other sender then finds the same.
    const isFirst = this.#table.head?.sequence === sequence
    if (superseded === null && isFirst && !isSheltered && !pages && because === undefined)
      return { delivery, isTrial, choice: null }
    const choice = this.#choose(delivery, {
      superseded,
      ...(pages ? { pages } : {}),
      ...(because === undefined ? {} : { because, held: held?.reason ?? null })
    })
    return { delivery, isTrial, choice }
  }

  get #own() {
    return { subscriptionId: this.#deliveries.subscriptionId }
  }

  #choose(
    { sequence }: Delivery,
    choice: Omit<ChosenData, 'subscriptionId' | 'sequence'>
  ): DeliveryRecord {
    const data = { ...this.#own, sequence, ...choice }
    return makeRecord({ type: 'delivery.chosen', data }, this.#nowMs)
  }

  #drop(
    dropped: readonly Delivery[],
    why: SkipReason,
    reason?: DroppedData['reason']
  ): readonly DeliveryRecord[] {
    if (dropped.length === 0) return []
    const sequences = dropped.slice(0, dropsMax).map(({ sequence }) => sequence)
    const data = { ...this.#own, sequences, why, ...(reason === undefined ? {} : { reason }) }
    return [makeRecord({ type: 'delivery.dropped', data }, this.#nowMs)]
  }

  /** A wait that is longer than was intended: the clock was set back. */
  #isOver({ untilMs, afterMs }: Wait): boolean {
    return untilMs <= this.#nowMs || untilMs - this.#nowMs > afterMs
  }
}

function isSame(one: Delivery | null, other: Delivery): boolean {
  return one?.sequence === other.sequence && one.round === other.round
}
