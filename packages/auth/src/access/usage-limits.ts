// Rate limits per key: requests per minute, reports per day. Counted in this process's memory,
// after authentication: n instances together admit up to n times as much, and a restart resets the
// counts. Bodies and connections have separate limits.

import type { Clock } from '@tocsin/domain/ports'
import { LRUCache } from 'lru-cache'
import type { Principal } from './principal.ts'

const limitPolicies = ['per-minute', 'per-day'] as const
export type LimitPolicy = (typeof limitPolicies)[number]

export type Admission =
  | { readonly kind: 'admitted' }
  /** Not counted. `retryAfterS`: seconds until the same amount may be requested again. */
  | {
      readonly kind: 'over'
      readonly policy: LimitPolicy
      readonly limit: number
      readonly retryAfterS: number
    }

export interface UsageLimitsOptions {
  readonly clock: Clock
  /** Limits for a key without its own; 0 = unlimited. */
  readonly perMinute: number
  readonly perDay: number
  /** Called for each refusal. */
  readonly onOver?: (policy: LimitPolicy) => void
  readonly trackedMax?: number
}

/**
 * Keys and token holders that are counted at a time; beyond that, the one with the oldest minute is
 * forgotten, and its counts restart at 0.
 */
const trackedMax = 10_000

const minuteMs = 60_000
const dayMs = 86_400_000
const admitted: Admission = { kind: 'admitted' }

interface Count {
  /** Monotonic, ms: a minute starts with its first request. */
  minuteFromMs: number
  minuteUsed: number
  /** Days of UTC since the epoch. */
  day: number
  dayUsed: number
}

/** Both clocks are read once per request. */
interface ClockReading {
  readonly monotonicMs: number
  readonly nowMs: number
}

interface Held {
  readonly perMinute: number
  readonly perDay: number
}

export class UsageLimits {
  readonly #options: UsageLimitsOptions
  /**
   * A key that starts a minute becomes the newest entry, so that the oldest is the one idle
   * longest.
   */
  readonly #counts: LRUCache<string, Count>

  constructor(options: UsageLimitsOptions) {
    this.#options = options
    this.#counts = new LRUCache({
      maxSize: options.trackedMax ?? trackedMax,
      sizeCalculation: () => 1
    })
  }

  /** Keys and token holders in the table. */
  get size(): number {
    return this.#counts.size
  }

  /** Counts a request, which may itself be a report. */
  takeRequest(principal: Principal, isReport: boolean): Admission {
    return this.#take(principal, 1, isReport ? 1 : 0)
  }

  /** Counts reports of a stream, all or none. The stream's own request was counted before. */
  takeReports(principal: Principal, count = 1): Admission {
    return this.#take(principal, count, count)
  }

  /**
   * Counts the further acts of a request that was admitted as one, each as a request: all, or none.
   * The request itself stays counted: it was read, and who sends such without end must not have it
   * for nothing.
   */
  takeActs(principal: Principal, acts: number): Admission {
    return this.#take(principal, acts - 1, 0)
  }

  /** How many requests a key may send within a minute; null: there is no limit. */
  computePerMinute(principal: Principal): number | null {
    const { perMinute } = this.#findLimits(principal)
    return perMinute === 0 ? null : perMinute
  }

  /**
   * The header fields RateLimit-Policy and RateLimit; null without limits. Source:
   * draft-ietf-httpapi-ratelimit-headers-11: q = quota of a window of w seconds, r = remaining, t =
   * seconds until it resets.
   */
  describeLimits(principal: Principal): { readonly policy: string; readonly state: string } | null {
    const { perMinute, perDay } = this.#findLimits(principal)
    if (perMinute === 0 && perDay === 0) return null
    const moment = this.#now()
    const count = this.#counts.peek(principal.id)
    const minuteUsed = count === undefined || minuteIsOver(count, moment) ? 0 : count.minuteUsed
    const dayUsed = count?.day === computeDay(moment) ? count.dayUsed : 0
    const minute =
      perMinute === 0
        ? ''
        : `"per-minute";r=${Math.max(0, perMinute - minuteUsed)};t=${minuteLeftS(count, moment)}`
    const day =
      perDay === 0 ? '' : `"per-day";r=${Math.max(0, perDay - dayUsed)};t=${dayLeftS(moment)}`
    return {
      policy: joined(
        perMinute === 0 ? '' : `"per-minute";q=${perMinute};w=60`,
        perDay === 0 ? '' : `"per-day";q=${perDay};w=86400`
      ),
      state: joined(minute, day)
    }
  }

  #take(principal: Principal, units: number, reports: number): Admission {
    const { perMinute, perDay } = this.#findLimits(principal)
    if (perMinute === 0 && perDay === 0) return admitted
    const moment = this.#now()
    const count = this.#findCount(principal.id, moment)
    if (perMinute > 0 && count.minuteUsed + units > perMinute)
      return this.#over('per-minute', perMinute, minuteLeftS(count, moment))
    if (perDay > 0 && reports > 0 && count.dayUsed + reports > perDay)
      return this.#over('per-day', perDay, dayLeftS(moment))
    count.minuteUsed += units
    count.dayUsed += reports
    return admitted
  }

  #over(policy: LimitPolicy, limit: number, retryAfterS: number): Admission {
    this.#options.onOver?.(policy)
    return { kind: 'over', policy, limit, retryAfterS }
  }

  #findLimits({ limits }: Principal): Held {
    if (limits === 'none') return noLimits
    if (limits === undefined) return this.#options
    const { perMinute, perDay } = this.#options
    return { perMinute: limits.perMinute ?? perMinute, perDay: limits.perDay ?? perDay }
  }

  #now(): ClockReading {
    const { clock } = this.#options
    return { monotonicMs: clock.monotonicMs(), nowMs: clock.nowMs() }
  }

  /** The counts of the current minute and day. */
  #findCount(id: string, moment: ClockReading): Count {
    const known = this.#counts.peek(id)
    const day = computeDay(moment)
    const count = known ?? { minuteFromMs: 0, minuteUsed: 0, day, dayUsed: 0 }
    if (count.day !== day) {
      count.day = day
      count.dayUsed = 0
    }
    if (known !== undefined && !minuteIsOver(known, moment)) return count
    count.minuteFromMs = moment.monotonicMs
    count.minuteUsed = 0
    this.#counts.set(id, count)
    return count
  }
}

const noLimits: Held = { perMinute: 0, perDay: 0 }

function minuteIsOver({ minuteFromMs }: Count, { monotonicMs }: ClockReading): boolean {
  return monotonicMs - minuteFromMs >= minuteMs
}

function minuteLeftS(count: Count | undefined, moment: ClockReading): number {
  if (count === undefined || minuteIsOver(count, moment)) return 60
  return Math.max(1, Math.ceil((count.minuteFromMs + minuteMs - moment.monotonicMs) / 1000))
}

function computeDay({ nowMs }: ClockReading): number {
  return Math.floor(nowMs / dayMs)
}

function dayLeftS(moment: ClockReading): number {
  return Math.max(1, Math.ceil(((computeDay(moment) + 1) * dayMs - moment.nowMs) / 1000))
}

function joined(one: string, other: string): string {
  return one === '' || other === '' ? one + other : `${one}, ${other}`
}
