// Who was notified of an alert, and why not: a row for each webhook subscription, with its reason.
// Addresses and attempts are left out: they are in the deliveries of the subscription. Source:
// decision 0081.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import type { AlertPartnerAnswer } from '@tocsin/contracts/alert/alert'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { decodeCursor } from '@tocsin/event-log/cursor'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { translateCursor } from '@tocsin/service/projection/copied-cursor'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import { seesOtherSubscribers } from '../alerts/officers-talk.ts'
import type { Projection } from '../alerts/projection.ts'
import { mayKnow } from '../alerts/shared-access.ts'
import { type Delivery, type HeldFor, isStateEvent } from '../notification/delivery.ts'
import { holdsInView, repeatHoldInView } from '../notification/holds-in-view.ts'
import type { Notice } from '../notification/notices.ts'
import { computeAudience } from '../webhook/delivery-planner.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type {
  ShownSubscription,
  SubscriptionOperations
} from '../webhook/subscription-operations.ts'
import { silenceViewer } from './silence-in-view.ts'
import type { SilenceOperations } from './silence-operations.ts'
import { plannedCause, type Unplanned, unplannedCause } from './why-told.ts'

export interface AlertToldDeps {
  readonly projection: Projection
  readonly control: ControlView
  readonly subscriptionOperations: SubscriptionOperations
  readonly dispatcher: Dispatcher
  readonly silenceOperations: SilenceOperations
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
 * The subscriptions that a reader may see here: for officers all within their reach, for others
 * those that they manage, since partners must not learn of each other. Throws `forbidden` for
 * readers who are below the talk of officers and manage none.
 */
function subscriptionsFor(
  { subscriptionOperations }: AlertToldDeps,
  principal: Principal
): readonly SubscriptionRecord[] {
  if (mayUse(principal, ['alerts:operate']) && seesOtherSubscribers(principal))
    return subscriptionOperations.within(principal)
  if (mayUse(principal, ['subscriptions:manage'])) return subscriptionOperations.list(principal)
  throw new ProblemError(
    'forbidden',
    'Who was told is for officers: keys that may see what is internal.'
  )
}

/**
 * One row per subscription; and the silences that now defer notifications of the alert, if the
 * reader may know of them.
 */
export function alertTold(deps: AlertToldDeps, principal: Principal, alert: AlertEntry) {
  const { subscriptionOperations, silenceOperations } = deps
  const subscriptions = subscriptionsFor(deps, principal)
  const managed = new Set(
    mayUse(principal, ['subscriptions:manage']) ? subscriptionOperations.list(principal) : []
  )
  const items = subscriptions.map(subscription =>
    makeRow(deps, principal, alert, { subscription, isManaged: managed.has(subscription) })
  )
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

interface RowAsk {
  readonly subscription: SubscriptionRecord
  /** Who manages it may know what its own policy does. */
  readonly isManaged: boolean
}

function makeRow(
  deps: AlertToldDeps,
  principal: Principal,
  alert: AlertEntry,
  { subscription, isManaged }: RowAsk
) {
  const { subscriptionId, contact, handling } = subscription
  const { alertId } = alert
  const all = deps.dispatcher.of(subscriptionId)
  // A subscriber that learned of a refused action was not notified of the alert.
  const deliveries = all.newestFirst(alertId).filter(isStateEvent)
  const [newest] = deliveries
  const { status } = deps.subscriptionOperations.show(subscription)
  const answer = alert
    .at(handling)
    ?.lastAnswers.find(each => each.subscriptionId === subscriptionId)
  // A silence, a roster or another alert that the reader may not know of is not named, nor which of
  // these it is: only that the notification is on hold.
  const shown = <T extends HeldFor>(hold: T) =>
    isManaged || mayKnowHold(deps, principal, subscription, hold)
      ? hold
      : { ...hold, ...unknownHold }
  const repeatHeld = repeatHoldInView(principal, subscription, all.notices.findHold(alertId))
  const row = {
    subscriptionId,
    by: deps.subscriptionOperations.findHolder(subscription),
    contact,
    acceptedAt: deliveries.find(({ state }) => state === 'delivered')?.last?.at ?? null,
    waitsSince: deliveries.findLast(({ state }) => state === 'pending')?.plannedAt ?? null,
    reminded: findReminded(all.notices.of('alert', alertId)),
    repeatHeld: repeatHeld === null ? null : shown(repeatHeld),
    answered: answer === undefined ? null : answeredIn(answer)
  }
  if (newest === undefined) {
    const unplanned = makeUnplanned(deps, subscription, alert, status)
    const state: ToldState = 'not-sent'
    return { ...row, ...unplanned, type: null, state, held: null, because: null }
  }
  const { eventType: type, because } = newest
  const { held } = holdsInView(principal, newest)
  const isHeld = newest.state === 'pending' && held !== null
  return {
    ...row,
    cause: plannedCause(newest, status),
    unmet: [],
    type,
    state: isHeld ? 'held' : states[newest.state],
    held: isHeld ? shown(held) : null,
    because
  }
}

const unknownHold = { reason: null, until: null, by: null }

/** Why no delivery was planned. */
function makeUnplanned(
  { projection: { journal }, control, dispatcher }: AlertToldDeps,
  subscription: SubscriptionRecord,
  alert: AlertEntry,
  status: ShownSubscription['status']
): Unplanned {
  const all = dispatcher.of(subscription.subscriptionId)
  if (all.alerts.findStanding(alert.alertId) !== 'unseen') return { cause: 'forgotten', unmet: [] }
  const begun = translateCursor(control.state, decodeCursor(subscription.from))
  const from = begun.epoch === journal.epoch ? begun.positions : journal.start
  const audience = computeAudience(subscription)
  // Of the log, and so the same on whichever instance is asked.
  const plannedFrom = all.planned.plannedFrom(from)
  const { types = null } = subscription
  const since = { from, status, plannedFrom, types }
  return unplannedCause(audience, alert.at(audience.view.handling)?.moments ?? [], since)
}

function mayKnowHold(
  { silenceOperations, control }: AlertToldDeps,
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
      return mayKnow(principal, control.state.watches.get(policy?.watch ?? ''))
    default:
      return true
  }
}

/** How many reminders were sent while the alert was unacknowledged; null: none. */
function findReminded(reminder: Notice<'alert'> | null) {
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
