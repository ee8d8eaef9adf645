// Changes of webhook subscriptions and of the suite's own webhook keys over HTTP, and the published
// keys.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { number, strict } from '@tocsin/contracts/format/format'
import { makeChange } from '@tocsin/contracts/format/setting'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, createRouteAdder, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { seenIn } from '../alerts/request-headers.ts'
import { tellVersion } from '../alerts/seen-version.ts'
import type { SigningRing } from './signing-ring.ts'
import {
  subscriptionMadeSchema,
  subscriptionSchema,
  webhookKeysSchema
} from './subscription-answers.ts'
import { subscriptionBody } from './subscription-body.ts'
import {
  type SubscriptionChanges,
  secretOverlapHoursDefault,
  secretOverlapHoursMax
} from './subscription-changes.ts'
import type { SubscriptionOperations } from './subscription-operations.ts'

export interface SubscriptionChangeRoutesDeps {
  readonly operations: SubscriptionOperations
  readonly changes: SubscriptionChanges
  readonly signing: SigningRing
  readonly positions: ReadPositions
}

const params = { id: idText('Id of the subscription.') }
/** How long a receiver may keep the list, s: far less than the next key is published ahead. */
const keysKeptS = 3_600

export function addSubscriptionChangeRoutes(
  app: FastifyInstance,
  deps: SubscriptionChangeRoutesDeps
): void {
  const { operations, changes, signing, positions } = deps

  const add = makeReadingRoutes(app, deps, {
    tag: 'Subscriptions',
    access: ['subscriptions:manage']
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
    body: makeChange(subscriptionBody),
    example: { schedule: [1, 5, 30] },
    answers: { 200: answer('The subscription.', subscriptionSchema, 'tocsin-cursor', 'etag') },
    problems: [...writeProblems, 'url-refused', 'action-refused'],
    async handle(request, reply) {
      const { id } = request.params
      const principal = getPrincipal(request)
      const seen = seenIn(request)
      const { record, appended } = await changes.change(principal, id, request.body, seen)
      await tellPosition(reply, positions, appended)
      tellVersion(reply, record)
      const warnings = operations.listWarnings(principal, record)
      return { ...operations.show(record), ...(warnings.length === 0 ? {} : { warnings }) }
    }
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
        { minimum: 0, maximum: secretOverlapHoursMax, default: secretOverlapHoursDefault }
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
    async handle(request, reply) {
      const { id } = request.params
      const { overlapHours } = request.body
      const { record, secret, appended } = await changes.rotate(
        getPrincipal(request),
        id,
        overlapHours
      )
      await tellPosition(reply, positions, appended)
      tellVersion(reply, record)
      return { ...operations.show(record), secret }
    }
  })

  add({
    id: 'rotateWebhookKey',
    method: 'POST',
    path: '/v1/webhook-keys/rotation',
    access: ['admin'],
    summary: "Rotate the suite's webhook key",
    description:
      'The next published key signs from now on; the one before signs beside it for 24 hours. Needs a key for all theatres, cleared for `restricted`.',
    config: { isBodyOptional: true },
    answers: { 200: answer('The published keys.', webhookKeysSchema, 'tocsin-cursor') },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      await tellPosition(reply, positions, await changes.rotateSuiteKey(getPrincipal(request)))
      return { keys: signing.published() }
    }
  })

  createRouteAdder(app, { tag: 'Subscriptions', access: 'open' })({
    id: 'readWebhookKeys',
    method: 'GET',
    path: '/.well-known/tocsin-keys.json',
    summary: 'Read the keys that sign webhooks',
    description:
      'Public ed25519 keys as a JSON Web Key Set. Every webhook has a `v1a` signature by the current one, and for 24 hours after a rotation by the one before. The next one is listed ahead.',
    answers: { 200: answer('The keys.', webhookKeysSchema, 'cache-control of keys') },
    async handle(_request, reply) {
      reply.header('cache-control', `public, max-age=${keysKeptS}`)
      return { keys: signing.published() }
    }
  })
}
