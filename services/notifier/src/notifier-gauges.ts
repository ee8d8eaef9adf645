// What the notifier's gauges read.

import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import type { NotifierCores } from './notifier-cores.ts'

export function gaugesOf(
  { projection, liveness, hub, feedWaits, exports, dispatcher, silenceOperations }: NotifierCores,
  control: ControlView
) {
  return {
    tocsin_alerts_open: () => projection.alerts.openIds.size,
    tocsin_alerts_closed_remembered: () => projection.alerts.closedCount,
    tocsin_notifier_incidents: () => projection.incidents.count,
    tocsin_notifier_reports: () => projection.reports.count,
    tocsin_notifier_sources_heard: () => projection.sources.count,
    tocsin_alert_events_recent: () => (projection.isStarted ? projection.journal.recentCount : 0),
    tocsin_alert_records_dropped_remembered: () =>
      projection.isStarted ? projection.journal.droppedCount : 0,
    tocsin_operator_outcomes_remembered: () => projection.alerts.outcomeCount,
    tocsin_operator_requests_remembered: () => projection.clocks.requestCount,
    tocsin_incident_declarations_remembered: () => projection.declarations.count,
    tocsin_audit_entries: () => control.audit.size,
    tocsin_keys_revoked_remembered: () => control.state.revokedKeys.size,
    tocsin_stream_unknown_seconds: () => liveness.silentMs / 1000,
    tocsin_stream_connections: () => hub.admission.holderCount,
    tocsin_stream_strangers: () => hub.admission.strangerCount,
    tocsin_stream_filter_cost: () => hub.filters.sum,
    tocsin_stream_events_encoded_characters: () => hub.events.characters,
    tocsin_feed_waits: () => feedWaits.sum,
    tocsin_exports_running: () => exports.count,
    tocsin_stream_subscriptions: () => hub.subscriptionCount,
    tocsin_webhook_pending: () => dispatcher.fold.pendingCount,
    tocsin_webhook_parked: () => dispatcher.fold.parkedCount,
    tocsin_webhook_attempts_running: () => dispatcher.runningCount,
    tocsin_webhook_attempts_waiting: () => dispatcher.waitingCount,
    tocsin_watches_unstaffed: () => dispatcher.judging.watches.unstaffedCount(),
    tocsin_silences_holding: () => silenceOperations.holdingCount,
    tocsin_webhook_subscriptions: () => control.state.subscriptions.size,
    tocsin_webhook_subscriptions_served: () => dispatcher.served.length
  }
}
