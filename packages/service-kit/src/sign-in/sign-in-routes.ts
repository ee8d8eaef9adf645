// Sign-in by one-use link, and sign-out.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { owner, principalOf } from './authentication.ts'
import './fastify-augmentation.ts'
import type { Principal } from '../access/principal.ts'
import { type Session, sessionCookie } from './session.ts'

export interface SignInOptions {
  readonly sessionHours: number
  readonly signInMinutes: number
  /** The public address; known once the process listens. */
  readonly baseUrl: () => string
  readonly nowMs: () => number
  /** Records the end of a session, for other processes and after a restart. Rejects with an EventLogError if the write fails. */
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

  // No HEAD: it would use up the link.
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
 * Ends the session of the cookie, whatever other credentials the request has. It ends here at once; if the log cannot be written,
 * the caller is told and may repeat the request with the same cookie, as a restart would otherwise restore the session.
 */
async function endSession({ authenticator, parseCookie }: FastifyInstance, request: FastifyRequest, options: SignInOptions) {
  const { cookie } = request.headers
  const presented = cookie === undefined ? undefined : parseCookie(cookie)[sessionCookie]
  const session = presented === undefined ? null : authenticator.sessionIn(presented)
  if (session === null || authenticator.isEndedForAll(session)) return
  // A page of another origin may not use the cookie: it counts as absent.
  if (request.principal === null && !authenticator.sessions.isEndedHere(session)) return
  authenticator.sessions.endHere(session)
  await options.endForAll(session)
}

/** Bodies are not read, and their connections are closed: the routes are open and need none. */
function takeNoBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request: FastifyRequest, _payload: unknown, done) => done(null, undefined))
  scope.addHook('onSend', (request, reply, payload, done) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
    if (encoding !== undefined || Number(length ?? 0) > 0) reply.header('connection', 'close')
    done(null, payload)
  })
}

/** A new link for one sign-in with the authority of the caller; by default, at the start, of the owner. */
export function signInUrl({ authenticator }: FastifyInstance, baseUrl: string, maker: Principal = owner): string {
  return `${baseUrl}/sign-in?token=${authenticator.mintLink(authenticator.grantOf(maker))}`
}

const tokenSchema = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', minLength: 1, maxLength: 128 } }
} as const

/** An HTML page rather than a problem: people see it. */
function sendLinkOver(reply: FastifyReply): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', 'Bearer realm="tocsin"')
    .type('text/html; charset=utf-8')
    .send(
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tocsin: sign in</title><h1>This link is no longer valid</h1>' +
        '<p>A sign-in link works once and for a limited time. The owner can create another: <code>POST /v1/sign-in-links</code> with the owner key, or start the suite again.</p></html>'
    )
}
