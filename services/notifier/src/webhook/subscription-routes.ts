// Webhook subscriptions over HTTP: create, show, delete, list deliveries, replay, test.

import type { Principal } from '@tocsin/auth/access/principal'
import { isWhole, makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  integer,
  listOf,
  makeFormat,
  optional,
  strict,
  text,
  type ValueOf,
  type ValuesOf
} from '@tocsin/contracts/format/format'
import { readBody } from '@tocsin/contracts/format/setting'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { shortenEventType } from '@tocsin/contracts/subscription/event-types'
import type { Clock } from '@tocsin/domain/ports'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import { hideEchoes, hideUrlSecrets } from '@tocsin/webhooks/masked-url'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { FastifyInstance } from 'fastify'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertJournal } from '../alerts/alert-journal.ts'
import { computeLimit } from '../alerts/list-queries.ts'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { findShown } from '../alerts/record-judging.ts'
import { seenIn } from '../alerts/request-headers.ts'
import { tellVersion } from '../alerts/seen-version.ts'
import type { Delivery } from '../notification/delivery.ts'
import { holdsInView, repeatHoldInView } from '../notification/holds-in-view.ts'
import type { Notice, ReminderHold } from '../notification/notices.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import { type Dispatcher, replayMax } from './dispatcher.ts'
import { type EndpointReach, isDisabled } from './endpoint-reach.ts'
import { sampleTypes } from './sample-event.ts'
import {
  deliveryListSchema,
  replayedSchema,
  subscriptionHealthSchema,
  subscriptionListSchema,
  subscriptionMadeSchema,
  subscriptionSchema,
  testOutcomeSchema
} from './subscription-answers.ts'
import { subscriptionBody } from './subscription-body.ts'
import { makeHealth } from './subscription-health.ts'
import type { SubscriptionOperations } from './subscription-operations.ts'
import { isAccepted, readContentType, userAgent } from './unsequenced-event.ts'

export interface SubscriptionRoutesDeps {
  readonly operations: SubscriptionOperations
  readonly dispatcher: Dispatcher
  readonly reach: EndpointReach
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly positions: ReadPositions
  readonly clock: Pick<Clock, 'nowMs'>
}

