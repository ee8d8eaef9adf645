// What a reader may know about a silence, except what it delays now. Whether the reader may know
// that it exists is decided before.

import { type Principal, seesAll } from '@tocsin/auth/access/principal'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import { seesOtherSubscribers, someOfficer } from '../alerts/officers-talk.ts'
import { type SubscriberName, subscriberNames } from '../webhook/subscriber-names.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import type { SilenceOperations } from './silence-operations.ts'

export interface SilenceViewDeps {
  readonly silences: Pick<SilenceOperations, 'mayReadWords'>
  readonly subscriptions: Pick<SubscriptionOperations, 'within' | 'list' | 'findHolder'>
}

export interface SilenceInView {
  readonly id: string
  readonly isForOne: boolean
  /** Null: it is for all, or the reader may not know for which. */
  readonly subscriptionId: string | null
  readonly subscriber: SubscriberName | null
  readonly startsAt: string
  readonly endsAt: string
  readonly includesExtreme: boolean
  readonly reason: string | null
  readonly by: string | null
}

/** Subscriptions are looked up one time for all silences that are shown. */
export function silenceViewer(
  { silences, subscriptions }: SilenceViewDeps,
  principal: Principal
): (silence: SilenceState) => SilenceInView {
  const nameOf = subscriberNames(subscriptions, principal)
  return silence => {
    const { silenceId: id, subscriptionId, startsAt, endsAt, includesExtreme } = silence
    const isForOne = subscriptionId !== null
    const subscriber = isForOne ? nameOf(subscriptionId) : null
    const isNamed = !isForOne || subscriber !== null || mayNameUnknown(principal, silence)
    const words = silences.mayReadWords(principal, silence)
      ? authorInView(principal, silence, isNamed)
      : { reason: null, by: null }
    return {
      id,
      isForOne,
      subscriptionId: isNamed ? subscriptionId : null,
      subscriber,
      startsAt,
      endsAt,
      includesExtreme,
      ...words
    }
  }
}

/**
 * Only officers may know who made it, and why: others learn that an officer did, and not even that
 * where no one is named.
 */
function authorInView(
  principal: Principal,
  { by, reason, ownerKeyId }: SilenceState,
  isNamed: boolean
) {
  const isRead = principal.id === ownerKeyId || seesOtherSubscribers(principal)
  const name = isRead ? (by?.name ?? ownerKeyId) : someOfficer
  return { reason: isRead ? reason : null, by: isNamed ? name : null }
}

/**
 * Who made a silence named its subscription; and to who sees everything, one that is gone is still
 * named.
 */
function mayNameUnknown(principal: Principal, { ownerKeyId }: SilenceState): boolean {
  return principal.id === ownerKeyId || seesAll(principal)
}
