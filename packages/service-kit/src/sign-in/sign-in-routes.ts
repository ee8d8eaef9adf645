// How a browser gets a session: a link that works once, and the way out again.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { owner, principalOf } from './authentication.ts'
import './fastify-augmentation.ts'
import type { Principal } from '../access/principal.ts'
import { type Session, sessionCookie } from './session.ts'

export interface SignInOptions {
  readonly sessionHours: number
  readonly signInMinutes: number
  /** Where people reach the suite; known once it listens. */
  readonly baseUrl: () => string
  readonly nowMs: () => number
  /** Makes it known to all, now and after a restart, that a session was ended. Rejects with an EventLogError where that can't be written. */
  readonly endForAll: (session: Session) => Promise<void>
}

/** Adds /sign-in, /sign-out and the route by which an administrator asks for another link. */
export function addSignInRoutes(app: FastifyInstance, options: SignInOptions): void {
  const cookie = () => ({
    path: '/',
    httpOnly: true,
    sameSite: 'strict' as const,
    secure: options.baseUrl().startsWith('https:')
  })

  // No HEAD: a look at the link would use it up.
  app.get<{ Querystring: { token: string } }>(
    '/sign-in',
    { config: { access: 'open' }, exposeHeadRoute: false, schema: { querystring: tokenSchema } },
    async (request, reply) => {
      const grant = app.authenticator.redeemLink(request.query.token)
      const begun = grant === null ? null : app.authenticator.beginSession(grant)
      if (begun !== null) {
        const maxAge = Math.floor((begun.session.expiresAtMs - options.nowMs()) / 1000)
        reply.setCookie(sessionCookie, begun.cookie, { ...cookie(), maxAge })
      } else if (request.principal === null) return sendLinkOver(reply)
      return reply.redirect('/', 303)
    }
  )

  void app.register(async scope => {
    takeNoBodies(scope)
    scope.post('/sign-out', { config: { access: 'open' } }, async (request, reply) => {
      await endSession(app, request, options)
      return reply.clearCookie(sessionCookie, cookie()).code(204).send()
    })
  })

  app.post('/v1/sign-in-links', { config: { access: ['admin'] } }, async (request, reply) => {
    const principal = principalOf(request)
    const url = signInUrl(app, options.baseUrl(), principal)
    const leftMinutes = ((app.authenticator.grantOf(principal).untilMs ?? Number.POSITIVE_INFINITY) - options.nowMs()) / 60_000
    return reply.code(201).send({ url, expiresInMinutes: Math.min(options.signInMinutes, Math.floor(leftMinutes)) })
  })
}

/**
 * Ends the session of the cookie, whoever else is named in the request. Here it is over at once; where the log can't be written the caller is told, and
 * may ask again with the same cookie: else a restart would bring the session back.
 */
async function endSession({ authenticator, parseCookie }: FastifyInstance, request: FastifyRequest, options: SignInOptions) {
  const { cookie } = request.headers
  const presented = cookie === undefined ? undefined : parseCookie(cookie)[sessionCookie]
  const session = presented === undefined ? null : authenticator.sessionIn(presented)
  if (session === null || authenticator.isEndedForAll(session)) return
  // A page of another origin may not use the cookie: then nobody was found by it.
  if (request.principal === null && !authenticator.sessions.isEndedHere(session)) return
  authenticator.sessions.endHere(session)
  await options.endForAll(session)
}

/** Bodies are left unread, and their connections ended: this is asked by everyone, and needs none. */
function takeNoBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request: FastifyRequest, _payload: unknown, done) => done(null, undefined))
  scope.addHook('onSend', (request, reply, payload, done) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
    if (encoding !== undefined || Number(length ?? 0) > 0) reply.header('connection', 'close')
    done(null, payload)
  })
}

/** A new link for one sign-in, with the authority of who asks for it; by default, at the start, of the owner. */
export function signInUrl({ authenticator }: FastifyInstance, baseUrl: string, maker: Principal = owner): string {
  return `${baseUrl}/sign-in?token=${authenticator.mintLink(authenticator.grantOf(maker))}`
}

const tokenSchema = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', minLength: 1, maxLength: 128 } }
} as const

/** A page, not a problem: it is a person who sees it. */
function sendLinkOver(reply: FastifyReply): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', 'Bearer realm="tocsin"')
    .type('text/html; charset=utf-8')
    .send(
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tocsin: sign in</title><h1>This link is no longer good</h1>' +
        '<p>A sign-in link works once and for a limited time. The owner can make another: <code>POST /v1/sign-in-links</code> with the owner key, or start the suite again.</p></html>'
    )
}
