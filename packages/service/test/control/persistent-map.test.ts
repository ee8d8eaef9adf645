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
  it('has the entries of a Map, and every version keeps them', () => {
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
        const sorted = <T>(all: Iterable<T>) => [...all].sort()
        for (const { map, like } of versions) {
          expect([map.size, map.firstKey() !== null]).toEqual([like.size, like.size > 0])
          expect([sorted(map), sorted(map.keys()), sorted(map.values())]).toEqual([
            sorted(like),
            sorted(like.keys()),
            sorted(like.values())
          ])
          for (const { key } of steps)
            expect([map.get(key), map.has(key)]).toEqual([like.get(key), like.has(key)])
        }
      })
    )
  })

  it('iterates its newest version like a Map, whichever versions were read', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const versions = [PersistentMap.empty<number>()]
        const like = new Map<string, number>()
        for (const { key, value, from } of steps) {
          const newest = versions.at(-1) as PersistentMap<number>
          versions.at(-1 - from)?.has(key)
          if (value === null) like.delete(key)
          else like.set(key, value)
          versions.push(value === null ? newest.without(key) : newest.with(key, value))
          expect([...(versions.at(-1) ?? [])]).toEqual([...like])
          expect(versions.at(-1)?.firstKey()).toBe([...like.keys()][0] ?? null)
        }
      })
    )
  })
})
