// Keys over HTTP: listed without secrets, created, rotated, revoked, as records of the control log. A
// secret appears only in the answer that created it.

import { mintKey } from '@tocsin/auth/access/api-key'
import { type Authority, type Principal, reaches } from '@tocsin/auth/access/principal'
import { getPrincipal, owner } from '@tocsin/auth/sign-in/authentication'
import { makeSignInLink, signInLink } from '@tocsin/auth/sign-in/session'
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
import { digest } from '@tocsin/contracts/json/digest'
import {
  actionRefused,
  bodyInvalid,
  ProblemError
} from '@tocsin/contracts/problem/problem-catalogue'
import { type Key, recordKey, scopes } from '@tocsin/contracts/record/control-record'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { linePattern } from '@tocsin/contracts/theatre/written-text'
import {
  applyKeyRotated,
  type KeyState,
  replacedSecretsMax,
  stillValid
} from '@tocsin/service/control/key-state'
import { answer, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { type AdminDeps, answerChange, checkMinted, instantOrNullIn } from './control-operations.ts'

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

const params = {
  id: text('The `keyId`.', { minLength: 1, maxLength: 128, pattern: '.' })
}
const limit = (maximum: number) => optional(integer({ minimum: 1, maximum }))

const keyBody = strict({
  name: text('Name of the holder, for lists and logs.', {
    minLength: 1,
    maxLength: 200,
    pattern: linePattern
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

/** Default and maximum time for which a replaced secret stays valid, hours. */
const overlapHoursDefault = 24
const overlapHoursMax = 720

export function addKeyRoutes(app: FastifyInstance, deps: AdminDeps): void {
  const { control, controlOperations, clock, random, limits } = deps
  const logDone = (request: FastifyRequest, keyId: string, done: string) =>
    request.log.info({ keyId, by: getPrincipal(request).id }, done)
  const add = makeReadingRoutes(app, deps, { tag: 'Administration', access: ['admin'] })
  add({
    id: 'listKeys',
    method: 'GET',
    path: '/v1/keys',
    summary: 'List keys',
    description: 'Keys within the theatres and the handling of the requesting key.',
    answers: { 200: answer('Keys, without secrets.', keyListSchema) },
    async handle(request) {
      const items = [...control.state.keys.values()]
        .filter(key => reaches(getPrincipal(request), key))
        .map(key => ({
          ...describeKey(key, clock.nowMs()),
          lastUsedAt:
            app.keyUse?.lastUsed(key.keyId) ?? control.state.keysLastUsed.get(key.keyId) ?? null
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
      const principal = getPrincipal(request)
      const { name, scopes, theatres = '*', handling = 'internal', limits: own } = request.body
      const { secret, secretHash, keyId } = mintKey(random)
      // Answered once the record is durable, folded or not: the secret cannot be shown later.
      const { key } = await answerChange(deps, reply, async () => {
        const expiresAt = instantOrNullIn('/expiresAt', request.body.expiresAt)
        if (expiresAt !== null && Date.parse(expiresAt) <= clock.nowMs())
          throw bodyInvalid('/expiresAt', 'is past')
        const key: Key = {
          ...{ keyId, name, secretHash, scopes, theatres, handling, expiresAt, by: principal.id },
          ...(own === undefined ? {} : { limits: own })
        }
        checkMinted(principal, 'key', findAuthority(key))
        const { keys, revokedKeys } = control.state
        if (keys.size - revokedKeys.size >= limits.keysMax)
          throw new ProblemError('too-many', 'The limit of keys is reached: revoke unused ones.')
        const payload = { type: 'key.created', data: recordKey(key) } as const
        return { key, ...(await controlOperations.append(payload, principal)) }
      })
      logDone(request, keyId, 'a key was made')
      return reply.code(201).send({ ...shownKey(key), secret })
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
      const { key, secret } = await answerChange(deps, reply, () =>
        rotateKey(deps, getPrincipal(request), id, overlapHours)
      )
      logDone(request, id, 'a key was rotated')
      return { ...describeKey(key, clock.nowMs()), secret }
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
        logDone(request, id, 'a link was made to sign in as the owner')
        return reply.code(201).send(makeSignInLink(app, app.authenticator.makeGrant(principal)))
      }
      // Every act under another's name leaves a trace. Permission for a new secret of the key is
      // permission for this.
      await answerChange(deps, reply, async () => {
        findOwnKey(deps, principal, id)
        const data = { keyId: id, by: principal.id }
        return controlOperations.append({ type: 'key.link-made', data }, principal)
      })
      logDone(request, id, 'a link was made to sign in as the holder of a key')
      const grant = app.authenticator.findKeyGrant(id)
      if (grant === null) throw actionRefused('The key has just ended.')
      return reply.code(201).send(makeSignInLink(app, grant))
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
      const principal = getPrincipal(request)
      const { id: keyId } = request.params
      await answerChange(deps, reply, async () => {
        if (findKey(deps, principal, keyId).revokedAt !== null) return { appended: null }
        const payload = { type: 'key.revoked', data: { keyId, by: principal.id } } as const
        const id = digest('key-revoked', keyId)
        const appended = await controlOperations.write(payload, principal, id)
        logDone(request, keyId, 'a key was revoked')
        return { appended }
      })
      return reply.code(204).send()
    }
  })
}

/** A key without the hashes of its secrets. */
function shownKey({ keyId, name, scopes, theatres, handling, expiresAt, limits = {}, by }: Key) {
  return {
    ...{ id: keyId, keyId, name, scopes, theatres, handling, expiresAt, limits },
    createdBy: by ?? null
  }
}

/** A key with its life. */
function describeKey(key: KeyState, nowMs: number) {
  const { createdAt, rotatedAt, rotatedBy, revokedAt, revokedBy, linkedAt, linkedBy } = key
  const ends = stillValid(key.replaced, nowMs).map(({ until }) => until)
  return {
    ...{ ...shownKey(key), createdAt, rotatedAt, rotatedBy, revokedAt, revokedBy },
    ...{ linkedAt, linkedBy, overlapsUntil: ends.sort().at(-1) ?? null }
  }
}

/**
 * Gives a key a new secret. Each earlier one stays valid until its own overlap ends; with an
 * overlap of 0 hours all of them end immediately. Answers once the record is durable, folded or
 * not. Throws `not-found`, also for a key that sees more than the caller; `forbidden` if it may do
 * more or lives longer; `action-refused` if the key is revoked or expired, has too many valid
 * secrets, or another rotation came first.
 */
export async function rotateKey(
  deps: AdminDeps,
  principal: Principal,
  keyId: string,
  overlapHours: number
) {
  const { control, random, clock, controlOperations } = deps
  const nowMs = clock.nowMs()
  const before = findOwnKey(deps, principal, keyId)
  if (overlapHours > 0 && stillValid(before.replaced, nowMs).length >= replacedSecretsMax)
    throw actionRefused(
      `${replacedSecretsMax} earlier secrets of the key are still valid. Wait for one to expire, or end all of them with overlapHours 0.`
    )
  const { secret, secretHash } = mintKey(random)
  const overlapUntil =
    overlapHours === 0 ? null : new Date(nowMs + overlapHours * 3_600_000).toISOString()
  const data = { keyId, secretHash, replaces: before.secretHash, overlapUntil, by: principal.id }
  const payload = { type: 'key.rotated', data } as const
  const { appended, isFolded } = await controlOperations.append(payload, principal)
  const state = isFolded
    ? control.state
    : applyKeyRotated(control.state, data, new Date(nowMs).toISOString())
  const key = state.keys.get(keyId)
  // Another instance may have revoked or rotated the key concurrently: the fold decides.
  if (key?.secretHash !== secretHash)
    throw actionRefused('Another rotation or revocation of the key came first.')
  return { key, secret, appended }
}

function findKey({ control }: AdminDeps, principal: Principal, keyId: string): KeyState {
  const key = control.state.keys.get(keyId)
  if (key !== undefined && reaches(principal, key)) return key
  throw new ProblemError('not-found', 'There is no such key.')
}

/** A valid key with no more rights than the principal. */
function findOwnKey(deps: AdminDeps, principal: Principal, keyId: string): KeyState {
  const key = findKey(deps, principal, keyId)
  checkMinted(principal, 'key', findAuthority(key))
  if (key.revokedAt !== null) throw actionRefused(`The key was revoked at ${key.revokedAt}.`)
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= deps.clock.nowMs())
    throw actionRefused(`The key expired at ${key.expiresAt}.`)
  return key
}

/** The rights of a key, in the form that the authority checks. */
function findAuthority({ scopes, theatres, handling, expiresAt, limits }: Key): Authority {
  const expiresAtMs = expiresAt === null ? null : Date.parse(expiresAt)
  return { scopes, theatres, handling, expiresAtMs, ...(limits === undefined ? {} : { limits }) }
}
