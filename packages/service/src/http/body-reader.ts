// Reads a whole body into memory once. body-budget.ts limits the total of all bodies.

import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyRequest } from 'fastify'
import { GatheredBytes } from './gathered-bytes.ts'

/**
 * Reads the bytes of a body up to the limit of its route. `done` is called once: with ProblemError
 * `body-too-large` or `body-malformed`, or with the bytes; anything later is discarded. A callback,
 * not a promise, as nearly every body arrives in one chunk.
 */
export function readBody(
  request: FastifyRequest,
  payload: Readable,
  done: (error: Error | null, bytes: Buffer | null) => void
): void {
  const { bodyLimit } = request.routeOptions
  const stated = request.headers['content-length']
  const announced = stated === undefined ? null : Number(stated)
  const refusal =
    announced !== null && announced > bodyLimit
      ? tooLarge(bodyLimit)
      : payload.destroyed
        ? brokenOff()
        : null
  if (refusal !== null) {
    done(refusal, null)
    return
  }
  let gathered: GatheredBytes | null = null
  let isOver = false
  const over = (error: Error | null, bytes: Buffer | null) => {
    if (isOver) return
    isOver = true
    done(error, bytes)
  }
  const gather = (chunk: Buffer) => {
    if (isOver) return
    // All announced bytes are here, and the HTTP parser lets no more through.
    if (gathered === null && chunk.length === announced) {
      over(null, chunk)
      return
    }
    gathered ??= new GatheredBytes(bodyLimit)
    if (gathered.add(chunk)) return
    payload.off('data', gather).resume()
    over(tooLarge(bodyLimit), null)
  }
  payload.on('data', gather)
  payload.on('error', cause => over(brokenOff(cause), null))
  payload.on('end', () => {
    if (isOver) return
    const bytes = gathered?.bytes ?? Buffer.alloc(0)
    if (announced === null || bytes.length === announced) over(null, bytes)
    else
      over(
        new ProblemError('body-malformed', 'The length of the body differs from Content-Length.'),
        null
      )
  })
}

function tooLarge(bytesMax: number): ProblemError {
  return new ProblemError('body-too-large', `The body exceeds the limit of ${bytesMax} bytes.`)
}

function brokenOff(cause?: Error): ProblemError {
  return new ProblemError(
    'body-malformed',
    'The body was cut off.',
    cause === undefined ? {} : { cause }
  )
}
