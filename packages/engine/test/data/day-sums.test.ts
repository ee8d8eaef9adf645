import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DaySums } from '../../src/data/day-sums.ts'

const day = fc.integer({ min: 1, max: 3000 })
/** Some amounts are removed again. */
const additions = fc
  .array(fc.tuple(day, fc.integer({ min: 0, max: 9 }), fc.boolean()), { maxLength: 60 })
  .map(added => [
    ...added.map(([at, amount]) => [at, amount] as const),
    ...added.flatMap(([at, amount, isRemoved]) => (isRemoved ? [[at, -amount] as const] : []))
  ])

function sumNaively(added: readonly (readonly [number, number])[], from: number, to: number) {
  return added.reduce((sum, [at, amount]) => (at >= from && at <= to ? sum + amount : sum), 0)
}

function fill(added: readonly (readonly [number, number])[]): DaySums {
  const sums = new DaySums()
  for (const [at, amount] of added) sums.add(at, amount)
  return sums
}

describe('sums by day', () => {
  it('give the sum of any window, in whatever order days were added', () => {
    fc.assert(
      fc.property(additions, day, day, (added, from, to) => {
        const sums = fill(added)
        expect(sums.getSum(from, to)).toBe(sumNaively(added, from, to))
      })
    )
  })

  it('find the next day with an amount', () => {
    fc.assert(
      fc.property(additions, day, (added, from) => {
        const days = new Set(added.map(([at]) => at))
        const next = [...days]
          .filter(at => at >= from && sumNaively(added, at, at) !== 0)
          .reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
        expect(fill(added).findNext(from)).toBe(Number.isFinite(next) ? next : -1)
      })
    )
  })

  it('keep the sums after the day of an eviction', () => {
    fc.assert(
      fc.property(additions, day, additions, day, (before, evictedBefore, later, to) => {
        const sums = fill(before)
        sums.evictBefore(evictedBefore)
        for (const [at, amount] of later) if (at >= evictedBefore) sums.add(at, amount)
        const kept = [...before, ...later].filter(([at]) => at >= evictedBefore)
        expect(sums.getSum(evictedBefore, to)).toBe(sumNaively(kept, evictedBefore, to))
      })
    )
  })
})
