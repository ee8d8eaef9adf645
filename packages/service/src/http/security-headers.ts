// Security headers. Data gets the few that apply to data; pages get what the console needs, which
// loads everything from its own origin.

import type { FastifyInstance } from 'fastify'

/** For every answer. Data opened as a page may load and do nothing, and no page may frame it. */
const dataHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // Answers depend on the reader, so no shared cache may keep them. Routes of public files override
  // this.
  'cache-control': 'no-store'
} as const

/** For answers of type text/html, in addition. */
const pageHeaders = {
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin'
} as const

/** For those that do not state their own (`packages/service/src/http/plain-page.ts`). */
const consoleHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer'
} as const

/** Adds them, and the request's id, to every answer of the app. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(dataHeaders).header('x-request-id', request.id)
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type')
    if (typeof type === 'string' && type.startsWith('text/html')) {
      reply.headers(pageHeaders)
      if (!reply.hasHeader('referrer-policy')) reply.headers(consoleHeaders)
    }
    done(null, payload)
  })
}
