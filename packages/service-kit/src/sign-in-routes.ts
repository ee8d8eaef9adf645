// How the owner's browser gets a session: a link that works once, and the way out again.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import './fastify-augmentation.ts'
import { sessionCookie } from './session.ts'

export interface SignInOptions {
  readonly sessionHours: number
  readonly signInMinutes: number
  /** Where people reach the suite; known once it listens. */
  readonly baseUrl: () => string
}

/** Adds /sign-in, /sign-out and the route by which the owner asks for another link. */
export function addSignInRoutes(app: FastifyInstance, options: SignInOptions): void {
  const cookie = () => ({
    path: '/',
    httpOnly: true,
    sameSite: 'strict' as const,
    secure: options.baseUrl().startsWith('https:'),
    maxAge: options.sessionHours * 3600
  })

  // No HEAD: a look at the link would use it up.
  app.get<{ Querystring: { token: string } }>(
    '/sign-in',
    { config: { access: 'open' }, exposeHeadRoute: false, schema: { querystring: tokenSchema } },
    async (request, reply) => {
      if (app.authenticator.redeemLink(request.query.token))
        reply.setCookie(sessionCookie, app.authenticator.beginSession(), cookie())
      else if (request.principal === null) return sendLinkOver(reply)
      return reply.redirect('/', 303)
    }
  )

  void app.register(async scope => {
    takeNoBodies(scope)
    scope.post('/sign-out', { config: { access: 'open' } }, async (request, reply) => {
      if (request.principal !== null) app.authenticator.endSession(request.principal)
      return reply.clearCookie(sessionCookie, cookie()).code(204).send()
    })
  })

  app.post('/v1/sign-in-links', { config: { access: ['admin'] } }, async (_request, reply) =>
    reply.code(201).send({ url: signInUrl(app, options.baseUrl()), expiresInMinutes: options.signInMinutes })
  )
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

/** A new link for one sign-in. */
export function signInUrl(app: FastifyInstance, baseUrl: string): string {
  return `${baseUrl}/sign-in?token=${app.authenticator.mintLink()}`
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
