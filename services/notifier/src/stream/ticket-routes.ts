// Tickets for pages, which can send no header with a stream: asked for with a key or session, used
// once in the address.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { instant, shape, text } from '@tocsin/contracts/format/format'
import { answer, createRouteAdder } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'

const ticketShown = shape('Ticket', 'A one-use ticket.', {
  ticket: text('Sent once as `?ticket=`.'),
  expiresAt: instant('When it expires, used or not.')
})

export function addTicketRoutes(app: FastifyInstance): void {
  createRouteAdder(app, { tag: 'Streams', access: ['alerts:read'] })({
    id: 'createTicket',
    method: 'POST',
    path: '/v1/tickets',
    summary: 'Create a one-use ticket',
    description:
      'For pages, which can send no header with a stream. It counts once, as `?ticket=`, within 30 s, with the permissions of the requesting key, session or token.',
    answers: { 201: answer('The ticket.', ticketShown) },
    async handle(request, reply) {
      const { ticket, expiresAtMs } = app.authenticator.mintTicket(getPrincipal(request))
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ticket, expiresAt: new Date(expiresAtMs).toISOString() })
    }
  })
}
