import { ManualClock } from '@tocsin/testing/process/manual-clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import { UsageLimits } from '../../src/access/usage-limits.ts'

const desk: Principal = {
  id: 'key_1',
  name: 'desk',
  scopes: new Set(['reports:write']),
  theatres: '*',
  handling: 'internal'
}
const other: Principal = { ...desk, id: 'key_2' }

function limitsOf(given: { perMinute?: number; perDay?: number; trackedMax?: number } = {}) {
  const clock = new ManualClock()
  return { clock, limits: new UsageLimits({ clock, perMinute: 3, perDay: 0, ...given }) }
}
const kinds = (limits: UsageLimits, principal: Principal, times: number, isReport = false) =>
  Array.from({ length: times }, () =>
    limits.take(principal, 1, isReport ? 1 : 0) === null ? 'admitted' : 'over'
  )

describe('requests in a minute', () => {
  it('are admitted up to the limit, then refused until the minute is over', () => {
    const { clock, limits } = limitsOf()
    expect(kinds(limits, desk, 4)).toEqual(['admitted', 'admitted', 'admitted', 'over'])
    clock.advance(20_500)
    expect(limits.take(desk, 1)).toMatchObject({
      members: { policy: 'per-minute', limit: 3 },
      retryAfterS: 40
    })
    clock.advance(39_500)
    expect(kinds(limits, desk, 1)).toEqual(['admitted'])
  })

  it('follow the limit of the key if it has one; the owner is not counted', () => {
    const { limits } = limitsOf()
    expect(kinds(limits, { ...desk, limits: { perMinute: 1 } }, 2)).toEqual(['admitted', 'over'])
    expect(kinds(limits, { ...other, limits: 'none' }, 9)).not.toContain('over')
    expect(limits.size).toBe(1)
  })
})

describe('reports in a day', () => {
  it('are counted beside requests, and restart at midnight UTC', () => {
    const { clock, limits } = limitsOf({ perMinute: 0, perDay: 2 })
    expect(kinds(limits, desk, 3, true)).toEqual(['admitted', 'admitted', 'over'])
    expect(kinds(limits, desk, 3)).toEqual(['admitted', 'admitted', 'admitted'])
    clock.advance(86_399_000)
    expect(limits.take(desk, 1, 1)).toMatchObject({
      members: { policy: 'per-day', limit: 2 },
      retryAfterS: 1
    })
    clock.advance(1_000)
    expect(kinds(limits, desk, 1, true)).toEqual(['admitted'])
  })

  it('of a stream are admitted all or none', () => {
    const { limits } = limitsOf({ perMinute: 100, perDay: 10 })
    expect(limits.take(desk, 8, 8)).toBeNull()
    expect(limits.take(desk, 3, 3)).not.toBeNull()
    expect(limits.take(desk, 2, 2)).toBeNull()
    expect(limits.take(desk, 1, 1)).not.toBeNull()
  })
})

it('never admits more than the limit in one of its minutes', () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 70_000 }),
    count: fc.integer({ min: 1, max: 4 })
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { clock, limits } = limitsOf({ perMinute: 5 })
      const taken: { atMs: number; count: number }[] = []
      for (const { waitMs, count } of steps) {
        clock.advance(waitMs)
        if (limits.take(desk, count, count) === null)
          taken.push({ atMs: clock.monotonicMs(), count })
      }
      // A minute starts with the first request admitted after the previous one.
      let fromMs = Number.NEGATIVE_INFINITY
      let inMinute = 0
      for (const { atMs, count } of taken) {
        if (atMs - fromMs >= 60_000) [fromMs, inMinute] = [atMs, 0]
        inMinute += count
        expect(inMinute).toBeLessThanOrEqual(5)
      }
    })
  )
})
