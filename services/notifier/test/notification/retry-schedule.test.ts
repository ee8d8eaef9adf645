import {
  makeSchedule,
  scheduleBySeverity,
  scheduleForMs,
  slowWaitMs,
  waitAfter
} from '@tocsin/contracts/subscription/retry-schedule'
import { severities } from '@tocsin/contracts/theatre/severity'
import { describe, expect, it } from 'vitest'
import { healthyEndpoint } from '../../src/notification/endpoint-health.ts'
import { decideRetry, jitterShareMax } from '../../src/notification/retry-policy.ts'

/** When each try is made, ms after the first. */
function triesOf(schedule: Parameters<typeof waitAfter>[0]): number[] {
  const at = [0]
  for (let tries = 1; ; tries++) {
    const wait = waitAfter(schedule, tries)
    if (wait === null) return at
    at.push((at.at(-1) as number) + wait)
  }
}

describe('the schedule of a delivery', () => {
  it('of an extreme alert waits 1, 2, 5, 10, 20 and 30 s, then longer', () => {
    expect(triesOf(scheduleBySeverity.extreme).slice(0, 8)).toEqual(
      [0, 1, 3, 8, 18, 38, 68, 128].map(s => s * 1000)
    )
  })
  it.each(severities)(
    'of %s goes on for three days, and never leaves the endpoint alone for more than five minutes',
    severity => {
      const at = triesOf(scheduleBySeverity[severity])
      expect(at.at(-1)).toBeGreaterThanOrEqual(scheduleForMs)
      expect(at.at(-1)).toBeLessThan(scheduleForMs + slowWaitMs)
      const waits = at.slice(1).map((each, i) => each - (at[i] as number))
      expect(waits.toSorted((a, b) => a - b)).toEqual(waits)
      expect(waits.at(-1)).toBe(slowWaitMs)
    }
  )
  it('is gentler the less grave the alert is', () => {
    const inTenMinutes = severities.map(
      each => triesOf(scheduleBySeverity[each]).filter(ms => ms <= 600_000).length
    )
    expect(inTenMinutes).toEqual([...inTenMinutes].sort((a, b) => a - b))
    expect(new Set(inTenMinutes).size).toBe(severities.length)
  })
  it.each(severities)(
    'of %s stays within its window with the most jitter there can be, and has none when it is off',
    severity => {
      const schedule = scheduleBySeverity[severity]
      const outcome = {
        kind: 'response',
        status: 500,
        retryAfter: null,
        excerpt: '',
        durationMs: 1
      } as const
      const walked = (jitter: number) => {
        let totalMs = 0
        for (let tries = 1; ; tries++) {
          const decision = decideRetry(outcome, {
            schedule,
            tries,
            health: healthyEndpoint,
            jitter,
            nowMs: 0
          })
          if (decision.kind !== 'retry') throw new Error('a server error is tried again')
          if (decision.isExhausted) return totalMs
          expect(decision.afterMs).toBeGreaterThanOrEqual(waitAfter(schedule, tries) as number)
          totalMs += decision.afterMs
        }
      }
      expect(walked(0)).toBe(triesOf(schedule).at(-1))
      expect(walked(1 - Number.EPSILON)).toBeLessThanOrEqual(
        (scheduleForMs + slowWaitMs) * (1 + jitterShareMax)
      )
    }
  )
  it('is the subscriber’s own if one is given: n waits are n + 1 tries', () => {
    expect(triesOf(makeSchedule([1, 60, 3600], 'extreme'))).toEqual([0, 1_000, 61_000, 3_661_000])
    expect(triesOf(makeSchedule([], 'extreme'))).toEqual([0])
  })
})
