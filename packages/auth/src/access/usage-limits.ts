// Limits of a key: requests a minute, reports a day, bytes of a body. Counted in this process's
// memory, after authentication: n instances together admit up to n times as much, and a restart
// resets the counts.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { checkBodyBytes, isStream } from '@tocsin/service/http/json-body'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Principal } from './principal.ts'

const policies = {
  'per-minute': { seconds: 60, words: 'requests a minute' },
  'per-day': { seconds: 86_400, words: 'reports a day' }
} as const
export type LimitPolicy = keyof typeof policies

export interface UsageLimitsOptions {
  readonly clock: Clock
  /** Limits for a key without its own; 0 = unlimited. */
  readonly perMinute: number
  readonly perDay: number
  readonly onOver?: (policy: LimitPolicy) => void
  readonly trackedMax?: number
}

/** Keys and token holders that are counted; beyond that, the one with the oldest minute restarts. */
const trackedMax = 10_000
const minuteMs = 60_000
const dayMs = 86_400_000

interface Count {
  /** Monotonic, ms: a minute starts with its first request. */
  minuteFromMs: number
  /** Days of UTC since the epoch. */
  day: number
  readonly used: Record<LimitPolicy, number>
}

interface Window {
  readonly policy: LimitPolicy
  readonly limit: number
  readonly used: Count['used']
  readonly leftS: number
}

export class UsageLimits {
  readonly #options: UsageLimitsOptions
  /** A key that starts a minute becomes the newest entry. */
  readonly #counts: LRUCache<string, Count>

  constructor(options: UsageLimitsOptions) {
    this.#options = options
    this.#counts = new LRUCache({
      maxSize: options.trackedMax ?? trackedMax,
      sizeCalculation: () => 1
    })
  }

  get size(): number {
    return this.#counts.size
  }

  /** Counts all of these or none: then the problem of a key over its limit, else null. */
  take(principal: Principal, requests: number, reports = 0): ProblemError | null {
    const windows = this.#listWindows(principal)
    const amounts = { 'per-minute': requests, 'per-day': reports }
    for (const { policy, limit, used, leftS } of windows) {
      if (amounts[policy] === 0 || used[policy] + amounts[policy] <= limit) continue
      this.#options.onOver?.(policy)
      return new ProblemError('too-many', `The key allows ${limit} ${policies[policy].words}.`, {
        retryAfterS: leftS,
        members: { policy, limit }
      })
    }
    for (const { policy, used } of windows) used[policy] += amounts[policy]
    return null
  }

  /** How many requests a key may send within a minute; null: there is no limit. */
  findPerMinute(principal: Principal): number | null {
    return this.#listWindows(principal).find(each => each.policy === 'per-minute')?.limit ?? null
  }

  /**
   * The header fields RateLimit-Policy and RateLimit; empty without limits. Source:
   * draft-ietf-httpapi-ratelimit-headers-11: q = quota of a window of w seconds, r = remaining, t =
   * seconds until it resets.
   */
  describeLimits(principal: Principal): Readonly<Record<string, string>> {
    const windows = this.#listWindows(principal)
    const join = (describe: (window: Window) => string) =>
      windows.map(each => `"${each.policy}";${describe(each)}`).join(', ')
    if (windows.length === 0) return {}
    return {
      'ratelimit-policy': join(({ policy, limit }) => `q=${limit};w=${policies[policy].seconds}`),
      ratelimit: join(
        ({ policy, limit, used, leftS }) => `r=${Math.max(0, limit - used[policy])};t=${leftS}`
      )
    }
  }

  /** The windows of a key that have a limit, as they are now. */
  #listWindows({ id, limits }: Principal): readonly Window[] {
    const { clock, perMinute, perDay } = { ...this.#options, ...(limits === 'none' ? {} : limits) }
    if (limits === 'none' || (perMinute === 0 && perDay === 0)) return []
    const [nowMs, monotonicMs] = [clock.nowMs(), clock.monotonicMs()]
    const day = Math.floor(nowMs / dayMs)
    const count = this.#counts.peek(id) ?? {
      ...{ minuteFromMs: Number.NEGATIVE_INFINITY, day },
      used: { 'per-minute': 0, 'per-day': 0 }
    }
    if (count.day !== day) {
      count.day = day
      count.used['per-day'] = 0
    }
    if (monotonicMs - count.minuteFromMs >= minuteMs) {
      count.minuteFromMs = monotonicMs
      count.used['per-minute'] = 0
      this.#counts.set(id, count)
    }
    const { minuteFromMs, used } = count
    const countSeconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000))
    const windows: readonly Window[] = [
      {
        ...{ policy: 'per-minute', limit: perMinute, used },
        leftS: countSeconds(minuteFromMs + minuteMs - monotonicMs)
      },
      {
        ...{ policy: 'per-day', limit: perDay, used },
        leftS: countSeconds((day + 1) * dayMs - nowMs)
      }
    ]
    return windows.filter(({ limit }) => limit > 0)
  }
}

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
  // A stream itself is not a report; its lines are.
  const isReport = request.routeOptions.config.counts === 'reports' && !isStream(request)
  takeOrThrow(limits, reply, principal, 1, isReport ? 1 : 0)
  request.keyBodyBytesMax = principal.limits?.bodyBytes ?? null
  checkBodyBytes(request, Number(request.headers['content-length'] ?? 0))
}

/**
 * Counts each act of an admitted request before any is done: all or none. The request stays counted.
 * Throws `too-many` if the rest of the minute has no room for all of them, and `body-invalid` with
 * `pointer` if no minute has.
 */
export function admitActs(
  { principal, server: { usageLimits } }: FastifyRequest,
  reply: FastifyReply,
  acts: number,
  pointer: string
): void {
  if (principal === null || principal.limits === 'none') return
  const most = usageLimits.findPerMinute(principal)
  if (most !== null && acts > most) {
    const detail = `must have at most ${most} items: each counts as a request, of which the key may send ${most} a minute`
    const errors = [{ pointer, detail }]
    throw new ProblemError('body-invalid', `${pointer} ${detail}.`, { errors })
  }
  takeOrThrow(usageLimits, reply, principal, acts - 1)
}

function takeOrThrow(
  limits: UsageLimits,
  reply: FastifyReply,
  principal: Principal,
  ...amounts: [requests: number, reports?: number]
): void {
  const over = limits.take(principal, ...amounts)
  reply.headers(limits.describeLimits(principal))
  if (over !== null) throw over
}
