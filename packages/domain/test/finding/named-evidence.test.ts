// Which incidents evidence names, for readers of each handling.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isNamedBeside,
  listedSupport,
  listedTriggers,
  namedOf
} from '../../src/finding/named-evidence.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { handlings, maySee, stricter } from '../../src/report/handling.ts'

const lists = fc
  .array(fc.constantFrom(...handlings), { maxLength: 40 })
  .map(all => all.map((handling, i) => ({ id: String(i), handling }) as Incident))
const limit = fc.integer({ min: 1, max: 12 })
const level = fc.constantFrom(...handlings)

const strictestOf = (list: readonly Incident[]) =>
  list.map(({ handling }) => handling).reduce(stricter, 'public')

describe('named evidence', () => {
  it('does not depend on what a reader may not see', () => {
    fc.assert(
      fc.property(lists, limit, level, (list, most, clearance) => {
        const visible = (those: readonly Incident[]) =>
          those.filter(({ handling }) => maySee(clearance, handling))
        expect(visible(namedOf(list, most))).toEqual(namedOf(visible(list), most))
        expect(visible(listedSupport(list, most))).toEqual(listedSupport(visible(list), most))
      })
    )
  })

  it('is the same one by one as all at once, and as strict as what is only counted', () => {
    fc.assert(
      fc.property(lists, limit, (list, most) => {
        const oneByOne: Incident[] = []
        for (const incident of list)
          if (isNamedBeside(oneByOne, incident, most)) oneByOne.push(incident)
        const named = namedOf(list, most)
        expect(named).toEqual(oneByOne)
        expect(strictestOf(named)).toBe(strictestOf(list))
      })
    )
  })

  it('is listed up to the limit, in order, every handling of a trigger among it', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 4, max: 12 }), (list, most) => {
        for (const listed of [listedTriggers(list, most), listedSupport(list, most)]) {
          expect(listed).toHaveLength(Math.min(list.length, most))
          expect(list.filter(incident => listed.includes(incident))).toEqual(listed)
        }
        expect(new Set(listedTriggers(list, most).map(({ handling }) => handling))).toEqual(
          new Set(list.map(i => i.handling))
        )
      })
    )
  })
})
