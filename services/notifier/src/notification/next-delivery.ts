// Which delivery of a subscription goes next: in strict order the head of its queue, in
// newest-state order the most urgent current state. Reads the fold only.

import { canBeChosen, type Delivery } from './delivery.ts'
import type { ChosenData } from './delivery-record.ts'
import type { Wait } from './endpoint-fold.ts'
import type { SequenceRange } from './newest-state.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'
import type { NewHold, NewsJudge, WaitingOrder } from './waiting-order.ts'

export interface Turn {
  readonly delivery: Delivery
  /** It is tried although the one before it was not accepted. */
  readonly isTrial: boolean
  /** Its own wait, in addition to its endpoint's; not over yet. */
  readonly wait: Wait | null
  /** What must be logged before its first attempt. */
  readonly choice: Choice | null
}

export type Choice = Omit<ChosenData, 'subscriptionId'>

export interface Asking {
  readonly order: 'strict' | 'newest-state'
  /**
   * An exhausted delivery that failed just now: the next one shows whether it or the endpoint is to
   * blame.
   */
  readonly suspect: Pick<Delivery, 'sequence' | 'round'> | null
  readonly nowMs: number
  readonly isOver: (wait: Wait) => boolean
  /**
   * The policy of the subscription, in newest-state order; null: everything is sent immediately.
   */
  readonly judge?: NewsJudge | null
  /** Limit on the judge's work in this turn; by default it judges all that waits. */
  readonly unitsMax?: number
}

/**
 * No delivery is sent now: `holds` must be logged first, or `untilMs`: when one may be sent, ms.
 */
export type Pause = { readonly holds: readonly NewHold[] } | { readonly untilMs: number }

/** `holds` per write. */
const holdsMax = 200

/**
 * The next turn; a choice without a delivery if some are to be skipped and none is left to send;
 * null if none waits.
 */
export function nextTurn(
  deliveries: SubscriptionDeliveries,
  asking: Asking
): Turn | { readonly skip: Choice } | Pause | null {
  return asking.order === 'strict' ? strictTurn(deliveries, asking) : newestTurn(deliveries, asking)
}

/**
 * Whether something goes now that was not tried yet, as a policy has it; or that may, if it is not
 * judged yet.
 */
export function hasUntried(
  deliveries: SubscriptionDeliveries,
  judge: NewsJudge,
  nowMs: number
): boolean {
  const order = deliveries.order(nowMs, judge, 0)
  return (
    !order.isSettled || order.current().some(sequence => deliveries.get(sequence)?.attempts === 0)
  )
}

function strictTurn(deliveries: SubscriptionDeliveries, { suspect }: Asking): Turn | null {
  const { head, second } = deliveries
  if (head === undefined) return null
  if (second !== undefined && isSame(suspect, head))
    return { delivery: second, isTrial: true, wait: null, choice: makeTrial(second) }
  return { delivery: head, isTrial: false, wait: null, choice: findNaming(deliveries, head) }
}

/** Whoever folds the log sees that the partner may have it, though one before it waits. */
function makeTrial(delivery: Delivery): Choice | null {
  return canBeChosen(delivery)
    ? { sequence: delivery.sequence, superseded: null, expired: [] }
    : null
}

/**
 * In strict order only what a narrower filter left out is skipped; the next delivery that is yet
 * untried names it.
 */
function findNaming(deliveries: SubscriptionDeliveries, delivery: Delivery): Choice | null {
  const superseded = canBeChosen(delivery) ? deliveries.rangeFor(delivery.sequence, []) : null
  return superseded === null ? null : { sequence: delivery.sequence, superseded, expired: [] }
}

function newestTurn(
  deliveries: SubscriptionDeliveries,
  asking: Asking
): Turn | { readonly skip: Choice } | Pause | null {
  if (deliveries.head === undefined) return null
  const { nowMs, judge = null, unitsMax = Number.POSITIVE_INFINITY } = asking
  const order = deliveries.order(nowMs, judge, unitsMax)
  // Recent notifications may delay any number of the deliveries that were due: they are removed one
  // after the other.
  for (
    let i = 0;
    order.size > 0 && (order.holdCount < holdsMax || (order.hasExtreme && i < holdsMax));
    i++
  ) {
    const turn = turnIn(deliveries, order, asking)
    if (turn === null) continue
    // Extreme deliveries do not wait for records of delayed ones.
    if (turn === 'unjudged' || (order.holdCount > 0 && turn.delivery.severity !== 'extreme')) break
    return turn
  }
  if (order.holdCount > 0) return { holds: order.newHolds(holdsMax) }
  if (!order.isSettled) return { untilMs: nowMs }
  const range = deliveries.rangeFor(null, order.skipped.from(0))
  if (range === null) return order.nextMs === null ? null : { untilMs: order.nextMs }
  return { skip: { sequence: null, superseded: range, ...untoldIn(range, order) } }
}

