// Applies the limits of a key to each request: requests, reports and bytes. usage-limits.ts does
// the counting.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { checkBodyBytes, isStream } from '@tocsin/service/http/body-bytes'
import type { FastifyReply, FastifyRequest } from 'fastify'
import './fastify-augmentation.ts'
import type { Principal } from '../access/principal.ts'
import type { Admission, LimitPolicy, UsageLimits } from '../access/usage-limits.ts'

/**
 * Counts a request for its key and adds the remaining quota to the answer's headers. Throws
 * `too-many` or `body-too-large`.
 */
export function admitUsage(
  limits: UsageLimits,
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal
): void {
  if (principal.limits === 'none') return
  tellUsage(limits, reply, principal, limits.takeRequest(principal, isReport(request)))
  request.keyBodyBytesMax = principal.limits?.bodyBytes ?? null
  checkBodyBytes(request, Number(request.headers['content-length'] ?? 0))
}

/**
 * Counts each act of a request that was admitted as one, before anything is done. Throws `too-many`
 * if not all of them fit into what is left of the minute, and `body-invalid` that names `pointer`
 * if there are more than ever fit.
 */
export function admitActs(
  request: FastifyRequest,
  reply: FastifyReply,
  acts: number,
  pointer: string
): void {
  const { principal, server } = request
  if (principal === null || principal.limits === 'none') return
  const most = server.usageLimits.computePerMinute(principal)
  if (most !== null && acts > most) {
    const detail = `must have at most ${most} items: each counts as a request, of which the key may send ${most} a minute`
    throw new ProblemError('body-invalid', `${pointer} ${detail}.`, {
      errors: [{ pointer, detail }]
    })
  }
  tellUsage(server.usageLimits, reply, principal, server.usageLimits.takeActs(principal, acts))
}

/** In every answer, and as a refusal. */
function tellUsage(
  limits: UsageLimits,
  reply: FastifyReply,
  principal: Principal,
  admission: Admission
): void {
  const fields = limits.describeLimits(principal)
  if (fields !== null)
    reply.header('ratelimit-policy', fields.policy).header('ratelimit', fields.state)
  if (admission.kind === 'over') throw overLimit(admission)
}

/** The problem of a key over its limit. */
export function overLimit({
  policy,
  limit,
  retryAfterS
}: Extract<Admission, { kind: 'over' }>): ProblemError {
  return new ProblemError('too-many', `The key allows ${limit} ${policyWords[policy]}.`, {
    retryAfterS,
    members: { policy, limit }
  })
}

const policyWords: Readonly<Record<LimitPolicy, string>> = {
  'per-minute': 'requests a minute',
  'per-day': 'reports a day'
}

/** A stream itself is not a report; its lines are. */
function isReport(request: FastifyRequest): boolean {
  return request.routeOptions.config.counts === 'reports' && !isStream(request)
}
