import { makeSchedule, scheduleBySeverity } from '@tocsin/contracts/subscription/retry-schedule'
import { severities } from '@tocsin/contracts/theatre/severity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EndpointHealth, healthyEndpoint } from '../../src/notification/endpoint-health.ts'
import {
  type AttemptOutcome,
  decideRetry,
  jitterShareMax,
  parseRetryAfterMs,
  type RetryDecision,
  retryAfterMaxMs
} from '../../src/notification/retry-policy.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const answer = (status: number, retryAfter: string | null = null): AttemptOutcome => ({
  kind: 'response',
  ...{ status, retryAfter, excerpt: '', durationMs: 1 }
})

interface Case {
  readonly tries?: number
  readonly own?: readonly number[]
  readonly health?: Partial<EndpointHealth>
}

/** By a schedule of 1 and 5 s. */
const decide = (
  outcome: object,
  { tries = 1, own = [1, 5], health = { failures: tries - 1 } }: Case = {}
): RetryDecision =>
  decideRetry({ durationMs: 1, ...outcome } as AttemptOutcome, {
    schedule: makeSchedule(own, 'moderate'),
    tries,
    health: { ...healthyEndpoint, ...health },
    jitter: 0,
    nowMs
  })

describe('after an attempt a delivery is', () => {
  it.each([200, 201, 202, 204, 299])('delivered by %i', status =>
    expect(decide(answer(status))).toEqual({ kind: 'delivered' })
  )
  it('ended by 410, whatever attempts are left', () =>
    expect(decide(answer(410))).toEqual({ kind: 'ended', reason: 'gone' }))
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
    [{ kind: 'failed', reason: 'protocol' }, 'protocol']
  ] as const)('tried again after %j, as %s', (outcome, reason) => {
    expect(decide(outcome)).toMatchObject({
      kind: 'retry',
      afterMs: 1000,
      endpointAfterMs: 1000,
      reason,
      isRefusal: false
    })
  })
  it('out of schedule after n + 1 tries of n waits, after one try of none, and then the endpoint is probed', () => {
    expect(decide(answer(500), { tries: 2 })).toMatchObject({ afterMs: 5000, isExhausted: false })
    expect(decide(answer(500), { tries: 3 })).toMatchObject({ afterMs: 300_000, isExhausted: true })
    expect(decide(answer(500), { own: [] })).toMatchObject({ afterMs: 300_000, isExhausted: true })
    const sinceMs = nowMs - 3 * 86_400_000
    expect(decide(answer(500), { tries: 3, health: { failures: 2, sinceMs } })).toMatchObject({
      afterMs: 1_800_000
    })
  })
  it('held back with its endpoint: the wait there grows with the failures of all', () => {
    expect(decide(answer(500), { health: { failures: 1 } })).toMatchObject({
      afterMs: 1000,
      endpointAfterMs: 5000
    })
  })
  it.each([
    [{ kind: 'refused', reason: 'address-not-public' }, 'address-refused'],
    [{ kind: 'failed', reason: 'tls' }, 'tls']
  ] as const)(
    'not walked through its schedule after %j, but tried a few times more',
    (outcome, reason) => {
      const waits = [0, 1, 2, 3, 9].map(refusals =>
        decide(outcome, { tries: refusals + 1, health: { refusals } })
      )
      expect(waits).toMatchObject(
        [5_000, 30_000, 120_000, 1_800_000, 1_800_000].map(afterMs => ({
          afterMs,
          reason,
          isRefusal: true,
          isExhausted: false
        }))
      )
    }
  )
  it.each([
    [{ kind: 'refused', reason: 'literal-not-public' }, 'address-refused'],
    [{ kind: 'refused', reason: 'url-not-allowed' }, 'address-refused'],
    [{ kind: 'failed', reason: 'tls-name' }, 'tls']
  ] as const)(
    'probed slowly at once after %j, which trying again does not change',
    (outcome, reason) => {
      expect(decide(outcome)).toMatchObject({
        afterMs: 1_800_000,
        reason,
        isRefusal: true,
        isPermanent: true
      })
    }
  )
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
  it.each([
    'invalid',
    '',
    '-5',
    '300s',
    'Tomorrow',
    '12345678901234567890',
    '1e3',
    '2026-03-01',
    '+5',
    null
  ])('%j asks for nothing', header => expect(parseRetryAfterMs(header, nowMs)).toBeNull())
  it('lengthens a wait, up to an hour', () => {
    expect(decide(answer(503, '30'))).toMatchObject({ afterMs: 30_000 })
    expect(decide(answer(429, '2592000'))).toMatchObject({
      afterMs: retryAfterMaxMs,
      endpointAfterMs: retryAfterMaxMs
    })
    expect(decide(answer(429, '0'))).toMatchObject({ afterMs: 1000, isAsked: false })
    expect(decide(answer(503, '2'))).toMatchObject({ afterMs: 2000, isAsked: true })
  })
  it('never shortens a wait, nor does jitter, and both stay within their bounds', () => {
    const headers = fc.oneof(
      fc.constant(null),
      fc.integer({ min: 0, max: 10_000_000 }).map(String),
      fc.string()
    )
    fc.assert(
      fc.property(
        fc.constantFrom(429, 500, 503, 404),
        headers,
        fc.constantFrom(...severities),
        fc.nat({ max: 900 }),
        fc.nat({ max: 900 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (status, header, severity, tries, failures, jitter) => {
          const situation = {
            ...{ schedule: scheduleBySeverity[severity], tries: tries + 1, jitter, nowMs },
            health: {
              ...healthyEndpoint,
              failures,
              sinceMs: failures === 0 ? null : nowMs - failures * 60_000
            }
          }
          const decision = decideRetry(answer(status, header), situation)
          const calm = decideRetry(answer(status), { ...situation, jitter: 0 })
          expect(decideRetry(answer(status, header), situation)).toEqual(decision)
          if (decision.kind !== 'retry' || calm.kind !== 'retry') return false
          for (const member of ['afterMs', 'endpointAfterMs'] as const) {
            const most = Math.max(calm[member], retryAfterMaxMs) * (1 + jitterShareMax)
            expect(decision[member]).toBeGreaterThanOrEqual(calm[member])
            expect(decision[member]).toBeLessThanOrEqual(most)
            expect(Number.isSafeInteger(decision[member])).toBe(true)
          }
          return true
        }
      )
    )
  })
})
