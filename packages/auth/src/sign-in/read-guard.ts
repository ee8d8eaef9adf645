// How many reads of a key, and of all keys, are answered at a time: what a request costs is not
// known before, and hundreds that are begun together block the process.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Quota, type QuotaLimits } from '../access/quota.ts'
import './fastify-augmentation.ts'

/** A page of the console sends a dozen in parallel, a script as many as it has connections. */
const readLimits: QuotaLimits = { total: 256, perKey: 64 }
/** Reads take milliseconds. */
const retryAfterS = 1

/** Counts reads until their answer is made. Endless answers are not counted. */
export function limitReads(app: FastifyInstance, limits = readLimits): Quota {
  const reads = new Quota(limits)
  app.decorateRequest('endRead', null)
  app.addHook('preHandler', (request, reply, done) => {
    const { principal } = request
    if (principal === null || !isCounted(request)) return done()
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
  // The answer is made: what is left is up to how fast its client reads.
  app.addHook('onSend', (request, _reply, payload, done) => {
    request.endRead?.()
    done(null, payload)
  })
  return reads
}

function isCounted({
  method,
  routeOptions,
  ws = false
}: FastifyRequest & { readonly ws?: boolean }): boolean {
  const { access, isEndless = false } = routeOptions.config
  return (method === 'GET' || method === 'HEAD') && access !== 'open' && !isEndless && !ws
}
