import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DivisionMember,
  dividePartitions,
  measureUnevenness
} from '../src/partition-division.ts'

const weights = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 24 })
const members = (partitions: number): fc.Arbitrary<DivisionMember[]> =>
  fc
    .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 })
    .chain(ids =>
      fc
        .array(fc.option(fc.constantFrom(...ids), { nil: null }), {
          minLength: partitions,
          maxLength: partitions
        })
        .map(holders =>
          ids.map(id => ({ id, held: holders.flatMap((holder, p) => (holder === id ? [p] : [])) }))
        )
    )
const cases = weights.chain(w => fc.tuple(fc.constant(w), members(w.length)))

describe('dividing partitions', () => {
  it('gives every partition to exactly one member, and every member some partitions', () => {
    fc.assert(
      fc.property(cases, ([w, m]) => {
        const division = dividePartitions(w, m)
        expect([...division.keys()].sort()).toEqual(m.map(({ id }) => id).sort())
        expect([...division.values()].flat().sort((a, b) => a - b)).toEqual([...w.keys()])
      })
    )
  })

  it('does not depend on the order of the members', () => {
    fc.assert(
      fc.property(cases, ([w, m]) => {
        expect([...dividePartitions(w, m.toReversed())].sort()).toEqual(
          [...dividePartitions(w, m)].sort()
        )
      })
    )
  })

  it('moves nothing when it is repeated', () => {
    fc.assert(
      fc.property(cases, ([w, m]) => {
        const once = dividePartitions(w, m)
        const again = dividePartitions(
          w,
          m.map(({ id }) => ({ id, held: once.get(id) ?? [] }))
        )
        expect([...again].sort()).toEqual([...once].sort())
      })
    )
  })

  it('leaves no single move that would improve the balance', () => {
    fc.assert(
      fc.property(cases, ([w, m]) => {
        const parts = [...dividePartitions(w, m).values()]
        const loads = parts.map(part => part.reduce((sum, p) => sum + w[p]!, 0))
        const least = Math.min(...loads)
        for (const [i, part] of parts.entries())
          for (const p of part)
            expect(w[p] === 0 || loads[i]! - least <= w[p]!, `partition ${p} of part ${i}`).toBe(
              true
            )
      })
    )
  })

  it('spreads ten theatres over three members in one step, wherever they are', () => {
    const theatres = [0, 1, 1, 0, 2, 1, 0, 1, 1, 2, 1, 0]
    const held = [
      { id: 'a', held: [...theatres.keys()] },
      { id: 'b', held: [] },
      { id: 'c', held: [] }
    ]
    expect(
      measureUnevenness(theatres, dividePartitions(theatres, held).values())
    ).toBeLessThanOrEqual(1)
  })

  it('exchanges partitions where no move would help: two theatres in one partition', () => {
    const theatres = [2, 2, 2, 1, 1, 1, 1]
    const held = [
      { id: 'a', held: [0, 1, 2] },
      { id: 'b', held: [3, 4, 5, 6] }
    ]
    expect(measureUnevenness(theatres, dividePartitions(theatres, held).values())).toBe(0)
  })

  it('keeps the partitions of the others when one leaves', () => {
    const w = Array.from({ length: 12 }, () => 1)
    const three = dividePartitions(
      w,
      ['a', 'b', 'c'].map(id => ({ id, held: [] }))
    )
    const two = dividePartitions(
      w,
      ['a', 'b'].map(id => ({ id, held: three.get(id) ?? [] }))
    )
    for (const id of ['a', 'b'])
      expect(two.get(id)).toEqual(expect.arrayContaining([...(three.get(id) ?? [])]))
  })

  it('refuses to divide without members', () => {
    expect(() => dividePartitions([1], [])).toThrow(RangeError)
  })
})
