// Webhook subscriptions over HTTP: make, show, end, look at deliveries, replay, test.

import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import { scheduleLengthMax } from '@tocsin/domain/delivery-judgement'
import { principalOf } from '@tocsin/service-kit/authentication'
import '@tocsin/service-kit/fastify-augmentation'
import type { FastifyInstance } from 'fastify'
import { reach } from './alert-routes.ts'
import { tellPosition } from './control-routes.ts'
import type { Delivery, SubscriptionDeliveries } from './delivery-book.ts'
import { type Dispatcher, replayMax } from './dispatcher.ts'
import type { ReadPositions } from './read-positions.ts'
import type { SubscriptionAsk, SubscriptionDesk } from './subscription-desk.ts'

export interface SubscriptionRoutesDeps {
  readonly desk: SubscriptionDesk
  readonly dispatcher: Dispatcher
  readonly positions: ReadPositions
}

const config = { access: ['subscriptions:manage'] } as const
const params = { type: 'object', required: ['id'], properties: { id: { type: 'string', minLength: 1, maxLength: 128 } } } as const

const subscriptionBody = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', minLength: 1, maxLength: 4096 },
    filter: { type: 'object' },
    order: { enum: ['strict'] },
    schedule: {
      anyOf: [{ type: 'array', maxItems: scheduleLengthMax, items: { type: 'number', minimum: 0 } }, { type: 'null' }]
    },
    contact: { type: ['string', 'null'], maxLength: 500 }
  }
} as const

const replayBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: { type: 'integer', minimum: 1 },
    to: { type: 'integer', minimum: 1 },
    ids: { type: 'array', minItems: 1, maxItems: replayMax, items: { type: 'string', minLength: 1, maxLength: 128 } },
    // A list of one, not `const`: of an optional constant the generator of clients in Python writes code that is none.
    failed: { type: 'boolean', enum: [true] }
  }
} as const

interface ReplayAsk {
  readonly from?: number
  readonly to?: number
  readonly ids?: readonly string[]
  readonly failed?: true
}

export function addSubscriptionRoutes(app: FastifyInstance, deps: SubscriptionRoutesDeps): void {
  const { desk, dispatcher, positions } = deps

  app.post<{ Body: SubscriptionAsk }>(
    '/v1/subscriptions',
    { config, schema: { body: subscriptionBody } },
    async (request, reply) => {
      await reach(deps, request)
      const { shown, secret, appended } = await desk.create(principalOf(request), request.body)
      await tellPosition(reply, positions, appended)
      return reply
        .code(201)
        .header('location', `/v1/subscriptions/${shown.id}`)
        .send({ ...shown, secret })
    }
  )

  app.get('/v1/subscriptions', { config }, async request => {
    await reach(deps, request)
    return { items: desk.list(principalOf(request)).map(each => desk.show(each)), next: null }
  })

  app.get<{ Params: { id: string } }>('/v1/subscriptions/:id', { config, schema: { params } }, async request => {
    await reach(deps, request)
    return desk.show(await desk.find(principalOf(request), request.params.id))
  })

  app.delete<{ Params: { id: string } }>('/v1/subscriptions/:id', { config, schema: { params } }, async (request, reply) => {
    await reach(deps, request)
    await tellPosition(reply, positions, await desk.end(principalOf(request), request.params.id))
    return reply.code(204).send()
  })

  app.get<{ Params: { id: string }; Querystring: { cursor?: string; limit: number } }>(
    '/v1/subscriptions/:id/deliveries',
    { config, schema: { params, querystring: deliveriesQuery } },
    async request => {
      await reach(deps, request)
      const { subscriptionId } = await desk.find(principalOf(request), request.params.id)
      return listDeliveries(dispatcher.of(subscriptionId), request.query)
    }
  )

  app.post<{ Params: { id: string }; Body: ReplayAsk }>(
    '/v1/subscriptions/:id/replay',
    { config, schema: { params, body: replayBody } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { subscriptionId } = await desk.findNow(principal, request.params.id)
      // What another instance has planned or sent by now counts too.
      await dispatcher.catchUp()
      const sequences = sequencesOf(dispatcher.of(subscriptionId), request.body)
      const outcome = await dispatcher.replay(subscriptionId, sequences, principal.name)
      return reply.code(202).send({ replayed: outcome.kind === 'replayed' ? outcome.count : 0 })
    }
  )

  app.post<{ Params: { id: string } }>('/v1/subscriptions/:id/test', { config, schema: { params } }, async request => {
    await reach(deps, request)
    const { durationMs, ...outcome } = await dispatcher.sendTest(await desk.findNow(principalOf(request), request.params.id))
    const accepted = outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300
    return { accepted, durationMs, ...outcome }
  })
}

const deliveriesQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    cursor: { type: 'string', pattern: '^[0-9]{1,15}$' },
    limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 }
  }
} as const

/** Newest first; `next` is the sequence to go on before, as text like every other. */
function listDeliveries(deliveries: SubscriptionDeliveries, { cursor, limit }: { cursor?: string; limit: number }) {
  const found = deliveries.newestFirst().filter(each => cursor === undefined || each.sequence < Number(cursor))
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(shownDelivery), next: found.length > limit && last ? String(last.sequence) : null }
}

function shownDelivery({
  sequence,
  eventId,
  previousId,
  alertId,
  eventType,
  plannedAt,
  state,
  round,
  attempts,
  nextAt,
  last
}: Delivery) {
  return { sequence, id: eventId, previousId, alertId, type: eventType, plannedAt, state, round, attempts, nextAt, last }
}

/** The sequences that a replay names. Throws ProblemError where it names none, more than one way, or what is not remembered. */
function sequencesOf(deliveries: SubscriptionDeliveries, { from, to, ids, failed }: ReplayAsk): readonly number[] {
  const isRange = from !== undefined || to !== undefined
  if (Number(isRange) + Number(ids !== undefined) + Number(failed === true) !== 1) {
    throw invalid('', 'Send one of {"from","to"}, {"ids"} and {"failed": true}.')
  }
  const known = deliveries.newestFirst()
  if (failed) return known.filter(each => each.state === 'parked').map(each => each.sequence)
  if (ids !== undefined) return ids.map(id => sequenceOf(known, id))
  if (from === undefined || to === undefined)
    throw invalid(from === undefined ? '/from' : '/to', 'is required: a range has both ends')
  if (to < from) throw invalid('/to', 'is before from')
  if (to - from >= replayMax) throw invalid('/to', `a replay takes ${replayMax} deliveries at most`)
  if (to > deliveries.lastSequence) throw invalid('/to', `the newest sequence is ${deliveries.lastSequence}`)
  if (deliveries.get(from) === undefined) throw invalid('/from', 'is no longer remembered: GET /v1/feed has all alert events')
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

function sequenceOf(known: readonly Delivery[], id: string): number {
  const found = known.find(each => each.eventId === id)
  if (found === undefined) throw invalid('/ids', `${id} is not a delivery of this subscription, or no longer remembered`)
  return found.sequence
}

function invalid(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', detail, { errors: [{ pointer, detail }] })
}
