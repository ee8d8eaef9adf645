// Metrics of the rules service. Labels come from closed sets.

import {
  metricsIn,
  registerReadGauge,
  registerReadGaugesBy
} from '@tocsin/service/telemetry/metrics'
import type { ClockStanding } from '@tocsin/service/theatre/clock-standing'
import { Counter, type Registry } from 'prom-client'
import { previewOutcomes } from '../preview/rule-previews.ts'

export type RulesMetrics = ReturnType<typeof rulesMetrics>

export interface RulesGauges {
  lagRecords(): number
  lagSeconds(): number
  /** Partitions of this instance. */
  partitions(): readonly { readonly partition: number; readonly lagRecords: number }[]
  theatresStopped(): number
  /** Theatres with a time that does not fit this machine's clock. */
  clocksWrong(): readonly ClockStanding[]
  /** Predicate failures by rule; rules without any are left out. */
  predicateFailures(): ReadonlyMap<string, number>
  /** Rules that must see more than a theatre of theirs retains. */
  retainedTooShort(): number
}

/** Maximum number of rules with a label of their own; failures of others are summed. */
const rulesToldMax = 200

export function rulesMetrics(registry: Registry, gauges: RulesGauges) {
  const { counter, histogram } = metricsIn(registry)
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) =>
    registerReadGauge(registry, name, help, read)
  gauge(
    'tocsin_rules_lag_records',
    'Records of the incidents log that are not folded yet.',
    gauges.lagRecords
  )
  gauge(
    'tocsin_rules_theatres_stopped',
    'Theatres that stopped at a record of a newer version.',
    gauges.theatresStopped
  )
  gauge(
    'tocsin_rules_theatres_clock_behind',
    'Theatres whose last tick is ahead of the clock of this machine.',
    () => ofKind(gauges, 'behind')
  )
  gauge(
    'tocsin_rules_theatres_clock_leap',
    'Theatres that wait for an officer because the clock is too far ahead of their time.',
    () => ofKind(gauges, 'leap')
  )
  registerReadGauge(
    registry,
    'tocsin_rules_lag_seconds',
    'Seconds for which records have been waiting to be folded; while the log does not answer, seconds since its last answer.',
    gauges.lagSeconds,
    'max'
  )
  gauge(
    'tocsin_rules_partitions',
    'Partitions of the incidents log that this instance owns.',
    () => gauges.partitions().length
  )
  // Threads run the same rules: the sum would count a rule once for each of them.
  registerReadGauge(
    registry,
    'tocsin_rules_failing',
    'Rules with a predicate that failed since this instance loaded its theatres; with several threads, the most of one of them.',
    () => gauges.predicateFailures().size,
    'max'
  )
  registerReadGauge(
    registry,
    'tocsin_rules_retained_too_short',
    'Rules that must see more of the past than a theatre of theirs retains; all rules are counted, whichever theatres are folded here.',
    gauges.retainedTooShort,
    'max'
  )
  registerReadGaugesBy(
    registry,
    {
      tocsin_rules_partition_lag_records:
        'Records of the incidents log that are not folded yet, by partition of this instance.'
    },
    'partition',
    {
      tocsin_rules_partition_lag_records: () =>
        Object.fromEntries(gauges.partitions().map(each => [each.partition, each.lagRecords]))
    }
  )
  registerPredicateFailures(registers, gauges)
  return {
    records: counter('tocsin_rules_records_total', 'Records folded.'),
    alertEvents: counter(
      'tocsin_rules_alert_events_total',
      'Alert events published, by kind.',
      'event'
    ),
    raised: counter(
      'tocsin_alerts_raised_total',
      'Alerts raised, by severity and pattern; no drills.',
      'severity',
      'pattern'
    ),
    ignored: counter(
      'tocsin_rules_ignored_total',
      'Records that changed nothing, by reason.',
      'reason'
    ),
    conflicts: counter(
      'tocsin_rules_conflicts_total',
      'Seqs at which the log holds content that differs from the fold.'
    ),
    retries: counter('tocsin_rules_retries_total', 'Retries of operations on the log.'),
    snapshots: counter('tocsin_rules_snapshots_total', 'Snapshots, by outcome.', 'outcome'),
    previews: counter(
      'tocsin_rules_previews_total',
      `Previews of rules, by outcome: ${previewOutcomes.join(', ')}.`,
      'outcome'
    ),
    previewSeconds: histogram(
      'tocsin_rules_preview_seconds',
      'Duration of previews that were completed or given up.',
      [0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30]
    ),
    nearAsked: counter('tocsin_rules_near_asked_total', 'Queries for near misses.'),
    takeoverSeconds: histogram(
      'tocsin_rules_takeover_seconds',
      'Time from the assignment of a partition until it is folded to its end.',
      [0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30, 120]
    ),
    foldSeconds: histogram(
      'tocsin_rules_fold_seconds',
      'Time to fold one record; of records that are folded together, each has its share.',
      [0.00001, 0.0001, 0.001, 0.005, 0.025, 0.1, 0.5, 2]
    )
  }
}

function registerPredicateFailures(registers: Registry[], gauges: RulesGauges): void {
  new Counter({
    name: 'tocsin_rules_predicate_failures_total',
    help: 'Failures of `where` or of a step of a rule on an incident since this instance loaded its theatres.',
    labelNames: ['rule'],
    registers,
    collect() {
      this.reset()
      for (const [i, [rule, count]] of [...gauges.predicateFailures()].entries())
        this.inc({ rule: i < rulesToldMax ? rule : 'other' }, count)
    }
  })
}

function ofKind(gauges: RulesGauges, kind: ClockStanding['kind']): number {
  return gauges.clocksWrong().filter(standing => standing.kind === kind).length
}
