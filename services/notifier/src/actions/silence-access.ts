// What a reader may know about silences, except what they delay now.

import { mayUse, type Principal, reaches, seesAll } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { instant, nullable, shape, text, truth } from '@tocsin/contracts/format/format'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import { seesOtherSubscribers, someOfficer } from '../alerts/officers-talk.ts'
import { findShown } from '../alerts/record-judging.ts'
import { subscriberNameSchema, subscriberNames } from '../webhook/subscriber-names.ts'
import type { ActingDeps } from './acts.ts'

export const silenceMembers = {
  id: text(),
  isForOne: truth('Whether it is for one subscription alone; false: for all that have a policy.'),
  subscriptionId: nullable(
    text('The only subscription that it is for; null: for all, or not for you to know.')
  ),
  subscriber: nullable(subscriberNameSchema),
  startsAt: instant(),
  endsAt: instant(
    'As it was made: it ends sooner if somebody ends it, or with the key that made it.'
  ),
  includesExtreme: truth('Extreme alerts too.'),
  reason: nullable(
    text('Null: hidden. Below `internal` it is shown only of what you made yourself.')
  ),
  by: nullable(text('Name of who made it; `an officer` for others below `internal`; null: hidden.'))
}
export const silenceOverSchema = shape(
  'SilenceOver',
  'A silence that holds, as an officer may know of it.',
  silenceMembers
)

/**
 * A silence by its id as it is known here; undefined: there is none, or the caller may not know it.
 */
export function findSilence(
  deps: ActingDeps,
  principal: Principal,
  id: string
): SilenceState | undefined {
  const known = deps.control.state.silences.get(id)
  return known !== undefined && mayKnowSilence(deps, principal, known) ? known : undefined
}

/**
 * Its author; officers and administrators within its theatres and handling, who may see its alert
 * if it is for one; and whoever manages the only subscription that it is for, who may end it: others
 * must not be able to block its notifications.
 */
export function mayKnowSilence(
  deps: ActingDeps,
  principal: Principal,
  silence: SilenceState
): boolean {
  const isOwn = principal.id === silence.ownerKeyId && reaches(principal, silence)
  return isOwn || mayReadWords(deps, principal, silence) || isTheirs(deps, principal, silence)
}

/** Whether the caller may read who made it, why, and exactly what it delays. */
export function mayReadWords(
  deps: ActingDeps,
  principal: Principal,
  silence: SilenceState
): boolean {
  const { alertId, ownerKeyId } = silence
  return (
    reaches(principal, silence) &&
    (alertId === null || mayKnowAlert(deps, principal, alertId)) &&
    (principal.id === ownerKeyId ||
      mayUse(principal, ['alerts:operate']) ||
      isTheirs(deps, principal, silence))
  )
}

function isTheirs(
  { subscriptionOperations }: ActingDeps,
  principal: Principal,
  { subscriptionId }: SilenceState
): boolean {
  return (
    subscriptionId !== null && subscriptionOperations.known(principal, subscriptionId) !== undefined
  )
}

/**
 * Whether the caller may see an alert as it is now. A forgotten alert is only for callers who see
 * everything.
 */
export function mayKnowAlert(
  { projection: { alerts } }: ActingDeps,
  principal: Principal,
  alertId: string
): boolean {
  return seesAll(principal) || findShown(alerts, makeView(principal), alertId) !== null
}

/** Subscriptions are looked up one time for all silences that are shown. */
export function silenceViewer(deps: ActingDeps, principal: Principal) {
  const nameOf = subscriberNames(deps.subscriptionOperations, principal)
  return (silence: SilenceState) => {
    const { silenceId: id, subscriptionId, startsAt, endsAt, includesExtreme } = silence
    const { by, reason, ownerKeyId } = silence
    const isOwn = principal.id === ownerKeyId
    const isForOne = subscriptionId !== null
    const subscriber = isForOne ? nameOf(subscriptionId) : null
    // The author named the subscription. Readers who see everything also get the name of one that
    // no longer exists.
    const isNamed = !isForOne || subscriber !== null || isOwn || seesAll(principal)
    // Only officers may know who made it, and why. Others learn that an officer did, but only where
    // they get the subscription's name.
    const isShown = mayReadWords(deps, principal, silence)
    const isRead = isShown && (isOwn || seesOtherSubscribers(principal))
    const author = isRead ? (by?.name ?? ownerKeyId) : someOfficer
    return {
      ...{ id, isForOne, subscriptionId: isNamed ? subscriptionId : null, subscriber },
      ...{ startsAt, endsAt, includesExtreme },
      reason: isRead ? reason : null,
      by: isShown && isNamed ? author : null
    }
  }
}
