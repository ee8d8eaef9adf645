// Webhook subscriptions over HTTP. Their deliveries are in delivery-routes.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { filterBody } from '@tocsin/contracts/alert/alert-filter'
import { number, optional, readAs, strict, text } from '@tocsin/contracts/format/format'
import { makeChange, readBody } from '@tocsin/contracts/format/setting'
import { bodyInvalid, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { shortenEventType } from '@tocsin/contracts/subscription/event-types'
import { subscriptionAsked } from '@tocsin/contracts/subscription/subscription-settings'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import { hideEchoes } from '@tocsin/webhooks/masked-url'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { seenIn, tellVersion } from '../alerts/request-headers.ts'
import { isAccepted } from './destinations.ts'
import { sampleTypes } from './sample-event.ts'
import {
  subscriptionHealthSchema,
  subscriptionListSchema,
  subscriptionMadeSchema,
  subscriptionSchema,
  testOutcomeSchema
} from './subscription-answers.ts'
import { makeHealth } from './subscription-health.ts'
import type { SubscriptionRoutesDeps, SubscriptionWritten } from './subscription-operations.ts'

const secretOverlapHours = { default: 24, maximum: 168 }

const { filter } = subscriptionAsked
// Filters have their own reader, which names the faulty part.
const settings = {
  ...subscriptionAsked,
  filter: { ...filter, taken: readAs(filter.taken, filterBody) }
} as const

export function addSubscriptionRoutes(app: FastifyInstance, deps: SubscriptionRoutesDeps): void {
  const { subscriptionOperations: operations, dispatcher, positions } = deps
  const params = { id: idText('Id of the subscription.') }
  const add = makeReadingRoutes(app, deps, {
    tag: 'Subscriptions',
    access: ['subscriptions:manage']
  })
  const answerWritten = async (
    request: FastifyRequest,
    reply: FastifyReply,
    write: (principal: Principal) => Promise<SubscriptionWritten>
  ) => {
    const principal = getPrincipal(request)
    const { record, appended, secret } = await write(principal)
    await tellPosition(reply, positions, appended)
    tellVersion(reply, record)
    const warnings = operations.listWarnings(principal, record)
    return {
      ...operations.show(record),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(secret === undefined ? {} : { secret })
    }
  }

  add({
    id: 'createSubscription',
    method: 'POST',
    path: '/v1/subscriptions',
    summary: 'Subscribe an endpoint',
    description:
      'Sends alert events to the address from now on, signed as Standard Webhooks 1.0: only what the requesting key may see. Needs `alerts:read` or `admin` besides `subscriptions:manage`.',
    headers: ['idempotency-key of an act'],
    body: readBody(settings),
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
      const shown = await answerWritten(request, reply, principal =>
        operations.create(principal, request.body)
      )
      return reply.code(201).header('location', `/v1/subscriptions/${shown.id}`).send(shown)
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
    id: 'changeSubscription',
    method: 'PATCH',
    path: '/v1/subscriptions/:id',
    summary: 'Change a subscription',
    description:
      'Members left out stay as they are. What is pending goes to the new address. Needs a key that may read all that is sent.',
    params,
    headers: ['if-match of a version'],
    body: makeChange(settings),
    example: { schedule: [1, 5, 30] },
    answers: { 200: answer('The subscription.', subscriptionSchema, 'tocsin-cursor', 'etag') },
    problems: [...writeProblems, 'url-refused', 'action-refused'],
    handle: (request, reply) =>
      answerWritten(request, reply, principal =>
        operations.change(principal, request.params.id, request.body, seenIn(request))
      )
  })

  add({
    id: 'rotateSubscriptionSecret',
    method: 'POST',
    path: '/v1/subscriptions/:id/rotation',
    summary: 'Give a subscription a new secret',
    description:
      'Requests are signed with the new secret first, and with each earlier one until its overlap ends. Needs a key that may read all that is sent.',
    params,
    headers: ['idempotency-key of an act'],
    config: { isBodyOptional: true },
    body: strict({
      overlapHours: number(
        'How long the earlier secret still signs; 0 ends all earlier ones at once.',
        { minimum: 0, ...secretOverlapHours }
      )
    }),
    example: { overlapHours: 24 },
    answers: {
      200: answer(
        'The subscription. Its new secret is shown only in this answer.',
        subscriptionMadeSchema,
        ...['tocsin-cursor', 'etag']
      )
    },
    problems: [...writeProblems, 'action-refused'],
    handle: (request, reply) =>
      answerWritten(request, reply, principal =>
        operations.rotate(principal, request.params.id, request.body.overlapHours)
      )
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
      const appended = await operations.delete(getPrincipal(request), id, seenIn(request))
      await tellPosition(reply, positions, appended)
      return reply.code(204).send()
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
    handle: (request, reply) =>
      answerWritten(request, reply, principal => operations.vouch(principal, request.params.id))
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
      const outcome = await dispatcher
        .sendTest(subscription, type)
        .finally(() => tests.delete(subscriptionId))
      if (outcome.kind !== 'response') return { accepted: false, ...outcome }
      const { durationMs, kind, status, retryAfter, excerpt } = outcome
      return {
        accepted: isAccepted(outcome),
        ...{ durationMs, kind, status, retryAfter },
        ...(dispatcher.deps.networkRules.mayShowAnswer(subscription)
          ? { excerpt: hideEchoes(excerpt, subscription.url) }
          : {})
      }
    }
  })
}

/** Throws ProblemError `body-invalid` for a type without a sample. */
function readSampleType(asked: string | undefined): string | null {
  if (asked === undefined) return null
  const type = sampleTypes.find(each => each === shortenEventType(asked))
  if (type === undefined) throw bodyInvalid('/type', `must be one of ${sampleTypes.join(', ')}`)
  return type
}