/**
 * The most urgent delivery to send; null if it is no longer to be sent. `unjudged`: another one may
 * precede it.
 */
function turnIn(
  deliveries: SubscriptionDeliveries,
  order: WaitingOrder,
  { suspect, nowMs, isOver }: Asking
): Turn | null | 'unjudged' {
  const suspected = suspect === null ? undefined : deliveries.get(suspect.sequence)
  const without =
    suspected !== undefined && isSame(suspect, suspected) && order.has(suspected.sequence)
      ? suspected
      : null
  const isTrial = without !== null && order.size > 1
  const found = readyOrSoonest(deliveries, order, isTrial ? without.sequence : null, isOver)
  const delivery = deliveries.get(found.sequence) as Delivery
  if (!isTrial && found.wait === null && !order.stillGoes(delivery, nowMs)) return null
  if (!order.mayGo(found.sequence)) return 'unjudged'
  const wait = isTrial ? null : found.wait
  return {
    ...{ delivery, isTrial, wait },
    // What it replaces may be long: it is only worked out for an attempt.
    get choice() {
      return choiceFor(deliveries, delivery, order)
    }
  }
}

/**
 * The most urgent delivery without a wait of its own; if all wait, the one with the earliest end,
 * with its wait.
 */
function readyOrSoonest(
  deliveries: SubscriptionDeliveries,
  order: WaitingOrder,
  without: number | null,
  isOver: Asking['isOver']
): { readonly sequence: number; readonly wait: Wait | null } {
  let soonest: { readonly sequence: number; readonly wait: Wait } | null = null
  for (const sequence of order.current()) {
    if (sequence === without) continue
    const wait = deliveries.computeWait(sequence)
    if (wait === null || isOver(wait)) return { sequence, wait: null }
    if (soonest === null || wait.untilMs < soonest.wait.untilMs) soonest = { sequence, wait }
  }
  if (soonest === null) throw new Error('nothing waits')
  return soonest
}

/**
 * Null if the first attempt needs no record: no sequence before it is skipped, and none before it
 * is yet to be sent. Any other sender then finds the same.
 */
function choiceFor(
  deliveries: SubscriptionDeliveries,
  delivery: Delivery,
  order: WaitingOrder
): Choice | null {
  if (!canBeChosen(delivery)) return null
  const { sequence } = delivery
  const superseded = deliveries.rangeFor(sequence, order.skipped.from(0))
  const isFirst = deliveries.head?.sequence === sequence
  const isMade = order.pages(sequence) && !delivery.pagesNow
  const because = order.findReason(sequence)
  if (superseded === null && isFirst && !delivery.isSheltered && !isMade && because === null)
    return null
  const untold = superseded === null ? { expired: [] } : untoldIn(superseded, order)
  const why = because === null ? {} : { because, held: delivery.held?.reason ?? null }
  return { sequence, superseded, ...untold, ...(isMade ? { pages: true } : {}), ...why }
}

function untoldIn(
  { from, to }: SequenceRange,
  order: WaitingOrder
): Pick<Choice, 'expired' | 'muted' | 'mutedFor'> {
  const skipped = order.skipped.within(from, to)
  const mutes = skipped.flatMap(sequence => {
    const reason = order.findMute(sequence)
    return reason === null ? [] : [{ sequence, reason }]
  })
  const expired = skipped.filter(sequence => order.isExpired(sequence))
  if (mutes.length === 0) return { expired }
  return {
    expired,
    muted: mutes.map(each => each.sequence),
    mutedFor: mutes.map(each => each.reason)
  }
}

function isSame(one: Pick<Delivery, 'sequence' | 'round'> | null, other: Delivery): boolean {
  return one?.sequence === other.sequence && one.round === other.round
}
