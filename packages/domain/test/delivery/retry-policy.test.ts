import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AttemptOutcome,
  decideRetry,
  defaultScheduleMs,
  jitterShareMax,
  parseRetryAfterMs,
  retryAfterMaxMs
} from '../../src/delivery/retry-policy.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const answer = (status: number, retryAfter: string | null = null): AttemptOutcome => ({ kind: 'response', status, retryAfter })
const decide = (outcome: AttemptOutcome, attempt = 1, schedule: readonly number[] = [1000, 5000], jitter = 0) =>
  decideRetry(outcome, attempt, schedule, jitter, nowMs)

describe('after an attempt a delivery is', () => {
  it.each([200, 201, 202, 204, 299])('delivered by %i', status => expect(decide(answer(status))).toEqual({ kind: 'delivered' }))
  it('ended by 410, whatever attempts are left', () => expect(decide(answer(410))).toEqual({ kind: 'ended', reason: 'gone' }))
  it.each([
    [answer(100), 'unexpected-status'],
    [answer(301), 'redirected'],
    [answer(308), 'redirected'],
    [answer(400), 'client-error'],
    [answer(404), 'client-error'],
    [answer(429), 'rate-limited'],
    [answer(500), 'server-error'],
    [answer(503), 'server-error'],
    [{ kind: 'timeout' }, 'timeout'],
    [{ kind: 'failed', reason: 'dns-not-found' }, 'dns'],
    [{ kind: 'failed', reason: 'dns-unavailable' }, 'dns'],
    [{ kind: 'failed', reason: 'connect' }, 'connection'],
    [{ kind: 'failed', reason: 'connection-lost' }, 'connection'],
    [{ kind: 'failed', reason: 'tls' }, 'tls'],
    [{ kind: 'failed', reason: 'protocol' }, 'protocol']
  ] as const)('tried again after %j, as %s', (outcome, reason) => {
    expect(decide(outcome)).toEqual({ kind: 'retry', afterMs: 1000, reason })
  })
  it('parked at once if our own rules forbid the address', () => {
    expect(decide({ kind: 'refused' })).toEqual({ kind: 'parked', reason: 'address-refused', last: null })
  })
  it('parked when the schedule is used up: n waits give n + 1 attempts, no wait gives one', () => {
    expect(decide(answer(500), 2)).toMatchObject({ kind: 'retry', afterMs: 5000 })
    expect(decide(answer(500), 3)).toEqual({ kind: 'parked', reason: 'exhausted', last: 'server-error' })
    expect(decide(answer(500), 1, [])).toMatchObject({ kind: 'parked' })
  })
  it('by default six times within about a minute, and for more than a day', () => {
    const cumulative = defaultScheduleMs.map((_, i) => defaultScheduleMs.slice(0, i + 1).reduce((sum, wait) => sum + wait, 0))
    expect(cumulative.filter(at => at <= 68_000)).toHaveLength(6)
    expect(cumulative.at(-1)).toBeGreaterThan(24 * 3_600_000)
    expect(defaultScheduleMs.toSorted((a, b) => a - b)).toEqual(defaultScheduleMs)
  })
})

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['120.1', 121_000],
    ['120.0', 120_000],
    [' 30 ', 30_000],
    ['0', 0],
    ['Sun, 01 Mar 2026 12:01:40 GMT', 100_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['2592000', 2_592_000_000]
  ])('%j asks for %i ms', (header, ms) => expect(parseRetryAfterMs(header, nowMs)).toBe(ms))
  it.each(['invalid', '', '-5', '300s', 'Tomorrow', '12345678901234567890', '1e3', '2026-03-01', '+5', null])(
    '%j asks for nothing',
    header => expect(parseRetryAfterMs(header, nowMs)).toBeNull()
  )
  it('lengthens a wait, up to an hour', () => {
    expect(decide(answer(503, '30'))).toMatchObject({ afterMs: 30_000 })
    expect(decide(answer(429, '2592000'))).toMatchObject({ afterMs: retryAfterMaxMs })
  })
  it('never shortens a wait, nor does jitter, and both stay within their bounds', () => {
    const headers = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 10_000_000 }).map(String), fc.string())
    fc.assert(
      fc.property(
        fc.constantFrom(429, 500, 503, 404),
        headers,
        fc.nat({ max: defaultScheduleMs.length + 2 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (status, header, waits, jitter) => {
          const attempt = waits + 1
          const decision = decide(answer(status, header), attempt, defaultScheduleMs, jitter)
          const base = defaultScheduleMs[attempt - 1]
          if (base === undefined) return decision.kind === 'parked'
          const again = decide(answer(status, header), attempt, defaultScheduleMs, jitter)
          expect(again).toEqual(decision)
          if (decision.kind !== 'retry') return false
          const most = Math.max(base, retryAfterMaxMs) * (1 + jitterShareMax)
          return decision.afterMs >= base && decision.afterMs <= most && Number.isSafeInteger(decision.afterMs)
        }
      )
    )
  })
})
