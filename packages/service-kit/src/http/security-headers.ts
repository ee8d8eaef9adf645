// Headers by which an answer keeps browsers in bounds. Data gets the few that matter for data; pages get all that the console needs, and no more:
// it loads everything from its own origin.

import type { FastifyInstance } from 'fastify'

/** For every answer. Data shown as a page may load and do nothing, and no other page may frame it. */
export const dataHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // What people may see differs, so no cache between may keep it. Routes of public files say otherwise.
  'cache-control': 'no-store'
} as const

/** For answers of type text/html, on top. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin'
} as const

/** Adds them, and the request's id, to every answer of the app. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(dataHeaders).header('x-request-id', request.id)
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type')
    if (typeof type === 'string' && type.startsWith('text/html')) reply.headers(pageHeaders)
    done(null, payload)
  })
}
