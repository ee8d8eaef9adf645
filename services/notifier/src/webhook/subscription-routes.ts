// Webhook subscriptions over HTTP: create, show, delete, list deliveries, replay, test.

import { bodyOf } from '@tocsin/contracts/format/setting'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { shortenEventType } from '@tocsin/contracts/subscription/event-types'
import {
  type SubscriptionAsk,
  subscriptionAsked
} from '@tocsin/contracts/subscription/subscription-settings'
import type { Clock } from '@tocsin/domain/ports'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { seesAll } from '@tocsin/service-kit/access/principal'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { hideEchoes, hideUrlSecrets } from '@tocsin/webhooks/masked-url'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { FastifyInstance } from 'fastify'
import { reach, tellPosition } from '../cursor/position-headers.ts'
import { retryKeyOf, seenIn } from '../cursor/request-headers.ts'
import { tellVersion } from '../cursor/seen-version.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Notice, ReminderHold } from '../delivery/notices.ts'
import type { SubscriptionDeliveries } from '../delivery/subscription-deliveries.ts'
import { holdsInView, repeatHoldInView } from '../policy/holds-in-view.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import type { AlertJournal } from '../projection/alert-journal.ts'
import { shownTo } from '../projection/record-judging.ts'
import { viewOf } from '../reader/reader-view.ts'
import { type Dispatcher, replayMax } from './dispatcher.ts'
import { type EndpointReach, isDisabled } from './endpoint-reach.ts'
import { sampleTypes } from './sample-event.ts'
import { healthOf } from './subscription-health.ts'
import type { SubscriptionOperations } from './subscription-operations.ts'
import { isAccepted, readContentType, userAgent } from './unsequenced-event.ts'

export interface SubscriptionRoutesDeps {
  readonly operations: SubscriptionOperations
  readonly dispatcher: Dispatcher
  readonly reach: Pick<EndpointReach, 'mayShowAnswer'>
  readonly alerts: Pick<AlertIndex, 'get'>
  readonly journal: () => Pick<AlertJournal, 'at'>
  readonly positions: ReadPositions
  readonly clock: Pick<Clock, 'nowMs'>
}

const config = { access: ['subscriptions:manage'] } as const
const params = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 128 } }
} as const

const instant = { type: 'string', maxLength: 40 } as const
const replayBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: { type: 'integer', minimum: 1 },
    to: { type: 'integer', minimum: 1 },
    ids: {
      type: 'array',
      minItems: 1,
      maxItems: replayMax,
      items: { type: 'string', minLength: 1, maxLength: 128 }
    },
    // A list of one instead of `const`: for an optional constant the Python client generator emits
    // invalid code.
    failed: { type: 'boolean', enum: [true] },
    since: instant,
    until: instant
  }
} as const

const testBody = {
  type: 'object',
  additionalProperties: false,
  properties: { type: { type: 'string', maxLength: 64 } }
} as const

interface ReplayAsk {
  readonly from?: number
  readonly to?: number
  readonly ids?: readonly string[]
  readonly failed?: true
  readonly since?: string
  readonly until?: string
}

