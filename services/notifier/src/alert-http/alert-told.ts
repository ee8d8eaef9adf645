// Who was told of an alert, for officers: by whom each webhook is held, and whether it has what
// holds now. Nothing of where it is sent or how: that is for who manages it (alert-deliveries.ts).
// Source: decision 0081.

import type { AlertPartnerAnswer } from '@tocsin/contracts/alert/alert'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { SilenceState } from '@tocsin/service-kit/control/silence-state'
import { type Delivery, type HeldFor, isOfState } from '../delivery/delivery.ts'
import type { Notice, ReminderHold } from '../delivery/notices.ts'
import { holdsInView, repeatHoldInView } from '../policy/holds-in-view.ts'
import type { AlertEntry } from '../projection/alert-entry.ts'
import { isToldOfOthers } from '../reader/officers-talk.ts'
import { silenceViewer } from '../silence/silence-in-view.ts'
import type { SilenceOperations } from '../silence/silence-operations.ts'
import type { WatchOperations } from '../watch/watch-operations.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'

export interface AlertToldDeps {
  readonly subscriptionOperations: Pick<SubscriptionOperations, 'within' | 'list' | 'holderOf'>
  readonly dispatcher: Pick<Dispatcher, 'of'>
  readonly silenceOperations: Pick<
    SilenceOperations,
    'known' | 'over' | 'isInView' | 'mayReadWords'
  >
  readonly watchOperations: Pick<WatchOperations, 'list'>
}

/**
 * `held`: its own policy does not want it yet. `not-sent`: it is not owed, such as an alert that
 * began and ended during an outage.
 */
export type ToldState = 'accepted' | 'waiting' | 'held' | 'not-accepted' | 'not-sent'

const states: Readonly<Record<Delivery['state'], ToldState>> = {
  delivered: 'accepted',
  pending: 'waiting',
  parked: 'not-accepted',
  lapsed: 'not-accepted',
  superseded: 'not-sent',
  expired: 'not-sent',
  'left-out': 'not-sent',
  muted: 'not-sent'
}

/**
 * Throws `forbidden` for who is below the talk of officers: partners are not told of each other.
 */
export function checkOfficer(principal: Principal): void {
  if (!isToldOfOthers(principal))
    throw new ProblemError(
      'forbidden',
      'Who was told is for officers: keys that may see what is internal.'
    )
}

/** The alert, as `AlertEntry` has it. */
export type ToldAlert = Pick<AlertEntry, 'alertId' | 'stateAt' | 'at'>

/**
 * One row for each subscription whose reach lies within the reader's and that the alert went to, or
 * goes to; and the silences that hold back now what is told of the alert, as far as the reader may
 * know of them.
 */
export function alertTold(deps: AlertToldDeps, principal: Principal, alert: ToldAlert) {
  const { subscriptionOperations, dispatcher, silenceOperations } = deps
  const { alertId } = alert
  const subscriptions = subscriptionOperations.within(principal)
  const items = subscriptions.flatMap(subscription => {
    const all = dispatcher.of(subscription.subscriptionId)
    // Who learned that an action was refused was not told of the alert.
    const deliveries = all.newestFirst(alertId).filter(isOfState)
    const [newest] = deliveries
    if (newest === undefined) return []
    const answer = alert
      .at(subscription.handling)
      ?.lastAnswers.find(each => each.subscriptionId === subscription.subscriptionId)
    const row = rowOf(subscription, subscriptionOperations.holderOf(subscription), deliveries)
    const { because } = newest
    const held = row.state === 'held' ? holdInView(deps, principal, subscription, newest) : null
    const reminded = remindedOf(all.notices.of('alert', alertId))
    const repeatHeld = repeatHeldInView(deps, principal, subscription, all.notices.holdOf(alertId))
    return [
      {
        ...row,
        held,
        because,
        reminded,
        repeatHeld,
        answered: answer === undefined ? null : answeredIn(answer)
      }
    ]
  })
  const levels = new Set([principal, ...subscriptions].map(({ handling }) => handling))
  const seen = [...levels].flatMap(level => alert.stateAt(level) ?? [])
  // One that is named by a row was over the alert when that was judged, seconds ago.
  const named = items.flatMap(({ held }) =>
    held?.reason === 'silenced' && held.by !== null ? [held.by] : []
  )
  const silences = new Map(
    silenceOperations.over(principal, seen).map(each => [each.silenceId, each])
  )
  for (const id of named) {
    const known = silenceOperations.known(principal, id)
    if (known !== undefined) silences.set(id, known)
  }
  const inView = silenceViewer(
    { silences: silenceOperations, subscriptions: subscriptionOperations },
    principal
  )
  return { items, next: null, silences: [...silences.values()].sort(lastingFirst).map(inView) }
}

function lastingFirst(a: SilenceState, b: SilenceState): number {
  return Date.parse(b.endsAt) - Date.parse(a.endsAt)
}

/**
 * Why it is held. Of what the officer may not know, a silence, a watch or another alert, not even
 * which of these it is: what is held by it is held, and no more is said.
 */
function holdInView(
  deps: AlertToldDeps,
  principal: Principal,
  subscription: SubscriptionRecord,
  delivery: Delivery
) {
  const { held } = holdsInView(principal, delivery)
  return held === null || mayKnow(deps, principal, subscription, held)
    ? held
    : { reason: null, until: null, by: null }
}

/** The same of why it is not told again, and when that was decided. */
function repeatHeldInView(
  deps: AlertToldDeps,
  principal: Principal,
  subscription: SubscriptionRecord,
  hold: ReminderHold | null
) {
  if (hold === null || mayKnow(deps, principal, subscription, hold))
    return repeatHoldInView(principal, subscription, hold)
  return { reason: null, until: null, by: null, at: hold.at }
}

function mayKnow(
  { silenceOperations, watchOperations }: AlertToldDeps,
  principal: Principal,
  { policy }: SubscriptionRecord,
  { reason, by }: HeldFor
): boolean {
  switch (reason) {
    case 'silenced':
      return by !== null && silenceOperations.known(principal, by) !== undefined
    case 'told-in-story':
      return by !== null && silenceOperations.isInView(principal, by)
    case 'off-watch':
      return watchOperations.list(principal).some(({ watchId }) => watchId === policy?.watch)
    default:
      return true
  }
}

/** How often it was told again while nobody answered; null: it was not. */
function remindedOf(reminder: Notice<'alert'> | null) {
  if (reminder === null) return null
  const { count, at, end } = reminder
  return { count, at, state: end ?? 'pending' }
}

/** A human there has it, and did what. */
function answeredIn({ at, until, note, via, response }: AlertPartnerAnswer) {
  return { at, until, note, via, response: response === undefined ? null : doneIn(response) }
}

function doneIn({ kind, at, recordedAt }: NonNullable<AlertPartnerAnswer['response']>) {
  return { kind, at, recordedAt }
}

function rowOf(
  { subscriptionId, contact }: SubscriptionRecord,
  by: string | null,
  deliveries: readonly Delivery[]
) {
  const [newest] = deliveries as [Delivery]
  const accepted = deliveries.find(({ state }) => state === 'delivered')
  return {
    subscriptionId,
    by,
    contact,
    type: newest.eventType,
    state: newest.state === 'pending' && newest.held !== null ? 'held' : states[newest.state],
    acceptedAt: accepted?.last?.at ?? null,
    waitsSince: deliveries.findLast(({ state }) => state === 'pending')?.plannedAt ?? null
  }
}
