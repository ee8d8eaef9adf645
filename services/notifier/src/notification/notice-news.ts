// Notices to a subscriber other than alerts: that a silence over its alerts is active, or is over;
// to whoever declared a roster, that nobody on shift can be reached; the digest of a week; and to a
// second address, that the first one does not work. Earlier notices are folded from the log, the
// time is passed in. Pure. Source: decision 0079.

import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import type { SilenceNews, WatchNews } from '@tocsin/contracts/subscription/notification-words'
import type { RetrySchedule } from '@tocsin/contracts/subscription/retry-schedule'
import { type EndpointHealth, healthyEndpoint } from './endpoint-health.ts'
import type { Notice } from './notices.ts'
import {
  type AttemptOutcome,
  decideRetry,
  jitterShareMax,
  type RetryReason,
  retryAfterMaxMs
} from './retry-policy.ts'

interface Told {
  readonly state: string
  readonly toldMs: number
}

/**
 * Between two notices on a roster, on an endpoint, or on a silence that is active again, ms: what
 * flaps does not flood anybody. The state at the end is sent.
 */
export const noticeGapMs = 10 * 60_000
/** Silences notified and not over at a time, per subscription. */
export const toldSilencesMax = 100

/** A clock that was set back does not silence a notice for longer. */
function hasGap(toldMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - toldMs) >= noticeGapMs
}

/**
 * The notice on a silence to send now, each at most once. A clock that is set can make a silence
 * active again after the notice that it is over. That is notified again: else the subscriber would
 * believe that there are no alerts.
 */
export function decideSilenceNotice(
  told: Told | null,
  standing: 'waiting' | 'holding' | 'over',
  nowMs: number
): SilenceNews | null {
  // A subscriber that was not notified of the beginning needs no notice of the end.
  if (told === null) return standing === 'holding' ? 'holding' : null
  if (told.state !== 'over') return standing === 'over' ? 'over' : null
  return standing === 'holding' && hasGap(told.toldMs, nowMs) ? 'holding' : null
}

/** The notice on a roster to send now; without an earlier notice it counts as staffed. */
export function decideWatchNotice(
  told: Told | null,
  isUnstaffed: boolean,
  nowMs: number
): WatchNews | null {
  const state = isUnstaffed ? 'unstaffed' : 'staffed'
  if (state === (told?.state ?? 'staffed')) return null
  return told === null || hasGap(told.toldMs, nowMs) ? state : null
}

export interface EndpointStanding {
  readonly health: EndpointHealth
  readonly isEnded: boolean
  readonly parkedCount: number
  /** When an attempt was last accepted, ms. */
  readonly acceptedMs: number | null
}

/** The newest notice on an endpoint, at any second address: `channel` is the consent's id. */
type ToldOutage = Pick<Notice<'endpoint'>, 'state' | 'toldMs' | 'channel'>

/** The notice on an endpoint to send now. */
export function decideEndpointNotice(
  told: ToldOutage | null,
  standing: EndpointStanding,
  { channel, nowMs }: { readonly channel: string; readonly nowMs: number }
): NoticeState | null {
  // Another channel has had no notice.
  const known = told?.channel === channel ? told : null
  const state = findEndpointState(standing, known)
  if (state === null || state === (known?.state ?? 'up')) return null
  // A 410 ends everything: its owner must act.
  return told === null || state === 'ended' || hasGap(told.toldMs, nowMs) ? state : null
}

/** Null: there is no news. */
function findEndpointState(
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

/**
 * Waits between the attempts at one notice: seven attempts in ten hours. Then it is given up; the
 * next change is a new notice.
 */
export const noticeSchedule: RetrySchedule = {
  waitsMs: [10, 60, 300, 1_800, 7_200, 25_200].map(s => s * 1_000),
  slowMs: 0,
  slowCount: 0
}

/** How long a notice waits for its next attempt, ms: never longer than was intended. */
export function computeNoticeWait(
  { attempts, nextAt }: Pick<Notice, 'attempts' | 'nextAt'>,
  nowMs: number
): number {
  const leftMs = nextAt === null ? 0 : Math.max(0, Date.parse(nextAt) - nowMs)
  const plannedMs = Math.max(retryAfterMaxMs, noticeSchedule.waitsMs[attempts - 1] ?? 0)
  return leftMs > plannedMs * (1 + jitterShareMax) ? 0 : leftMs
}

/** What an attempt at a notice came to. */
export interface NoticeVerdict {
  readonly reason: RetryReason | null
  readonly end: 'accepted' | 'gone' | 'given-up' | null
  /** Until the next attempt, ms; null: there is none. */
  readonly afterMs: number | null
}

/** `tries`: with this one. Refusals too walk the schedule: the attempts are bounded. */
export function judgeNotice(
  outcome: AttemptOutcome,
  at: { readonly tries: number; readonly jitter: number; readonly nowMs: number }
): NoticeVerdict {
  const { tries } = at
  const decision = decideRetry(outcome, {
    ...at,
    schedule: noticeSchedule,
    health: healthyEndpoint
  })
  if (decision.kind === 'delivered') return { reason: null, end: 'accepted', afterMs: null }
  if (decision.kind === 'ended') return { reason: null, end: 'gone', afterMs: null }
  const { reason, afterMs } = decision
  const plannedMs = noticeSchedule.waitsMs[tries - 1]
  if (plannedMs === undefined) return { reason, end: 'given-up', afterMs: null }
  return { reason, end: null, afterMs: Math.max(afterMs, plannedMs) }
}
