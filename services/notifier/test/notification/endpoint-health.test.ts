import { scheduleForMs } from '@tocsin/contracts/subscription/retry-schedule'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterAcceptance,
  afterFailure,
  downAfterFailures,
  drainGapMaxMs,
  drainGapMs,
  drainPacedForMs,
  type EndpointHealth,
  type Failure,
  healthyEndpoint,
  isOut,
  refusalWaitsMs
} from '../../src/notification/endpoint-health.ts'

const failure = (atMs: number, of: Partial<Failure> = {}): Failure => ({
  ...{ atMs, durationMs: 0, isExhausted: false, isRefusal: false, isPermanent: false },
  ...of
})
const failed = (
  count: number,
  of: Partial<Failure> = {},
  from: EndpointHealth = healthyEndpoint
): EndpointHealth =>
  Array.from({ length: count }).reduce<EndpointHealth>(
    (health, _, i) => afterFailure(health, failure(i, of)),
    from
  )

describe('an endpoint', () => {
  it('fails since its first attempt in vain began, however long that took', () => {
    const hung = afterFailure(healthyEndpoint, failure(15_000, { durationMs: 15_000 }))
    expect([
      hung.sinceMs,
      afterFailure(hung, failure(40_000, { durationMs: 15_000 })).sinceMs
    ]).toEqual([0, 0])
  })

  it('is down after the first tries failed in a row, and up with the first acceptance', () => {
    expect(failed(downAfterFailures - 1).state).toBe('failing')
    expect(failed(downAfterFailures).state).toBe('down')
    expect(afterAcceptance(failed(downAfterFailures), 99)).toEqual(healthyEndpoint)
  })
  it('is never down by sporadic failures: one acceptance forgets them', () => {
    const flapping = Array.from({ length: 1000 }).reduce<EndpointHealth>(
      health => afterAcceptance(failed(downAfterFailures - 1, {}, health), 1),
      healthyEndpoint
    )
    expect(flapping).toEqual(healthyEndpoint)
  })
  it('is parked by three days of failures with its schedule exhausted, never before', () => {
    const begun = failed(downAfterFailures)
    expect(afterFailure(begun, failure(scheduleForMs - 1, { isExhausted: true })).state).toBe(
      'down'
    )
    expect(afterFailure(begun, failure(scheduleForMs, { isExhausted: true })).state).toBe('parked')
  })
  it('is parked by refusals that did not pass when tried again; an answer of another kind begins anew', () => {
    const refusal = { isRefusal: true }
    expect(failed(refusalWaitsMs.length, refusal).state).toBe('failing')
    expect(failed(refusalWaitsMs.length + 1, refusal).state).toBe('parked')
    const between = afterFailure(failed(refusalWaitsMs.length, refusal), failure(9))
    expect(failed(refusalWaitsMs.length, refusal, between).state).not.toBe('parked')
  })
  it('is parked at once by a refusal that trying again does not change', () => {
    expect(failed(1, { isRefusal: true, isPermanent: true })).toMatchObject({
      state: 'parked',
      refusals: 4
    })
    expect(afterAcceptance(failed(1, { isRefusal: true, isPermanent: true }), 9)).toEqual(
      healthyEndpoint
    )
  })
  it('is as long out as nothing was accepted, whatever fails (property)', () => {
    const event = fc.oneof(
      fc.record({ isExhausted: fc.boolean(), isRefusal: fc.boolean() }),
      fc.constant('accepted' as const)
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), events => {
        let health = healthyEndpoint
        let row = 0
        for (const [i, each] of events.entries()) {
          health =
            each === 'accepted'
              ? afterAcceptance(health, i)
              : afterFailure(health, failure(i, each))
          row = each === 'accepted' ? 0 : row + 1
          expect(health.failures).toBe(row)
          expect(health.state === 'up').toBe(row === 0)
          if (row >= downAfterFailures) expect(isOut(health)).toBe(true)
          expect(health.sinceMs).toBe(row === 0 ? null : i - row + 1)
        }
      })
    )
  })
})

describe('the drain after an outage', () => {
  const atMs = 1_000_000
  const recovered = afterAcceptance(failed(downAfterFailures), atMs)
  it('begins at ten a second and has no limit after a minute', () => {
    expect(drainGapMs(recovered, atMs)).toBe(drainGapMaxMs)
    expect(drainGapMs(recovered, atMs + drainPacedForMs / 2)).toBe(drainGapMaxMs / 2)
    expect(drainGapMs(recovered, atMs + drainPacedForMs)).toBe(0)
  })
  it('is not paced after a short trouble, or if the clock went back', () => {
    expect(drainGapMs(afterAcceptance(failed(2), atMs), atMs)).toBe(0)
    expect(drainGapMs(afterAcceptance(failed(downAfterFailures), 1_000), 1_000)).toBe(0)
    expect(drainGapMs(recovered, 0)).toBe(0)
  })
})
