// The limit of bytes in the body of a request that its key states.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyRequest } from 'fastify'
import './fastify-augmentation.ts'

/**
 * Throws `body-too-large` beyond the key's own limit. Streams are limited by line and pace instead.
 */
export function checkBodyBytes(request: FastifyRequest, bytes: number): void {
  const bytesMax = request.keyBodyBytesMax
  if (bytesMax === null || bytes <= bytesMax || isStream(request)) return
  throw new ProblemError('body-too-large', `The key allows bodies of at most ${bytesMax} bytes.`)
}

export function isStream({ headers }: FastifyRequest): boolean {
  return headers['content-type']?.toLowerCase().startsWith('application/x-ndjson') ?? false
}
