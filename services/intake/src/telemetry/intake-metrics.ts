// The metrics of intake. Labels are closed unions: no ids, sources or texts of errors.

import { problems } from '@tocsin/contracts/problem/problem-catalogue'
import { problemOf } from '@tocsin/service-kit/http/http-problems'
import { registerReadGauge } from '@tocsin/service-kit/telemetry/read-gauge'
import { Counter, Histogram, type Registry } from 'prom-client'

/** `line`: a report of a stream. */
export type Operation = 'post' | 'put' | 'delete' | 'line'
/** `refused`: the reporter must change something. `unavailable`: the same request may succeed later. */
export type Outcome = 'accepted' | 'duplicate' | 'refused' | 'unavailable'

/** Why a stream of reports was not taken to its end. */
export type CutReason = 'too-slow' | 'key-ended' | 'shutting-down' | 'limit' | 'body' | 'log'

/** Values that are read when /metrics is scraped. */
export interface IntakeGauges {
  readonly inFlight: () => number
  readonly inFlightMax: () => number
  readonly inFlightBytes: () => number
  readonly reportsKnown: () => number
  readonly dataKeys: () => number
  readonly reportsBehind: () => number
  readonly streams: () => number
  readonly quarantineOpen: () => number
  readonly quarantineForgotten: () => number
}

export interface IntakeMetrics {
  readonly requests: Counter<'operation' | 'outcome'>
  readonly duration: Histogram<'operation'>
  readonly appendRetries: Counter
  readonly quarantined: Counter
  readonly repairs: Counter<'outcome'>
  readonly streamsCut: Counter<'reason'>
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
  gauge(
    'tocsin_intake_in_flight_bytes',
    'What the reports in flight hold in memory, roughly; the limit is intake.inFlightBytesMax.',
    gauges.inFlightBytes
  )
  gauge('tocsin_intake_in_flight_max', 'Most reports that may be in flight; further ones are answered 503.', gauges.inFlightMax)
  gauge(
    'tocsin_intake_reports_known',
    'Reports in the log, the withdrawn ones among them. Some 20 bytes of memory each; the rest of it is in a scratch file.',
    gauges.reportsKnown
  )
  gauge('tocsin_intake_data_keys', 'Reports whose private texts can be opened.', gauges.dataKeys)
  gauge(
    'tocsin_intake_reports_behind',
    'Reports of which a theatre lacks what stands: being written, or left behind by an instance that died.',
    gauges.reportsBehind
  )
  gauge(
    'tocsin_intake_quarantine_open',
    'Entries of the quarantine of which nothing has become yet. 0 until somebody has asked for them here since the start.',
    gauges.quarantineOpen
  )
  gauge(
    'tocsin_intake_quarantine_forgotten',
    'Entries of the quarantine over the 10000 newest: they stay in the log and are listed no more.',
    gauges.quarantineForgotten
  )
  gauge('tocsin_intake_streams', 'Streams of reports that are open; the limit is intake.streamsMax.', gauges.streams)
  return {
    requests: new Counter({
      name: 'tocsin_intake_requests_total',
      help: 'Posts, corrections, withdrawals and lines of streams, by what became of them.',
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
    }),
    streamsCut: new Counter({
      name: 'tocsin_intake_streams_cut_total',
      help: 'Streams of reports that were not taken to their end, by reason.',
      labelNames: ['reason'],
      registers
    })
  }
}

/** What an error counts as. Pure. */
export function outcomeOf(error: unknown): Outcome {
  return problems[problemOf(error).code].status < 500 ? 'refused' : 'unavailable'
}
