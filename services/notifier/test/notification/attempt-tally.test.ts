// What attempts came to lately.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AttemptTally, computeShare } from '../../src/notification/attempt-tally.ts'

const minuteMs = 60_000
const failure = { reason: 'timeout', status: null }

describe('the tally of attempts', () => {
  it('counts the last hour and the last day, and forgets what is older', () => {
    const tally = new AttemptTally()
    tally.note(0, 1, failure)
    tally.note(60 * minuteMs, 1, null)
    tally.note(90 * minuteMs, 1, null)
    const nowMs = 119 * minuteMs
    expect([tally.inHour(nowMs), tally.inDay(nowMs)]).toEqual([
      { accepted: 1 + 1, failed: 0 },
      { accepted: 2, failed: 1 }
    ])
    expect(computeShare(tally.inDay(nowMs))).toBeCloseTo(2 / 3)
    expect(computeShare(tally.inDay(nowMs + 48 * 60 * minuteMs))).toBeNull()
    expect(tally.failure).toEqual({ atMs: 0, ...failure })
    expect(tally.acceptedMs).toBe(90 * minuteMs)
  })

  it('is bounded, never counts more than there was, and is the same from a row', () => {
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
          const [tally, restored] = [new AttemptTally(), new AttemptTally()]
          for (const [atMs, durationMs, isAccepted] of attempts)
            tally.note(atMs, durationMs, isAccepted ? null : failure)
          const row = tally.capture()
          expect(row.hour.length).toBeLessThanOrEqual(12)
          expect(row.day.length).toBeLessThanOrEqual(24)
          const { accepted, failed } = tally.inDay(nowMs)
          expect(accepted + failed).toBeLessThanOrEqual(attempts.length)
          restored.restore(JSON.parse(JSON.stringify(row)))
          expect(restored.capture()).toEqual(row)
          expect(restored.inHour(nowMs)).toEqual(tally.inHour(nowMs))
        }
      )
    )
  })
})
