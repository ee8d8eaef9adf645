// Limits the bytes of bodies in a process: those being read and those waiting for their answer.
// Beyond it, a request is refused before its body is read. Streams are not buffered and not
// counted, nor are unauthenticated bodies, which are never read.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import '../sign-in/fastify-augmentation.ts'
import { Quota } from '../access/quota.ts'

export interface BodyBudgetLimits {
  /** Largest single body, bytes. */
  readonly bodyBytesMax: number
  /** Most bytes of all bodies; one body is always accepted. */
  readonly bodiesBytesMax: number
  /** Per key; default 64 MiB. */
  readonly bodiesBytesPerKeyMax?: number
}

/** Content types that are processed as streams and not buffered. */
const streamed = /^\s*application\/x-ndjson\b/i

const bodyless: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Largest body of an open route, bytes: it is not counted, so it must be negligible. */
const openBodyBytesMax = 1024

/** Maximum bytes of bodies per key: dozens of large imports, and room for others. */
const bytesPerKeyMax = 67_108_864

/**
 * Adds the limit to all routes of the app; returns the bytes in memory. It applies to authenticated requests: the guard runs
 * before it.
 */
export function limitBodies(app: FastifyInstance, limits: BodyBudgetLimits): Quota {
  const total = Math.max(limits.bodiesBytesMax, limits.bodyBytesMax)
  const perKey = Math.max(limits.bodiesBytesPerKeyMax ?? bytesPerKeyMax, limits.bodyBytesMax)
  const held = new Quota({ total, perKey })
  app.addHook('onRoute', route => {
    if (route.config?.access === 'open')
      route.bodyLimit ??= Math.min(openBodyBytesMax, limits.bodyBytesMax)
  })
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { principal } = request
    if (principal === null || request.routeOptions.config.access === 'open')
      return done(null, payload)
    const bytes = countBytes(request, limits.bodyBytesMax)
    // A client that disconnected during authentication closes only once.
    if (bytes === 0 || reply.raw.destroyed) return done(null, payload)
    const over = held.acquire(principal.id, bytes)
    if (over !== null) {
      const [code, detail] = refusals[over]
      return done(new ProblemError(code, detail, { retryAfterS: 1 }))
    }
    // Emitted once per answer, also if the client disconnected before.
    reply.raw.once('close', () => held.release(principal.id, bytes))
    done(null, payload)
  })
  return held
}

/**
 * The expected size of a body: the announced one; the maximum if none is announced or the body is
 * compressed.
 */
function countBytes({ headers, method }: FastifyRequest, bodyBytesMax: number): number {
  if (bodyless.has(method)) return 0
  const length = headers['content-length']
  if (length === undefined && headers['transfer-encoding'] === undefined) return 0
  if (streamed.test(headers['content-type'] ?? '')) return 0
  if (length === undefined || headers['content-encoding'] !== undefined) return bodyBytesMax
  return Math.min(Number(length), bodyBytesMax)
}

const refusals = {
  total: [
    'overloaded',
    'More bodies are being sent than this process can hold. This one was not read; send it again in a moment.'
  ],
  key: [
    'too-many',
    'This key is sending as many bytes at once as one key may. This body was not read; send it after an earlier one is answered.'
  ]
} as const
