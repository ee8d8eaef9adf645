// Runs before anything of a request is read: host check, origin check, authentication,
// authorisation. WebSocket upgrades pass through the same hook.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Scope } from '@tocsin/contracts/record/control-record'
import {
  judgeOrigin,
  type OriginVerdict,
  type ServedNames,
  servesHost
} from '@tocsin/service/settings/network-names'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Counter } from 'prom-client'
import type { KeyUse } from '../access/key-use.ts'
import { mayUse } from '../access/principal.ts'
import { admitUsage, type UsageLimits } from '../access/usage-limits.ts'
import type {
  Answer,
  Authentication,
  Authenticator,
  AuthRefusal,
  Credentials
} from './authentication.ts'
import { readCookie, sessionCookie } from './session.ts'

export interface GuardOptions {
  readonly names: ServedNames
  readonly authenticator: Authenticator
  readonly failures: Counter<'reason'>
  /**
   * Resolves once all keys in the control log are known; rejects with a problem if that fails.
   * Called before a key is refused as unknown.
   */
  readonly learnKeys: () => Promise<void>
  readonly limits: UsageLimits
  /** Records the use of keys; omitted: none. */
  readonly keyUse?: KeyUse | undefined
}

export function guardAccess(app: FastifyInstance, options: GuardOptions): void {
  app.decorateRequest('principal', null)
  app.decorate('authenticator', options.authenticator)
  app.decorate('usageLimits', options.limits)
  app.decorate('keyUse', options.keyUse ?? null)
  lookAgainAfterBodies(app, options)
  // Not async: a promise per request would be the most expensive part of the guard.
  app.addHook('onRequest', (request, reply, done) => {
    try {
      const origin = checkNames(options.names, request)
      if (origin === 'allowed' && answerOtherOrigin(request, reply)) return
      // An unknown path has no access to check; it is answered as unknown.
      if (request.is404) return done()
      const credentials = readCredentials(request, origin)
      const answer = options.authenticator.authenticate(credentials)
      const settled = isNews(options, request, credentials, answer)
        ? askAgain(options, credentials, answer)
        : answer
      const admitted = (authentication: Authentication) =>
        admit(options, request, reply, authentication)
      if (settled instanceof Promise) return void settled.then(admitted).then(() => done(), done)
      admitted(settled)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

/**
 * A body may come slowly, and the key have been revoked or the session ended meanwhile: then the
 * request has no effect.
 */
function lookAgainAfterBodies(
  app: FastifyInstance,
  { authenticator, failures }: GuardOptions
): void {
  app.addHook('preHandler', ({ method, principal }, _reply, done) => {
    // Reads have no body; those that wait for their turn are looked at after it.
    const isRead = method === 'GET' || method === 'HEAD'
    if (isRead || principal === null || authenticator.isStillGood(principal)) return done()
    failures.inc({ reason: 'over-meanwhile' })
    const detail = 'The key was revoked or has expired, or the session has ended. Nothing was done.'
    done(new ProblemError('not-authenticated', detail))
  })
}

function scopesNeeded(access: readonly Scope[]): string {
  const all = [...new Set<Scope>([...access, 'admin'])]
  return all.length === 1 ? `the scope ${all[0]}` : `one of the scopes ${all.join(', ')}`
}

/** Throws if the request is for another host, or comes from a page that may not call this one. */
function checkNames(names: ServedNames, request: FastifyRequest): OriginVerdict {
  const { host, origin } = request.headers
  // The parser takes the first of several, a proxy in front may take another.
  const hosts = request.raw.rawHeaders.filter(
    (each, i) => i % 2 === 0 && each.length === 4 && each.toLowerCase() === 'host'
  )
  if (hosts.length > 1)
    throw new ProblemError('header-invalid', 'There is more than one Host header.')
  if (!servesHost(names, host))
    throw new ProblemError(
      'host-refused',
      'The Host header names no host of this suite. See the setting allowedHosts.'
    )
  const verdict = judgeOrigin(names, origin, host)
  if (verdict === 'refused')
    throw new ProblemError(
      'origin-refused',
      'Pages of this origin may not call the suite. See the setting allowedOrigins.'
    )
  return verdict
}

/**
 * CORS: lets a page of an allowed origin read the answer, and answers its preflight. True if the
 * request is answered.
 */
function answerOtherOrigin(request: FastifyRequest, reply: FastifyReply): boolean {
  reply.header('access-control-allow-origin', request.headers.origin).header('vary', 'origin')
  reply.header(
    'access-control-expose-headers',
    'tocsin-cursor, tocsin-age-seconds, tocsin-canary-age-seconds, tocsin-complete-record, tocsin-complete-time, tocsin-epoch, etag, link, location, retry-after, ratelimit, ratelimit-policy, x-request-id'
  )
  if (
    request.method !== 'OPTIONS' ||
    request.headers['access-control-request-method'] === undefined
  )
    return false
  reply
    .header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
    .header(
      'access-control-allow-headers',
      'authorization, content-type, if-match, if-none-match, idempotency-key, last-event-id, tocsin-cursor, x-request-id'
    )
    .header('access-control-max-age', '600')
    .code(204)
    .send()
  return true
}

function readCredentials(request: FastifyRequest, origin: OriginVerdict): Credentials {
  return {
    authorization: request.headers.authorization,
    // The cookie is only for pages of this host.
    session: origin === 'allowed' ? undefined : readCookie(request, sessionCookie),
    ticket: readTicket(request),
    address: request.ip
  }
}

/**
 * True for a key that another process may just have created, and for a session or a ticket of such
 * a key. An address with too many failures gets no look-up.
 */
function isNews(
  { authenticator }: GuardOptions,
  { routeOptions }: FastifyRequest,
  credentials: Credentials,
  answer: Answer
): answer is Extract<Authentication, { kind: 'refused' }> {
  if (!('kind' in answer) || answer.kind !== 'refused') return false
  if (answer.reason === 'ticket-over') return authenticator.isMakerUnknown(credentials)
  if (routeOptions.config.access === 'open') return false
  return (
    answer.reason === 'unknown' ||
    (answer.reason === 'session-over' && authenticator.isMakerUnknown(credentials))
  )
}

async function askAgain(
  { authenticator, learnKeys }: GuardOptions,
  credentials: Credentials,
  before: Extract<Authentication, { kind: 'refused' }>
): Promise<Authentication> {
  await learnKeys()
  if (before.reason === 'unknown' && !authenticator.knows(credentials.authorization)) return before
  return authenticator.authenticate(credentials)
}

/** Sets the principal, or throws the reason for the refusal. */
function admit(
  options: GuardOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  authentication: Authentication
): void {
  const { access } = request.routeOptions.config
  if (access === undefined) throw new Error('the route states no access')
  if (authentication.kind === 'refused') options.failures.inc({ reason: authentication.reason })
  if (authentication.kind === 'principal') request.principal = authentication.principal
  if (access === 'open') {
    checkOpen(request, authentication)
    return
  }
  if (authentication.kind !== 'principal') throw refusal(authentication)
  const { principal } = authentication
  if (!mayUse(principal, access)) {
    throw new ProblemError('forbidden', `This needs ${scopesNeeded(access)}.`)
  }
  admitUsage(options.limits, request, reply, principal)
  options.keyUse?.note(principal.id)
}

/**
 * Open routes of the interface authenticate the caller themselves. While that is not possible, the
 * caller must not be treated as anonymous.
 */
function checkOpen({ url }: FastifyRequest, authentication: Authentication): void {
  const isUndecided = authentication.kind === 'unavailable' || authentication.kind === 'throttled'
  if (isUndecided && url.startsWith('/v1/')) throw refusal(authentication)
}

/**
 * The ticket in the address, where the route takes one. Anything but one text is a wrong ticket.
 */
function readTicket({ routeOptions, query }: FastifyRequest): string | undefined {
  const ticket = routeOptions.config.takesTicket
    ? (query as { readonly ticket?: unknown }).ticket
    : undefined
  return ticket === undefined || typeof ticket === 'string' ? ticket : ''
}

const refusalDetails: Readonly<Record<AuthRefusal, string>> = {
  unknown: 'The key is unknown.',
  revoked: 'The key was revoked.',
  expired: 'The key has expired.',
  rotated: 'The key has a new secret, and this one has expired.',
  'token-forged': 'The token was not signed by the identity provider.',
  'token-stale': 'The token has expired, is too old, or is not valid yet. Get a new one.',
  'token-foreign':
    'The token is from another issuer or for another audience, or lacks a required claim.',
  malformed: 'The Authorization header must be "Bearer" and a key.',
  'session-over': 'The session has ended. Sign in again.',
  'ticket-over': 'The ticket is used, expired or invalid, or its key is. Get a new one.'
}

function refusal(authentication: Exclude<Authentication, { kind: 'principal' }>): ProblemError {
  if (authentication.kind === 'throttled' || authentication.kind === 'unavailable') {
    const { kind, retryAfterS } = authentication
    return kind === 'throttled'
      ? new ProblemError('too-many', 'Too many wrong keys or tokens from this address.', {
          retryAfterS
        })
      : new ProblemError(
          'identity-unavailable',
          'The keys of the identity provider are unavailable at the moment. Nothing was done.',
          { retryAfterS }
        )
  }
  const detail =
    authentication.kind === 'none'
      ? 'Send a key as "Authorization: Bearer tk_…", or sign in.'
      : refusalDetails[authentication.reason]
  return new ProblemError('not-authenticated', detail)
}
