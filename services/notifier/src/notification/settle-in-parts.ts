// Judges by a policy what waits for a subscription, in parts: many alerts may be new or due to be
// asked again together, each for every silence and line, and other work must not wait until all are
// judged.

import type { Clock } from '@tocsin/domain/ports'
import { type ScanScheduler, sliceUnitsMax } from '../alerts/scan-scheduler.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'
import type { NewsJudge } from './waiting-order.ts'

interface SettleDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly scans: ScanScheduler
}

/**
 * Resolves when a delivery can be sent by what is judged as of now, when no new or changed alert is
 * left to judge, or once stopped. Changes meanwhile are judged too; alerts that are only asked
 * again, at most one part.
 */
export async function settleInParts(
  deliveries: SubscriptionDeliveries,
  judge: NewsJudge,
  { clock, scans }: SettleDeps,
  stop: AbortSignal
): Promise<void> {
  while (!stop.aborted && !deliveries.order(clock.nowMs(), judge, sliceUnitsMax).isReady)
    await scans.next()
}
