// One id for each request, in its answer, log lines and problem: callers quote it and operators
// search for it.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Form of client ids that may appear in our log lines. */
const callersId = /^[A-Za-z0-9_-]{8,64}$/

/**
 * The client's `X-Request-Id` if it is well-formed, otherwise a random id. Not a counter, which
 * would reveal how many requests others have sent.
 */
export function newRequestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && callersId.test(given) ? given : randomUUID()
}
