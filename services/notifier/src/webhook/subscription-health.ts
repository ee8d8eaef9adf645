// Health of a subscription, for its owner and for Prometheus: what waits and how long, what was
// accepted and what failed, how long attempts take. From the fold of the log, so every instance
// gives the same numbers.

import { digest } from '@tocsin/contracts/json/digest'
import type { Clock } from '@tocsin/domain/ports'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import { registerReadGaugesBy } from '@tocsin/service/telemetry/metrics'
import type { Registry } from 'prom-client'
import {
  computeShare,
  countAttempts,
  findDurationMs,
  type Tallied
} from '../notification/endpoint-health.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { Dispatcher } from './dispatcher.ts'

/** Metrics may be open to all, and ids are not. */
export function computeMetricsLabel(subscriptionId: string): string {
  return digest('metrics-label', subscriptionId).slice(0, 12)
}

export function makeHealth(
  subscriptionId: string,
  deliveries: SubscriptionDeliveries,
  nowMs: number
) {
  const { tally, table } = deliveries
  const { acceptedMs, failure } = tally
  const show = (tallied: Tallied) => ({ ...tallied, share: computeShare(tallied) })
  return {
    metricsLabel: computeMetricsLabel(subscriptionId),
    pending: table.pendingCount,
    parked: table.parkedCount,
    lagSeconds: computeLagSeconds(deliveries, nowMs),
    acceptedAt: acceptedMs === null ? null : formatTime(acceptedMs),
    failure: failure && {
      ...{ at: formatTime(failure.atMs), reason: failure.reason, status: failure.status }
    },
    hour: show(countAttempts(tally, 'hour', nowMs)),
    day: show(countAttempts(tally, 'day', nowMs)),
    attempts: {
      count: tally.durationsMs.length,
      p50Ms: findDurationMs(tally, 0.5),
      p99Ms: findDurationMs(tally, 0.99)
    }
  }
}

/** A clock that was set back gives 0. */
function computeLagSeconds({ table }: SubscriptionDeliveries, nowMs: number): number | null {
  const sinceMs = table.computeWaitingSinceMs(nowMs)
  return sinceMs === null ? null : Math.max(0, (nowMs - sinceMs) / 1000)
}

const labels =
  'By subscription; beyond notifier.subscriptionsLabelledMax of them the others are one, `other`.'
const gauges = {
  tocsin_webhook_subscription_pending: `Deliveries that wait. ${labels}`,
  tocsin_webhook_subscription_lag_seconds: `Age of the oldest delivery that waits and that no policy holds. ${labels}`,
  tocsin_webhook_subscription_success_ratio: `Accepted attempts of all in the last hour; none without attempts. ${labels}`
}

/**
 * Gauges by subscription that the dispatcher serves. The lowest ids have labels, so that these do
 * not change while others come and go.
 */
export function watchSubscriptions(
  registry: Registry,
  dispatcher: Dispatcher,
  { clock, labelledMax }: { readonly clock: Clock; readonly labelledMax: number }
): void {
  const by = (figureOf: (all: readonly SubscriptionDeliveries[]) => number | null) => () => {
    const groups = Map.groupBy(dispatcher.served.toSorted().entries(), ([i, id]) =>
      i < labelledMax ? computeMetricsLabel(id) : 'other'
    )
    const figures = [...groups].flatMap(([label, ids]) => {
      const figure = figureOf(ids.map(([, id]) => dispatcher.of(id)))
      return figure === null ? [] : [[label, figure] as const]
    })
    return Object.fromEntries(figures)
  }
  const sum = (figures: readonly number[]) => figures.reduce((total, each) => total + each, 0)
  registerReadGaugesBy(registry, gauges, 'subscription', {
    tocsin_webhook_subscription_pending: by(all => sum(all.map(each => each.table.pendingCount))),
    tocsin_webhook_subscription_lag_seconds: by(all =>
      Math.max(...all.map(each => computeLagSeconds(each, clock.nowMs()) ?? 0))
    ),
    tocsin_webhook_subscription_success_ratio: by(all => {
      const hours = all.map(each => countAttempts(each.tally, 'hour', clock.nowMs()))
      const [accepted, failed] = [hours.map(each => each.accepted), hours.map(each => each.failed)]
      return computeShare({ accepted: sum(accepted), failed: sum(failed) })
    })
  })
}
