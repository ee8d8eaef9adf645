// Metrics of the notifier. Labels come from closed sets only: no ids, addresses or error texts.

import { revokedKeysMax } from '@tocsin/domain/control/key-state'
import { nameResolverDefaults } from '@tocsin/webhooks/name-resolver'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export type ProjectedTopic = 'alerts' | 'assembly' | 'incidents' | 'deliveries'
export type AttemptLabel = 'delivered' | 'retry' | 'parked' | 'ended'
export type FrameLabel = 'alert' | 'heartbeat' | 'subscribed' | 'snapshot' | 'notice'

/** Read when /metrics is requested. */
export interface NotifierGauges {
  readonly alertsOpen: () => number
  readonly alertsClosed: () => number
  readonly incidents: () => number
  readonly reports: () => number
  readonly sourcesHeard: () => number
  readonly recentEvents: () => number
  readonly dropped: () => number
  readonly outcomes: () => number
  readonly requests: () => number
  readonly declarations: () => number
  readonly auditEntries: () => number
  readonly revokedKeys: () => number
  readonly names: () => { readonly underWay: number; readonly kept: number }
  /** Time since the alerts log was last known to be fully folded, ms. */
  readonly unknownMs: () => number
  readonly connections: () => number
  readonly strangers: () => number
  readonly filterCost: () => number
  readonly feedWaits: () => number
  readonly subscriptions: () => number
  readonly deliveriesPending: () => number
  readonly deliveriesParked: () => number
  readonly attemptsRunning: () => number
  readonly webhookSubscriptions: () => number
  readonly webhookSubscriptionsServed: () => number
}

export interface NotifierMetrics {
  readonly conflicts: Counter
  readonly gaps: Counter
  readonly quarantined: Counter<'topic'>
  readonly frames: Counter<'frame'>
  readonly closes: Counter<'code'>
  readonly refusals: Counter<'reason'>
  readonly recoveries: Counter<'recovered'>
  readonly pushDelay: Histogram
  readonly planned: Counter
  readonly attempts: Counter<'verdict'>
  readonly attemptDuration: Histogram<'verdict'>
  readonly deliveryDelay: Histogram
}

/** Seconds, from imperceptible to a day. */
const delayBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600, 3600, 86_400]

