// What requests may use of a process at a time: the bytes of bodies, and the reads being answered.
// Beyond it a request is refused before it costs anything.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import '../sign-in/fastify-augmentation.ts'
import { Quota, type QuotaLimits } from '../access/quota.ts'

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

/** Largest body of an open route, bytes: it is not counted, so it must be negligible. */
const openBodyBytesMax = 1024

/** Maximum bytes of bodies per key: dozens of large imports, and room for others. */
const bytesPerKeyMax = 67_108_864

/**
 * Limits the bytes of bodies: those being read and those waiting for their answer. Streams are not
 * counted, nor are unauthenticated bodies, which are never read: the guard runs before it.
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
function countBytes(request: FastifyRequest, bodyBytesMax: number): number {
  if (isRead(request)) return 0
  const { headers } = request
  const length = headers['content-length']
  if (length === undefined && headers['transfer-encoding'] === undefined) return 0
  if (streamed.test(headers['content-type'] ?? '')) return 0
  if (length === undefined || headers['content-encoding'] !== undefined) return bodyBytesMax
  return Math.min(Number(length), bodyBytesMax)
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
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

/** A page of the console sends a dozen in parallel, a script as many as it has connections. */
const readLimits: QuotaLimits = { total: 256, perKey: 64 }
/** Reads take milliseconds. */
const retryAfterS = 1

/**
 * Limits reads until their answer is made: what one costs is not known before, and hundreds that are
 * begun together block the process. Endless answers are not counted.
 */
export function limitReads(app: FastifyInstance, limits = readLimits): Quota {
  const reads = new Quota(limits)
  app.decorateRequest('endRead', null)
  app.addHook('preHandler', (request, reply, done) => {
    const { principal, routeOptions, ws = false } = request as FastifyRequest & { ws?: boolean }
    const { access, isEndless = false } = routeOptions.config
    if (principal === null || !isRead(request) || access === 'open' || isEndless || ws)
      return done()
    reads.take(principal.id, 'reads under way', retryAfterS)
    let isOver = false
    const end = () => {
      if (!isOver) reads.release(principal.id)
      isOver = true
    }
    request.endRead = end
    reply.raw.once('close', end)
    done()
  })
  // From here on only the client's link takes time, so the read no longer counts.
  app.addHook('onSend', (request, _reply, payload, done) => {
    request.endRead?.()
    done(null, payload)
  })
  return reads
}
