// Metrics of the rules service. Labels come from closed sets.

import type { ClockStanding } from '@tocsin/domain/theatre/clock-standing'
import type { LogNames } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { registerReadGauge } from '@tocsin/service-kit/telemetry/read-gauge'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { rulesConsumer } from '../partition/partition-progress.ts'
import { previewOutcomes } from '../rule/preview-desk.ts'

export interface RulesMetrics {
  readonly records: Counter
  readonly alertEvents: Counter<'event'>
  readonly ignored: Counter<'reason'>
  readonly conflicts: Counter
  readonly retries: Counter
  readonly snapshots: Counter<'outcome'>
  readonly foldSeconds: Histogram
  readonly takeoverSeconds: Histogram
  readonly previews: Counter<'outcome'>
  readonly previewSeconds: Histogram
  readonly nearAsked: Counter
}

export interface RulesGauges {
  lagRecords(): number
  lagSeconds(): number
  /** Partitions of this instance. */
  partitions(): readonly { readonly partition: number; readonly lagRecords: number }[]
  theatresStopped(): number
  /** Theatres whose time this machine's clock does not fit. */
  clocksWrong(): readonly ClockStanding[]
  reportsHeld(): number
  alertsHeld(): number
  /** Predicate failures by rule; rules without any are left out. */
  predicateFailures(): ReadonlyMap<string, number>
}

/** Maximum number of rules with a label of their own; failures of others are summed. */
const rulesToldMax = 200

/** `names`: what the log's own tools call our groups and topics; default: our names. */
export function rulesMetrics(registry: Registry, gauges: RulesGauges, names: LogNames = ownNames): RulesMetrics {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) => registerReadGauge(registry, name, help, read)
  gauge('tocsin_rules_lag_records', 'Records of the incidents log that are not folded yet.', gauges.lagRecords)
  gauge(
    'tocsin_rules_theatres_stopped',
    'Theatres that stopped at a record which this version can not read.',
    gauges.theatresStopped
  )
  gauge('tocsin_rules_theatres_clock_behind', 'Theatres whose last tick lies ahead of the clock of this machine.', () =>
    ofKind(gauges, 'behind')
  )
  gauge('tocsin_rules_theatres_clock_leap', 'Theatres that wait for an officer: the clock is too far ahead of their time.', () =>
    ofKind(gauges, 'leap')
  )
  gauge('tocsin_rules_reports_held', 'Reports that can still change an alert.', gauges.reportsHeld)
  gauge('tocsin_rules_alerts_held', 'Alerts that can still change.', gauges.alertsHeld)
  gauge(
    'tocsin_rules_lag_seconds',
    'How long there have been records that are not folded yet, or may have been while the log does not answer.',
    gauges.lagSeconds
  )
  gauge('tocsin_rules_partitions', "Partitions of the incidents log that are this instance's.", () => gauges.partitions().length)
  gauge('tocsin_rules_failing', 'Rules of which a predicate gave no answer, since the theatres were taken up.', () => {
    return gauges.predicateFailures().size
  })
  registerGroupLag(registers, gauges, names)
  registerPredicateFailures(registers, gauges)
  return {
    records: new Counter({ name: 'tocsin_rules_records_total', help: 'Records folded.', registers }),
    alertEvents: new Counter({
      name: 'tocsin_rules_alert_events_total',
      help: 'Alert events published, by kind.',
      labelNames: ['event'],
      registers
    }),
    ignored: new Counter({
      name: 'tocsin_rules_ignored_total',
      help: 'Records that changed nothing, by reason.',
      labelNames: ['reason'],
      registers
    }),
    conflicts: new Counter({
      name: 'tocsin_rules_conflicts_total',
      help: 'Seqs at which the log holds other content than the fold makes.',
      registers
    }),
    retries: new Counter({ name: 'tocsin_rules_retries_total', help: 'Waits for the log.', registers }),
    snapshots: new Counter({
      name: 'tocsin_rules_snapshots_total',
      help: 'Snapshots, by outcome.',
      labelNames: ['outcome'],
      registers
    }),
    previews: new Counter({
      name: 'tocsin_rules_previews_total',
      help: `Previews of rules, by outcome: ${previewOutcomes.join(', ')}.`,
      labelNames: ['outcome'],
      registers
    }),
    previewSeconds: new Histogram({
      name: 'tocsin_rules_preview_seconds',
      help: 'Time that previews took which were made or given up.',
      buckets: [0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30],
      registers
    }),
    nearAsked: new Counter({
      name: 'tocsin_rules_near_asked_total',
      help: 'How often somebody asked what nearly fired.',
      registers
    }),
    takeoverSeconds: new Histogram({
      name: 'tocsin_rules_takeover_seconds',
      help: 'Time from being given a partition to having folded it up to its end.',
      buckets: [0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30, 120],
      registers
    }),
    foldSeconds: new Histogram({
      name: 'tocsin_rules_fold_seconds',
      help: 'Time to fold one record.',
      buckets: [0.00001, 0.0001, 0.001, 0.005, 0.025, 0.1, 0.5, 2],
      registers
    })
  }
}

const ownNames: LogNames = { topic: topic => topic, group: consumer => `tocsin-${consumer}` }

/** The lag under the metric names of Kafka's tools; with either log, for the partitions of this instance. */
function registerGroupLag(registers: Registry[], gauges: RulesGauges, names: LogNames): void {
  const consumergroup = names.group(rulesConsumer)
  const topic = names.topic(topics.incidents)
  new Gauge({
    name: 'kafka_consumergroup_lag',
    help: 'Records of a partition that the group has not folded yet.',
    labelNames: ['consumergroup', 'topic', 'partition'],
    registers,
    collect() {
      this.reset()
      for (const { partition, lagRecords } of gauges.partitions())
        this.set({ consumergroup, topic, partition: String(partition) }, lagRecords)
    }
  })
  new Gauge({
    name: 'kafka_consumergroup_group_lag_seconds',
    help: 'How long there have been records that the group has not folded yet, or may have been while the log does not answer.',
    labelNames: ['consumergroup'],
    registers,
    collect() {
      this.set({ consumergroup }, gauges.lagSeconds())
    }
  })
}

function registerPredicateFailures(registers: Registry[], gauges: RulesGauges): void {
  new Counter({
    name: 'tocsin_rules_predicate_failures_total',
    help: 'How often `where` or a step of a rule gave no answer about an incident, since the theatres were taken up.',
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
