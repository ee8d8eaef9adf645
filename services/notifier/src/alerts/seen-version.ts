// The version of a record, which If-Match asks for: a write on top of somebody else's later change
// is refused, and undoes no change.

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

/** Version of a record that is declared as a whole and so has no number: made from its content. */
export function computeContentVersion(declared: object): number {
  return Number.parseInt(digest('version', toCanonicalJson(declared)).slice(0, hexDigits), 16)
}

/**
 * Throws `action-refused`, with the current version, if it is not the one that was seen. Null: any
 * version.
 */
export function checkSeen(standing: Versioned, seen: number | null): void {
  if (seen !== null && seen !== makeVersion(standing)) throw changedSince(standing)
}

export function changedSince(standing: Versioned): ProblemError {
  const detail = 'Another change came first. Read it again.'
  return new ProblemError('action-refused', detail, { members: { version: makeVersion(standing) } })
}

/** Sets the version of the answer, in the form of `If-Match`. */
export function tellVersion(reply: FastifyReply, answered: Versioned): void {
  reply.header('etag', `"${makeVersion(answered)}"`)
}
