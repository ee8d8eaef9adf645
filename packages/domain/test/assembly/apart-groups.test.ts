// What is known of groups that are kept apart, while groups come into one another.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ApartGroups } from '../../src/assembly/apart-groups.ts'

const count = 8
const step = fc.tuple(fc.constantFrom('apart', 'unite'), fc.nat(count - 1), fc.nat(count - 1))

it('is known of a whole group once it is known of one that came into it, and of no other', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const apart = new ApartGroups<number>()
      /** The group that each first one is in by now, and first ones that were said to be apart. */
      const groupOf = Array.from({ length: count }, (_, i) => i)
      const said: (readonly [number, number])[] = []
      const areApart = (one: number, other: number) =>
        said.some(pair =>
          new Set(pair.map(each => groupOf[each])).isSubsetOf(new Set([one, other]))
        )
      for (const [what, a, b] of steps) {
        const [one, other] = [groupOf[a] as number, groupOf[b] as number]
        if (one === other || areApart(one, other)) continue
        if (what === 'apart') {
          apart.add(one, other)
          said.push([a, b])
        } else {
          apart.unite(one, other)
          for (let i = 0; i < count; i++) if (groupOf[i] === other) groupOf[i] = one
        }
      }
      const groups = [...new Set(groupOf)]
      for (const one of groups)
        for (const other of groups)
          if (one !== other) expect(apart.has(one, other)).toBe(areApart(one, other))
    })
  )
})
