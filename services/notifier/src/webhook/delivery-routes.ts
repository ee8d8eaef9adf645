// The deliveries of a subscription over HTTP: listed, and sent again.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { isWhole, makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  integer,
  listOf,
  makeFormat,
  optional,
  strict,
  text,
  type ValueOf
} from '@tocsin/contracts/format/format'
import { actionRefused, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import { hideEchoes, hideUrlSecrets } from '@tocsin/webhooks/masked-url'
import type { FastifyInstance } from 'fastify'
import { computeLimit } from '../alerts/list-queries.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { findShown } from '../alerts/record-judging.ts'
import type { Delivery } from '../notification/delivery.ts'
import { holdsInView, repeatHoldInView } from '../notification/holds-in-view.ts'
import { userAgent } from './destinations.ts'
import { type Dispatcher, replayMax } from './dispatcher.ts'
import { readContentType } from './signed-bodies.ts'
import { deliveryListSchema, replayedSchema } from './subscription-answers.ts'
import type { SubscriptionRoutesDeps } from './subscription-operations.ts'
import { isDisabled } from './subscription-record.ts'

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

export function addDeliveryRoutes(app: FastifyInstance, deps: SubscriptionRoutesDeps): void {
  const { subscriptionOperations: operations, dispatcher } = deps
  const params = { id: idText('Id of the subscription.') }
  const add = makeReadingRoutes(app, deps, {
    tag: 'Subscriptions',
    access: ['subscriptions:manage']
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
      const reading = readDeliveries(dispatcher, principal, subscription)
      const { table, isShown, show, showRequest } = reading
      const { sequence, cursor = String(Number.MAX_SAFE_INTEGER), limit } = request.query
      if (sequence !== undefined) {
        const one = table.get(sequence)
        const isThere = one !== undefined && isShown(one)
        return { items: isThere ? [{ ...show(one), ...(await showRequest(one)) }] : [], next: null }
      }
      const found = table
        .iterate('sequence < ? order by sequence desc', Number(cursor))
        .filter(isShown)
        .take(limit + 1)
        .toArray()
      const items = found.slice(0, limit).map(show)
      return { items, next: found.length > limit ? String(items.at(-1)?.sequence) : null }
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
      if (isDisabled(subscription))
        throw actionRefused('The subscription is disabled. Change its state to active first.')
      // Includes what another instance has planned or sent by now.
      await dispatcher.catchUp()
      const reading = readDeliveries(dispatcher, principal, subscription)
      const sequences = listSequences(reading, request.body)
      const { subscriptionId } = subscription
      const replayed = await dispatcher.replay(subscriptionId, sequences, principal.name)
      return reply.code(202).send({ replayed })
    }
  })
}

/** The deliveries of a subscription as a reader sees them. */
function readDeliveries(
  dispatcher: Dispatcher,
  principal: Principal,
  subscription: SubscriptionRecord
) {
  const { projection, networkRules, bodies, destinations } = dispatcher.deps
  const deliveries = dispatcher.of(subscription.subscriptionId)
  const { table, chain, notices } = deliveries
  const view = makeView(principal)
  const url = hideUrlSecrets(subscription.url)
  return {
    table,
    chain,
    /**
     * Of an alert that the reader may see now. Evicted alerts can't be judged, so their deliveries
     * are shown only to readers who see everything.
     */
    isShown: ({ alertId }: Delivery) =>
      isWhole(view) || findShown(projection.alerts, view, alertId) !== null,
    show: (delivery: Delivery) => {
      const { sequence, previousId, alertId, plannedAt, state, superseded } = delivery
      const excerpt = (networkRules.mayShowAnswer(subscription) && delivery.last?.excerpt) || null
      const newest = notices.of('alert', alertId)
      const reminder = newest?.sequence === sequence ? newest : null
      const isNewest = deliveries.findTrace(alertId).sent === sequence
      const hold = isNewest ? notices.findHold(alertId) : null
      return {
        ...{ sequence, id: delivery.eventId, previousId, alertId, type: delivery.eventType },
        ...{ plannedAt, state, superseded, round: delivery.round, attempts: delivery.attempts },
        nextAt: delivery.nextAt,
        last: delivery.last && {
          ...delivery.last,
          excerpt: excerpt && hideEchoes(excerpt, subscription.url)
        },
        ...holdsInView(principal, delivery),
        because: delivery.because,
        repeated: reminder && {
          ...{ id: reminder.noticeId, count: reminder.count, at: reminder.at },
          ...{ because: 'repeat', state: reminder.end ?? 'pending' }
        },
        repeatHeld: repeatHoldInView(principal, subscription, hold)
      }
    },
    /** Of one that was tried. Who manages subscriptions need not be allowed to read alerts. */
    showRequest: async (delivery: Delivery) => {
      const { eventId, last, partition, position } = delivery
      if (last === null || !mayUse(principal, ['alerts:read'])) return {}
      const headers = {
        'content-type': readContentType(subscription),
        'user-agent': userAgent,
        'webhook-id': eventId
      }
      if ((await projection.journal.at(partition, BigInt(position))) === null)
        return { request: { method: 'POST', url, headers, body: null } }
      const body = await bodies.makeBody(subscription, delivery)
      return { request: destinations.showRequest(subscription, { url, headers, body }) }
    }
  }
}