export function addSubscriptionRoutes(app: FastifyInstance, deps: SubscriptionRoutesDeps): void {
  const { operations, dispatcher, positions } = deps

  app.post<{ Body: SubscriptionAsk }>(
    '/v1/subscriptions',
    { config, schema: { body: bodyOf(subscriptionAsked) } },
    async (request, reply) => {
      await reach(deps, request)
      const { shown, secret, appended, warnings } = await operations.create(
        principalOf(request),
        request.body,
        retryKeyOf(request)
      )
      await tellPosition(reply, positions, appended)
      tellVersion(reply, shown)
      return reply
        .code(201)
        .header('location', `/v1/subscriptions/${shown.id}`)
        .send({ ...shown, ...(warnings.length === 0 ? {} : { warnings }), secret })
    }
  )

  app.get('/v1/subscriptions', { config }, async request => {
    await reach(deps, request)
    return {
      items: operations.list(principalOf(request)).map(each => operations.show(each)),
      next: null
    }
  })

  app.get<{ Params: { id: string } }>(
    '/v1/subscriptions/:id',
    { config, schema: { params } },
    async (request, reply) => {
      await reach(deps, request)
      const record = await operations.find(principalOf(request), request.params.id)
      tellVersion(reply, record)
      return operations.show(record)
    }
  )

  app.get<{ Params: { id: string } }>(
    '/v1/subscriptions/:id/health',
    { config, schema: { params } },
    async request => {
      await reach(deps, request)
      const record = await operations.find(principalOf(request), request.params.id)
      const { subscriptionId } = record
      const { consent } = operations.show(record)
      return {
        ...healthOf(subscriptionId, dispatcher.of(subscriptionId), deps.clock.nowMs()),
        ...(consent === undefined ? {} : { consent })
      }
    }
  )

  app.delete<{ Params: { id: string } }>(
    '/v1/subscriptions/:id',
    { config, schema: { params } },
    async (request, reply) => {
      await reach(deps, request)
      await tellPosition(
        reply,
        positions,
        await operations.end(principalOf(request), request.params.id, seenIn(request))
      )
      return reply.code(204).send()
    }
  )

  app.get<{ Params: { id: string }; Querystring: DeliveriesAsk }>(
    '/v1/subscriptions/:id/deliveries',
    { config, schema: { params, querystring: deliveriesQuery } },
    async request => {
      await reach(deps, request)
      const principal = principalOf(request)
      const subscription = await operations.find(principal, request.params.id)
      const { sequence } = request.query
      if (sequence === undefined)
        return listDeliveries(deps, principal, subscription, request.query)
      const one = dispatcher.of(subscription.subscriptionId).get(sequence)
      return {
        items:
          one === undefined || !isShown(deps, principal, one)
            ? []
            : [await wholeDelivery(deps, principal, subscription, one)],
        next: null
      }
    }
  )

  app.post<{ Params: { id: string }; Body: ReplayAsk }>(
    '/v1/subscriptions/:id/replay',
    { config, schema: { params, body: replayBody } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
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
      const sequences = sequencesOf(dispatcher.of(subscriptionId), known, request.body)
      const outcome = await dispatcher.replay(subscriptionId, sequences, principal.name)
      return reply.code(202).send({ replayed: outcome.kind === 'replayed' ? outcome.count : 0 })
    }
  )

  app.post<{ Params: { id: string } }>(
    '/v1/subscriptions/:id/consent',
    { config: { access: ['admin'], isBodyOptional: true }, schema: { params } },
    async (request, reply) => {
      await reach(deps, request)
      const { record, appended } = await operations.vouch(principalOf(request), request.params.id)
      await tellPosition(reply, positions, appended)
      tellVersion(reply, record)
      return operations.show(record)
    }
  )

  const tests = new Set<string>()
  app.post<{ Params: { id: string }; Body: { readonly type?: string } }>(
    '/v1/subscriptions/:id/test',
    { config: { ...config, isBodyOptional: true }, schema: { params, body: testBody } },
    async request => {
      await reach(deps, request)
      const type = readSampleType(request.body.type)
      const subscription = await operations.findNow(principalOf(request), request.params.id)
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
  )
}

/** Throws ProblemError `body-invalid` for a type of which there is no sample. */
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

const deliveriesQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    cursor: { type: 'string', pattern: '^[0-9]{1,15}$' },
    limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
    sequence: { type: 'integer', minimum: 1 }
  }
} as const

interface DeliveriesAsk {
  readonly cursor?: string
  readonly limit: number
  readonly sequence?: number
}

/** All deliveries that a reader may see, newest first. */
function deliveriesInView(
  deps: SubscriptionRoutesDeps,
  principal: Principal,
  { subscriptionId }: SubscriptionRecord
): readonly Delivery[] {
  return deps.dispatcher
    .of(subscriptionId)
    .newestFirst()
    .filter(each => isShown(deps, principal, each))
}

/**
 * Whether a reader may see a delivery: of an alert that it may see now, or a `left-view` one.
 * Evicted alerts can't be judged, so their deliveries are shown only to readers who see everything.
 */
