// While this instance is cut off from the log, reads return the last known state and mark it in a
// header: people on watch need the last known picture. Reads for machines that follow step by step
// are refused instead (alert-feed.ts, stream-session.ts).

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyInstance } from 'fastify'
import type { Stale } from './liveness.ts'

/** Since when an answer may be out of date, ISO 8601 in UTC; absent while current. */
const staleHeader = 'tocsin-stale-since'

/** Adds the header to the answers of an app's reading routes. */
export function markStaleAnswers(app: FastifyInstance, stale: () => Stale | null): void {
  app.addHook('onSend', async (request, reply) => {
    const found = request.method === 'GET' && request.url.startsWith('/v1/') ? stale() : null
    if (found !== null) reply.header(staleHeader, found.since)
  })
}

/**
 * For what machines follow step by step: throws ProblemError `projection-behind` while this
 * instance is cut off from the log.
 */
export function refuseWhileStale(stale: Stale | null): void {
  if (stale === null) return
  throw new ProblemError(
    'projection-behind',
    `Not live since ${stale.since}: ${stale.detail}. Try again, or at another instance.`,
    {
      retryAfterS: 5,
      members: { staleSince: stale.since }
    }
  )
}
