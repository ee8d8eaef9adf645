import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listRanges } from '../../src/notification/delivery.ts'

describe('rangesOf', () => {
  it('joins neighbours and keeps the lowest', () => {
    expect(listRanges([], 2)).toEqual([])
    expect(listRanges([1, 2, 3, 7, 9, 10], 9)).toEqual([
      { from: 1, to: 3 },
      { from: 7, to: 7 },
      { from: 9, to: 10 }
    ])
    expect(listRanges([1, 3, 4, 6], 2)).toEqual([
      { from: 1, to: 1 },
      { from: 3, to: 4 }
    ])
  })
  it('holds exactly the sequences (property)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), sequences => {
        const ascending = sequences.toSorted((a, b) => a - b)
        const held = listRanges(ascending, 60).flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i)
        )
        expect(held).toEqual(ascending)
      })
    )
  })
})
