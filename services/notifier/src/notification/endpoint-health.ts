// What is known of an endpoint from its last attempts: a breaker, and counts of recent attempts. It
// is folded from the log of attempts, so that a restart or another instance knows the same. Pure.

import type { EndpointState } from '@tocsin/contracts/subscription/endpoint-words'
import { scheduleForMs, slowWaitMs } from '@tocsin/contracts/subscription/retry-schedule'

export interface EndpointHealth {
  readonly state: EndpointState
  /** Failed attempts in a row. */
  readonly failures: number
  /** Of these, the newest in a row that were refused for good: by our rules or by TLS. */
  readonly refusals: number
  /** When the first failed attempt in a row began; null when up. */
  readonly sinceMs: number | null
  /** When it was last accepted again after a longer outage; null if it never was. */
  readonly recoveredMs: number | null
}

export const healthyEndpoint: EndpointHealth = {
  state: 'up',
  failures: 0,
  refusals: 0,
  sinceMs: null,
  recoveredMs: null
}

/** Failures in a row after which an endpoint is down: the dense part of a schedule. */
export const downAfterFailures = 6
/**
 * Waits after a refusal that may pass, such as a captive portal or a wrong answer from a single
 * name server.
 */
export const refusalWaitsMs: readonly number[] = [5_000, 30_000, 120_000]
/** Wait between probes when a schedule is exhausted, in its first days and later. */
export const probeWaitMs = slowWaitMs
export const parkedProbeWaitMs = 30 * 60_000
/** A page is tried immediately, but no sooner than this after the previous attempt. */
export const urgentGapMs = 10_000

/** The flags are those of a retry. An attempt that is not answered fails when its time is over. */
export interface Failure extends Attempt {
  readonly isExhausted?: boolean
  readonly isRefusal?: boolean
  readonly isPermanent?: boolean
}

/** After a failed attempt. Pure. */
export function afterFailure(before: EndpointHealth, failure: Failure): EndpointHealth {
  const { atMs, durationMs, isExhausted = false, isRefusal = false, isPermanent = false } = failure
  const failures = before.failures + 1
  const refusals = isRefusal
    ? Math.max(before.refusals, isPermanent ? refusalWaitsMs.length : 0) + 1
    : 0
  const sinceMs = before.sinceMs ?? atMs - durationMs
  const isParked = isRefusal
    ? refusals > refusalWaitsMs.length
    : isExhausted && atMs - sinceMs >= scheduleForMs
  const isDown =
    failures >= downAfterFailures ||
    isExhausted ||
    before.state === 'down' ||
    before.state === 'parked'
  const state = isParked ? 'parked' : isDown ? 'down' : 'failing'
  return { state, failures, refusals, sinceMs, recoveredMs: before.recoveredMs }
}

/** After an accepted attempt. Pure. */
export function afterAcceptance(before: EndpointHealth, atMs: number): EndpointHealth {
  const isLong = before.sinceMs !== null && atMs - before.sinceMs >= drainPacedAfterMs
  const recoveredMs = isOut(before) && isLong ? atMs : before.recoveredMs
  return { ...healthyEndpoint, recoveredMs }
}

/** True while the endpoint is not expected to accept anything. */
export function isOut({ state }: EndpointHealth): boolean {
  return state === 'down' || state === 'parked'
}

/** The wait after refusals in a row, ms. Pure. */
export function waitAfterRefusals(refusals: number): number {
  return refusalWaitsMs[refusals - 1] ?? parkedProbeWaitMs
}

/** The wait of an exhausted schedule: it is probed all the same. Pure. */
export function computeProbeWait({ sinceMs }: EndpointHealth, nowMs: number): number {
  return sinceMs !== null && nowMs - sinceMs >= scheduleForMs ? parkedProbeWaitMs : probeWaitMs
}

/** Outages that are followed by a paced drain, ms. */
export const drainPacedAfterMs = 60_000
/**
 * How long deliveries that waited out an outage are paced, and the gap between them at its
 * beginning, ms.
 */
