// Open cases by the keys of their people, against a look at each of them.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type AbductionCase,
  isOfCaseOf,
  newCase
} from '../../../src/patterns/people/abduction-case.ts'
import { casesOf, withCases } from '../../../src/patterns/people/cases-by-key.ts'
import type { PersonFate } from '../../../src/patterns/people/person-fates.ts'
import { incidentFrom } from '../pattern-fold.ts'

type Cases = readonly AbductionCase[]

const nearness = { nearKm: 10, nearDays: 14, militaryKinds: [] }
const incident = incidentFrom({
  id: 'i',
  at: '2025-01-01',
  category: 'abduction',
  settlement: 'Tonka'
})

function caseOf(keys: readonly string[]): AbductionCase {
  const victims = keys.map(key => ({ keys: [key], gone: false }))
  return {
    ...newCase(incident, [fateOf(keys)]),
    victims: keys.length === 0 ? [{ keys, gone: false }] : victims
  }
}

function fateOf(keys: readonly string[]): PersonFate {
  return { fate: 'taken', keys, kinds: [] }
}

const keys = fc.uniqueArray(
  fc.nat(39).map(n => `person-${n}`),
  { maxLength: 3 }
)

/** By definition. */
function plainly(open: Cases, before: Cases, now: Cases): Cases {
  if (before.length === 0) return [...open, ...now]
  return open.flatMap(c => (before.includes(c) ? (now[before.indexOf(c)] ?? []) : [c]))
}

it('are those that a look at each of them finds, after any changes, also of an earlier list', () => {
  const found = { none: 0, one: 0, several: 0, earlier: 0 }
  const step = fc.record({
    from: fc.nat(),
    asked: fc.array(keys, { minLength: 1, maxLength: 3 }),
    unites: fc.boolean()
  })
  fc.assert(
    fc.property(
      fc.array(keys, { minLength: 20, maxLength: 40 }),
      fc.array(step, { maxLength: 20 }),
      (first, steps) => {
        const lists: Cases[] = [first.map(caseOf)]
        for (const { from, asked, unites } of steps) {
          // Mostly the last one, as a fold goes on.
          const at = from % 4 === 0 ? from % lists.length : lists.length - 1
          const open = lists[at] as Cases
          const fates = asked.map(fateOf)
          const known = casesOf(open, incident, fates, nearness)
          expect(known).toEqual(open.filter(isOfCaseOf(incident, fates, nearness)))
          const now =
            unites || known.length === 0
              ? [caseOf(asked.flat())]
              : known.map(c => ({ ...c, kinds: [...c.kinds, 'x'] }))
          const next = withCases(open, known, now)
          expect(next).toEqual(plainly(open, known, now))
          lists.push(next)
          found[known.length === 0 ? 'none' : known.length === 1 ? 'one' : 'several'] += 1
          found.earlier += Number(at < lists.length - 2)
        }
      }
    )
  )
  for (const [what, count] of Object.entries(found)) expect(count, what).toBeGreaterThan(20)
})

it('are found without a look at the others, however many are open', () => {
  let looks = 0
  const counted = (i: number): AbductionCase => {
    const { victims, ...rest } = caseOf([`person-${i}`])
    const get = () => {
      looks += 1
      return victims
    }
    return Object.defineProperty(rest, 'victims', { get }) as AbductionCase
  }
  let open: Cases = Array.from({ length: 1_000 }, (_, i) => counted(i))
  expect(casesOf(open, incident, [fateOf(['person-7'])], nearness)).toEqual([open[7]])
  looks = 0
  for (let i = 1_000; i < 1_100; i++) {
    expect(casesOf(open, incident, [fateOf([`person-${i}`])], nearness)).toHaveLength(0)
    open = withCases(open, [], [counted(i)])
  }
  const [last] = casesOf(open, incident, [fateOf(['person-1099'])], nearness)
  expect(last).toBe(open.at(-1))
  // A look at each would be 105,000.
  expect(looks).toBe(100)
})