/**
 * The sequences that a replay names. Throws ProblemError if it names none, uses more than one form,
 * or names deliveries that are not stored or not visible.
 */
function listSequences(
  { table, chain, isShown }: ReturnType<typeof readDeliveries>,
  { from, to, ids, failed, since, until }: ValueOf<typeof replayBody>
): readonly number[] {
  const forms = [from ?? to, ids, failed, since ?? until].filter(form => form !== undefined)
  if (forms.length !== 1)
    throw replayInvalid(
      '',
      'Send one of {"from","to"}, {"ids"}, {"failed": true} and {"since","until"}.'
    )
  if (from === undefined && to === undefined) {
    const named = failed
      ? table.list(`${hasFailed} order by sequence`)
      : ids === undefined
        ? table.list(`${isPlannedIn} order by sequence`, ...readSpan(since, until))
        : table.list(`${hasId} order by sequence`, JSON.stringify(ids))
    const shown = named.filter(isShown)
    const known = new Set(shown.map(each => each.eventId))
    const missing = ids?.find(id => !known.has(id))
    if (missing !== undefined)
      throw replayInvalid(
        '/ids',
        `${missing} is not a delivery of this subscription, or no longer kept`
      )
    return shown.map(each => each.sequence)
  }
  if (from === undefined || to === undefined)
    throw replayInvalid(from ? '/to' : '/from', 'is required: a range needs both ends')
  if (to < from) throw replayInvalid('/to', 'is before from')
  if (to - from >= replayMax)
    throw replayInvalid('/to', `must name at most ${replayMax} deliveries`)
  const { lastSequence } = chain
  if (to > lastSequence)
    throw replayInvalid('/to', `must not be later than the newest sequence, ${lastSequence}`)
  if (table.get(from) === undefined)
    throw replayInvalid('/from', 'is no longer kept: GET /v1/feed has all alert events')
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** Parked, or waiting after a failed attempt. */
const hasFailed = "(state = 'parked' or state = 'pending' and body ->> '$.last' is not null)"
const isPlannedIn = "body ->> '$.plannedAt' >= ? and body ->> '$.plannedAt' < ?"
const hasId = "body ->> '$.eventId' in (select value from json_each(?))"

/** From `since` until before `until`, which is open if left out. */
function readSpan(since: string | undefined, until: string | undefined): [string, string] {
  if (since === undefined) throw replayInvalid('/since', 'is required: a time needs a beginning')
  const fromMs = Math.min(parseTimeMs(since), endOfTimeMs - 1)
  const toMs = Math.min(until === undefined ? endOfTimeMs : parseTimeMs(until), endOfTimeMs)
  for (const [name, ms] of Object.entries({ since: fromMs, until: toMs }))
    if (Number.isNaN(ms))
      throw replayInvalid(`/${name}`, 'must be a date or an instant in ISO 8601')
  if (toMs <= fromMs) throw replayInvalid('/until', 'must be later than since')
  return [new Date(fromMs).toISOString(), new Date(toMs).toISOString()]
}

/** Later years have no place in the order of texts. */
const endOfTimeMs = Date.parse('9999-12-31T23:59:59.999Z')

function replayInvalid(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', detail, { errors: [{ pointer, detail }] })
}
