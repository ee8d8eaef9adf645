// Records that a sender writes: the outcome of an attempt, a delivery given up, and the delivery
// chosen next.

import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { hideEchoes } from '@tocsin/webhooks/masked-url'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { Delivery } from './delivery.ts'
import type { DeliveryRecord, ReminderHeldData, ResumedBy } from './delivery-record.ts'
import type { Choice } from './next-delivery.ts'
import type { ReminderHold } from './notices.ts'
import { type Retry, type RetryDecision, retryReasons } from './retry-policy.ts'
import type { NewHold } from './waiting-order.ts'

export interface RecordingAt {
  readonly subscription: SubscriptionRecord
  readonly nowMs: number
}

interface Attempted {
  readonly decision: RetryDecision
  readonly isTrial: boolean
  /** False: the subscriber may not read what the endpoint answers. */
  readonly isAnswerKept: boolean
}

export function resultRecord(
  { subscription, nowMs }: RecordingAt,
  delivery: Delivery,
  outcome: SendOutcome,
  { decision, isTrial, isAnswerKept }: Attempted
): DeliveryRecord {
  const { subscriptionId, order, url } = subscription
  const { sequence, round, attempts } = delivery
  const attempt = attempts + 1
  const id = digest(
    'delivery-result',
    subscriptionId,
    String(sequence),
    String(round),
    String(attempt),
    decision.kind
  )
  const answer = outcome.kind === 'response' ? outcome : null
  const data = {
    ...{ subscriptionId, sequence, round, attempt },
    status: answer?.status ?? null,
    durationMs: outcome.durationMs,
    excerpt: answer !== null && isAnswerKept ? hideEchoes(answer.excerpt, url).toWellFormed() : null
  }
  return {
    ...{ id, time: computeTime(nowMs), cause: null, type: 'delivery.outcome' },
    data: { ...data, ...makeOutcome(decision, { isTrial, order, nowMs }) }
  }
}

function makeOutcome(decision: RetryDecision, failed: FailedIn) {
  switch (decision.kind) {
    case 'delivered':
      return { outcome: 'delivered' } as const
    case 'ended':
      return { outcome: 'ended', reason: decision.reason } as const
    case 'retry':
      return { outcome: 'failed', ...findFailure(decision, failed) } as const
    default:
      return decision satisfies never
  }
}

interface FailedIn {
  readonly isTrial: boolean
  readonly order: SubscriptionRecord['order']
  readonly nowMs: number
}

/** In strict order a delivery waits as long as its endpoint. */
function findFailure(
  { reason, afterMs: ownMs, endpointAfterMs, isExhausted, isRefusal, isPermanent, isAsked }: Retry,
  { isTrial, order, nowMs }: FailedIn
) {
  const afterMs = order === 'strict' ? endpointAfterMs : ownMs
  return {
    ...{ reason, afterMs, nextAt: computeTime(nowMs + afterMs) },
    ...(endpointAfterMs === afterMs ? {} : { endpointAfterMs }),
    ...(isExhausted ? { isExhausted } : {}),
    ...(isRefusal ? { isRefusal } : {}),
    ...(isPermanent ? { isPermanent } : {}),
    ...(isAsked ? { isAsked } : {}),
    ...(isTrial ? { isTrial } : {})
  }
}

/** A delivery failed by its whole schedule, and another was accepted right after. */
export function parkingRecord(
  { subscription: { subscriptionId }, nowMs }: RecordingAt,
  { sequence, round, attempts: attempt, last }: Delivery,
  accepted: Delivery
): DeliveryRecord {
  const { status = null, durationMs = 0, excerpt = null } = last ?? {}
  return {
    id: digest('delivery-parked', subscriptionId, String(sequence), String(round)),
    time: computeTime(nowMs),
    cause: null,
    type: 'delivery.outcome',
    data: {
      ...{ subscriptionId, sequence, round, attempt, status, durationMs, excerpt },
      outcome: 'parked',
      reason: 'exhausted',
      last: retryReasons.find(each => each === last?.reason) ?? null,
      provenBy: accepted.sequence
    }
  }
}

export function choiceRecord(
  { subscription: { subscriptionId }, nowMs }: RecordingAt,
  choice: Choice
): DeliveryRecord {
  const range =
    choice.superseded === null ? '' : `${choice.superseded.from}-${choice.superseded.to}`
  return {
    id: digest('delivery-chosen', subscriptionId, String(choice.sequence), range),
    time: computeTime(nowMs),
    cause: null,
    type: 'delivery.chosen',
    data: { subscriptionId, ...choice }
  }
}

/** Waiting deliveries are tried immediately. `cause`: what triggered it; one record per cause. */
export function resumedRecord(
  { subscription: { subscriptionId }, nowMs }: RecordingAt,
  cause: string,
  by: ResumedBy
): DeliveryRecord {
  const id = digest('delivery-resumed', subscriptionId, cause)
  return {
    id,
    time: computeTime(nowMs),
    cause: null,
    type: 'delivery.resumed',
    data: { subscriptionId, by }
  }
}

/** Once for each reason and end, whichever instance decides it. */
export function holdRecord(
  { subscription: { subscriptionId }, nowMs }: RecordingAt,
  hold: NewHold
): DeliveryRecord {
  const { sequence, reason, until, by } = hold
  return {
    id: digest('delivery-held', subscriptionId, String(sequence), reason, until ?? '', by ?? ''),
    time: computeTime(nowMs),
    cause: null,
    type: 'delivery.held',
    data: { subscriptionId, ...hold }
  }
}

/**
 * Continues from the delay before it, null if there is none since the last notification of the
 * alert: instances that decide the same write the same record.
 */
export function reminderHoldRecord(
  { subscription: { subscriptionId }, nowMs }: RecordingAt,
  hold: Omit<ReminderHeldData, 'subscriptionId'>,
  before: Pick<ReminderHold, 'at'> | null,
  toldMs: number
): DeliveryRecord {
  const { alertId, reason, until, by } = hold
  const follows = before?.at ?? String(toldMs)
  return {
    id: digest(
      'reminder-held',
      subscriptionId,
      alertId,
      follows,
      reason ?? '',
      until ?? '',
      by ?? ''
    ),
    time: computeTime(nowMs),
    cause: null,
    type: 'delivery.reminder-held',
    data: { subscriptionId, alertId, reason, until, by }
  }
}

function computeTime(ms: number): string {
  return new Date(ms).toISOString()
}
