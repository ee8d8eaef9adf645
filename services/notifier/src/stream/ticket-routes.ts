// Tickets for pages, which can send no header with a stream: asked for with a key or session, used
// once in the address.

import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance } from 'fastify'

export function addTicketRoutes(app: FastifyInstance): void {
  app.post('/v1/tickets', { config: { access: ['alerts:read'] } }, async (request, reply) => {
    const { ticket, expiresAtMs } = app.authenticator.mintTicket(principalOf(request))
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ticket, expiresAt: new Date(expiresAtMs).toISOString() })
  })
}
