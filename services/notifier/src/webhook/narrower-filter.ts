// What a subscription's new filter does not want from the plans of the previous one. Alerts that
// the partner knows continue, as in a stream: an alert that was shown is followed to its end.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { wantsEventType } from '@tocsin/contracts/subscription/event-types'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertJournal } from '../alerts/alert-journal.ts'
import { judgeRecord } from '../alerts/record-judging.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import { computeAudience } from './delivery-planner.ts'

export interface PlannedEvents {
  readonly alerts: AlertIndex
  readonly journal: AlertJournal
}

/** Sequences that wait and are no longer wanted, ascending. */
export async function noLongerWanted(
  subscription: SubscriptionRecord,
  deliveries: SubscriptionDeliveries,
  { alerts, journal }: PlannedEvents
): Promise<readonly number[]> {
  const audience = computeAudience(subscription)
  const shown = new Set<string>()
  const unwanted: number[] = []
  for (const pending of deliveries.table.listPending()) {
    const delivery = deliveries.table.get(pending)
    if (delivery === undefined || !deliveries.isUnsent(delivery)) continue
    const { sequence, alertId, partition, position } = delivery
    const record = await journal.at(partition, BigInt(position))
    if (record === null) continue
    const wasShown = shown.has(alertId)
    const isWanted =
      judgeRecord(alerts, wasShown, record, audience) !== null &&
      wantsEventType(subscription.types, delivery.eventType, wasShown)
    if (isWanted) shown.add(alertId)
    else unwanted.push(sequence)
  }
  return unwanted
}
