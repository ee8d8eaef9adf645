// Who was notified of an alert, and why not: a row for each webhook subscription, with its reason.
// Addresses and attempts are left out: they are in the deliveries of the subscription. Source:
// decision 0081.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import type { AlertPartnerAnswer } from '@tocsin/contracts/alert/alert'
import { filterNames } from '@tocsin/contracts/alert/alert-filter'
import {
  component,
  count,
  instant,
  listOf,
  nullable,
  part,
  text,
  words
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { holdReasons } from '@tocsin/contracts/subscription/notification-words'
import { whyCauses } from '@tocsin/contracts/subscription/why-told'
import { answerWays, responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { decodeCursor } from '@tocsin/event-log/cursor'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import { translateCursor } from '@tocsin/service/projection/copied-cursor'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import { seesOtherSubscribers } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { furthest } from '../alerts/positions.ts'
import { mayKnow } from '../alerts/shared-access.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { visibleAlert } from '../alerts/shown-alert.ts'
import { type Delivery, type HeldFor, isStateEvent } from '../notification/delivery.ts'
import { holdsInView, repeatHoldInView } from '../notification/holds-in-view.ts'
import type { Notice } from '../notification/notices.ts'
import { holdsBack } from '../notification/silence.ts'
import { computeAudience } from '../webhook/delivery-planner.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type { SubscriptionStatus } from '../webhook/subscription-answers.ts'
import { because, reminderState } from '../webhook/subscription-answers.ts'
import {
  findSilence,
  mayKnowAlert,
  type SilenceAccessDeps,
  silenceOverSchema,
  silenceViewer
} from './silence-access.ts'
import { plannedCause, type Unplanned, unplannedCause } from './why-told.ts'

export interface ToldRoutesDeps extends SilenceAccessDeps {
  readonly dispatcher: Dispatcher
  readonly positions: ReadPositions
  readonly shared: SharedKnowledge
}

const partnersAnswerSchema = component(
  'PartnersAnswer',
  part('A human at a subscription has an alert.', {
    at: instant('When that was said.'),
    until: nullable(instant('Until when they have it.')),
    note: nullable(text()),
    via: words(answerWays, 'With a key, or by the link in a webhook.'),
    response: nullable(
      part('What was said last was done there; null: nothing was.', {
        kind: words(responseKinds),
        at: instant('When it was done.'),
        recordedAt: instant('When that was said.')
      })
    )
  })
)
const alertToldSchema = component(
  'AlertTold',
  part('What one webhook subscription knows of the alert.', {
    subscriptionId: text(),
    by: nullable(text('Name of the key that made it; null: not known any more.')),
    contact: nullable(text('Whom to contact if it fails.')),
    cause: words(
      [...whyCauses],
      'Why it has it, or not: as a delivery says it; `told`: it was accepted, `held`: by its policy. If none was planned: `view`: beyond what the subscription may see; `before-subscription`: older; `drill`, `filter`: not wanted; `quiet`: it pages nobody; `not-authorized`, `unconfirmed`, `disabled`, `ended`: the subscription; `not-yet`: it will be; `earlier-settings`: by settings of then; `forgotten`: not kept.'
    ),
    unmet: listOf(
      words([...filterNames, 'types']),
      'Of `filter`: the parts that the newest event does not meet.'
    ),
    type: nullable(text('Of the newest event that goes to it; null: none does.')),
    state: words(
      ['accepted', 'waiting', 'held', 'not-accepted', 'not-sent'],
      'Of that event. `waiting`: it is still tried. `held`: by the policy. `not-accepted`: kept or given up. `not-sent`: not owed any more.'
    ),
    acceptedAt: nullable(
      instant('When it last accepted an event of the alert; null: it has none.')
    ),
    waitsSince: nullable(
      instant('Since when the oldest event that is still tried waits; null: none is.')
    ),
    held: nullable(
      part('Why the policy of the subscription holds it; null: its state is another.', {
        reason: nullable(words(holdReasons, 'Null: not for you to know.')),
        until: nullable(instant('Null: until something changes, or not for you to know.')),
        by: nullable(
          text('Id of the silence that holds it, or of the alert that was told instead.')
        )
      })
    ),
    because,
    reminded: nullable(
      part('How it was told again while nobody answered; null: it was not.', {
        count: count('Reminders, since it was first told or came back.'),
        at: instant('When the newest was decided.'),
        state: reminderState
      })
    ),
    repeatHeld: nullable(
      part(
        'Why it is not told again, though it is due; null: it is not due, or nothing holds it.',
        {
          reason: nullable(words(holdReasons, 'Null: not for you to know.')),
          until: nullable(instant('Null: until something changes, or not for you to know.')),
          by: nullable(
            text('Id of the silence that holds it, or of the alert that was told instead.')
          ),
          at: instant('When that was decided.')
        }
      )
    ),
    answered: nullable(partnersAnswerSchema)
  })
)
const alertToldListSchema = component(
  'AlertToldList',
  part('Who was told, and what holds it back.', {
    items: listOf(alertToldSchema, 'One for each subscription, all on one page.'),
    next: { description: 'Null: there is one page.', type: ['string', 'null'] },
    silences: listOf(
      silenceOverSchema,
      'Those that hold back now what is told of the alert and that you may know of, the last to end first.'
    )
  })
)

export function addToldRoutes(app: FastifyInstance, deps: ToldRoutesDeps): void {
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })

  add({
    id: 'listAlertTold',
    method: 'GET',
    path: '/v1/alerts/:id/told',
    access: ['alerts:operate', 'subscriptions:manage'],
    summary: 'List who was told of an alert, and why not',
    description:
      'A row for each webhook subscription: for officers, who act and are `internal`, of all within the theatres and the handling of the key; else of those that the key manages. By whom it is held, whom to contact, whether it has the present state, and why.',
    params: { id: idText('The `alertId`.') },
    answers: { 200: answer('All of them.', alertToldListSchema) },
    problems: ['log-unavailable'],
    async handle(request) {
      const principal = getPrincipal(request)
      const alert = await visibleAlert(deps, makeView(principal), request.params.id)
      return showTold(deps, principal, alert)
    }
  })
}