const params = { id: idText('Id of the subscription.') }
const instant = optional(text({ maxLength: 40 }))
const sequence = optional(integer({ minimum: 1 }))
const replayBody = strict({
  ...{ from: sequence, to: sequence },
  ids: optional(
    listOf(text({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: replayMax })
  ),
  // An enum with one value instead of `const`: for an optional constant the Python client generator
  // emits invalid code.
  failed: optional(makeFormat<true>({ type: 'boolean', enum: [true] })),
  ...{ since: instant, until: instant }
})
const deliveriesQuery = {
  cursor: optional(
    text({ description: 'The `next` of the previous page.', pattern: '^[0-9]{1,15}$' })
  ),
  limit: computeLimit('Maximum number of items per page.', 500, 50),
  sequence: optional(
    integer('One delivery alone, with its request, if the key may read alerts.', { minimum: 1 })
  )
}

export function addSubscriptionRoutes(app: FastifyInstance, deps: SubscriptionRoutesDeps): void {
  const { operations, dispatcher, positions } = deps
  const add = makeReadingRoutes(app, deps, {
    tag: 'Subscriptions',
    access: ['subscriptions:manage']
  })

  add({
    id: 'createSubscription',
    method: 'POST',
    path: '/v1/subscriptions',
    summary: 'Subscribe an endpoint',
    description:
      'Sends alert events to the address from now on, signed as Standard Webhooks 1.0: only what the requesting key may see. Needs `alerts:read` or `admin` besides `subscriptions:manage`.',
    headers: ['idempotency-key of an act'],
    body: readBody(subscriptionBody),
    example: { url: 'https://hooks.example.org/tocsin', filter: { minSeverity: 'severe' } },
    answers: {
      201: answer(
        'The subscription. Its secret is shown only in this answer.',
        subscriptionMadeSchema,
        ...['tocsin-cursor', 'location', 'etag']
      )
    },
    problems: [...writeProblems, 'url-refused', 'action-refused'],
    async handle(request, reply) {
      const { shown, secret, appended, warnings } = await operations.create(
        getPrincipal(request),
        request.body
      )
      await tellPosition(reply, positions, appended)
      tellVersion(reply, shown)
      return reply
        .code(201)
        .header('location', `/v1/subscriptions/${shown.id}`)
        .send({ ...shown, ...(warnings.length === 0 ? {} : { warnings }), secret })
    }
  })

  add({
    id: 'listSubscriptions',
    method: 'GET',
    path: '/v1/subscriptions',
    summary: 'List subscriptions',
    description: 'Your own; for administrators all within their theatres and handling.',
    answers: { 200: answer('Subscriptions.', subscriptionListSchema) },
    async handle(request) {
      const items = operations.list(getPrincipal(request)).map(each => operations.show(each))
      return { items, next: null }
    }
  })

  add({
    id: 'getSubscription',
    method: 'GET',
    path: '/v1/subscriptions/:id',
    summary: 'Read a subscription',
    params,
    answers: { 200: answer('The subscription.', subscriptionSchema, 'etag') },
    async handle(request, reply) {
      const record = await operations.find(getPrincipal(request), request.params.id)
      tellVersion(reply, record)
      return operations.show(record)
    }
  })

  add({
    id: 'getSubscriptionHealth',
    method: 'GET',
    path: '/v1/subscriptions/:id/health',
    summary: 'See how a subscription does',
    params,
    answers: { 200: answer('Lag and success.', subscriptionHealthSchema) },
    async handle(request) {
      const record = await operations.find(getPrincipal(request), request.params.id)
      const { subscriptionId } = record
      const { consent } = operations.show(record)
      return {
        ...makeHealth(subscriptionId, dispatcher.of(subscriptionId), deps.clock.nowMs()),
        ...(consent === undefined ? {} : { consent })
      }
    }
  })

  add({
    id: 'deleteSubscription',
    method: 'DELETE',
    path: '/v1/subscriptions/:id',
    summary: 'Delete a subscription',
    description: 'Pending deliveries are no longer sent.',
    params,
    headers: ['if-match of a version'],
    answers: { 204: answer('The subscription is deleted.', undefined, 'tocsin-cursor') },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const { id } = request.params
      const appended = await operations.end(getPrincipal(request), id, seenIn(request))
      await tellPosition(reply, positions, appended)
      return reply.code(204).send()
    }
  })

  add({
    id: 'listDeliveries',
    method: 'GET',
    path: '/v1/subscriptions/:id/deliveries',
    summary: 'List deliveries',
    params,
    query: deliveriesQuery,
    answers: { 200: answer('A page of deliveries.', deliveryListSchema) },
    async handle(request) {
      const principal = getPrincipal(request)
      const subscription = await operations.find(principal, request.params.id)
      const { sequence } = request.query
      if (sequence === undefined)
        return listDeliveries(deps, principal, subscription, request.query)
      const one = dispatcher.of(subscription.subscriptionId).table.get(sequence)
      const items =
        one === undefined || !isShown(deps, principal, one)
          ? []
          : [await wholeDelivery(deps, principal, subscription, one)]
      return { items, next: null }
    }
  })

  add({
    id: 'replayDeliveries',
    method: 'POST',
    path: '/v1/subscriptions/:id/replay',
    summary: 'Send deliveries again',
    description:
      'By exactly one of: a range of sequences, ids of events, the time of planning, or all that failed. An endpoint that is down is tried at once; a disabled subscription is answered 409.',
    params,
    body: replayBody,
    example: { from: 118, to: 130 },
    answers: { 202: answer('The deliveries will be sent again, in order.', replayedSchema) },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const subscription = await operations.findNow(principal, request.params.id)
      const { subscriptionId } = subscription
      if (isDisabled(subscription))
        throw new ProblemError(
          'action-refused',
          'The subscription is disabled. Change its state to active first.'
        )
      // Includes what another instance has planned or sent by now.
      await dispatcher.catchUp()
      const known = deliveriesInView(deps, principal, subscription)
      const sequences = listSequences(dispatcher.of(subscriptionId), known, request.body)
      const outcome = await dispatcher.replay(subscriptionId, sequences, principal.name)
      return reply.code(202).send({ replayed: outcome.kind === 'replayed' ? outcome.count : 0 })
    }
  })

  add({
    id: 'vouchForSubscription',
    method: 'POST',
    path: '/v1/subscriptions/:id/consent',
    access: ['admin'],
    summary: 'Answer for an endpoint that cannot consent',
    description:
      'An administrator vouches for the endpoint, and the audit names them. Only in the networks of `webhooks.allow`, until the address changes.',
    params,
    config: { isBodyOptional: true },
    answers: { 200: answer('The subscription.', subscriptionSchema, 'tocsin-cursor', 'etag') },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const { record, appended } = await operations.vouch(getPrincipal(request), request.params.id)
      await tellPosition(reply, positions, appended)
      tellVersion(reply, record)
      return operations.show(record)
    }
  })

  const tests = new Set<string>()
  add({
    id: 'testSubscription',
    method: 'POST',
    path: '/v1/subscriptions/:id/test',
    summary: 'Send a test event now',
    description:
      'One attempt, outside the sequence, answered with its outcome. With `type` a sample of such an event, marked by `test` and `drill`. If it is accepted, what waits is tried at once. One test runs at a time.',
    params,
    config: { isBodyOptional: true },
    body: strict({
      type: optional(
        text('Such as `alert.raised`. Left out: an event without an alert.', { maxLength: 64 })
      )
    }),
    example: { type: 'alert.raised' },
    answers: { 200: answer('The outcome of the attempt.', testOutcomeSchema) },
    problems: ['log-unavailable', 'action-refused'],
    async handle(request) {
      const type = readSampleType(request.body.type)
      const subscription = await operations.findNow(getPrincipal(request), request.params.id)
      const { subscriptionId } = subscription
      if (tests.has(subscriptionId))
        throw new ProblemError(
          'too-many',
          'Its endpoint has yet to answer the test before: wait for that.',
          { retryAfterS: 1 }
        )
      tests.add(subscriptionId)
      try {
        return shownTest(deps, subscription, await dispatcher.sendTest(subscription, type))
      } finally {
        tests.delete(subscriptionId)
      }
    }
  })
}

