// One id for each request, in the answer, in its log lines and in its problem: what a caller quotes and an operator searches for.

import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Ids of callers that may stand in our log lines as they are. */
const callersId = /^[A-Za-z0-9_-]{8,64}$/

const process = randomBytes(4).toString('hex')
let count = 0

/** The caller's `X-Request-Id` where it is well-formed, else one that no other process makes. Says nothing and guards nothing. */
export function newRequestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && callersId.test(given) ? given : `${process}-${(count++).toString(36)}`
}
