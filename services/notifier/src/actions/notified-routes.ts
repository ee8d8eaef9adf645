// Who was notified of an alert, and why not: a row for each webhook subscription, with its reason.
// Addresses and attempts are left out: they are in the deliveries of the subscription. Source:
// decision 0081.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import type { AlertPartnerAnswer } from '@tocsin/contracts/alert/alert'
import { type AlertFilter, filterNames, matchesFilter } from '@tocsin/contracts/alert/alert-filter'
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
import { forbidden } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { wantsEventType } from '@tocsin/contracts/subscription/event-types'
import {
  holdReasons,
  type PlannedCause,
  type UnplannedCause,
  whyCauses
} from '@tocsin/contracts/subscription/notification-words'
import { answerWays, responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { decodeCursor } from '@tocsin/event-log/cursor'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import { translateCursor } from '@tocsin/service/projection/epochs'
import { answer, idText } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import { furthest, type Positions } from '../alerts/alert-journal.ts'
import type { AlertMoment } from '../alerts/alert-record.ts'
import { mayKnow, seesOtherSubscribers } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { isReader, isUnaskedDrill } from '../alerts/record-judging.ts'
import { visibleAlert } from '../alerts/shown-alert.ts'
import { type Delivery, type HeldFor, isStateEvent } from '../notification/delivery.ts'
import { holdsInView, repeatHoldInView } from '../notification/holds-in-view.ts'
import { holdsBack } from '../notification/silences.ts'
import { namedSubscriptions } from '../webhook/subscriber-names.ts'
import { because, reminderState, type SubscriptionStatus } from '../webhook/subscription-answers.ts'
import { computeAudience } from '../webhook/subscription-record.ts'
import type { ActingDeps } from './acts.ts'
import { findSilence, mayKnowAlert, silenceOverSchema, silenceViewer } from './silence-access.ts'

const whyHeld = {
  reason: nullable(words(holdReasons, 'Null: not for you to know.')),
  until: nullable(instant('Null: until something changes, or not for you to know.')),
  by: nullable(text('Id of the silence that delays it, or of the alert that was sent instead.'))
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
      part('Why the policy of the subscription delays it; null: it is in another state.', whyHeld)
    ),
    because,
    reminded: nullable(
      part('Reminders while nobody answered; null: none.', {
        count: count('Reminders since its first notification or its return.'),
        at: instant('When the newest was decided.'),
        state: reminderState
      })
    ),
    repeatHeld: nullable(
      part('Why a reminder that is due is not sent; null: none is due, or nothing delays it.', {
        ...whyHeld,
        at: instant('When that was decided.')
      })
    ),
    answered: nullable(partnersAnswerSchema)
  })
)
const alertToldListSchema = component(
  'AlertToldList',
  part('Who was notified, and what stops notifications.', {
    items: listOf(alertToldSchema, 'One for each subscription, all on one page.'),
    next: { description: 'Null: there is one page.', type: ['string', 'null'] },
    silences: listOf(
      silenceOverSchema,
      'Those that stop notifications of the alert now, of those that you may see, the last to end first.'
    )
  })
)

export function addNotifiedRoutes(app: FastifyInstance, deps: ActingDeps): void {
  makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })({
    id: 'listAlertTold',
    method: 'GET',
    path: '/v1/alerts/:id/told',
    access: ['alerts:operate', 'subscriptions:manage'],
    summary: 'List who was notified of an alert, and why not',
    description:
      'A row for each webhook subscription: for officers, who act and are `internal`, of all within the theatres and the handling of the key; else of those that the key manages. Who owns it, whom to contact, whether it has the present state, and why.',
    params: { id: idText('The `alertId`.') },
    answers: { 200: answer('All of them.', alertToldListSchema) },
    problems: ['log-unavailable'],
    async handle(request) {
      const principal = getPrincipal(request)
      const alert = await visibleAlert(deps, makeView(principal), request.params.id)
      return listNotified(deps, principal, alert)
    }
  })
}

/** Whether a subscription that the reader may see accepted an alert; null: the reader sees none. */
export function makeNotified(
  deps: ActingDeps,
  principal: Principal
): ((alertId: string) => boolean) | null {
  const subscriptions = subscriptionsFor(deps, principal)
  if (subscriptions === null) return null
  const all = subscriptions.map(({ subscriptionId }) => deps.dispatcher.of(subscriptionId))
  return alertId => all.some(each => each.findTrace(alertId).toldMs !== null)
}

