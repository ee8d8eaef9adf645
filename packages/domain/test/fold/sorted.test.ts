// Places in sorted lists are those that a look at each item finds.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countBelow, countUpTo, firstFrom, placeAfter, placeOf } from '../../src/fold/sorted.ts'

const ascending = fc
  .array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 })
  .map(list => list.toSorted((a, b) => a - b))
const byNumber = (item: number, sought: number) => item - sought

it('counts what lies below or up to a number, and finds where something belongs before or after its equals', () => {
  fc.assert(
    fc.property(ascending, fc.integer({ min: -1, max: 10 }), (list, sought) => {
      const below = list.filter(n => n < sought).length
      const upTo = list.filter(n => n <= sought).length
      expect(countBelow(list, sought)).toBe(below)
      expect(countUpTo(list, sought)).toBe(upTo)
      expect(placeOf(list, sought, byNumber)).toBe(below)
      expect(placeAfter(list, sought, byNumber)).toBe(upTo)
      const rows = list.map(fromMs => ({ fromMs }))
      expect(firstFrom(rows, sought)).toBe(below)
    })
  )
})

it('looks into a part of a list alone, if one is given', () => {
  fc.assert(
    fc.property(
      ascending,
      fc.integer({ min: -1, max: 10 }),
      fc.nat(20),
      fc.nat(20),
      (list, sought, one, other) => {
        const [from, to] = [
          Math.min(one, other, list.length),
          Math.min(Math.max(one, other), list.length)
        ]
        const part = list.slice(from, to)
        expect(placeOf(list, sought, byNumber, from, to)).toBe(
          from + part.filter(n => n < sought).length
        )
        expect(placeAfter(list, sought, byNumber, from)).toBe(
          from + list.slice(from).filter(n => n <= sought).length
        )
        const rows = list.map(fromMs => ({ fromMs }))
        expect(firstFrom(rows, sought, to)).toBe(list.slice(0, to).filter(n => n < sought).length)
      }
    )
  )
})
