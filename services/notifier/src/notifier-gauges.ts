// What the notifier's gauges read.

import type { ControlView } from '@tocsin/service/projection/control-view'
import type { NotifierCores } from './notifier-cores.ts'

export function collectGauges(
  { projection, liveness, hub, feedWaits, exports, dispatcher }: NotifierCores,
  control: ControlView
) {
  return {
    tocsin_alerts_open: () => projection.alerts.openCount,
    tocsin_stream_unknown_seconds: () => liveness.silentMs / 1000,
    tocsin_stream_connections: () => hub.connections.used,
    tocsin_stream_strangers: () => hub.strangers.size,
    tocsin_stream_filter_cost: () => hub.filters.used,
    tocsin_feed_waits: () => feedWaits.used,
    tocsin_exports_running: () => exports.used,
    tocsin_stream_subscriptions: () => hub.subscriptionCount,
    tocsin_webhook_pending: () => dispatcher.fold.pendingCount,
    tocsin_webhook_parked: () => dispatcher.fold.parkedCount,
    tocsin_webhook_attempts_running: () => dispatcher.runningCount,
    tocsin_webhook_attempts_waiting: () => dispatcher.waitingCount,
    tocsin_watches_unstaffed: () => dispatcher.judging.watches.unstaffedCount(),
    tocsin_silences_holding: () => dispatcher.judging.silences.holding().length,
    tocsin_webhook_subscriptions: () => control.state.subscriptions.size,
    tocsin_webhook_subscriptions_served: () => dispatcher.served.length
  }
}
