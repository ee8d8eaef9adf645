// Why a delivery waits, or waited, as its reader may know.

import type { Principal } from '@tocsin/auth/access/principal'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import { seesOtherSubscribers } from '../alerts/officers-talk.ts'
import type { Delivery, HeldFor } from './delivery.ts'
import type { ReminderHold } from './notices.ts'
import { showHoldReason } from './notification-decision.ts'

/**
 * Why the policy delays it now, and why it last delayed it before it was sent or skipped. That
 * somebody has an alert, and released it again, is for officers only. Others do not learn either
 * when the time of earlier steps is over: that is known only where no one has answered.
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
 * Why a due reminder is not sent, as `holdsInView`; null: it is not delayed, or the policy no
 * longer repeats.
 */
export function repeatHoldInView(
  principal: Principal,
  { policy }: SubscriptionRecord,
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
  return seesOtherSubscribers(principal) ? reason : showHoldReason(reason)
}
