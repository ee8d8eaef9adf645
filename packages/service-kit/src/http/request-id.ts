// One id for each request, in the answer, in its log lines and in its problem: what a caller quotes and an operator searches for.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Ids of callers that may stand in our log lines as they are. */
const callersId = /^[A-Za-z0-9_-]{8,64}$/

/**
 * The caller's `X-Request-Id` where it is well-formed, else one of chance. Says nothing and guards nothing: a number that counts would tell each caller how many
 * requests the others have sent in between.
 */
export function newRequestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && callersId.test(given) ? given : randomUUID()
}
