// Subscriptions by the names that a reader may know: for whoever manages one, and for officers all
// within their reach, as they see who was notified of an alert. No address. Source: decision 0081.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { nullable, shape, text } from '@tocsin/contracts/format/format'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { seesOtherSubscribers } from '../alerts/officers-talk.ts'
import type { SubscriptionOperations } from './subscription-operations.ts'

export const subscriberNameSchema = shape(
  'SubscriberName',
  'By whom a subscription is held, if you may know it: its address is for who manages it.',
  {
    subscriptionId: text(),
    by: nullable(text('Name of the key that made it; null: not known any more.')),
    contact: nullable(text('Whom to contact if it fails.'))
  }
)

export type SubscriberName = NonNullable<ReturnType<ReturnType<typeof subscriberNames>>>

/**
 * The subscriptions that a reader may name. An officer may name all within the officer's reach;
 * others what they manage.
 */
export function namedSubscriptions(
  operations: SubscriptionOperations,
  principal: Principal
): readonly SubscriptionRecord[] {
  const isOfficer = mayUse(principal, ['alerts:operate']) && seesOtherSubscribers(principal)
  return isOfficer ? operations.within(principal) : operations.list(principal)
}

/** The name of a subscription by its id; null: the reader may not know it, or there is none. */
export function subscriberNames(operations: SubscriptionOperations, principal: Principal) {
  const named = namedSubscriptions(operations, principal)
  const known = new Map(named.map(each => [each.subscriptionId, each]))
  return (subscriptionId: string) => {
    const subscription = known.get(subscriptionId)
    if (subscription === undefined) return null
    const { contact } = subscription
    return { subscriptionId, by: operations.findHolder(subscription), contact }
  }
}
