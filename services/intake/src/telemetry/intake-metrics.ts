// The metrics of intake. Labels are closed unions: no ids, sources or texts of errors.

import { problems } from '@tocsin/contracts/problem/problem-catalogue'
import { makeProblem } from '@tocsin/service/http/http-problems'
import { metricsIn, registerReadGauges } from '@tocsin/service/telemetry/metrics'
import type { Registry } from 'prom-client'

/** `line`: a report of a stream. */
export type Operation = 'post' | 'put' | 'delete' | 'line'
/**
 * `refused`: the reporter must change something. `unavailable`: the same request may succeed later.
 */
export type Outcome = 'accepted' | 'duplicate' | 'refused' | 'unavailable'

/** Why a stream of reports was not taken to its end. */
export type CutReason = 'too-slow' | 'key-ended' | 'shutting-down' | 'limit' | 'body' | 'log'

const gauges = {
  tocsin_intake_in_flight:
    'Reports being written, or waiting for an earlier write to the same report.',
  tocsin_intake_reports_known: 'Reports in the log, including withdrawn ones.',
  tocsin_intake_reports_unassigned:
    'Reports of the last 7 days that lie in no theatre, so that no rule sees them.',
  tocsin_intake_quarantine_open: 'Quarantine entries that are not settled.',
  tocsin_intake_streams: 'Open streams of reports; the limit is intake.streamsMax.'
}

/** Seconds, from one group commit to the deadline. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export type IntakeMetrics = ReturnType<typeof createIntakeMetrics>

/** `reads`: values that are read when /metrics is scraped. */
export function createIntakeMetrics(
  registry: Registry,
  reads: Readonly<Record<keyof typeof gauges, () => number>>
) {
  const { counter, histogram } = metricsIn(registry)
  registerReadGauges(registry, gauges, reads)
  return {
    requests: counter(
      'tocsin_intake_requests_total',
      'Posts, corrections, withdrawals and lines of streams, by outcome.',
      'operation',
      'outcome'
    ),
    duration: histogram(
      'tocsin_intake_acceptance_seconds',
      'Time from the complete body to its answer, seconds.',
      durationBuckets,
      'operation'
    ),
    streamsCut: counter(
      'tocsin_intake_streams_cut_total',
      'Streams of reports that were ended early, by reason.',
      'reason'
    )
  }
}

/** What an error counts as. Pure. */
export function findOutcome(error: unknown): Outcome {
  return problems[makeProblem(error).code].status < 500 ? 'refused' : 'unavailable'
}
