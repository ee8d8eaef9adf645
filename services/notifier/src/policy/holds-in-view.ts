// Why a delivery waits, or waited, as its reader may know.

import { type HoldReason, heldAsTold } from '@tocsin/domain/notification/notification-decision'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { Delivery } from '../delivery/delivery.ts'
import { isToldOfOthers } from '../reader/officers-talk.ts'

/**
 * Why the policy holds it now, and why it held it last before it was told or skipped. That somebody has an alert, and let go of
 * it again, is for officers.
 */
export function holdsInView(principal: Principal, { held, waited = null }: Pick<Delivery, 'held' | 'waited'>) {
  const told = (reason: HoldReason) => (isToldOfOthers(principal) ? reason : heldAsTold(reason))
  return {
    held: held === null ? null : { ...held, reason: told(held.reason) },
    waited: waited === null ? null : told(waited)
  }
}
