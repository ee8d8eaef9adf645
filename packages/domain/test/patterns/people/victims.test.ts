// The people of a case, against a search through lists.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  areAmong,
  haveAnyOf,
  type Victim,
  withVictims
} from '../../../src/patterns/people/victims.ts'

const aKey: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
const someone: fc.Arbitrary<Victim> = fc.record({
  keys: fc.uniqueArray(aKey, { maxLength: 3 }).map(keys => keys.toSorted()),
  gone: fc.boolean()
})
const people = fc.array(someone, { maxLength: 7 })

/** Those that share a name with the next one become one person, last in the list. */
function plainly(all: readonly Victim[], { keys, gone }: Victim): readonly Victim[] {
  const isSame = (v: Victim) =>
    keys.length === 0 ? v.keys.length === 0 : v.keys.some(key => keys.includes(key))
  const same = all.filter(isSame)
  const united = [...new Set([...same.flatMap(v => v.keys), ...keys])].toSorted()
  return [...all.filter(v => !isSame(v)), { keys: united, gone: gone || same.some(v => v.gone) }]
}

it('makes one person of names that share a key, in the order in which they were told', () => {
  const seen = { merged: 0, nameless: 0, alone: 0 }
  fc.assert(
    fc.property(people, people, (first, more) => {
      const known = withVictims([], first)
      expect(known).toEqual(first.reduce(plainly, []))
      const all = withVictims(known, more)
      expect(all).toEqual(more.reduce(plainly, known))
      seen.merged += Number(all.length < known.length + more.length)
      seen.nameless += Number(all.some(v => v.keys.length === 0))
      seen.alone += Number(all.some(v => v.keys.length === 1))
    })
  )
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
})

it('finds people by their keys', () => {
  fc.assert(
    fc.property(people, fc.uniqueArray(aKey), (all, keys) => {
      const isThere = all.some(v => v.keys.some(key => keys.includes(key)))
      expect(areAmong(all, keys)).toBe(isThere)
      expect(haveAnyOf(all, new Set(keys))).toBe(isThere)
    })
  )
})
