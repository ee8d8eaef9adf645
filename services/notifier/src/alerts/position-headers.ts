// Positions in headers: waits for the position that a request brings, and returns that of a write.

import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { createRouteAdder, type Family } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Adds routes of a family, which all wait for the position in the request. */
export function makeReadingRoutes(
  app: FastifyInstance,
  deps: { readonly positions: ReadPositions },
  family: Omit<Family, 'reach'>
) {
  return createRouteAdder(app, { ...family, reach: request => reach(deps, request) })
}

export function reach(
  deps: { readonly positions: ReadPositions },
  request: FastifyRequest
): Promise<void> {
  return deps.positions.reach(request.headers[positionHeader])
}

/** No record was written, so there is no position to wait for. */
export async function tellPosition(
  reply: FastifyReply,
  positions: ReadPositions,
  appended: RecordPosition | null,
  topic: Parameters<ReadPositions['behind']>[0] = topics.control
): Promise<void> {
  if (appended !== null) reply.header(positionHeader, await positions.behind(topic, appended))
}