function isShown(
  { alerts }: SubscriptionRoutesDeps,
  principal: Principal,
  { alertId, verdict }: Delivery
): boolean {
  const view = viewOf(principal)
  if (verdict === 'left-view' || seesAll(view)) return true
  const entry = alerts.get(alertId)
  return entry !== undefined && shownTo(view, entry) !== null
}

/** Newest first; `next` is the sequence to continue before, as a string. */
function listDeliveries(
  deps: SubscriptionRoutesDeps,
  principal: Principal,
  subscription: SubscriptionRecord,
  { cursor, limit }: DeliveriesAsk
) {
  const { subscriptionId } = subscription
  const all = deps.dispatcher.of(subscriptionId)
  const shown: Delivery[] = []
  let next: string | null = null
  for (const each of all.kept.newestBefore(
    cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
  )) {
    if (!isShown(deps, principal, each)) continue
    next = shown.length < limit ? null : String(shown.at(-1)?.sequence)
    if (next !== null) break
    shown.push(each)
  }
  return {
    items: shown.map(each =>
      showDelivery(deps, principal, each, { subscription, again: againOf(all, each) })
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
 * How its alert was told again since, and why it is not; nulls for what is not the newest that was
 * told.
 */
function againOf(
  { alerts, notices }: Pick<SubscriptionDeliveries, 'alerts' | 'notices'>,
  { alertId, sequence }: Delivery
): ToldAgain {
  const reminder = notices.of('alert', alertId)
  const isNewest = alerts.of(alertId).sent === sequence
  return {
    reminder: reminder?.sequence === sequence ? reminder : null,
    hold: isNewest ? notices.holdOf(alertId) : null
  }
}

/** How often; null: never. */
function repeatedOf(reminder: Notice<'alert'> | null) {
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
    repeated: repeatedOf(again.reminder),
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
  const again = againOf(dispatcher.of(subscriptionId), delivery)
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
  const body = await dispatcher.bodies.bodyOf(subscription, delivery)
  const sent = { url: hideUrlSecrets(url), headers, body }
  return { ...shown, request: dispatcher.destinations.showRequest(subscription, sent) }
}

/**
 * The sequences that a replay names. Throws ProblemError if it names none, uses more than one form,
 * or names deliveries that are not kept or not visible.
 */
function sequencesOf(
  deliveries: SubscriptionDeliveries,
  known: readonly Delivery[],
  { from, to, ids, failed, since, until }: ReplayAsk
): readonly number[] {
  const isRange = from !== undefined || to !== undefined
  const forms = [isRange, ids !== undefined, failed === true, (since ?? until) !== undefined]
  if (forms.filter(isGiven => isGiven).length !== 1) {
    throw invalid('', 'Send one of {"from","to"}, {"ids"}, {"failed": true} and {"since","until"}.')
  }
  if (since !== undefined || until !== undefined) return listPlanned(known, since, until)
  if (failed) return known.filter(hasFailed).map(each => each.sequence)
  if (ids !== undefined) return ids.map(id => sequenceOf(known, id))
  if (from === undefined || to === undefined)
    throw invalid(from === undefined ? '/from' : '/to', 'is required: a range needs both ends')
  if (to < from) throw invalid('/to', 'is before from')
  if (to - from >= replayMax) throw invalid('/to', `must name at most ${replayMax} deliveries`)
  if (to > deliveries.lastSequence)
    throw invalid('/to', `must not be later than the newest sequence, ${deliveries.lastSequence}`)
  if (deliveries.get(from) === undefined)
    throw invalid('/from', 'is no longer kept: GET /v1/feed has all alert events')
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** Sequences of what was planned from `since` until before `until`, which is open if left out. */
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

function sequenceOf(known: readonly Delivery[], id: string): number {
  const found = known.find(each => each.eventId === id)
  if (found === undefined)
    throw invalid('/ids', `${id} is not a delivery of this subscription, or no longer kept`)
  return found.sequence
}

function invalid(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', detail, { errors: [{ pointer, detail }] })
}
