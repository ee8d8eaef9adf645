// Records that a sender writes: the outcome of an attempt, a delivery given up, and a new notice.

import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { hideEchoes } from '@tocsin/webhooks/masked-url'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { Delivery } from './delivery.ts'
import {
  type DeliveryRecord,
  makeRecord,
  type NoticeAbout,
  type NoticeNews,
  type OutcomeData
} from './delivery-record.ts'
import { type RetryDecision, retryReasons } from './retry-policy.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'

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
  { subscription: { subscriptionId, order, url }, nowMs }: RecordingAt,
  { sequence, round, attempts }: Delivery,
  outcome: SendOutcome,
  { decision, isTrial, isAnswerKept }: Attempted
): DeliveryRecord {
  const attempt = attempts + 1
  const answer = outcome.kind === 'response' ? outcome : null
  const attempted = {
    ...{ subscriptionId, sequence, round, attempt, durationMs: outcome.durationMs },
    status: answer?.status ?? null,
    excerpt: answer !== null && isAnswerKept ? hideEchoes(answer.excerpt, url).toWellFormed() : null
  }
  const mark = [sequence, round, attempt, decision.kind].join(' ')
  const record = (data: OutcomeData) => makeRecord({ type: 'delivery.outcome', data }, nowMs, mark)
  if (decision.kind === 'delivered') return record({ ...attempted, outcome: 'delivered' })
  const { kind, ...decided } = decision
  if (kind === 'ended') return record({ ...attempted, outcome: 'ended', reason: 'gone' })
  const failure = decided as Omit<Extract<RetryDecision, { kind: 'retry' }>, 'kind'>
  // In strict order a delivery waits as long as its endpoint.
  const afterMs = order === 'strict' ? failure.endpointAfterMs : failure.afterMs
  const nextAt = new Date(nowMs + afterMs).toISOString()
  return record({ ...attempted, outcome: 'failed', ...failure, afterMs, nextAt, isTrial })
}

/** A delivery failed by its whole schedule, and another was accepted right after. */
export function parkingRecord(
  { subscription: { subscriptionId }, nowMs }: RecordingAt,
  { sequence, round, attempts: attempt, last }: Delivery,
  accepted: Delivery
): DeliveryRecord {
  const { status = null, durationMs = 0, excerpt = null } = last ?? {}
  const data = {
    ...{ subscriptionId, sequence, round, attempt, status, durationMs, excerpt },
    ...({ outcome: 'parked', reason: 'exhausted' } as const),
    last: retryReasons.find(each => each === last?.reason) ?? null,
    provenBy: accepted.sequence
  }
  return makeRecord({ type: 'delivery.outcome', data }, nowMs, `parked ${sequence} ${round}`)
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
  { subscriptionId, notices }: SubscriptionDeliveries,
  nowMs: number,
  news: NoticeNews,
  mark: string
): DeliveryRecord {
  const { about, id } = news
  const previousId = notices.of(about, id)?.noticeId ?? null
  const named = digest('notice', subscriptionId, about, id, mark, previousId ?? '')
  const noticeId = `${noticeNames[about]}_${named.slice(0, 24)}`
  const data = { subscriptionId, noticeId, previousId, ...news }
  return makeRecord({ type: 'delivery.notice-raised', data }, nowMs, noticeId)
}
