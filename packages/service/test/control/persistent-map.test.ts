import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PersistentMap } from '../../src/control/persistent-map.ts'

type Step = { readonly key: string; readonly value: number | null; readonly from: number }
const step: fc.Arbitrary<Step> = fc.record({
  key: fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__'), fc.string({ maxLength: 2 })),
  value: fc.option(fc.nat({ max: 9 }), { freq: 3 }),
  /** The version to change, counted back from the last. */
  from: fc.nat({ max: 3 })
})

describe('a persistent map', () => {
  it('has the entries of a Map in the same order, and every version keeps them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const versions: {
          readonly map: PersistentMap<number>
          readonly like: ReadonlyMap<string, number>
        }[] = [{ map: PersistentMap.empty(), like: new Map() }]
        for (const { key, value, from } of steps) {
          const before = versions[
            Math.max(0, versions.length - 1 - from)
          ] as (typeof versions)[number]
          const like = new Map(before.like)
          if (value === null) like.delete(key)
          else like.set(key, value)
          versions.push({
            map: value === null ? before.map.without(key) : before.map.with(key, value),
            like
          })
        }
        for (const { map, like } of versions) {
          expect([...map]).toEqual([...like])
          expect([[...map.keys()], [...map.values()], map.size]).toEqual([
            [...like.keys()],
            [...like.values()],
            like.size
          ])
          expect(map.leastKey()).toBe([...like.keys()].sort()[0] ?? null)
          for (const { key } of steps)
            expect([map.get(key), map.has(key)]).toEqual([like.get(key), like.has(key)])
        }
      })
    )
  })
})