export const drainPacedForMs = 60_000
export const drainGapMaxMs = 100

/**
 * The gap to keep to the attempt before while an endpoint drains what it missed: 10 a second at
 * first, and no limit after a minute. Pure.
 */
export function drainGapMs({ recoveredMs }: EndpointHealth, nowMs: number): number {
  if (recoveredMs === null) return 0
  const sinceMs = nowMs - recoveredMs
  if (sinceMs < 0 || sinceMs >= drainPacedForMs) return 0
  return Math.ceil(drainGapMaxMs * (1 - sinceMs / drainPacedForMs))
}

export interface Tallied {
  readonly accepted: number
  readonly failed: number
}

/**
 * Attempts over an hour and a day, the newest durations, and the last of each kind. Bounded: 36
 * buckets, 100 durations.
 */
export interface AttemptTally {
  readonly acceptedMs: number | null
  /** How the last attempt ended that was not accepted. */
  readonly failure: {
    readonly atMs: number
    readonly reason: string
    readonly status: number | null
  } | null
  readonly hour: readonly Bucket[]
  readonly day: readonly Bucket[]
  /** Oldest first. */
  readonly durationsMs: readonly number[]
}

type Bucket = readonly [index: number, accepted: number, failed: number]

export const noAttempts: AttemptTally = {
  ...{ acceptedMs: null, failure: null, hour: [], day: [], durationsMs: [] }
}

/** Number of attempt durations stored: the newest. */
const durationsKeptMax = 100
const minuteMs = 60_000
/** Counts are exact to one bucket. */
const spans = {
  hour: { bucketMs: 5 * minuteMs, count: 12 },
  day: { bucketMs: 60 * minuteMs, count: 24 }
} as const

export interface Attempt {
  readonly atMs: number
  readonly durationMs: number
}

/** `failure`: null for an attempt that was accepted. */
export function noteAttempt(
  tally: AttemptTally,
  { atMs, durationMs }: Attempt,
  failure: { readonly reason: string; readonly status: number | null } | null
): AttemptTally {
  return {
    acceptedMs: failure === null ? atMs : tally.acceptedMs,
    failure:
      failure === null ? tally.failure : { atMs, reason: failure.reason, status: failure.status },
    hour: count(tally.hour, spans.hour, atMs, failure === null),
    day: count(tally.day, spans.day, atMs, failure === null),
    durationsMs: [...tally.durationsMs, durationMs].slice(-durationsKeptMax)
  }
}

/** A clock that goes back counts in the newest bucket. */
function count(
  buckets: readonly Bucket[],
  span: (typeof spans)[keyof typeof spans],
  atMs: number,
  isAccepted: boolean
): readonly Bucket[] {
  const last = buckets.at(-1)
  const index = Math.max(Math.floor(atMs / span.bucketMs), last?.[0] ?? Number.NEGATIVE_INFINITY)
  const [, accepted, failed] = last?.[0] === index ? last : [index, 0, 0]
  const now: Bucket = [index, accepted + (isAccepted ? 1 : 0), failed + (isAccepted ? 0 : 1)]
  return [...buckets.filter(([each]) => each !== index && each > index - span.count), now]
}

/** Attempts in the last hour, or day. */
export function countAttempts(
  tally: AttemptTally,
  span: keyof typeof spans,
  nowMs: number
): Tallied {
  const after = Math.floor(nowMs / spans[span].bucketMs) - spans[span].count
  const recent = tally[span].filter(([index]) => index > after)
  const sum = (at: 1 | 2) => recent.reduce((all, bucket) => all + bucket[at], 0)
  return { accepted: sum(1), failed: sum(2) }
}

/** Of the newest attempts, by nearest rank, ms; null before the first. */
export function findDurationMs({ durationsMs }: AttemptTally, share: number): number | null {
  const ascending = durationsMs.toSorted((a, b) => a - b)
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null
}

/** Accepted of all; null without attempts. */
export function computeShare({ accepted, failed }: Tallied): number | null {
  const all = accepted + failed
  return all === 0 ? null : accepted / all
}
