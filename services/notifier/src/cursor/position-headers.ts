// Positions in headers: what a request brings is waited for, and what a write came to is told.

import type { Appended } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { positionHeader, type ReadPositions } from './read-positions.ts'

/** Waits for the position that the request brings. */
export function reach(deps: { readonly positions: ReadPositions }, request: FastifyRequest): Promise<void> {
  const header = request.headers[positionHeader]
  return deps.positions.reach(typeof header === 'string' ? header : undefined)
}

/** Where nothing was written there is nothing to wait for. */
export async function tellPosition(reply: FastifyReply, positions: ReadPositions, appended: Appended | null): Promise<void> {
  if (appended !== null) reply.header(positionHeader, await positions.behind(topics.control, appended))
}
