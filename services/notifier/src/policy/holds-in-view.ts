// Why a delivery waits, or waited, as its reader may know.

import { type HoldReason, heldAsTold } from '@tocsin/domain/notification/notification-decision'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { Delivery } from '../delivery/delivery.ts'
import { isToldOfOthers } from '../reader/officers-talk.ts'

/**
 * Why the policy holds it now, and why it held it last before it was told or skipped. That somebody has an alert, and let go of
 * it again, is for officers. Nor are others told when those before them have had their time: it is known only where nobody has
 * answered.
 */
export function holdsInView(principal: Principal, { held, waited = null }: Pick<Delivery, 'held' | 'waited'>) {
  const isOfficer = isToldOfOthers(principal)
  const told = (reason: HoldReason) => (isOfficer ? reason : heldAsTold(reason))
  const isUntilTold = (reason: HoldReason) => isOfficer || told(reason) !== 'earlier-line'
  return {
    held: held === null ? null : { ...held, reason: told(held.reason), until: isUntilTold(held.reason) ? held.until : null },
    waited: waited === null ? null : told(waited)
  }
}