/** Throws ProblemError `body-invalid` for a type without a sample. */
function readSampleType(asked: string | undefined): string | null {
  if (asked === undefined) return null
  const type = sampleTypes.find(each => each === shortenEventType(asked))
  if (type === undefined) throw invalid('/type', `must be one of ${sampleTypes.join(', ')}`)
  return type
}

function shownTest(
  deps: SubscriptionRoutesDeps,
  subscription: SubscriptionRecord,
  outcome: SendOutcome
) {
  const { durationMs } = outcome
  if (outcome.kind !== 'response') return { accepted: false, ...outcome }
  const { kind, status, retryAfter } = outcome
  return {
    accepted: isAccepted(outcome),
    durationMs,
    kind,
    status,
    retryAfter,
    ...(deps.reach.mayShowAnswer(subscription)
      ? { excerpt: hideEchoes(outcome.excerpt, subscription.url) }
      : {})
  }
}

/** All deliveries that a reader may see, newest first. */
function deliveriesInView(
  deps: SubscriptionRoutesDeps,
  principal: Principal,
  { subscriptionId }: SubscriptionRecord
): readonly Delivery[] {
  return deps.dispatcher
    .of(subscriptionId)
    .table.newestFirst()
    .filter(each => isShown(deps, principal, each))
}

/**
 * Whether a reader may see a delivery: of an alert that it may see now. Evicted alerts can't be judged, so their deliveries are shown only to readers who see everything.
 */
function isShown(
  { alerts }: SubscriptionRoutesDeps,
  principal: Principal,
  { alertId }: Delivery
): boolean {
  const view = makeView(principal)
  return isWhole(view) || findShown(alerts, view, alertId) !== null
}

/** Newest first; `next` is the sequence to continue before, as a string. */
function listDeliveries(
  deps: SubscriptionRoutesDeps,
  principal: Principal,
  subscription: SubscriptionRecord,
  { cursor, limit }: ValuesOf<typeof deliveriesQuery>
) {
  const { subscriptionId } = subscription
  const all = deps.dispatcher.of(subscriptionId)
  const shown: Delivery[] = []
  let next: string | null = null
  for (const each of all.table.newestBefore(
    cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
  )) {
    if (!isShown(deps, principal, each)) continue
    next = shown.length < limit ? null : String(shown.at(-1)?.sequence)
    if (next !== null) break
    shown.push(each)
  }
  return {
    items: shown.map(each =>
      showDelivery(deps, principal, each, { subscription, again: makeAgain(all, each) })
    ),
    next
  }
}

interface ToldAgain {
  /** Of the same statement. */
  readonly reminder: Notice<'alert'> | null
  readonly hold: ReminderHold | null
}

/**
 * The reminders since, and why none is sent; nulls unless it is the newest notification of its
 * alert.
 */
function makeAgain(deliveries: SubscriptionDeliveries, { alertId, sequence }: Delivery): ToldAgain {
  const { notices } = deliveries
  const reminder = notices.of('alert', alertId)
  const isNewest = deliveries.findTrace(alertId).sent === sequence
  return {
    reminder: reminder?.sequence === sequence ? reminder : null,
    hold: isNewest ? notices.findHold(alertId) : null
  }
}

/** How often; null: never. */
function findRepeated(reminder: Notice<'alert'> | null) {
  if (reminder === null) return null
  const { count, at, end, noticeId: id } = reminder
  return { id, count, at, because: 'repeat', state: end ?? 'pending' }
}

