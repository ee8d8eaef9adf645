// When the second channel of a subscription is notified that its first one fails, and that it works
// again. Pure: earlier notices are folded from the log, the time is passed in.

import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import type { RetrySchedule } from '@tocsin/contracts/subscription/retry-schedule'
import { type EndpointHealth, healthyEndpoint } from './endpoint-health.ts'
import type { Notice } from './notices.ts'
import { type AttemptOutcome, decideRetry, type RetryReason } from './retry-policy.ts'

export interface EndpointStanding {
  readonly health: EndpointHealth
  readonly isEnded: boolean
  readonly parkedCount: number
  /** When an attempt was last accepted, ms. */
  readonly acceptedMs: number | null
}

/** The newest notice, at any second address: `channel` is the consent's id. */
type ToldOutage = Pick<Notice<'endpoint'>, 'state' | 'toldMs' | 'channel'>

/**
 * Between two notices, so that a flapping endpoint does not flood the second channel. The state at
 * the end of the gap is sent.
 */
export const noticeGapMs = 10 * 60_000

/**
 * Waits between the attempts at one notice: seven attempts in ten hours. Then it is given up; the
 * next change is a new notice.
 */
export const noticeSchedule: RetrySchedule = {
  waitsMs: [10, 60, 300, 1_800, 7_200, 25_200].map(s => s * 1_000),
  slowMs: 0,
  slowCount: 0
}

export type NextNotice =
  | { readonly kind: 'none' }
  /** No notice before this time. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'raise'; readonly state: NoticeState }

/** The next notice to send. Pure. */
export function nextNotice(
  standing: EndpointStanding,
  {
    told,
    channel,
    nowMs
  }: { readonly told: ToldOutage | null; readonly channel: string; readonly nowMs: number }
): NextNotice {
  // Another channel has had no notice.
  const known = told?.channel === channel ? told : null
  const state = stateToTell(standing, known)
  if (state === null || state === (known?.state ?? 'up')) return { kind: 'none' }
  // A 410 ends everything: its owner must act.
  const untilMs = told === null || state === 'ended' ? nowMs : told.toldMs + noticeGapMs
  // A clock that was set back does not silence it for longer.
  const waitMs = Math.min(untilMs - nowMs, noticeGapMs)
  return waitMs > 0 ? { kind: 'wait', untilMs: nowMs + waitMs } : { kind: 'raise', state }
}

/** Null: there is no news. */
function stateToTell(
  { health, isEnded, parkedCount, acceptedMs }: EndpointStanding,
  told: ToldOutage | null
): NoticeState | null {
  if (isEnded) return 'ended'
  if (health.state === 'parked' || health.state === 'down') return health.state
  if (health.state === 'failing') return null
  if (parkedCount > 0) return 'refused'
  // Another address, or a replay, makes it unproven, which is not up.
  return told === null || (acceptedMs !== null && acceptedMs >= told.toldMs) ? 'up' : null
}

/** What an attempt at a notice came to. */
export interface NoticeVerdict {
  readonly reason: RetryReason | null
  readonly end: 'accepted' | 'gone' | 'given-up' | null
  /** Until the next attempt, ms; null: there is none. */
  readonly afterMs: number | null
}

/** `tries`: with this one. Refusals too walk the schedule: the attempts are bounded. Pure. */
export function noticeVerdict(
  outcome: AttemptOutcome,
  {
    tries,
    jitter,
    nowMs
  }: { readonly tries: number; readonly jitter: number; readonly nowMs: number }
): NoticeVerdict {
  const decision = decideRetry(outcome, {
    schedule: noticeSchedule,
    tries,
    health: healthyEndpoint,
    jitter,
    nowMs
  })
  if (decision.kind === 'delivered') return { reason: null, end: 'accepted', afterMs: null }
  if (decision.kind === 'ended') return { reason: null, end: 'gone', afterMs: null }
  const { reason, afterMs } = decision
  const plannedMs = noticeSchedule.waitsMs[tries - 1]
  if (plannedMs === undefined) return { reason, end: 'given-up', afterMs: null }
  return { reason, end: null, afterMs: Math.max(afterMs, plannedMs) }
}
