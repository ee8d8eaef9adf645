import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactly, withLast } from '../../src/fold/exact-lists.ts'
import { KeyedValues } from '../../src/fold/keyed-values.ts'
import { runsOf } from '../test-size.ts'

describe('values under keys', () => {
  it('are those of a map of sets, in its order', () => {
    const change = fc.record({
      puts: fc.boolean(),
      key: fc.constantFrom('a', 'b'),
      value: fc.integer({ min: 1, max: 12 }).map(String)
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), changes => {
        const values = new KeyedValues<string>()
        const sets = new Map([
          ['a', new Set<string>()],
          ['b', new Set<string>()]
        ])
        for (const { puts, key, value } of changes) {
          if (puts) values.put(key, value)
          else values.take(key, value)
          if (puts) sets.get(key)?.add(value)
          else sets.get(key)?.delete(value)
          for (const [each, set] of sets) expect([...values.of(each)]).toEqual([...set])
        }
      }),
      { numRuns: runsOf(500) }
    )
  })
})

describe('lists of exactly their length', () => {
  it('have what was in them, and one more at the end', () => {
    const list = ['a', 'b'] as const
    expect(withLast(list, 'c')).toEqual(['a', 'b', 'c'])
    expect(withLast([], 'c')).toEqual(['c'])
    expect(list).toEqual(['a', 'b'])
    expect(exactly(list)).toEqual(list)
    expect(exactly(list)).not.toBe(list)
    expect(exactly([])).toBe(exactly([]))
  })
})
