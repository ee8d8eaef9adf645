// Metrics of the notifier. Labels come from closed sets only: no addresses or error texts, and no
// ids. Labels of subscriptions, theatres and countries have limits: subscription-health.ts,
// response-watch.ts.

import { severities } from '@tocsin/contracts/theatre/severity'
import {
  metricsIn,
  registerReadCounter,
  registerReadGauges
} from '@tocsin/service/telemetry/metrics'
import type { Registry } from 'prom-client'

/** Seconds, from imperceptible to a day. */
const delayBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600, 3600, 86_400
]

/** Seconds, from ten to a week: how long people take. */
const answerBuckets = [
  10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800
]

export type NotifierMetrics = ReturnType<typeof createNotifierMetrics>

export function createNotifierMetrics(registry: Registry) {
  const { counter, histogram } = metricsIn(registry)
  /** Each severity exists from the start: a share of no events is no alarm. */
  const bySeverity = (name: string, help: string, buckets: number[]) => {
    const made = histogram(name, help, buckets, 'severity')
    for (const severity of severities) made.zero({ severity })
    return made
  }
  return {
    conflicts: counter(
      'tocsin_alert_conflicts_total',
      'Records of the alerts log at a seq that already has different content. Must stay 0.'
    ),
    gaps: counter('tocsin_alert_seq_gaps_total', 'Gaps in the seqs of a theatre. Must stay 0.'),
    frames: plainCounts(
      registry,
      'tocsin_stream_frames_total',
      'Frames handed to connections, by type.',
      'frame'
    ),
    bytes: plainCounts(
      registry,
      'tocsin_stream_bytes_total',
      'Bytes of frames written to connections, by transport.',
      'transport'
    ),
    closes: counter(
      'tocsin_stream_closes_total',
      'Connections that ended, by close code and by whom: server, protocol (a client broke RFC 6455), client, or network (no close frame came).',
      'code',
      'by'
    ),
    refusals: counter(
      'tocsin_stream_refusals_total',
      'Connections closed with 4029, by limit.',
      'reason'
    ),
    recoveries: counter(
      'tocsin_stream_subscriptions_total',
      'Subscriptions begun, by whether they resumed exactly at the requested position.',
      'recovered'
    ),
    pushDelay: bySeverity(
      'tocsin_stream_push_delay_seconds',
      'Time from the acceptance of the record behind an alert event to its frame, by severity; theatres on the wall clock only.',
      delayBuckets
    ),
    acknowledgementTime: histogram(
      'tocsin_alert_acknowledgement_seconds',
      'Time from the page of an alert to its first acknowledgement, by severity at the page and theatre; theatres on the wall clock, no drills. Each instance counts all.',
      answerBuckets,
      'severity',
      'theatre'
    ),
    responseTime: histogram(
      'tocsin_alert_response_seconds',
      'Time from the page of an alert to what was done, as its first recorded response states it, by severity at the page and theatre; theatres on the wall clock, no drills. Each instance counts all.',
      answerBuckets,
      'severity',
      'theatre'
    ),
    countryAcknowledgementTime: histogram(
      'tocsin_country_acknowledgement_seconds',
      'As tocsin_alert_acknowledgement_seconds, by country of the alert: one in several countries counts in each, one in none as `none`.',
      answerBuckets,
      'country'
    ),
    countryResponseTime: histogram(
      'tocsin_country_response_seconds',
      'As tocsin_alert_response_seconds, by country of the alert: one in several countries counts in each, one in none as `none`.',
      answerBuckets,
      'country'
    ),
    subscriberTime: histogram(
      'tocsin_subscription_answer_seconds',
      'Time from the page of an alert, or when a subscription accepted it if that was later, to the answer of a human there, by subscription; theatres on the wall clock, no drills. Each instance counts all.',
      answerBuckets,
      'subscription'
    ),
    subscriberResponseTime: histogram(
      'tocsin_subscription_response_seconds',
      'Time from the page of an alert, or when a subscription accepted it if that was later, to what was done, as its first recorded response states it, of an officer or of a human there; by subscription, theatres on the wall clock, no drills. Each instance counts all.',
      answerBuckets,
      'subscription'
    ),
    planned: counter('tocsin_webhook_planned_total', 'Deliveries planned.'),
    lapsed: counter(
      'tocsin_webhook_lapsed_total',
      'Deliveries ended because they waited for longer than notifier.pendingDays.'
    ),
    attempts: counter('tocsin_webhook_attempts_total', 'Delivery attempts, by outcome.', 'verdict'),
    notices: counter(
      'tocsin_webhook_notices_total',
      'Attempts at notices (of an outage, silence, roster or week, or again of an alert), by outcome.',
      'about',
      'verdict'
    ),
    attemptDuration: histogram(
      'tocsin_webhook_attempt_duration_seconds',
      'Duration of one attempt, by outcome.',
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      'verdict'
    ),
    deliveryDelay: histogram(
      'tocsin_webhook_delivery_delay_seconds',
      'Time from the planning of a delivery to its acceptance by the receiver.',
      delayBuckets
    ),
    webhookAlertDelay: bySeverity(
      'tocsin_webhook_alert_delay_seconds',
      'Time from the acceptance of the record behind an alert event to the 2xx of a receiver, by severity; theatres on the wall clock only, no replays, and none that a policy held.',
      delayBuckets
    )
  }
}

