// Changes of webhook subscriptions and of the suite's own webhook keys over HTTP, and the published
// keys.

import { changeOf } from '@tocsin/contracts/format/setting'
import {
  type SubscriptionAsk,
  subscriptionAsked
} from '@tocsin/contracts/subscription/subscription-settings'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance } from 'fastify'
import { reach, tellPosition } from '../cursor/position-headers.ts'
import { retryKeyOf, seenIn } from '../cursor/request-headers.ts'
import { tellVersion } from '../cursor/seen-version.ts'
import type { SigningRing } from './signing-ring.ts'
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

const config = { access: ['subscriptions:manage'] } as const
const rotates = { ...config, isBodyOptional: true } as const
const params = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 128 } }
} as const
const rotationBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    overlapHours: {
      type: 'number',
      minimum: 0,
      maximum: secretOverlapHoursMax,
      default: secretOverlapHoursDefault
    }
  }
} as const
/** How long a receiver may keep the list, s: far less than the next key is published ahead. */
const keysKeptS = 3_600

export function addSubscriptionChangeRoutes(
  app: FastifyInstance,
  deps: SubscriptionChangeRoutesDeps
): void {
  const { operations, changes, signing, positions } = deps

  app.patch<{ Params: { id: string }; Body: Partial<SubscriptionAsk> }>(
    '/v1/subscriptions/:id',
    { config, schema: { params, body: changeOf(subscriptionAsked) } },
    async (request, reply) => {
      await reach(deps, request)
      const { id } = request.params
      const principal = principalOf(request)
      const { record, appended } = await changes.change(
        principal,
        id,
        request.body,
        seenIn(request)
      )
      await tellPosition(reply, positions, appended)
      tellVersion(reply, record)
      const warnings = operations.warningsOf(principal, record)
      return { ...operations.show(record), ...(warnings.length === 0 ? {} : { warnings }) }
    }
  )

  app.post<{ Params: { id: string }; Body: { overlapHours?: number } }>(
    '/v1/subscriptions/:id/rotation',
    { config: rotates, schema: { params, body: rotationBody } },
    async (request, reply) => {
      await reach(deps, request)
      const { id } = request.params
      const { overlapHours } = request.body
      const { record, secret, appended } = await changes.rotate(
        principalOf(request),
        id,
        overlapHours,
        retryKeyOf(request)
      )
      await tellPosition(reply, positions, appended)
      tellVersion(reply, record)
      return { ...operations.show(record), secret }
    }
  )

  app.post(
    '/v1/webhook-keys/rotation',
    { config: { access: ['admin'], isBodyOptional: true } },
    async (request, reply) => {
      await reach(deps, request)
      await tellPosition(reply, positions, await changes.rotateSuiteKey(principalOf(request)))
      return { keys: signing.published() }
    }
  )

  app.get(
    '/.well-known/tocsin-keys.json',
    { config: { access: 'open' } },
    async (_request, reply) => {
      reply.header('cache-control', `public, max-age=${keysKeptS}`)
      return { keys: signing.published() }
    }
  )
}