function showDelivery(
  deps: SubscriptionRoutesDeps,
  principal: Principal,
  delivery: Delivery,
  { subscription, again }: { readonly subscription: SubscriptionRecord; readonly again: ToldAgain }
) {
  const {
    sequence,
    eventId: id,
    previousId,
    alertId,
    eventType: type,
    plannedAt,
    state,
    superseded,
    round,
    attempts,
    nextAt,
    because
  } = delivery
  const excerpt = (deps.reach.mayShowAnswer(subscription) && delivery.last?.excerpt) || null
  const last = delivery.last && {
    ...delivery.last,
    excerpt: excerpt && hideEchoes(excerpt, subscription.url)
  }
  const planned = {
    sequence,
    id,
    previousId,
    alertId,
    type,
    plannedAt,
    state,
    superseded,
    round,
    attempts,
    nextAt
  }
  const toldAgain = {
    repeated: findRepeated(again.reminder),
    repeatHeld: repeatHoldInView(principal, subscription, again.hold)
  }
  return { ...planned, last, ...holdsInView(principal, delivery), because, ...toldAgain }
}

/** With its request. */
async function wholeDelivery(
  deps: SubscriptionRoutesDeps,
  principal: Principal,
  subscription: SubscriptionRecord,
  delivery: Delivery
) {
  const { dispatcher, journal } = deps
  const { subscriptionId, url } = subscription
  const again = makeAgain(dispatcher.of(subscriptionId), delivery)
  const shown = showDelivery(deps, principal, delivery, { subscription, again })
  // Who manages subscriptions need not be allowed to read alerts.
  const mayRead = principal.scopes.has('alerts:read') || principal.scopes.has('admin')
  if (!mayRead || delivery.last === null) return shown
  const headers = {
    'content-type': readContentType(subscription),
    'user-agent': userAgent,
    'webhook-id': delivery.eventId
  }
  const isThere = (await journal().at(delivery.partition, BigInt(delivery.position))) !== null
  if (!isThere)
    return { ...shown, request: { method: 'POST', url: hideUrlSecrets(url), headers, body: null } }
  const body = await dispatcher.bodies.makeBody(subscription, delivery)
  const sent = { url: hideUrlSecrets(url), headers, body }
  return { ...shown, request: dispatcher.destinations.showRequest(subscription, sent) }
}

/**
 * The sequences that a replay names. Throws ProblemError if it names none, uses more than one form,
 * or names deliveries that are not stored or not visible.
 */
function listSequences(
  deliveries: SubscriptionDeliveries,
  known: readonly Delivery[],
  { from, to, ids, failed, since, until }: ValueOf<typeof replayBody>
): readonly number[] {
  const isRange = from !== undefined || to !== undefined
  const forms = [isRange, ids !== undefined, failed === true, (since ?? until) !== undefined]
  if (forms.filter(isGiven => isGiven).length !== 1) {
    throw invalid('', 'Send one of {"from","to"}, {"ids"}, {"failed": true} and {"since","until"}.')
  }
  if (since !== undefined || until !== undefined) return listPlanned(known, since, until)
  if (failed) return known.filter(hasFailed).map(each => each.sequence)
  if (ids !== undefined) return ids.map(id => readSequence(known, id))
  if (from === undefined || to === undefined)
    throw invalid(from === undefined ? '/from' : '/to', 'is required: a range needs both ends')
  if (to < from) throw invalid('/to', 'is before from')
  if (to - from >= replayMax) throw invalid('/to', `must name at most ${replayMax} deliveries`)
  if (to > deliveries.planned.lastSequence)
    throw invalid(
      '/to',
      `must not be later than the newest sequence, ${deliveries.planned.lastSequence}`
    )
  if (deliveries.table.get(from) === undefined)
    throw invalid('/from', 'is no longer kept: GET /v1/feed has all alert events')
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** Sequences planned from `since` until before `until`, which is open if left out. */
function listPlanned(
  known: readonly Delivery[],
  since: string | undefined,
  until: string | undefined
): readonly number[] {
  if (since === undefined) throw invalid('/since', 'is required: a time needs a beginning')
  const fromMs = parseTimeMs(since)
  const toMs = until === undefined ? Number.POSITIVE_INFINITY : parseTimeMs(until)
  for (const [name, ms] of Object.entries({ since: fromMs, until: toMs }))
    if (Number.isNaN(ms)) throw invalid(`/${name}`, 'must be a date or an instant in ISO 8601')
  if (toMs <= fromMs) throw invalid('/until', 'must be later than since')
  return known
    .filter(({ plannedAt }) => {
      const atMs = Date.parse(plannedAt)
      return atMs >= fromMs && atMs < toMs
    })
    .map(each => each.sequence)
}

/** Parked, or waiting after a failed attempt. */
function hasFailed({ state, last }: Delivery): boolean {
  return state === 'parked' || (state === 'pending' && last !== null)
}

function readSequence(known: readonly Delivery[], id: string): number {
  const found = known.find(each => each.eventId === id)
  if (found === undefined)
    throw invalid('/ids', `${id} is not a delivery of this subscription, or no longer kept`)
  return found.sequence
}

function invalid(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', detail, { errors: [{ pointer, detail }] })
}
