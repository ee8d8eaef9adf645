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
  Array.from({ length: times }, () => limits.takeRequest(principal, isReport).kind)

describe('requests in a minute', () => {
  it('are admitted up to the limit, then refused until the minute is over', () => {
    const { clock, limits } = limitsOf()
    expect(kinds(limits, desk, 4)).toEqual(['admitted', 'admitted', 'admitted', 'over'])
    clock.advance(20_500)
    expect(limits.takeRequest(desk, false)).toEqual({
      kind: 'over',
      policy: 'per-minute',
      limit: 3,
      retryAfterS: 40
    })
    clock.advance(39_500)
    expect(kinds(limits, desk, 1)).toEqual(['admitted'])
  })

  it('are counted separately for each key', () => {
    const { limits } = limitsOf()
    expect([...kinds(limits, desk, 4), ...kinds(limits, other, 1)].at(-1)).toBe('admitted')
  })

  it('follow the limit of the key if it has one; the owner is not counted', () => {
    const { limits } = limitsOf()
    expect(kinds(limits, { ...desk, limits: { perMinute: 1 } }, 2)).toEqual(['admitted', 'over'])
    expect(kinds(limits, { ...other, limits: 'none' }, 9)).not.toContain('over')
    expect(limits.size).toBe(1)
  })

  it('are unlimited if the setting is 0', () => {
    const { limits } = limitsOf({ perMinute: 0 })
    expect(kinds(limits, desk, 100)).not.toContain('over')
    expect(limits.fieldsOf(desk)).toBeNull()
  })
})

describe('reports in a day', () => {
  it('are counted beside requests, and restart at midnight UTC', () => {
    const { clock, limits } = limitsOf({ perMinute: 0, perDay: 2 })
    expect(kinds(limits, desk, 3, true)).toEqual(['admitted', 'admitted', 'over'])
    expect(kinds(limits, desk, 3)).toEqual(['admitted', 'admitted', 'admitted'])
    clock.advance(86_399_000)
    expect(limits.takeRequest(desk, true)).toEqual({
      kind: 'over',
      policy: 'per-day',
      limit: 2,
      retryAfterS: 1
    })
    clock.advance(1_000)
    expect(kinds(limits, desk, 1, true)).toEqual(['admitted'])
  })

  it('of a stream are admitted all or none', () => {
    const { limits } = limitsOf({ perMinute: 100, perDay: 10 })
    expect(limits.takeReports(desk, 8).kind).toBe('admitted')
    expect(limits.takeReports(desk, 3).kind).toBe('over')
    expect(limits.takeReports(desk, 2).kind).toBe('admitted')
    expect(limits.takeReports(desk).kind).toBe('over')
  })

  it('that are refused by one limit are not counted by the other', () => {
    const { limits } = limitsOf({ perMinute: 5, perDay: 3 })
    expect(limits.takeReports(desk, 4).kind).toBe('over')
    expect(limits.fieldsOf(desk)?.state).toBe('"per-minute";r=5;t=60, "per-day";r=3;t=86400')
  })
})

describe('the header fields', () => {
  it('give the quota, what remains, and when it resets', () => {
    const { clock, limits } = limitsOf({ perDay: 10 })
    expect(limits.fieldsOf(desk)).toEqual({
      policy: '"per-minute";q=3;w=60, "per-day";q=10;w=86400',
      state: '"per-minute";r=3;t=60, "per-day";r=10;t=86400'
    })
    limits.takeRequest(desk, true)
    clock.advance(15_000)
    expect(limits.fieldsOf(desk)?.state).toBe('"per-minute";r=2;t=45, "per-day";r=9;t=86385')
  })
})

describe('memory', () => {
  it('tracks a bounded number of keys, and forgets the one idle longest', () => {
    const { clock, limits } = limitsOf({ trackedMax: 2 })
    const [a, b, c] = ['a', 'b', 'c'].map(id => ({ ...desk, id })) as [
      Principal,
      Principal,
      Principal
    ]
    kinds(limits, a, 3)
    clock.advance(60_000)
    kinds(limits, b, 3)
    kinds(limits, a, 3)
    kinds(limits, c, 1)
    expect(limits.size).toBe(2)
    expect([kinds(limits, a, 1), kinds(limits, b, 1)].flat()).toEqual(['over', 'admitted'])
  })
})

it('counts units of a request afterwards: they may pass the limit, and the next request waits for the next minute', () => {
  const { clock, limits } = limitsOf({ perMinute: 10 })
  expect(kinds(limits, desk, 1)).toEqual(['admitted'])
  limits.addUnits(desk, 36)
  expect(limits.fieldsOf(desk)?.state).toContain('r=0')
  expect(kinds(limits, desk, 1)).toEqual(['over'])
  expect(kinds(limits, other, 1)).toEqual(['admitted'])
  clock.advance(60_000)
  expect(kinds(limits, desk, 1)).toEqual(['admitted'])
})

it('counts the acts of a request that was admitted as one: all of them, or that one alone', () => {
  const { clock, limits } = limitsOf({ perMinute: 10 })
  const acts = (count: number) => [...kinds(limits, desk, 1), limits.takeActs(desk, count).kind]
  expect(acts(7)).toEqual(['admitted', 'admitted'])
  clock.advance(20_000)
  kinds(limits, desk, 1)
  expect(limits.takeActs(desk, 4)).toEqual({
    kind: 'over',
    policy: 'per-minute',
    limit: 10,
    retryAfterS: 40
  })
  expect(limits.fieldsOf(desk)?.state).toContain('r=2')
  expect(acts(2)).toEqual(['admitted', 'admitted'])
  expect([limits.perMinuteOf(desk), limits.perMinuteOf({ ...desk, limits: 'none' })]).toEqual([
    10,
    null
  ])
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
        if (limits.takeReports(desk, count).kind === 'admitted')
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
