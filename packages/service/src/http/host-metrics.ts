// Metrics of the HTTP edge. Labels are closed sets: route patterns, methods, status classes,
// problem codes, refusal reasons.

import type { Registry } from 'prom-client'
import { metricsIn, registerReadGauges } from '../telemetry/metrics.ts'

/**
 * Bounds of the duration histogram, seconds: fine in the range of accepted reports, coarse for long
 * waits.
 */
const durationBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30
]

const gauges = {
  tocsin_http_connections: 'Open connections; the limit is connectionsMax.',
  tocsin_http_body_bytes:
    'Announced bytes of bodies that are being read or processed; the limit is bodiesBytesMax.',
  tocsin_http_reads_running: 'Reads that are being answered; 64 of a key at most, and 256 in all.',
  tocsin_log_up: '1 if the event log answers, else 0.',
  tocsin_auth_identity_keys_age_seconds:
    "Age of the identity provider's keys; -1 if there are none."
}

export type HostMetrics = ReturnType<typeof createHostMetrics>

/** `reads`: values that are read when /metrics is scraped. */
export function createHostMetrics(
  registry: Registry,
  reads: Readonly<Record<keyof typeof gauges, () => number>>
) {
  const { counter, histogram } = metricsIn(registry)
  registerReadGauges(registry, gauges, reads)
  return {
    requests: histogram(
      'tocsin_http_request_duration_seconds',
      'Time from the headers of a request to the end of its answer, by route pattern, method and status class.',
      durationBuckets,
      'method',
      'route',
      'status'
    ),
    problems: counter('tocsin_http_problems_total', 'Problems answered, by code.', 'code'),
    authFailures: counter(
      'tocsin_auth_failures_total',
      'Keys and sessions refused, by reason.',
      'reason'
    ),
    overLimit: counter(
      'tocsin_usage_over_limit_total',
      'Requests refused because their key was over a limit, by policy.',
      'policy'
    ),
    identityFetches: counter(
      'tocsin_auth_identity_fetches_total',
      "Fetches of the identity provider's keys, by outcome.",
      'outcome'
    ),
    identitySignIns: counter(
      'tocsin_auth_identity_sign_ins_total',
      'Sign-ins in a browser by the identity provider, by outcome.',
      'outcome'
    ),
    connectionsDropped: counter(
      'tocsin_http_connections_dropped_total',
      'Connections closed at once because connectionsMax, or three quarters of it for their address, was reached.'
    )
  }
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])

/** Labels of a request: unknown methods and unknown paths share one label each. */
export function requestLabels(method: string, route: string | undefined, status: number) {
  return {
    method: methods.has(method) ? method : 'other',
    route: route ?? 'unknown',
    status: `${Math.floor(status / 100)}xx`
  }
}
