// The retry policy of webhooks: after each attempt, is the delivery done, tried again after a wait,
// or ended? Pure: outcome, time and jitter are passed in, and the reasons are closed sets that
// become metric labels.

import { type RetrySchedule, waitAfter } from '@tocsin/contracts/subscription/retry-schedule'
import type { SendFailure, SendOutcome } from '@tocsin/webhooks/webhook-transport'
import {
  computeProbeWait,
  type EndpointHealth,
  parkedProbeWaitMs,
  waitAfterRefusals
} from './endpoint-health.ts'

/** One that describes the endpoint. */
export type AttemptOutcome = Exclude<SendOutcome, { readonly kind: 'cancelled' }>

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
  'address-refused',
  'protocol'
] as const
export type RetryReason = (typeof retryReasons)[number]
export type ParkReason = 'exhausted' | 'address-refused'

export type RetryDecision =
  | { readonly kind: 'delivered' }
  /** The receiver wants no further deliveries. */
  | { readonly kind: 'ended'; readonly reason: 'gone' }
  | Retry

/** Tried again, and stored however long that takes. */
export interface Retry {
  readonly kind: 'retry'
  readonly reason: RetryReason
  /** Wait of this delivery. */
  readonly afterMs: number
  /** The endpoint's wait: longer if other deliveries failed there too. */
  readonly endpointAfterMs: number
  /** The schedule is used up. */
  readonly isExhausted: boolean
  /** Refused for good: by our rules or by TLS. It does not walk the schedule. */
  readonly isRefusal: boolean
  /** A refusal that trying again does not change: it is not confirmed. */
  readonly isPermanent: boolean
  /** The receiver asked for the wait by Retry-After: it is never shortened. */
  readonly isAsked: boolean
}

/** Longest delay that a receiver may request by Retry-After. */
export const retryAfterMaxMs = 3_600_000
/** Jitter adds up to this share of a delay; it never shortens one. */
export const jitterShareMax = 0.2

/** What is known before an outcome is judged. */
export interface Situation {
  readonly schedule: RetrySchedule
  /** Tries of this delivery, with this one. */
  readonly tries: number
  /** The endpoint's health before this attempt. */
  readonly health: EndpointHealth
  /** In [0, 1). */
  readonly jitter: number
  readonly nowMs: number
}

/**
 * What follows from an attempt. Pure; never throws. Retry-After lengthens a wait, up to
 * `retryAfterMaxMs`, and never shortens it.
 */
export function decideRetry(outcome: AttemptOutcome, situation: Situation): RetryDecision {
  if (outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300)
    return { kind: 'delivered' }
  if (outcome.kind === 'response' && outcome.status === 410)
    return { kind: 'ended', reason: 'gone' }
  const { schedule, tries, health, jitter, nowMs } = situation
  const reason = findReason(outcome)
  const isRefusal = reason === 'address-refused' || reason === 'tls'
  const isPermanent = isRefusal && 'reason' in outcome && permanent.has(outcome.reason)
  const retry = { kind: 'retry', reason, isRefusal, isPermanent } as const
  if (isRefusal) {
    const baseMs = isPermanent ? parkedProbeWaitMs : waitAfterRefusals(health.refusals + 1)
    const waitMs = withJitter(baseMs, jitter)
    const waits = { afterMs: waitMs, endpointAfterMs: waitMs }
    return { ...retry, ...waits, isExhausted: false, isAsked: false }
  }
  const own = waitAfter(schedule, tries)
  const askedMs =
    outcome.kind === 'response' ? (parseRetryAfterMs(outcome.retryAfter, nowMs) ?? 0) : 0
  const waitMs = (planned: number | null) => {
    const baseMs = planned ?? computeProbeWait(health, nowMs)
    return withJitter(Math.max(baseMs, Math.min(askedMs, retryAfterMaxMs)), jitter)
  }
  const endpointAfterMs = waitMs(waitAfter(schedule, health.failures + 1))
  const flags = { isExhausted: own === null, isAsked: askedMs > 0 }
  return { ...retry, ...flags, afterMs: waitMs(own), endpointAfterMs }
}

function withJitter(baseMs: number, jitter: number): number {
  return baseMs + Math.floor(baseMs * jitterShareMax * jitter)
}

/**
 * What only the subscriber or the operator can change. Others pass: a captive portal, a sinkhole,
 * one bad answer of several.
 */
const permanent: ReadonlySet<string> = new Set([
  'literal-not-public',
  'url-not-allowed',
  'tls-name'
])
const aboutTheDelivery: ReadonlySet<RetryReason> = new Set([
  'client-error',
  'server-error',
  'unexpected-status',
  'timeout',
  'connection',
  'protocol'
])

/** Whether another delivery could be accepted where one failed for this reason. Pure. */
export function mayBeAboutTheDelivery(reason: RetryReason): boolean {
  return aboutTheDelivery.has(reason)
}

function findReason(outcome: AttemptOutcome): RetryReason {
  if (outcome.kind === 'refused') return 'address-refused'
  if (outcome.kind === 'timeout') return 'timeout'
  if (outcome.kind === 'response') return statusReason(outcome.status)
  return failures[outcome.reason]
}

const failures: Readonly<Record<SendFailure, RetryReason>> = {
  ...{ 'dns-not-found': 'dns', 'dns-unavailable': 'dns' },
  ...{ connect: 'connection', 'no-route': 'connection', 'connection-lost': 'connection' },
  ...{ proxy: 'connection', tls: 'tls', 'tls-name': 'tls', protocol: 'protocol' }
}

function statusReason(status: number): RetryReason {
  if (status === 429) return 'rate-limited'
  if (status >= 500) return 'server-error'
  if (status >= 400) return 'client-error'
  if (status >= 300) return 'redirected'
  return 'unexpected-status'
}

/**
 * The delay of a Retry-After header, ms: seconds (fractions are rounded up) or an HTTP date; 0 for
 * a past date. Null for anything else. Pure. Source: RFC 9110, 10.2.3.
 */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? ''
  if (/^[0-9]{1,9}(?:\.[0-9]{1,9})?$/.test(text)) return Math.ceil(Number(text)) * 1000
  if (!httpDate.test(text)) return null
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`: the only form that senders may still write. */
const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/