/**
 * The subscriptions that a reader may see here: for officers all within their reach, for others
 * those that they manage, since partners must not learn of each other. Null for readers who are
 * below the talk of officers and manage none.
 */
function subscriptionsFor(
  { subscriptionOperations }: ActingDeps,
  principal: Principal
): readonly SubscriptionRecord[] | null {
  const isOfficer = mayUse(principal, ['alerts:operate']) && seesOtherSubscribers(principal)
  return isOfficer || mayUse(principal, ['subscriptions:manage'])
    ? namedSubscriptions(subscriptionOperations, principal)
    : null
}

/**
 * One row per subscription; and the silences that now defer notifications of the alert, if the
 * reader may know of them.
 */
function listNotified(deps: ActingDeps, principal: Principal, alert: AlertEntry) {
  const subscriptions = subscriptionsFor(deps, principal)
  if (subscriptions === null)
    throw forbidden('Only officers may see who was notified: keys that may see what is internal.')
  const managed = new Set(
    mayUse(principal, ['subscriptions:manage']) ? deps.subscriptionOperations.list(principal) : []
  )
  const items = subscriptions.map(each => makeRow(deps, principal, alert, each, managed.has(each)))
  const levels = new Set([principal, ...subscriptions].map(({ handling }) => handling))
  const seen = [...levels].flatMap(level => alert.at(level)?.state ?? [])
  // A silence that a row names covered the alert when the row was judged, seconds ago.
  const named = items.flatMap(({ held }) =>
    held?.reason === 'silenced' && held.by !== null ? [held.by] : []
  )
  const over = deps.dispatcher.deps.silences
    .list()
    .filter(each => seen.some(facts => holdsBack(each, { alertId: facts.alertId, facts })))
    .map(({ silenceId }) => silenceId)
  const silences = [...new Set([...over, ...named])].flatMap(
    id => findSilence(deps, principal, id) ?? []
  )
  const lastingFirst = (a: SilenceState, b: SilenceState) =>
    Date.parse(b.endsAt) - Date.parse(a.endsAt)
  const inView = silenceViewer(deps, principal)
  return { items, next: null, silences: silences.sort(lastingFirst).map(inView) }
}

/**
 * What is shown of a delivery. `held`: its own policy does not want it yet. `not-sent`: it is not
 * owed, such as an alert that began and ended during an outage.
 */
const shownStates = {
  delivered: ['accepted', 'told'],
  pending: ['waiting', 'waiting'],
  parked: ['not-accepted', 'not-accepted'],
  lapsed: ['not-accepted', 'lapsed'],
  superseded: ['not-sent', 'superseded'],
  expired: ['not-sent', 'expired'],
  'left-out': ['not-sent', 'left-out'],
  muted: ['not-sent', 'muted']
} as const satisfies Record<Delivery['state'], readonly [state: string, cause: PlannedCause]>

/** `isManaged`: who manages it may know what its own policy does. */
function makeRow(
  deps: ActingDeps,
  principal: Principal,
  alert: AlertEntry,
  subscription: SubscriptionRecord,
  isManaged: boolean
) {
  const { subscriptionId, contact, handling } = subscription
  const { alertId } = alert
  const all = deps.dispatcher.of(subscriptionId)
  // A subscriber that learned of a refused action was not notified of the alert.
  const deliveries = all.table.newestFirst(alertId).filter(isStateEvent)
  const [newest] = deliveries
  const { status } = deps.subscriptionOperations.show(subscription)
  const answered = alert
    .at(handling)
    ?.lastAnswers.find(each => each.subscriptionId === subscriptionId)
  const reminder = all.notices.of('alert', alertId)
  // A silence, a roster or another alert that the reader may not know of is not named, nor which of
  // these it is: only that the notification is on hold.
  const shown = <T extends HeldFor>(hold: T) =>
    isManaged || mayKnowHold(deps, principal, subscription, hold)
      ? hold
      : { ...hold, reason: null, until: null, by: null }
  const repeatHeld = repeatHoldInView(principal, subscription, all.notices.findHold(alertId))
  const row = {
    subscriptionId,
    by: deps.subscriptionOperations.findHolder(subscription),
    contact,
    acceptedAt: deliveries.find(({ state }) => state === 'delivered')?.last?.at ?? null,
    waitsSince: deliveries.findLast(({ state }) => state === 'pending')?.plannedAt ?? null,
    reminded: reminder && {
      ...{ count: reminder.count, at: reminder.at, state: reminder.end ?? 'pending' }
    },
    repeatHeld: repeatHeld && shown(repeatHeld),
    answered: answered === undefined ? null : showAnswer(answered)
  }
  if (newest === undefined) {
    const unplanned = findUnplanned(deps, subscription, alert, status)
    return { ...row, ...unplanned, type: null, state: 'not-sent', held: null, because: null }
  }
  const { eventType: type, because } = newest
  const { held } = holdsInView(principal, newest)
  const isPending = newest.state === 'pending'
  const isHeld = isPending && held !== null
  const [state, cause] = shownStates[newest.state]
  // A delivery that failed is retried even if the policy has changed since. While the subscription
  // must not be sent to, there is no attempt.
  const isUntried = isHeld && newest.attempts === 0
  return {
    ...row,
    cause: isUntried ? 'held' : ((isPending ? statusCauses[status] : null) ?? cause),
    unmet: [],
    type,
    state: isHeld ? 'held' : state,
    held: isHeld ? shown(held) : null,
    because
  }
}

