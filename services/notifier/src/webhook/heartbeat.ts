// Signed heartbeats of a subscription, so that missing ones prove a fault. They are not logged and
// do not count in the sequence.

import { digest } from '@tocsin/contracts/json/digest'
import { listRanges } from '../notification/delivery.ts'
import { isOut } from '../notification/endpoint-health.ts'
import { isAccepted } from './destinations.ts'
import type { EndpointSender } from './endpoint-sender.ts'
import { findKind } from './kinds/kinds.ts'
import type { SendingDeps, Served } from './sending.ts'
import { computeAudience } from './subscription-record.ts'

/** Ranges of skipped sequences that a beat names: the lowest. Later deliveries name the others. */
const rangesNamedMax = 100
/** Beats left out after one that was not accepted: doubled each time, up to this. */
const beatsLeftOutMax = 31
/** The same where a beat repeats the alerts: the destination may have restarted. */
const repeatsLeftOutMax = 1
/** Alerts that a beat repeats at most. */
const repeatedMax = 1_000
/** How long an ended alert is repeated as ended, ms. */
const justEndedMs = 600_000

/** Sends until stopped. `isPlanned`: whether every event for the subscription is planned. */
export async function sendHeartbeats(
  deps: SendingDeps,
  { subscription, deliveries, stop }: Served,
  sender: EndpointSender,
  isPlanned: () => boolean
): Promise<void> {
  const { clock, signs } = deps
  const everyMs = (subscription.heartbeatSeconds ?? 0) * 1_000
  if (everyMs === 0) return
  // Beats keep their times over restarts and instances, and those of different subscriptions are
  // spread.
  const spread = digest('heartbeat', subscription.subscriptionId).slice(0, 8)
  const offsetMs = Number.parseInt(spread, 16) % everyMs
  const untilBeatMs = () => everyMs - ((clock.nowMs() + offsetMs) % everyMs)
  const repeats = findKind(subscription)?.renderHeartbeat !== undefined
  let [failures, leftOut] = [0, 0]
  for (;;) {
    await clock.sleep(untilBeatMs(), stop)
    if (stop.aborted) return
    // An endpoint that hangs must not take the slots of others for its beats.
    if (leftOut-- > 0) continue
    const { health, isEnded, chain, table } = deliveries
    // An endpoint that is away is probed with its deliveries. A heartbeat confirms that no event
    // is missing: sent now, that would be false.
    if (isEnded || isOut(health) || !isPlanned() || !(await sender.mayAct())) continue
    const { ageSeconds, canaryAgeSeconds, complete } = signs.make(
      computeAudience(subscription).view
    )
    const data = {
      sequence: chain.lastSequence,
      pending: table.pendingCount,
      superseded: listRanges(table.listUnnamed(), rangesNamedMax),
      ...{ ageSeconds, canaryAgeSeconds, complete },
      next: new Date(clock.nowMs() + untilBeatMs()).toISOString(),
      ...(repeats ? { alerts: listAlerts(deps, { subscription, deliveries }) } : {})
    }
    const outcome = await sender.sendEvent({ name: 'heartbeat', data })
    failures = isAccepted(outcome) ? 0 : failures + 1
    leftOut = Math.min(2 ** failures - 1, repeats ? repeatsLeftOutMax : beatsLeftOutMax)
  }
}

/**
 * The alerts that the destination accepted, as they are now: open ones, and those that ended just
 * now, since an earlier heartbeat may still show them as open.
 */
function listAlerts(
  { bodies, clock }: SendingDeps,
  { subscription, deliveries }: Pick<Served, 'subscription' | 'deliveries'>
): readonly object[] {
  const alerts: object[] = []
  for (const [alertId] of deliveries.table.firstTold()) {
    if (alerts.length === repeatedMax) break
    const present = bodies.findPresent(subscription, alertId)
    if (present === null) continue
    const { status } = present.data
    const isOver = status === 'resolved' || status === 'retracted'
    if (!isOver || Date.parse(present.time) >= clock.nowMs() - justEndedMs)
      alerts.push(present.data)
  }
  return alerts
}
