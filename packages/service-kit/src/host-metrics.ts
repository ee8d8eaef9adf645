// The figures of the HTTP edge. Labels come from closed sets: route patterns, methods, status classes, problem codes, refusal reasons.

import type { ProblemCode } from '@tocsin/contracts/problem-catalogue'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { AuthRefusal } from './authentication.ts'
import { registerReadGauge } from './read-gauge.ts'

/** Bounds of the duration histogram, seconds: fine where an accepted report lies, coarse where only waiting requests do. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]

export interface HostMetrics {
  readonly requests: Histogram<'method' | 'route' | 'status'>
  readonly problems: Counter<'code'>
  readonly authFailures: Counter<'reason'>
  readonly connectionsDropped: Counter
}

/** What is asked when /metrics is read. */
export interface HostGauges {
  readonly connections: () => number
  readonly watchedAddresses: () => number
  readonly endedSessions: () => number
  readonly unusedLinks: () => number
  readonly logUp: () => number
}

export function createHostMetrics(registry: Registry, gauges: HostGauges): HostMetrics {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) => registerReadGauge(registry, name, help, read)
  gauge('tocsin_http_connections', 'Open connections; the limit is connectionsMax.', gauges.connections)
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
    connectionsDropped: new Counter({
      name: 'tocsin_http_connections_dropped_total',
      help: 'Connections closed at once because connectionsMax were open.',
      registers
    })
  }
}

export type ProblemLabel = { readonly code: ProblemCode }
export type AuthFailureLabel = { readonly reason: AuthRefusal }

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])

/** Labels of one request: a method that nobody serves, or a path that is none, has one name for all. */
export function requestLabels(method: string, route: string | undefined, status: number) {
  return { method: methods.has(method) ? method : 'other', route: route ?? 'unknown', status: `${Math.floor(status / 100)}xx` }
}