/** A human there has it, and did what. */
function showAnswer({ at, until, note, via, response }: AlertPartnerAnswer) {
  const done = response && {
    ...{ kind: response.kind, at: response.at, recordedAt: response.recordedAt }
  }
  return { at, until, note, via, response: done ?? null }
}

const statusCauses: Readonly<Record<SubscriptionStatus, UnplannedCause | null>> = {
  suspended: 'not-authorized',
  unconfirmed: 'unconfirmed',
  disabled: 'disabled',
  ended: 'ended',
  active: null,
  parked: null
}

function mayKnowHold(
  deps: ActingDeps,
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

type FilterName = keyof AlertFilter

interface Unplanned {
  readonly cause: UnplannedCause
  /** Of `filter`: the members that the newest event does not meet. */
  readonly unmet: readonly (FilterName | 'types')[]
}

/** Why no delivery was planned: from how the subscription's audience judges the alert's events. */
function findUnplanned(
  { projection: { journal }, control, dispatcher }: ActingDeps,
  subscription: SubscriptionRecord,
  alert: AlertEntry,
  status: SubscriptionStatus
): Unplanned {
  const because = (cause: UnplannedCause, unmet: Unplanned['unmet'] = []) => ({ cause, unmet })
  const all = dispatcher.of(subscription.subscriptionId)
  if (all.isKnown(alert.alertId)) return because('forgotten')
  const { view, filter } = computeAudience(subscription)
  const { types = null } = subscription
  const begun = translateCursor(control.state, decodeCursor(subscription.from))
  const from = begun.epoch === journal.epoch ? begun.positions : journal.start
  const isBehind = (positions: Positions) => (each: AlertMoment) =>
    each.position >= (positions[each.partition] ?? 0n)
  let left = alert.at(view.level)?.moments ?? []
  const newest = left.findLast(each => isReader(view, each))
  const isUnmet = (name: FilterName) =>
    newest === undefined || !matchesFilter({ [name]: filter[name] } as AlertFilter, newest.facts)
  const unmetNames = (Object.keys(filter) as FilterName[]).filter(isUnmet)
  const steps: readonly [UnplannedCause, (each: AlertMoment) => boolean, Unplanned['unmet']?][] = [
    ['view', each => isReader(view, each)],
    ['before-subscription', isBehind(from)],
    ['drill', ({ facts }) => !isUnaskedDrill(facts, filter)],
    ['filter', ({ facts }) => matchesFilter(filter, facts), unmetNames],
    ['filter', ({ type }) => wantsEventType(types, type, false), ['types']],
    ['quiet', ({ isTaken, notify }) => isTaken || notify !== 'quiet']
  ]
  for (const [cause, passes, unmet] of steps) {
    left = left.filter(passes)
    if (left.length === 0) return because(cause, unmet)
  }
  // Events before the last planned one are not judged again; later ones are judged by the present
  // settings. Of the log, and so the same on whichever instance is asked.
  const isStillJudged = left.some(isBehind(furthest(from, all.chain.planned.map(BigInt))))
  return because(statusCauses[status] ?? (isStillJudged ? 'not-yet' : 'earlier-settings'))
}
