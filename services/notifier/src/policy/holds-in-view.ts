// Why a delivery waits, or waited, as its reader may know.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { Delivery, HeldFor } from '../delivery/delivery.ts'
import type { ReminderHold } from '../delivery/notices.ts'
import { heldAsTold } from '../notification/notification-decision.ts'
import { seesOtherSubscribers } from '../reader/officers-talk.ts'

/**
 * Why the policy holds it now, and why it held it last before it was told or skipped. That somebody
 * has an alert, and let go of it again, is for officers. Nor are others told when those before them
 * have had their time: it is known only where nobody has answered.
 */
export function holdsInView(
  principal: Principal,
  { held, waited = null }: Pick<Delivery, 'held' | 'waited'>
) {
  return {
    held: held === null ? null : holdInView(principal, held),
    waited: waited === null ? null : reasonInView(principal, waited)
  }
}

/**
 * Why what is due to be told again is not, as `holdsInView`; null: nothing holds it, or the policy
 * repeats nothing any more.
 */
export function repeatHoldInView(
  principal: Principal,
  { policy }: Pick<SubscriptionRecord, 'policy'>,
  hold: ReminderHold | null
) {
  if (hold === null || !(policy?.repeatMinutes ?? 0)) return null
  return { ...holdInView(principal, hold), at: hold.at }
}

function holdInView(principal: Principal, { reason, until, by }: HeldFor): HeldFor {
  const told = reasonInView(principal, reason)
  const isUntilTold = seesOtherSubscribers(principal) || told !== 'earlier-line'
  return { reason: told, until: isUntilTold ? until : null, by }
}

function reasonInView(principal: Principal, reason: HoldReason): HoldReason {
  return seesOtherSubscribers(principal) ? reason : heldAsTold(reason)
}
