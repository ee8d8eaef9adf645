// What attempts came to lately.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  computeShare,
  countAttempts,
  noAttempts,
  noteAttempt
} from '../../src/notification/endpoint-health.ts'

const minuteMs = 60_000
const failure = { reason: 'timeout', status: null }

describe('the tally of attempts', () => {
  it('counts the last hour and the last day, and forgets what is older', () => {
    const attempts = [
      [0, failure],
      [60, null],
      [90, null]
    ] as const
    const tally = attempts.reduce(
      (all, [minute, failed]) =>
        noteAttempt(all, { atMs: minute * minuteMs, durationMs: 1 }, failed),
      noAttempts
    )
    const nowMs = 119 * minuteMs
    expect([countAttempts(tally, 'hour', nowMs), countAttempts(tally, 'day', nowMs)]).toEqual([
      { accepted: 1 + 1, failed: 0 },
      { accepted: 2, failed: 1 }
    ])
    expect(computeShare(countAttempts(tally, 'day', nowMs))).toBeCloseTo(2 / 3)
    expect(computeShare(countAttempts(tally, 'day', nowMs + 48 * 60 * minuteMs))).toBeNull()
    expect(tally.failure).toEqual({ atMs: 0, ...failure })
    expect(tally.acceptedMs).toBe(90 * minuteMs)
  })

  it('is bounded, and never counts more than there was', () => {
    const attempt = fc.tuple(
      fc.integer({ min: 0, max: 200_000_000 }),
      fc.nat({ max: 20_000 }),
      fc.boolean()
    )
    fc.assert(
      fc.property(
        fc.array(attempt, { maxLength: 200 }),
        fc.nat({ max: 200_000_000 }),
        (attempts, nowMs) => {
          const tally = attempts.reduce(
            (all, [atMs, durationMs, isAccepted]) =>
              noteAttempt(all, { atMs, durationMs }, isAccepted ? null : failure),
            noAttempts
          )
          expect(tally.hour.length).toBeLessThanOrEqual(12)
          expect(tally.day.length).toBeLessThanOrEqual(24)
          const { accepted, failed } = countAttempts(tally, 'day', nowMs)
          expect(accepted + failed).toBeLessThanOrEqual(attempts.length)
        }
      )
    )
  })
})
