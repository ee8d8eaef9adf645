// The version of a subscription, which its ETag tells and If-Match asks for: who changes what
// somebody else has changed since is told so, and undoes nothing.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyReply } from 'fastify'

interface Versioned {
  /** Counts changes; 0 or left out before the first. */
  readonly version?: number
}

export function versionOf({ version = 0 }: Versioned): number {
  return version
}

/**
 * Throws `action-refused`, with the version that stands, if it is not the one that was seen. Null:
 * whichever stands.
 */
export function checkSeen(standing: Versioned, seen: number | null): void {
  if (seen !== null && seen !== versionOf(standing)) throw changedSince(standing)
}

export function changedSince(standing: Versioned): ProblemError {
  const detail = 'Another change of the subscription came first. Read it again.'
  return new ProblemError('action-refused', detail, { members: { version: versionOf(standing) } })
}

/** Tells the version of what is answered, as `If-Match` takes it. */
export function tellVersion(reply: FastifyReply, answered: Versioned): void {
  reply.header('etag', `"${versionOf(answered)}"`)
}
