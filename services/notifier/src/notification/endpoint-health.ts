// What is known of an endpoint from its last attempts: a breaker. It is folded from the log of
// attempts, so that a restart or another instance knows the same. Pure.

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

/** The flags are those of a retry. */
export interface Failure {
  readonly isExhausted?: boolean
  readonly isRefusal?: boolean
  readonly isPermanent?: boolean
  readonly atMs: number
  /** How long the attempt took: one that is not answered fails when its time is over. */
  readonly durationMs: number
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
