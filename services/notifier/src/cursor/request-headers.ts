// Headers of requests: the version that the caller has seen, and an idempotency key.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyRequest } from 'fastify'

/** `"1"` or `1`. Throws ProblemError: 428 if missing, 400 if malformed. */
export function readIfMatch(header: string | undefined): number {
  if (header === undefined) {
    throw new ProblemError('precondition-required', 'Send If-Match with the operatorRevision of the alert that you have seen.')
  }
  const match = /^\s*(?:"(\d{1,15})"|(\d{1,15}))\s*$/.exec(header)
  if (match !== null) return Number(match[1] ?? match[2])
  const errors = [{ pointer: 'if-match', detail: 'must be one revision, such as "1"' }]
  throw new ProblemError('header-invalid', 'If-Match must be one revision, such as "1".', { errors })
}

/** Throws ProblemError for a malformed key. */
export function retryKeyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && key.length >= 1 && key.length <= 256) return key
  throw new ProblemError('header-invalid', 'Idempotency-Key must have 1 to 256 characters.', {
    errors: [{ pointer: 'idempotency-key', detail: 'must have 1 to 256 characters' }]
  })
}

/** `detail`: what became of the key, as the end of a sentence. */
export function keyTaken(detail: string): ProblemError {
  return new ProblemError('header-invalid', `Idempotency-Key ${detail}.`, { errors: [{ pointer: 'idempotency-key', detail }] })
}
