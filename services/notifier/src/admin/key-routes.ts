// Keys over HTTP: list (without secrets), create, rotate, revoke. Validation is in
// key-operations.ts.

import { getPrincipal, owner } from '@tocsin/auth/sign-in/authentication'
import { signInLink } from '@tocsin/auth/sign-in/sign-in-link'
import {
  buildPage,
  component,
  count,
  either,
  extend,
  instant,
  integer,
  listOf,
  makeFormat,
  nullable,
  number,
  optional,
  orNull,
  ref,
  shape,
  strict,
  text,
  words
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Key, scopes } from '@tocsin/contracts/record/control-record'
import { saidLinePattern } from '@tocsin/contracts/report/posted-text'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { type KeyState, overlapping } from '@tocsin/service/control/key-state'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, writeProblems } from '@tocsin/service/route/definition'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { findRetryKey } from '../alerts/request-headers.ts'
import { type KeyOperations, overlapHoursDefault, overlapHoursMax } from './key-operations.ts'

const key = {
  id: text(),
  keyId: text('The same as `id`.'),
  name: text(),
  scopes: listOf(words(scopes)),
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  expiresAt: nullable(text('ISO 8601; null: never.')),
  limits: {
    description: 'Its limits, if they differ from the settings.',
    type: 'object',
    properties: { perMinute: count(), perDay: count(), bodyBytes: count() }
  },
  createdBy: nullable(
    text(
      'The id of a key, `owner`, `oidc:<subject>`, or, by earlier versions, `session:<id>`; null if not recorded.'
    )
  )
} as const

const keyLife = {
  createdAt: instant(),
  rotatedAt: nullable(text('When it got its newest secret; null: the first.')),
  rotatedBy: nullable(text('Who rotated it.')),
  linkedAt: nullable(text('When the last link to sign in as its holder was made; null: none was.')),
  linkedBy: nullable(text('Who made that link.')),
  revokedAt: nullable(text('Null while it is valid.')),
  revokedBy: nullable(text('Who revoked it.')),
  overlapsUntil: nullable(
    text('When the last of its earlier secrets expires; null: none is valid.')
  )
} as const

const keyShownSchema = shape('KeyShown', 'A key, without its secret.', {
  ...key,
  ...keyLife,
  lastUsedAt: nullable(
    text('The beginning of the hour of its last use, as far as this instance knows.')
  )
})

const keyListSchema = component(
  'KeyList',
  buildPage(keyShownSchema, 'Keys within the rights of the requesting key, including revoked ones.')
)

const keyMadeSchema = shape('KeyMade', 'The new key.', {
  ...key,
  secret: text('The bearer token of the holder. Shown only once.')
})

const keyRotatedSchema = component(
  'KeyRotated',
  extend('The key with its new secret.', keyMadeSchema, keyLife)
)

export interface KeyRoutesDeps extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly keyOperations: KeyOperations
  readonly positions: ReadPositions
}

const params = {
  id: text('The `keyId`.', { minLength: 1, maxLength: 128, pattern: '.' })
}
const limit = (maximum: number) => optional(integer({ minimum: 1, maximum }))

