// The retry policy of webhooks: after each attempt, is the delivery done, retried after a delay, parked, or ended? Pure: outcome,
// time and jitter are passed in, and the reasons are closed sets that become metric labels.

/** The outcome of one attempt, from the transport. */
export type AttemptOutcome =
  | { readonly kind: 'response'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'timeout' }
  /** Our own rules forbid the address. */
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'failed'
      readonly reason: 'dns-not-found' | 'dns-unavailable' | 'connect' | 'tls' | 'connection-lost' | 'protocol'
    }

export const retryReasons = [
  'redirected',
  'client-error',
  'rate-limited',
  'server-error',
  'unexpected-status',
  'timeout',
  'dns',
  'connection',
  'tls',
  'protocol'
] as const
export type RetryReason = (typeof retryReasons)[number]
export const parkReasons = ['exhausted', 'address-refused'] as const
export type ParkReason = (typeof parkReasons)[number]

export type RetryDecision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly reason: RetryReason }
  /** Kept, but not retried automatically: a replay sends it. */
  | { readonly kind: 'parked'; readonly reason: ParkReason; readonly last: RetryReason | null }
  /** The receiver wants no further deliveries. */
  | { readonly kind: 'ended'; readonly reason: 'gone' }

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/**
 * Delays before the second, third, … attempt. The first minute is dense, because an alert is worth most then; the rest spans a
 * day and a half. Source: a comparison of senders, none of which tries more than three times in the first minute.
 */
export const defaultScheduleMs: readonly number[] = [
  ...[1, 2, 5, 10, 20, 30].map(s => s * secondMs),
  ...[1, 2, 5, 10, 30].map(m => m * minuteMs),
  ...[1, 2, 4, 6, 10, 12].map(h => h * hourMs)
]
/** Longest delay that a receiver may request by Retry-After. */
export const retryAfterMaxMs = hourMs
/** Jitter adds up to this share of a delay; it never shortens one. */
export const jitterShareMax = 0.2
/** Limits of a subscriber's own schedule: number of delays, and length of each. */
export const scheduleLengthMax = 32
export const scheduleWaitMaxMs = 24 * hourMs

/**
 * What follows from an attempt. Pure; never throws. `attempt` counts from 1: a schedule of n delays gives n + 1 attempts.
 * `jitter` is in [0, 1). Retry-After lengthens a delay, up to `retryAfterMaxMs`, and never shortens it.
 */
export function decideRetry(
  outcome: AttemptOutcome,
  attempt: number,
  scheduleMs: readonly number[],
  jitter: number,
  nowMs: number
): RetryDecision {
  if (outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300) return { kind: 'delivered' }
  if (outcome.kind === 'response' && outcome.status === 410) return { kind: 'ended', reason: 'gone' }
  // The address is checked at each attempt, but retrying a forbidden one is pointless.
  if (outcome.kind === 'refused') return { kind: 'parked', reason: 'address-refused', last: null }
  const reason = reasonOf(outcome)
  const waitMs = scheduleMs[attempt - 1]
  if (waitMs === undefined) return { kind: 'parked', reason: 'exhausted', last: reason }
  const askedMs = outcome.kind === 'response' ? (parseRetryAfterMs(outcome.retryAfter, nowMs) ?? 0) : 0
  const baseMs = Math.max(waitMs, Math.min(askedMs, retryAfterMaxMs))
  return { kind: 'retry', afterMs: baseMs + Math.floor(baseMs * jitterShareMax * jitter), reason }
}

function reasonOf(outcome: Exclude<AttemptOutcome, { kind: 'refused' }>): RetryReason {
  if (outcome.kind === 'timeout') return 'timeout'
  if (outcome.kind === 'response') return statusReason(outcome.status)
  switch (outcome.reason) {
    case 'dns-not-found':
    case 'dns-unavailable':
      return 'dns'
    case 'connect':
    case 'connection-lost':
      return 'connection'
    case 'tls':
      return 'tls'
    case 'protocol':
      return 'protocol'
    default:
      return outcome.reason satisfies never
  }
}

function statusReason(status: number): RetryReason {
  if (status === 429) return 'rate-limited'
  if (status >= 500) return 'server-error'
  if (status >= 400) return 'client-error'
  if (status >= 300) return 'redirected'
  return 'unexpected-status'
}

/**
 * The delay of a Retry-After header, ms: seconds (fractions are rounded up) or an HTTP date; 0 for a past date. Null for anything
 * else. Pure. Source: RFC 9110, 10.2.3.
 */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? ''
  if (/^[0-9]{1,9}(?:\.[0-9]{1,9})?$/.test(text)) return Math.ceil(Number(text)) * secondMs
  if (!httpDate.test(text)) return null
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`: the only form that senders may still write. */
const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/
