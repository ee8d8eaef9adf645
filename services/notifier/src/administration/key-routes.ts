// Keys over HTTP: list (without secrets), create, rotate, revoke. Validation is in
// key-operations.ts.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Key, scopes } from '@tocsin/contracts/record/control-record'
import { saidLinePattern } from '@tocsin/contracts/report/posted-text'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { type KeyState, overlapping } from '@tocsin/service-kit/control/key-state'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import { owner, principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { reach, tellPosition } from '../cursor/position-headers.ts'
import { retryKeyOf } from '../cursor/request-headers.ts'
import {
  type KeyAsk,
  type KeyOperations,
  overlapHoursDefault,
  overlapHoursMax
} from './key-operations.ts'

export interface KeyRoutesDeps extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly operations: KeyOperations
  readonly positions: ReadPositions
}

const admin = { access: ['admin'] } as const
const keyId = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 128, pattern: '.' } }
} as const
const limit = (maximum: number) => ({ type: 'integer', minimum: 1, maximum }) as const

const keyBody = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'scopes'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200, pattern: saidLinePattern },
    scopes: {
      type: 'array',
      minItems: 1,
      maxItems: scopes.length,
      uniqueItems: true,
      items: { enum: scopes }
    },
    theatres: {
      anyOf: [
        { const: '*' },
        {
          type: 'array',
          minItems: 1,
          maxItems: 1000,
          items: { type: 'string', minLength: 1, maxLength: 128 }
        }
      ]
    },
    handling: { enum: handlings },
    expiresAt: { anyOf: [{ type: 'string', maxLength: 40 }, { type: 'null' }] },
    limits: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        perMinute: limit(100_000_000),
        perDay: limit(1_000_000_000),
        bodyBytes: limit(67_108_864)
      }
    }
  }
} as const

const rotationBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    overlapHours: {
      type: 'number',
      minimum: 0,
      maximum: overlapHoursMax,
      default: overlapHoursDefault
    }
  }
} as const

export function addKeyRoutes(app: FastifyInstance, deps: KeyRoutesDeps): void {
  const { operations, control, positions, clock } = deps
  app.get('/v1/keys', { config: admin }, async request => {
    await reach(deps, request)
    const lastUsed = (id: string) =>
      app.keyUse?.lastUsed(id) ?? control.state.keysLastUsed.get(id) ?? null
    const items = operations.list(principalOf(request)).map(key => ({
      ...shownKey(key),
      ...lifeOf(key, clock.nowMs()),
      lastUsedAt: lastUsed(key.keyId)
    }))
    return { items, next: null }
  })

  app.post<{ Body: KeyAsk }>(
    '/v1/keys',
    { config: admin, schema: { body: keyBody } },
    async (request, reply) => {
      await reach(deps, request)
      const { value, secret, appended } = await operations.create(
        principalOf(request),
        request.body,
        retryKeyOf(request)
      )
      tellDone(request, value.keyId, 'a key was made')
      await tellPosition(reply, positions, appended)
      return reply.code(201).send({ ...shownKey(value), secret })
    }
  )

  app.post<{ Params: { id: string }; Body: { overlapHours?: number } }>(
    '/v1/keys/:id/rotation',
    { config: { ...admin, isBodyOptional: true }, schema: { params: keyId, body: rotationBody } },
    async (request, reply) => {
      await reach(deps, request)
      const { id } = request.params
      const { overlapHours } = request.body
      const { value, secret, appended } = await operations.rotate(
        principalOf(request),
        id,
        overlapHours,
        retryKeyOf(request)
      )
      tellDone(request, value.keyId, 'a key was rotated')
      await tellPosition(reply, positions, appended)
      return { ...shownKey(value), ...lifeOf(value, clock.nowMs()), secret }
    }
  )

  app.post<{ Params: { id: string } }>(
    '/v1/keys/:id/sign-in-links',
    { config: admin, schema: { params: keyId } },
    async (request, reply) => {
      await reach(deps, request)
      const { id } = request.params
      const principal = principalOf(request)
      // The owner's key is in no list of keys, and only its holder may make a link for it.
      if (id === owner.id && principal.id === owner.id) {
        tellDone(request, id, 'a link was made to sign in as the owner')
        return reply.code(201).send(app.signInLinks.forCaller(principal))
      }
      const appended = await operations.offerLink(principal, id)
      tellDone(request, id, 'a link was made to sign in as the holder of a key')
      await tellPosition(reply, positions, appended)
      const link = app.signInLinks.forKey(id)
      if (link === null) throw new ProblemError('action-refused', 'The key has just ended.')
      return reply.code(201).send(link)
    }
  )

  app.delete<{ Params: { id: string } }>(
    '/v1/keys/:id',
    { config: admin, schema: { params: keyId } },
    async (request, reply) => {
      await reach(deps, request)
      const appended = await operations.revoke(principalOf(request), request.params.id)
      if (appended !== null) tellDone(request, request.params.id, 'a key was revoked')
      await tellPosition(reply, positions, appended)
      return reply.code(204).send()
    }
  )
}

/** Logs who did what to which key. */
function tellDone(request: FastifyRequest, keyId: string, done: string): void {
  request.log.info({ keyId, by: principalOf(request).id }, done)
}

/** A key without the hashes of its secrets. */
function shownKey({
  keyId: id,
  name,
  scopes: held,
  theatres,
  handling,
  expiresAt,
  limits = {},
  by
}: Key) {
  return {
    id,
    keyId: id,
    name,
    scopes: held,
    theatres,
    handling,
    expiresAt,
    limits,
    createdBy: by ?? null
  }
}

/** `overlapsUntil`: when the last of its earlier secrets expires; null if none is valid. */
function lifeOf(key: KeyState, nowMs: number) {
  const { createdAt, rotatedAt, rotatedBy, revokedAt, revokedBy, linkedAt, linkedBy } = key
  const ends = overlapping(key, nowMs).map(({ until }) => until)
  return {
    createdAt,
    rotatedAt,
    rotatedBy,
    revokedAt,
    revokedBy,
    linkedAt,
    linkedBy,
    overlapsUntil: ends.sort().at(-1) ?? null
  }
}
