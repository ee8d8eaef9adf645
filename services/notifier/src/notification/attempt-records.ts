// Records that a sender writes: the outcome of an attempt, a delivery given up, the delivery chosen
// next, and what is decided without an attempt. Instances that decide the same write the same id.

import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { hideEchoes } from '@tocsin/webhooks/masked-url'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { Delivery } from './delivery.ts'
import type {
  DeliveryPayload,
  DeliveryRecord,
  NoticeAbout,
  NoticeNews,
  ResumedData
} from './delivery-record.ts'
import type { Choice, Decided } from './next-delivery.ts'
import type { Notices } from './notices.ts'
import { type Retry, type RetryDecision, retryReasons } from './retry-policy.ts'

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
  const answer = outcome.kind === 'response' ? outcome : null
  const data = {
    ...{ subscriptionId, sequence, round, attempt },
    status: answer?.status ?? null,
    durationMs: outcome.durationMs,
    excerpt: answer !== null && isAnswerKept ? hideEchoes(answer.excerpt, url).toWellFormed() : null
  }
  const id = ['delivery-result', subscriptionId, sequence, round, attempt, decision.kind]
  return makeRecord(id, nowMs, {
    type: 'delivery.outcome',
    data: { ...data, ...makeOutcome(decision, { isTrial, order, nowMs }) }
  })
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
  return makeRecord(['delivery-parked', subscriptionId, sequence, round], nowMs, {
    type: 'delivery.outcome',
    data: {
      ...{ subscriptionId, sequence, round, attempt, status, durationMs, excerpt },
      outcome: 'parked',
      reason: 'exhausted',
      last: retryReasons.find(each => each === last?.reason) ?? null,
      provenBy: accepted.sequence
    }
  })
}

export function choiceRecord(
  { subscription: { subscriptionId }, nowMs }: RecordingAt,
  choice: Choice
): DeliveryRecord {
  const { sequence, superseded } = choice
  const range = superseded === null ? '' : `${superseded.from}-${superseded.to}`
  return makeRecord(['delivery-chosen', subscriptionId, sequence, range], nowMs, {
    type: 'delivery.chosen',
    data: { subscriptionId, ...choice }
  })
}

/** Waiting deliveries are tried immediately. `cause`: what triggered it; one record per cause. */
export function resumedRecord(data: ResumedData, cause: string, nowMs: number): DeliveryRecord {
  const id = ['delivery-resumed', data.subscriptionId, cause]
  return makeRecord(id, nowMs, { type: 'delivery.resumed', data })
}

/** What is decided without an attempt. */
export function decidedRecord(
  { subscription: { subscriptionId }, nowMs }: RecordingAt,
  decided: Decided,
  notices: Notices
): DeliveryRecord {
  if (decided.kind === 'remind')
    return raisedRecord({ subscriptionId, notices, nowMs }, decided.news, decided.mark)
  if (decided.kind === 'drop') {
    const data = { subscriptionId, ...decided.data }
    const id = ['delivery-dropped', subscriptionId, data.why, ...data.sequences]
    return makeRecord(id, nowMs, { type: 'delivery.dropped', data })
  }
  const { reason, until, by } = decided.data
  const what =
    decided.kind === 'hold'
      ? ['delivery-held', subscriptionId, decided.data.sequence]
      : ['reminder-held', subscriptionId, decided.data.alertId, decided.follows]
  const data = { subscriptionId, ...decided.data }
  const id = [...what, reason ?? '', until ?? '', by ?? '']
  return makeRecord(id, nowMs, { type: 'delivery.held', data })
}

/** Of the events that notices are sent as. */
export const noticeNames = {
  endpoint: 'notice',
  silence: 'silence',
  watch: 'watch',
  digest: 'digest',
  alert: 'reminder'
} as const satisfies Readonly<Record<NoticeAbout, string>>

/**
 * A new notice. `mark`: distinguishes it from other notices on the same subject; the same on every
 * instance.
 */
export function raisedRecord(
  {
    subscriptionId,
    notices,
    nowMs
  }: { readonly subscriptionId: string; readonly notices: Notices; readonly nowMs: number },
  news: NoticeNews,
  mark: string
): DeliveryRecord {
  const { about, id } = news
  const previousId = notices.of(about, id)?.noticeId ?? null
  const named = digest('notice', subscriptionId, about, id, mark, previousId ?? '')
  const noticeId = `${noticeNames[about]}_${named.slice(0, 24)}`
  return makeRecord(['notice-raised', noticeId], nowMs, {
    type: 'delivery.notice-raised',
    data: { subscriptionId, noticeId, previousId, ...news }
  })
}

/** `id`: what distinguishes the record from all others. */
export function makeRecord(
  id: readonly (string | number | null)[],
  nowMs: number,
  payload: DeliveryPayload
): DeliveryRecord {
  return { id: digest(...id.map(String)), time: computeTime(nowMs), cause: null, ...payload }
}

function computeTime(ms: number): string {
  return new Date(ms).toISOString()
}
