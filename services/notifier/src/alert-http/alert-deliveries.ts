// Who was told of an alert: its deliveries to the webhooks that a reader may manage. It costs a
// look at each of these, and then only what the page shows: each subscription knows the deliveries
// of an alert (kept-deliveries.ts).

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { holdsInView } from '../policy/holds-in-view.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type {
  ShownSubscription,
  SubscriptionOperations
} from '../webhook/subscription-operations.ts'

export interface AlertDeliveriesDeps {
  readonly subscriptionOperations: Pick<SubscriptionOperations, 'list' | 'show'>
  readonly dispatcher: Pick<Dispatcher, 'of'>
  readonly cursorKey: Buffer
}

/** The last delivery of a page. */
interface DeliveryPlace {
  readonly alertId: string
  readonly subscriptionId: string
  readonly sequence: number
}

/**
 * By subscription, and of each the newest first. One that is there throughout is on exactly one
 * page.
 */
export function listAlertDeliveries(
  deps: AlertDeliveriesDeps,
  principal: Principal,
  alertId: string,
  { cursor, limit }: { readonly cursor?: string; readonly limit: number }
) {
  const place =
    cursor === undefined ? null : placeOf<DeliveryPlace>(deps, 'alert-deliveries', cursor)
  if (place !== null && place.alertId !== alertId)
    throw new ProblemError('cursor-invalid', 'The cursor was not issued by this list.')
  const subscriptions = deps.subscriptionOperations
    .list(principal)
    .toSorted((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1))
  const items: ShownDelivery[] = []
  for (const subscription of subscriptions) {
    const { subscriptionId } = subscription
    if (place !== null && subscriptionId < place.subscriptionId) continue
    const deliveries = deps.dispatcher.of(subscriptionId).newestFirst(alertId)
    if (deliveries.length === 0) continue
    const { status: subscriptionStatus, endpoint } = deps.subscriptionOperations.show(subscription)
    for (const delivery of deliveries) {
      if (place?.subscriptionId === subscriptionId && delivery.sequence >= place.sequence) continue
      const last = items.at(-1)
      if (last !== undefined && items.length === limit) {
        const after: DeliveryPlace = {
          alertId,
          subscriptionId: last.subscriptionId,
          sequence: last.sequence
        }
        return { items, next: sealPlace(deps, 'alert-deliveries', after) }
      }
      items.push({
        ...shownDelivery(principal, subscription, delivery),
        subscriptionStatus,
        endpoint
      })
    }
  }
  return { items, next: null }
}

/** With what its subscription does: why it waits. */
interface ShownDelivery extends ReturnType<typeof shownDelivery> {
  readonly subscriptionStatus: ShownSubscription['status']
  readonly endpoint: ShownSubscription['endpoint']
}

/** Of the address only its host: path and query may hold secrets. */
function shownDelivery(
  principal: Principal,
  { subscriptionId, url, contact }: SubscriptionRecord,
  delivery: Delivery
) {
  const {
    sequence,
    eventId: id,
    eventType: type,
    plannedAt,
    state,
    attempts,
    nextAt,
    because,
    last
  } = delivery
  const acceptedAt = state === 'delivered' ? (last?.at ?? null) : null
  const told = {
    sequence,
    id,
    type,
    plannedAt,
    state,
    acceptedAt,
    attempts,
    nextAt,
    ...holdsInView(principal, delivery),
    because
  }
  return {
    subscriptionId,
    host: new URL(url).host,
    contact,
    ...told,
    reason: last?.reason ?? null,
    status: last?.status ?? null
  }
}