/**
 * `held`: its own policy does not want it yet. `not-sent`: it is not owed, such as an alert that
 * began and ended during an outage.
 */
type ToldState = 'accepted' | 'waiting' | 'held' | 'not-accepted' | 'not-sent'

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
 * those that they manage, since partners must not learn of each other. Null for readers who are
 * below the talk of officers and manage none.
 */
function subscriptionsFor(
  { subscriptionOperations }: Pick<ToldRoutesDeps, 'subscriptionOperations'>,
  principal: Principal
): readonly SubscriptionRecord[] | null {
  if (mayUse(principal, ['alerts:operate']) && seesOtherSubscribers(principal))
    return subscriptionOperations.within(principal)
  return mayUse(principal, ['subscriptions:manage']) ? subscriptionOperations.list(principal) : null
}

/** Whether a subscription that the reader may see accepted an alert; null: the reader sees none. */
export function makeNotified(
  deps: Pick<ToldRoutesDeps, 'subscriptionOperations' | 'dispatcher'>,
  principal: Principal
): ((alertId: string) => boolean) | null {
  const subscriptions = subscriptionsFor(deps, principal)
  if (subscriptions === null) return null
  const all = subscriptions.map(({ subscriptionId }) => deps.dispatcher.of(subscriptionId))
  return alertId => all.some(each => each.findTrace(alertId).toldMs !== null)
}

function refuseToldList(): ProblemError {
  return new ProblemError(
    'forbidden',
    'Who was told is for officers: keys that may see what is internal.'
  )
}

/**
 * One row per subscription; and the silences that now defer notifications of the alert, if the
 * reader may know of them.
 */
function showTold(deps: ToldRoutesDeps, principal: Principal, alert: AlertEntry) {
  const { subscriptionOperations } = deps
  const subscriptions = subscriptionsFor(deps, principal)
  if (subscriptions === null) throw refuseToldList()
  const managed = new Set(
    mayUse(principal, ['subscriptions:manage']) ? subscriptionOperations.list(principal) : []
  )
  const items = subscriptions.map(subscription =>
    makeRow(deps, principal, alert, { subscription, isManaged: managed.has(subscription) })
  )
  const levels = new Set([principal, ...subscriptions].map(({ handling }) => handling))
  const seen = [...levels].flatMap(level => alert.at(level)?.state ?? [])
  // A silence that a row names covered the alert when the row was judged, seconds ago.
  const named = items.flatMap(({ held }) =>
    held?.reason === 'silenced' && held.by !== null ? [held.by] : []
  )
  const over = deps.dispatcher.judging.silences
    .holding()
    .filter(each => seen.some(facts => holdsBack(each, { alertId: facts.alertId, facts })))
    .map(({ silenceId }) => silenceId)
  const silences = [...new Set([...over, ...named])].flatMap(
    id => findSilence(deps, principal, id) ?? []
  )
  const inView = silenceViewer(deps, principal)
  return { items, next: null, silences: silences.sort(lastingFirst).map(inView) }
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
  deps: ToldRoutesDeps,
  principal: Principal,
  alert: AlertEntry,
  { subscription, isManaged }: RowAsk
) {
  const { subscriptionId, contact, handling } = subscription
  const { alertId } = alert
  const all = deps.dispatcher.of(subscriptionId)
  // A subscriber that learned of a refused action was not notified of the alert.
  const deliveries = all.table.newestFirst(alertId).filter(isStateEvent)
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
  { projection: { journal }, control, dispatcher }: ToldRoutesDeps,
  subscription: SubscriptionRecord,
  alert: AlertEntry,
  status: SubscriptionStatus
): Unplanned {
  const all = dispatcher.of(subscription.subscriptionId)
  if (all.isKnown(alert.alertId)) return { cause: 'forgotten', unmet: [] }
  const begun = translateCursor(control.state, decodeCursor(subscription.from))
  const from = begun.epoch === journal.epoch ? begun.positions : journal.start
  const audience = computeAudience(subscription)
  // Of the log, and so the same on whichever instance is asked.
  const plannedFrom = furthest(from, all.chain.planned.map(BigInt))
  const { types = null } = subscription
  const since = { from, status, plannedFrom, types }
  return unplannedCause(audience, alert.at(audience.view.level)?.moments ?? [], since)
}

function mayKnowHold(
  deps: ToldRoutesDeps,
  principal: Principal,
  { policy }: SubscriptionRecord,
  { reason, by }: HeldFor
): boolean {
  switch (reason) {
    case 'silenced':
      return by !== null && findSilence(deps, principal, by) !== undefined
    case 'told-in-story':
      return by !== null && mayKnowAlert(deps, principal, by)
    case 'off-watch':
      return mayKnow(principal, deps.control.state.watches.get(policy?.watch ?? ''))
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