/**
 * Counts in a plain object and copies the counts when they are read: with thousands of clients a
 * label look-up a frame shows.
 */
function plainCounts(registry: Registry, name: string, help: string, label: string) {
  const counts: Record<string, number> = {}
  registerReadCounter(registry, name, help, () => counts, label)
  return {
    add(value: string, count = 1): void {
      counts[value] = (counts[value] ?? 0) + count
    }
  }
}

const gauges = {
  tocsin_alerts_open: 'Open alerts.',
  tocsin_stream_unknown_seconds:
    'Seconds for which the end of the alerts log has been unknown; beyond stream.staleAfterMs nothing is live.',
  tocsin_stream_connections:
    'Authenticated stream connections; the limit is stream.connectionsMax.',
  tocsin_stream_strangers:
    'Stream connections that have not authenticated; the limit is stream.strangersMax.',
  tocsin_stream_subscriptions: 'Subscriptions on open connections.',
  tocsin_stream_filter_cost:
    'Filter cost (alternatives and positions) of all subscriptions; the limit is stream.filterCostMax.',
  tocsin_exports_running: 'Exports under way; the limit is export.runningMax.',
  tocsin_feed_waits:
    'Requests that wait for a first row of the feed, or for changes of a list; the limit is stream.feedWaitsMax.',
  tocsin_watches_unstaffed:
    'Rosters that subscriptions follow while nobody on shift can be reached: all of them are notified.',
  tocsin_silences_holding: 'Silences that hold now; the limit of those that are not over is 500.',
  tocsin_webhook_subscriptions: 'Webhook subscriptions; the limit is 1000.',
  tocsin_webhook_subscriptions_served:
    'Webhook subscriptions that this instance plans and sends for.',
  tocsin_webhook_pending: 'Planned deliveries that are neither delivered nor parked.',
  tocsin_webhook_parked: 'Deliveries parked until they are replayed.',
  tocsin_webhook_attempts_running:
    'Running attempts; the limit is 128, and half as many at endpoints that are not healthy.',
  tocsin_webhook_attempts_waiting:
    'Attempts that wait for a slot: at most one for each subscription, and its heartbeat.'
}

/** Adds the metrics that are computed on request. */
export function watchGauges(
  registry: Registry,
  reads: Readonly<Record<keyof typeof gauges, () => number>>
): void {
  registerReadGauges(registry, gauges, reads)
}
