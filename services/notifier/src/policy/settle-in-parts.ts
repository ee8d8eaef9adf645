// Judges by a policy what waits for a subscription, in parts: many alerts may be new or asked again
// at once, each for every silence and line, and other work must not wait for all of them.

import type { Clock } from '@tocsin/domain/ports'
import type { SubscriptionDeliveries } from '../delivery/subscription-deliveries.ts'
import type { NewsJudge } from '../delivery/waiting-order.ts'
import { type ScanScheduler, sliceUnitsMax } from '../projection/scan-scheduler.ts'

interface SettleDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly scans: Pick<ScanScheduler, 'next'>
}

/**
 * Resolves when something can be told by what is judged as of now, when nothing new or changed is
 * left to judge, or once stopped. What changes meanwhile is judged too; of what is merely asked
 * again no more than one part.
 */
export async function settleInParts(
  deliveries: Pick<SubscriptionDeliveries, 'order'>,
  judge: NewsJudge,
  { clock, scans }: SettleDeps,
  stop: AbortSignal
): Promise<void> {
  while (!stop.aborted && !deliveries.order(clock.nowMs(), judge, sliceUnitsMax).isReady)
    await scans.next()
}
