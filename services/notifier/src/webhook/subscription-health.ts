// Health of a subscription, for its owner and for Prometheus: what waits and how long, what was
// accepted and what failed, how long attempts take. From the fold of the log, so every instance
// gives the same numbers.

import { digest } from '@tocsin/contracts/json/digest'
import type { Clock } from '@tocsin/domain/ports'
import { registerReadGaugesBy } from '@tocsin/service/telemetry/metrics'
import type { Registry } from 'prom-client'
import {
  computeShare,
  countAttempts,
  findDurationMs,
  type Tallied
} from '../notification/attempt-tally.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'

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
  const { pendingCount: pending, parkedCount: parked } = table
  const { acceptedMs, failure } = tally
  const shown = (tallied: Tallied) => ({ ...tallied, share: computeShare(tallied) })
  return {
    metricsLabel: computeMetricsLabel(subscriptionId),
    pending,
    parked,
    lagSeconds: computeLagSeconds(deliveries, nowMs),
    acceptedAt: acceptedMs === null ? null : computeTime(acceptedMs),
    failure:
      failure === null
        ? null
        : { at: computeTime(failure.atMs), reason: failure.reason, status: failure.status },
    hour: shown(countAttempts(tally, 'hour', nowMs)),
    day: shown(countAttempts(tally, 'day', nowMs)),
    attempts: {
      count: tally.durationsMs.length,
      p50Ms: findDurationMs(tally, 0.5),
      p99Ms: findDurationMs(tally, 0.99)
    }
  }
}

/** A clock that was set back gives 0. */
function computeLagSeconds(deliveries: SubscriptionDeliveries, nowMs: number): number | null {
  const sinceMs = deliveries.table.computeWaitingSinceMs(nowMs)
  return sinceMs === null ? null : Math.max(0, (nowMs - sinceMs) / 1000)
}

export interface WatchedSubscriptions {
  /** Those that this instance plans and sends for. */
  readonly served: readonly string[]
  of(subscriptionId: string): SubscriptionDeliveries
}

export interface WatchOptions {
  readonly clock: Pick<Clock, 'nowMs'>
  /** Subscriptions that have a label of their own; beyond it all others are `other`. */
  readonly labelledMax: number
}

/**
 * Gauges by subscription. The lowest ids have labels, so that these do not change while others come
 * and go.
 */
export function watchSubscriptions(
  registry: Registry,
  watched: WatchedSubscriptions,
  { clock, labelledMax }: WatchOptions
): void {
  const by = (figureOf: (all: readonly SubscriptionDeliveries[]) => number | null) => () => {
    const groups = new Map<string, SubscriptionDeliveries[]>()
    for (const [i, id] of watched.served.toSorted().entries()) {
      const label = i < labelledMax ? computeMetricsLabel(id) : 'other'
      const group = groups.get(label) ?? []
      groups.set(label, group)
      group.push(watched.of(id))
    }
    const values = [...groups].map(([label, all]) => [label, figureOf(all)] as const)
    return Object.fromEntries(
      values.filter((entry): entry is readonly [string, number] => entry[1] !== null)
    )
  }
  registerReadGaugesBy(registry, gauges, 'subscription', {
    tocsin_webhook_subscription_pending: by(all =>
      all.reduce((sum, { table }) => sum + table.pendingCount, 0)
    ),
    tocsin_webhook_subscription_lag_seconds: by(all =>
      Math.max(...all.map(each => computeLagSeconds(each, clock.nowMs()) ?? 0))
    ),
    tocsin_webhook_subscription_success_ratio: by(all =>
      computeShare(mergeTallies(all.map(each => countAttempts(each.tally, 'hour', clock.nowMs()))))
    )
  })
}

const labels =
  'By subscription; beyond notifier.subscriptionsLabelledMax of them the others are one, `other`.'
const gauges = {
  tocsin_webhook_subscription_pending: `Deliveries that wait. ${labels}`,
  tocsin_webhook_subscription_lag_seconds: `Age of the oldest delivery that waits and that no policy holds. ${labels}`,
  tocsin_webhook_subscription_success_ratio: `Accepted attempts of all in the last hour; none without attempts. ${labels}`
}

function mergeTallies(tallies: readonly Tallied[]): Tallied {
  const computeSum = (name: keyof Tallied) => tallies.reduce((sum, each) => sum + each[name], 0)
  return { accepted: computeSum('accepted'), failed: computeSum('failed') }
}

function computeTime(ms: number): string {
  return new Date(ms).toISOString()
}
