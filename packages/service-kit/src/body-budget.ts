// How many bytes of bodies a process holds at once: those that are being read and those that wait for their answer. Over it a request is turned away
// before a byte of it is read. What comes as a stream is not held and not counted.

import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import type { FastifyInstance, FastifyRequest } from 'fastify'

export interface BodyBudgetLimits {
  /** Largest single body, bytes. */
  readonly bodyBytesMax: number
  /** Most bytes of all bodies; one body is always taken. */
  readonly bodiesBytesMax: number
}

/** What is held now, for the figures. */
export interface BodyBudget {
  readonly heldBytes: () => number
}

/** Content types that are read as they come and held nowhere. */
const streamed = /^\s*application\/x-ndjson\b/i

/** Adds the limit to all routes of the app. */
export function limitBodies(app: FastifyInstance, limits: BodyBudgetLimits): BodyBudget {
  let held = 0
  app.addHook('preParsing', (request, reply, payload, done) => {
    const bytes = bytesOf(request, limits.bodyBytesMax)
    if (held > 0 && held + bytes > limits.bodiesBytesMax) return done(overloaded())
    if (bytes > 0) {
      held += bytes
      // Comes once for each answer, also where the client has gone before it.
      reply.raw.once('close', () => {
        held -= bytes
      })
    }
    done(null, payload)
  })
  return { heldBytes: () => held }
}

/** What a body may come to: as announced; as much as is ever taken where nothing is announced or it is compressed. */
function bytesOf({ headers }: FastifyRequest, bodyBytesMax: number): number {
  const length = headers['content-length']
  if (length === undefined && headers['transfer-encoding'] === undefined) return 0
  if (streamed.test(headers['content-type'] ?? '')) return 0
  if (length === undefined || headers['content-encoding'] !== undefined) return bodyBytesMax
  return Math.min(Number(length), bodyBytesMax)
}

function overloaded(): ProblemError {
  const detail = 'More is being sent here at once than this process holds. Nothing of this was read; send it again in a moment.'
  return new ProblemError('overloaded', detail, { retryAfterS: 1 })
}