const keyBody = strict({
  name: text('Name of the holder, for lists and logs.', {
    minLength: 1,
    maxLength: 200,
    pattern: saidLinePattern
  }),
  scopes: listOf(words(scopes), 'Its permissions.', {
    minItems: 1,
    maxItems: scopes.length,
    uniqueItems: true
  }),
  theatres: optional(
    either(
      makeFormat<'*'>({ const: '*' }),
      listOf(text({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 1000 }),
      'Its theatres. Default: all.'
    )
  ),
  handling: optional(
    words(handlings, 'The strictest handling that it may see. Default: `internal`.')
  ),
  expiresAt: optional(
    orNull(text('An instant with its UTC offset; null or omitted: never.', { maxLength: 40 }))
  ),
  limits: optional(
    strict(
      {
        perMinute: limit(100_000_000),
        perDay: limit(1_000_000_000),
        bodyBytes: limit(67_108_864)
      },
      {
        description: 'Its limits, instead of those in the settings. Sizes of bodies are as sent.',
        minProperties: 1
      }
    )
  )
})

export function addKeyRoutes(app: FastifyInstance, deps: KeyRoutesDeps): void {
  const { keyOperations: operations, control, positions, clock } = deps
  const add = makeReadingRoutes(app, deps, { tag: 'Administration', access: ['admin'] })
  add({
    id: 'listKeys',
    method: 'GET',
    path: '/v1/keys',
    summary: 'List keys',
    description: 'Keys within the theatres and the handling of the requesting key.',
    answers: { 200: answer('Keys, without secrets.', keyListSchema) },
    async handle(request) {
      const lastUsed = (id: string) =>
        app.keyUse?.lastUsed(id) ?? control.state.keysLastUsed.get(id) ?? null
      const items = operations.list(getPrincipal(request)).map(key => ({
        ...shownKey(key),
        ...describeLife(key, clock.nowMs()),
        lastUsedAt: lastUsed(key.keyId)
      }))
      return { items, next: null }
    }
  })

  add({
    id: 'createKey',
    method: 'POST',
    path: '/v1/keys',
    summary: 'Create a key',
    description:
      'The new key may not exceed the requesting key in scopes, theatres, handling, lifetime or limits. Tokens cannot create keys.',
    headers: ['idempotency-key of an act'],
    body: keyBody,
    example: { name: 'field office 7', scopes: ['reports:write'], theatres: ['sahel'] },
    answers: {
      201: answer(
        'The key. Its secret is shown only in this answer.',
        keyMadeSchema,
        'tocsin-cursor'
      )
    },
    problems: writeProblems,
    async handle(request, reply) {
      const { value, secret, appended } = await operations.create(
        getPrincipal(request),
        request.body,
        findRetryKey(request)
      )
      tellDone(request, value.keyId, 'a key was made')
      await tellPosition(reply, positions, appended)
      return reply.code(201).send({ ...shownKey(value), secret })
    }
  })

  add({
    id: 'rotateKey',
    method: 'POST',
    path: '/v1/keys/:id/rotation',
    summary: 'Rotate the secret of a key',
    description:
      'The key stays the same. Earlier secrets, at most four, stay valid until their overlap ends. Needs a key, not a token, with at least the same rights and lifetime.',
    params,
    headers: ['idempotency-key of an act'],
    config: { isBodyOptional: true },
    body: strict({
      overlapHours: number('How long the replaced secret stays valid, hours.', {
        minimum: 0,
        maximum: overlapHoursMax,
        default: overlapHoursDefault
      })
    }),
    example: { overlapHours: 24 },
    answers: {
      200: answer(
        'The key. Its new secret is shown only in this answer.',
        keyRotatedSchema,
        'tocsin-cursor'
      )
    },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const { id } = request.params
      const { overlapHours } = request.body
      const { value, secret, appended } = await operations.rotate(
        getPrincipal(request),
        id,
        overlapHours,
        findRetryKey(request)
      )
      tellDone(request, value.keyId, 'a key was rotated')
      await tellPosition(reply, positions, appended)
      return { ...shownKey(value), ...describeLife(value, clock.nowMs()), secret }
    }
  })

  add({
    id: 'createSignInLinkOfKey',
    method: 'POST',
    path: '/v1/keys/:id/sign-in-links',
    summary: 'Create a sign-in link for the holder of a key',
    description:
      'The browser that opens it gets the permissions of that key, until the key expires, is revoked, or loses its newest secret. Needs a key, not a token, with at least the same rights and lifetime.',
    params,
    answers: {
      201: answer('A link that works once and for a limited time.', signInLink, 'tocsin-cursor')
    },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const { id } = request.params
      const principal = getPrincipal(request)
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
  })

  add({
    id: 'revokeKey',
    method: 'DELETE',
    path: '/v1/keys/:id',
    summary: 'Revoke a key',
    description: 'Permanent and immediate, including its sessions and sign-in links.',
    params,
    answers: { 204: answer('The key is revoked.', undefined, 'tocsin-cursor') },
    problems: writeProblems,
    async handle(request, reply) {
      const appended = await operations.revoke(getPrincipal(request), request.params.id)
      if (appended !== null) tellDone(request, request.params.id, 'a key was revoked')
      await tellPosition(reply, positions, appended)
      return reply.code(204).send()
    }
  })
}

/** Logs who did what to which key. */
function tellDone(request: FastifyRequest, keyId: string, done: string): void {
  request.log.info({ keyId, by: getPrincipal(request).id }, done)
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
function describeLife(key: KeyState, nowMs: number) {
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
