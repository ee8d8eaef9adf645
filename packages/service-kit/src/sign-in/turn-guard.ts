// Gives each read its turn: the key that asks is known, and nothing of the answer is made yet.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Principal } from '../access/principal.ts'
import type { ReadTurns } from '../access/read-turns.ts'
import './fastify-augmentation.ts'

/** Reads take turns by the key that asks. What goes on without end holds none. */
export function takeTurns(
  app: FastifyInstance,
  turns: ReadTurns,
  isStillGood: (principal: Principal) => boolean
): void {
  app.decorateRequest('readTurn', null)
  app.addHook('preHandler', (request, reply, done) => {
    const { principal } = request
    if (principal === null || !takesTurn(request)) return done()
    let hasWaited = false
    // Who left before their turn is answered by nobody: the handler never runs.
    const turn = turns.take(principal.id, begun => {
      request.readTurn = begun
      const isOver = hasWaited && !isStillGood(principal)
      done(
        isOver
          ? new ProblemError('not-authenticated', 'The key was revoked or has expired.')
          : undefined
      )
    })
    hasWaited = true
    if (turn === null)
      return done(
        new ProblemError('too-many', 'Too many reads of this key are waiting.', { retryAfterS: 1 })
      )
    reply.raw.once('close', () => turn.end())
  })
  // The answer is made: what is left is up to how fast its client reads.
  app.addHook('onSend', (request, _reply, payload, done) => {
    request.readTurn?.end()
    done(null, payload)
  })
}

function takesTurn({
  method,
  routeOptions,
  ws = false
}: FastifyRequest & { readonly ws?: boolean }): boolean {
  const { access, isEndless = false } = routeOptions.config
  return (method === 'GET' || method === 'HEAD') && access !== 'open' && !isEndless && !ws
}
