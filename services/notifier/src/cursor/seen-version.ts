// The version of a record, which If-Match asks for: who changes what somebody else has changed since
// is told so, and undoes nothing.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyReply } from 'fastify'

interface Versioned {
  /** Counts changes; 0 or left out before the first. */
  readonly version?: number
}

export function makeVersion({ version = 0 }: Versioned): number {
  return version
}

const hexDigits = 12

/** Of what is declared as a whole, and so is recorded without one: by its content. */
export function findContentVersion(declared: object): number {
  return Number.parseInt(digest('version', toCanonicalJson(declared)).slice(0, hexDigits), 16)
}

/**
 * Throws `action-refused`, with the version that stands, if it is not the one that was seen. Null:
 * whichever stands.
 */
export function checkSeen(standing: Versioned, seen: number | null): void {
  if (seen !== null && seen !== makeVersion(standing)) throw changedSince(standing)
}

export function changedSince(standing: Versioned): ProblemError {
  const detail = 'Another change came first. Read it again.'
  return new ProblemError('action-refused', detail, { members: { version: makeVersion(standing) } })
}

/** Tells the version of what is answered, as `If-Match` takes it. */
export function tellVersion(reply: FastifyReply, answered: Versioned): void {
  reply.header('etag', `"${makeVersion(answered)}"`)
}
