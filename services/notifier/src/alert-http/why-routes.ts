// Why a subscription was told of one alert, or why not, over HTTP. The cause is decided in
// why-told.ts.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { decodeCursor } from '@tocsin/event-log/cursor'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { translateCursor } from '@tocsin/service-kit/projection/copied-cursor'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { answer, idText } from '@tocsin/service-kit/route/definition'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import type { FastifyInstance } from 'fastify'
import { readingRoutesOf } from '../cursor/position-headers.ts'
import type { SharedKnowledge } from '../cursor/shared-knowledge.ts'
import { isOfState } from '../delivery/delivery.ts'
import { holdsInView, repeatHoldInView } from '../policy/holds-in-view.ts'
import type { AlertEntry } from '../projection/alert-entry.ts'
import type { Projection } from '../projection/projection.ts'
import { viewOf } from '../reader/reader-view.ts'
import { audienceOf } from '../webhook/delivery-planner.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import { visibleAlert } from './shown-alert.ts'
import { whyToldSchema } from './told-answers.ts'
import { plannedCause, type Unplanned, unplannedCause } from './why-told.ts'

export interface WhyRoutesDeps {
  readonly operations: Pick<SubscriptionOperations, 'find' | 'show'>
  readonly dispatcher: Pick<Dispatcher, 'of'>
  readonly projection: Projection
  readonly shared: SharedKnowledge
  readonly control: Pick<ControlView, 'state'>
  readonly positions: ReadPositions
}

export function addWhyRoutes(app: FastifyInstance, deps: WhyRoutesDeps): void {
  readingRoutesOf(app, deps, { tag: 'Subscriptions', access: ['subscriptions:manage'] })({
    id: 'whyTold',
    method: 'GET',
    path: '/v1/subscriptions/:id/why',
    summary: 'See why a subscription was told of an alert, or why not',
    description:
      'For who manages the subscription. An alert that the key may not see is treated as missing.',
    params: { id: idText('Id of the subscription.') },
    query: { alertId: idText('Id of the alert.') },
    answers: {
      200: answer('How its newest event stands, or why none was planned.', whyToldSchema)
    },
    async handle(request) {
      const principal = principalOf(request)
      const subscription = await deps.operations.find(principal, request.params.id)
      // Whoever manages it sees all that it may be told: of what they may not see they learn no
      // more than of what is not there.
      const entry = await visibleAlert(deps, viewOf(principal), request.query.alertId)
      return whyOf(deps, principal, subscription, entry)
    }
  })
}

function whyOf(
  deps: WhyRoutesDeps,
  principal: Principal,
  subscription: SubscriptionRecord,
  entry: AlertEntry
) {
  const { alertId } = entry
  const { subscriptionId } = subscription
  const all = deps.dispatcher.of(subscriptionId)
  const deliveries = all.newestFirst(alertId).filter(isOfState)
  const [newest] = deliveries
  const { status, endpoint } = deps.operations.show(subscription)
  const toldAt = deliveries.find(({ state }) => state === 'delivered')?.last?.at ?? null
  const of = { subscriptionId, alertId, status, endpoint, toldAt }
  if (newest === undefined) {
    const wasPlanned = all.alerts.standingOf(alertId) !== 'unseen'
    const unplanned: Unplanned = wasPlanned
      ? { cause: 'forgotten', unmet: [] }
      : unplannedOf(deps, subscription, entry, status)
    return {
      ...of,
      ...unplanned,
      sequence: null,
      because: null,
      held: null,
      waited: null,
      repeatHeld: null
    }
  }
  const { sequence, because } = newest
  const repeatHeld = repeatHoldInView(principal, subscription, all.notices.holdOf(alertId))
  const cause = plannedCause(newest, status)
  return {
    ...of,
    cause,
    unmet: [],
    sequence,
    because,
    ...holdsInView(principal, newest),
    repeatHeld
  }
}

function unplannedOf(
  { projection, control, dispatcher }: WhyRoutesDeps,
  subscription: SubscriptionRecord,
  entry: AlertEntry,
  status: Parameters<typeof unplannedCause>[2]['status']
): Unplanned {
  const { journal } = projection
  const begun = translateCursor(control.state, decodeCursor(subscription.from))
  const from = begun.epoch === journal.epoch ? begun.positions : journal.start
  const audience = audienceOf(subscription)
  // Of the log, and so the same on whichever instance is asked.
  const plannedFrom = dispatcher.of(subscription.subscriptionId).planned.plannedFrom(from)
  const { types = null } = subscription
  const since = { from, status, plannedFrom, types }
  return unplannedCause(audience, entry.at(audience.view.handling)?.moments ?? [], since)
}
