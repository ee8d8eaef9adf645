// The figures of intake. Labels come from closed sets alone: no id, no source, no text of an error.

import { problems } from '@tocsin/contracts/problem-catalogue'
import { problemOf } from '@tocsin/service-kit/http-problems'
import { registerReadGauge } from '@tocsin/service-kit/read-gauge'
import { Counter, Histogram, type Registry } from 'prom-client'

export type Operation = 'post' | 'put' | 'delete'
/** `refused`: the reporter must change something. `unavailable`: the same request may succeed later. */
export type Outcome = 'accepted' | 'duplicate' | 'refused' | 'unavailable'

/** What is asked when /metrics is read. */
export interface IntakeGauges {
  readonly inFlight: () => number
  readonly inFlightMax: () => number
  readonly reportsKnown: () => number
  readonly dataKeys: () => number
  readonly reportsBehind: () => number
}

export interface IntakeMetrics {
  readonly requests: Counter<'operation' | 'outcome'>
  readonly duration: Histogram<'operation'>
  readonly appendRetries: Counter
  readonly quarantined: Counter
  readonly repairs: Counter<'outcome'>
}

/** Seconds, from one group commit to the deadline. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export function createIntakeMetrics(registry: Registry, gauges: IntakeGauges): IntakeMetrics {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) => registerReadGauge(registry, name, help, read)
  gauge(
    'tocsin_intake_in_flight',
    'Reports that are being written, or wait for an earlier write to the same report.',
    gauges.inFlight
  )
  gauge('tocsin_intake_in_flight_max', 'Most reports that may be in flight; further ones are answered 503.', gauges.inFlightMax)
  gauge(
    'tocsin_intake_reports_known',
    'Reports in the log, the withdrawn ones among them. Some 600 bytes of memory each.',
    gauges.reportsKnown
  )
  gauge('tocsin_intake_data_keys', 'Reports whose private texts can be opened.', gauges.dataKeys)
  gauge(
    'tocsin_intake_reports_behind',
    'Reports of which a theatre lacks what stands: being written, or left behind by an instance that died.',
    gauges.reportsBehind
  )
  return {
    requests: new Counter({
      name: 'tocsin_intake_requests_total',
      help: 'Posts, corrections and withdrawals, by what became of them.',
      labelNames: ['operation', 'outcome'],
      registers
    }),
    duration: new Histogram({
      name: 'tocsin_intake_acceptance_seconds',
      help: 'From a body that is read to its answer.',
      labelNames: ['operation'],
      buckets: durationBuckets,
      registers
    }),
    appendRetries: new Counter({
      name: 'tocsin_intake_append_retries_total',
      help: 'Appends that were made again because the outcome of the first was not known.',
      registers
    }),
    quarantined: new Counter({
      name: 'tocsin_intake_quarantined_total',
      help: 'Records that no version can parse and that were put aside.',
      registers
    }),
    repairs: new Counter({
      name: 'tocsin_intake_repairs_total',
      help: 'Reports left behind by an instance that died, finished or tried to finish by this one.',
      labelNames: ['outcome'],
      registers
    })
  }
}

/** What an error counts as. Pure. */
export function outcomeOf(error: unknown): Outcome {
  return problems[problemOf(error).code].status < 500 ? 'refused' : 'unavailable'
}
