// Forms of pages for people that send nothing but their address: no body is read, and no other page
// may send them.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Bodies are not read, and their connections are closed: the routes are open and need none. */
export function takeNoBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request: FastifyRequest, _payload: unknown, done) =>
    done(null, undefined)
  )
  scope.addHook('onSend', (request, reply, payload, done) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
    if (encoding !== undefined || Number(length ?? 0) > 0) reply.header('connection', 'close')
    done(null, payload)
  })
}

/**
 * Throws ProblemError `origin-refused` for pages of origins that may call the suite: the guard lets
 * them pass.
 */
export function refuseFromElsewhere({ headers }: FastifyRequest, detail: string): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new ProblemError('origin-refused', detail)
}
