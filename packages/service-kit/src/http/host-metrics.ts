// Metrics of the HTTP edge. Labels are closed sets: route patterns, methods, status classes, problem codes, refusal reasons.

import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { LimitPolicy } from '../access/usage-limits.ts'
import type { FetchFault } from '../oidc/oidc-fetch.ts'
import type { AuthRefusal } from '../sign-in/authentication.ts'
import { registerReadGauge } from '../telemetry/read-gauge.ts'

/** Bounds of the duration histogram, seconds: fine in the range of accepted reports, coarse for long waits. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]

export interface HostMetrics {
  readonly requests: Histogram<'method' | 'route' | 'status'>
  readonly problems: Counter<'code'>
  readonly authFailures: Counter<'reason'>
  readonly connectionsDropped: Counter
  readonly overLimit: Counter<'policy'>
  readonly identityFetches: Counter<'outcome'>
}

/** Values that are read when /metrics is scraped. */
export interface HostGauges {
  readonly connections: () => number
  readonly bodyBytes: () => number
  readonly watchedAddresses: () => number
  readonly endedSessions: () => number
  readonly unusedLinks: () => number
  readonly logUp: () => number
  readonly keysCounted: () => number
  readonly tokensRemembered: () => number
  readonly identityKeysAgeS: () => number
}

export function createHostMetrics(registry: Registry, gauges: HostGauges): HostMetrics {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) => registerReadGauge(registry, name, help, read)
  gauge('tocsin_http_connections', 'Open connections; the limit is connectionsMax.', gauges.connections)
  gauge(
    'tocsin_http_body_bytes',
    'Bytes of bodies that are being read or wait for their answer, as announced; the limit is bodiesBytesMax.',
    gauges.bodyBytes
  )
  gauge(
    'tocsin_auth_addresses_watched',
    'Addresses with a failed attempt in the last minute; the oldest is forgotten at 10000.',
    gauges.watchedAddresses
  )
  gauge(
    'tocsin_auth_sessions_ended',
    'Ended sessions that are remembered; the oldest is forgotten at 10000.',
    gauges.endedSessions
  )
  gauge('tocsin_log_up', 'Whether the event log answers: 1 or 0.', gauges.logUp)
  gauge('tocsin_auth_sign_in_links', 'Unused sign-in links; the oldest is forgotten at 16.', gauges.unusedLinks)
  gauge(
    'tocsin_usage_keys_counted',
    'Keys and token holders whose requests are counted; the one idle longest is forgotten at 10000.',
    gauges.keysCounted
  )
  gauge(
    'tocsin_auth_tokens_remembered',
    'Good tokens that are remembered; the oldest is verified anew beyond 1000.',
    gauges.tokensRemembered
  )
  gauge(
    'tocsin_auth_identity_keys_age_seconds',
    "Age of the identity provider's keys; -1 where there are none.",
    gauges.identityKeysAgeS
  )
  return {
    requests: new Histogram({
      name: 'tocsin_http_request_duration_seconds',
      help: 'Time from the headers of a request to the end of its answer, by route pattern, method and class of status.',
      labelNames: ['method', 'route', 'status'],
      buckets: durationBuckets,
      registers
    }),
    problems: new Counter<'code'>({
      name: 'tocsin_http_problems_total',
      help: 'Problems answered, by code.',
      labelNames: ['code'] satisfies ['code'],
      registers
    }),
    authFailures: new Counter<'reason'>({
      name: 'tocsin_auth_failures_total',
      help: 'Keys and sessions refused, by reason.',
      labelNames: ['reason'],
      registers
    }),
    overLimit: new Counter<'policy'>({
      name: 'tocsin_usage_over_limit_total',
      help: 'Requests refused because their key had used up what it may, by policy.',
      labelNames: ['policy'],
      registers
    }),
    identityFetches: new Counter<'outcome'>({
      name: 'tocsin_auth_identity_fetches_total',
      help: "Fetches of the identity provider's keys, by outcome.",
      labelNames: ['outcome'],
      registers
    }),
    connectionsDropped: new Counter({
      name: 'tocsin_http_connections_dropped_total',
      help: 'Connections closed at once because connectionsMax, or connectionsPerAddressMax of their address, were open.',
      registers
    })
  }
}

export type ProblemLabel = { readonly code: ProblemCode }
export type AuthFailureLabel = { readonly reason: AuthRefusal }
export type OverLimitLabel = { readonly policy: LimitPolicy }
export type IdentityFetchLabel = { readonly outcome: 'ok' | FetchFault }

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])

/** Labels of one request: unknown methods and unknown paths share one label each. */
export function requestLabels(method: string, route: string | undefined, status: number) {
  return { method: methods.has(method) ? method : 'other', route: route ?? 'unknown', status: `${Math.floor(status / 100)}xx` }
}
