// Who was told of an alert, for officers: by whom each webhook is held, and whether it has what holds now. Nothing of where it is
// sent or how: that is for who manages it (alert-deliveries.ts). Source: decision 0080.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { AlertPartnerAnswer } from '@tocsin/domain/alert/alert'
import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { type Delivery, isOfState } from '../delivery/delivery.ts'
import type { Reminder } from '../delivery/notice-fold.ts'
import { isToldOfOthers } from '../reader/officers-talk.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'

export interface AlertToldDeps {
  readonly subscriptionOperations: Pick<SubscriptionOperations, 'within' | 'holderOf'>
  readonly dispatcher: Pick<Dispatcher, 'of'>
}

/**
 * `held`: its own policy does not want it yet. `not-sent`: it is not owed, such as an alert that began and ended during an
 * outage.
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

/** Throws `forbidden` for who is below the talk of officers: partners are not told of each other. */
export function checkOfficer(principal: Principal): void {
  if (!isToldOfOthers(principal))
    throw new ProblemError('forbidden', 'Who was told is for officers: keys that may see what is internal.')
}

/** One row for each subscription whose reach lies within the reader's and that the alert went to, or goes to. */
export function alertTold(
  { subscriptionOperations, dispatcher }: AlertToldDeps,
  principal: Principal,
  alertId: string,
  answers: readonly AlertPartnerAnswer[] = []
) {
  const items = subscriptionOperations.within(principal).flatMap(subscription => {
    const all = dispatcher.of(subscription.subscriptionId)
    // Who learned that an action was refused was not told of the alert.
    const deliveries = all.newestFirst(alertId).filter(isOfState)
    if (deliveries.length === 0) return []
    const answer = answers.find(each => each.subscriptionId === subscription.subscriptionId)
    const row = rowOf(subscription, subscriptionOperations.holderOf(subscription), deliveries)
    const reminded = remindedOf(all.alerts.reminders.of(alertId))
    return [{ ...row, reminded, answered: answer === undefined ? null : answeredIn(answer) }]
  })
  return { items, next: null }
}

/** How often it was told again while nobody answered; null: it was not. */
function remindedOf(reminder: Reminder | null) {
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

function rowOf({ subscriptionId, contact }: SubscriptionRecord, by: string | null, deliveries: readonly Delivery[]) {
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
