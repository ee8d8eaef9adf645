// Times to what partners answer, for each subscription that the reader may see (decision 0081). A
// subscription's manager sees that subscription; officers see all within their reach, as they also
// see per alert who was notified (decision 0081).

import type { Principal } from '@tocsin/auth/access/principal'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { Span } from '../alerts/list-queries.ts'
import { shownTo } from '../alerts/record-judging.ts'
import { type ResponseTimes, sumCall } from '../alerts/response-times.ts'
import type { ScanScheduler } from '../alerts/scan-scheduler.ts'
import { subscriberCalls } from '../alerts/subscriber-calls.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import { namedSubscriptions } from '../webhook/subscriber-names.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'

export interface SubscriberTimesDeps {
  readonly dispatcher: Dispatcher
  readonly projection: { readonly alerts: AlertIndex }
  readonly scans: ScanScheduler
  readonly subscriptionOperations: SubscriptionOperations
  /** Whether a theatre's alerts have the times of a replay, which no delivery has. */
  readonly isReplay: (theatre: string) => boolean
}

/** Work of a scan for an alert: more than a row of a table. */
const alertUnits = 10

/**
 * Counts the calls of subscriptions that began in a span: of alerts that a subscription accepted an
 * event of, and may see now. The scan yields to other work.
 */
export async function countSubscribers(
  times: ResponseTimes,
  {
    dispatcher,
    projection: { alerts },
    scans,
    subscriptionOperations,
    isReplay
  }: SubscriberTimesDeps,
  principal: Principal,
  { fromMs, toMs }: Span
): Promise<void> {
  const scan = scans.begin()
  for (const subscription of namedSubscriptions(subscriptionOperations, principal)) {
    const { subscriptionId } = subscription
    const name = [subscriptionOperations.findHolder(subscription), subscriptionId]
    const { alerts: told } = dispatcher.of(subscriptionId)
    for (const [alertId, acceptedMs] of told.firstTold()) {
      scan.units += alertUnits
      if (scan.mustYield) await scan.yieldTurn()
      const entry = alerts.get(alertId)
      const alert = entry === undefined ? null : shownTo(subscription, entry)
      if (alert === null) continue
      const toldMs = isReplay(alert.state.theatre) ? Number.NEGATIVE_INFINITY : acceptedMs
      for (const call of subscriberCalls(alert.calls, alert, { subscriptionId, toldMs }))
        if (call.calledAtMs >= fromMs && call.calledAtMs < toMs)
          times.add(sumCall(call, alert.state.drill), `${name[0]}\n${name[1]}`, name)
    }
  }
}
