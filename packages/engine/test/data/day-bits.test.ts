import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countBits, DayBits } from '../../src/data/day-bits.ts'

const day = fc.integer({ min: 1, max: 800 })
const additions = fc.array(fc.tuple(day, fc.integer({ min: -1, max: 90 })), { maxLength: 40 })

function fill(added: readonly (readonly [number, number])[]): DayBits {
  const bits = new DayBits()
  for (const [at, value] of added) bits.add(at, value)
  return bits
}

function listValues(added: readonly (readonly [number, number])[], from: number, to: number) {
  return new Set(
    added.filter(([at, value]) => at >= from && at <= to && value >= 0).map(([, value]) => value)
  )
}

describe('bits by day', () => {
  it('count the different numbers of a window, and those that another lacks', () => {
    fc.assert(
      fc.property(additions, day, day, day, (added, from, to, split) => {
        const bits = fill(added)
        const [window, other] = [listValues(added, from, to), listValues(added, split, 800)]
        expect(countBits(bits.computeUnion(from, to))).toBe(window.size)
        expect(countBits(bits.computeUnion(from, to), bits.computeUnion(split, 800))).toBe(
          window.difference(other).size
        )
      })
    )
  })

  it('forget a day that is cleared, and the days before an eviction', () => {
    fc.assert(
      fc.property(additions, day, day, (added, cleared, evictedBefore) => {
        const bits = fill(added)
        bits.clear(cleared)
        bits.evictBefore(evictedBefore)
        bits.add(evictedBefore + 1, 7)
        const kept = [...added.filter(([at]) => at !== cleared), [evictedBefore + 1, 7] as const]
        expect(countBits(bits.computeUnion(evictedBefore, 900))).toBe(
          listValues(kept, evictedBefore, 900).size
        )
      })
    )
  })
})
