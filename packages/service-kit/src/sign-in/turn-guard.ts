// Gives each read its turn: the key that asks is known, and nothing of the answer is made yet.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ReadTurns } from '../access/read-turns.ts'
import './fastify-augmentation.ts'

/** Reads take turns by the key that asks. What goes on without end holds none. */
export function takeTurns(app: FastifyInstance, turns: ReadTurns): void {
  app.decorateRequest('readTurn', null)
  app.addHook('preHandler', (request, reply, done) => {
    const keyId = turnKeyOf(request)
    if (keyId === null) return done()
    // Who left before their turn is answered by nobody: the handler never runs.
    const turn = turns.take(keyId, begun => {
      request.readTurn = begun
      done()
    })
    if (turn === null) return done(new ProblemError('too-many', 'Too many reads of this key are waiting.', { retryAfterS: 1 }))
    reply.raw.once('close', () => turn.end())
  })
  // The answer is made: what is left is up to how fast its client reads.
  app.addHook('onSend', (request, _reply, payload, done) => {
    request.readTurn?.end()
    done(null, payload)
  })
}

/** Null: the request takes no turn. */
function turnKeyOf(request: FastifyRequest & { readonly ws?: boolean }): string | null {
  const { method, principal, routeOptions } = request
  if (principal === null || (method !== 'GET' && method !== 'HEAD')) return null
  return routeOptions.config.isEndless === true || request.ws === true ? null : principal.id
}
