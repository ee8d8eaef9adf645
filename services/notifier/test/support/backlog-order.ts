// What waits in newest-state order, as it is kept, and as the domain judges all of it at once.

import { sortBacklog } from '@tocsin/domain/delivery/newest-state'
import { waitingOf } from '../../src/delivery/delivery.ts'
import type { SubscriptionDeliveries } from '../../src/delivery/subscription-deliveries.ts'

export function orderOf(deliveries: SubscriptionDeliveries, nowMs: number) {
  const order = deliveries.order(nowMs)
  return {
    current: [...order.current()].map(sequence => ({ sequence, pages: order.pages(sequence) })),
    skipped: order.skipped
      .all()
      .map(each => [each, order.isExpired(each) ? 'expired' : 'superseded'])
  }
}

export function judgedAtOnce(
  deliveries: SubscriptionDeliveries,
  nowMs: number
): ReturnType<typeof orderOf> {
  const waiting = deliveries
    .newestFirst()
    .filter(({ state }) => state === 'pending')
    .toReversed()
    .map(waitingOf)
  const { current, skipped } = sortBacklog(waiting, alertId => deliveries.alerts.of(alertId), nowMs)
  return {
    current: current.map(({ delivery: { sequence }, pages }) => ({ sequence, pages })),
    skipped: [...skipped].sort(([a], [b]) => a - b)
  }
}
