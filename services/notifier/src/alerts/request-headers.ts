// Headers of requests: the version that the caller has seen, and an idempotency key.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyRequest } from 'fastify'

/** `"1"` or `1`. Throws ProblemError: 428 if missing, 400 if malformed. */
export function readIfMatch(header: string | undefined): number {
  if (header === undefined) {
    throw new ProblemError(
      'precondition-required',
      'Send If-Match with the operatorRevision of the alert that you have seen.'
    )
  }
  const match = /^\s*(?:"(\d{1,15})"|(\d{1,15}))\s*$/.exec(header)
  if (match !== null) return Number(match[1] ?? match[2])
  throw headerInvalid('if-match', 'must be one revision, such as "1"')
}

/**
 * The version that the caller has seen; null if not stated. Throws ProblemError if it is malformed.
 */
export function seenIn(request: FastifyRequest): number | null {
  const header = request.headers['if-match']
  return header === undefined ? null : readIfMatch(header)
}

export function findRetryKey(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && key.length >= 1 && key.length <= 256) return key
  throw headerInvalid('idempotency-key', 'must have 1 to 256 characters')
}

/** `detail`: what became of the key, as the end of a sentence. */
export function keyTaken(detail: string): ProblemError {
  return headerInvalid('idempotency-key', detail)
}

const names = { 'if-match': 'If-Match', 'idempotency-key': 'Idempotency-Key' } as const

/** `detail`: what is wrong with it, as the end of a sentence. */
export function headerInvalid(header: keyof typeof names, detail: string): ProblemError {
  return new ProblemError('header-invalid', `${names[header]} ${detail}.`, {
    errors: [{ pointer: header, detail }]
  })
}