export function createNotifierMetrics(registry: Registry): NotifierMetrics {
  const registers = [registry]
  return {
    conflicts: new Counter({
      name: 'tocsin_alert_conflicts_total',
      help: 'Records of the alerts log that stand at a seq which has another content already. Must stay 0.',
      registers
    }),
    gaps: new Counter({
      name: 'tocsin_alert_seq_gaps_total',
      help: 'Times that a seq was missing in a theatre. Must stay 0.',
      registers
    }),
    quarantined: new Counter<'topic'>({
      name: 'tocsin_notifier_quarantined_total',
      help: 'Records that no version can parse and that were put aside, by topic.',
      labelNames: ['topic'],
      registers
    }),
    frames: new Counter<'frame'>({
      name: 'tocsin_stream_frames_total',
      help: 'Frames handed to connections, by type.',
      labelNames: ['frame'],
      registers
    }),
    closes: new Counter<'code'>({
      name: 'tocsin_stream_closes_total',
      help: 'Connections that the server closed, by close code.',
      labelNames: ['code'],
      registers
    }),
    refusals: new Counter<'reason'>({
      name: 'tocsin_stream_refusals_total',
      help: 'Connections that were closed with 4029 because of a limit, by which limit it was.',
      labelNames: ['reason'],
      registers
    }),
    recoveries: new Counter<'recovered'>({
      name: 'tocsin_stream_subscriptions_total',
      help: 'Subscriptions begun, by whether they went on exactly where the client asked.',
      labelNames: ['recovered'],
      registers
    }),
    pushDelay: new Histogram({
      name: 'tocsin_stream_push_delay_seconds',
      help: 'Time from the acceptance of the record behind an alert event to its frame; theatres on the wall clock only.',
      buckets: delayBuckets,
      registers
    }),
    planned: new Counter({ name: 'tocsin_webhook_planned_total', help: 'Deliveries planned.', registers }),
    attempts: new Counter<'verdict'>({
      name: 'tocsin_webhook_attempts_total',
      help: 'Attempts to deliver, by what came of them.',
      labelNames: ['verdict'],
      registers
    }),
    attemptDuration: new Histogram<'verdict'>({
      name: 'tocsin_webhook_attempt_duration_seconds',
      help: 'Duration of one attempt, by what came of it.',
      labelNames: ['verdict'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      registers
    }),
    deliveryDelay: new Histogram({
      name: 'tocsin_webhook_delivery_delay_seconds',
      help: 'Time from the planning of a delivery to its acceptance by the receiver.',
      buckets: delayBuckets,
      registers
    })
  }
}

/** Adds the metrics that are computed on request. */
export function watchGauges(registry: Registry, gauges: NotifierGauges): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      }
    })
  gauge('tocsin_alerts_open', 'Alerts that are open.', gauges.alertsOpen)
  gauge(
    'tocsin_alerts_closed_remembered',
    'Closed alerts in memory; the limit for each theatre and handling is closedAlertsMax.',
    gauges.alertsClosed
  )
  gauge('tocsin_notifier_incidents', 'Incidents in memory; the limit is 200000.', gauges.incidents)
  gauge('tocsin_notifier_reports', 'Reports whose place is in memory; the limit is 1000000.', gauges.reports)
  gauge(
    'tocsin_notifier_sources_heard',
    'Pairs of source and theatre whose last report is remembered; the source heard first is forgotten at 100000.',
    gauges.sourcesHeard
  )
  gauge('tocsin_alert_events_recent', 'Newest alert events in memory; the limit is recentEventsMax.', gauges.recentEvents)
  gauge(
    'tocsin_alert_records_dropped_remembered',
    'Records at a seq that was taken, in memory; the oldest is forgotten at 100000.',
    gauges.dropped
  )
  gauge(
    'tocsin_operator_outcomes_remembered',
    "Outcomes of operators' actions in memory; the oldest is forgotten at 10000.",
    gauges.outcomes
  )
  gauge(
    'tocsin_operator_requests_remembered',
    "Operators' requests in memory; the oldest is forgotten at 10000.",
    gauges.requests
  )
  gauge(
    'tocsin_incident_declarations_remembered',
    'Splits and merges of incidents in memory with their words; the oldest is forgotten at 10000.',
    gauges.declarations
  )
  gauge(
    'tocsin_audit_entries',
    'Changes of the administration that are listed; the oldest is forgotten at 50000 and stays in the control log.',
    gauges.auditEntries
  )
  gauge(
    'tocsin_keys_revoked_remembered',
    `Revoked keys that are told from unknown ones; the one revoked first is forgotten at ${revokedKeysMax}.`,
    gauges.revokedKeys
  )
  gauge(
    'tocsin_webhook_names_asked',
    `Names of endpoints that are being looked up; the limit is ${nameResolverDefaults.lookupsMax}, one more is refused as if no server had answered.`,
    () => gauges.names().underWay
  )
  gauge(
    'tocsin_webhook_names_kept',
    `Names of endpoints whose addresses are kept; the oldest is forgotten at ${nameResolverDefaults.keptMax}.`,
    () => gauges.names().kept
  )
  gauge(
    'tocsin_stream_unknown_seconds',
    'How long it has not been known whether the alerts log holds more; beyond stream.staleAfterMs nothing is live.',
    () => gauges.unknownMs() / 1000
  )
  gauge(
    'tocsin_stream_connections',
    'Open connections of the stream that have authenticated; the limit is stream.connectionsMax.',
    gauges.connections
  )
  gauge(
    'tocsin_stream_strangers',
    'Open connections of the stream that have not authenticated; the limit is stream.strangersMax.',
    gauges.strangers
  )
  gauge('tocsin_stream_subscriptions', 'Subscriptions on open connections.', gauges.subscriptions)
  gauge(
    'tocsin_stream_filter_cost',
    'Alternatives and positions in the filters of all subscriptions; the limit is stream.filterCostMax.',
    gauges.filterCost
  )
  gauge(
    'tocsin_feed_waits',
    'Requests of the feed that wait for a first row; the limit is stream.feedWaitsMax.',
    gauges.feedWaits
  )
  gauge(
    'tocsin_webhook_subscriptions',
    'Webhook subscriptions; the limit is webhooks.subscriptionsMax.',
    gauges.webhookSubscriptions
  )
  gauge(
    'tocsin_webhook_subscriptions_served',
    'Webhook subscriptions that this instance plans and sends for.',
    gauges.webhookSubscriptionsServed
  )
  gauge('tocsin_webhook_pending', 'Deliveries that are planned and neither delivered nor parked.', gauges.deliveriesPending)
  gauge('tocsin_webhook_parked', 'Deliveries that are parked until they are replayed.', gauges.deliveriesParked)
  gauge('tocsin_webhook_attempts_running', 'Attempts under way; the limit is webhooks.attemptsMax.', gauges.attemptsRunning)
}
