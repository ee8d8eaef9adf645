import type { EvidenceItem } from '@tocsin/contracts/alert/alert'
import { applyChanges } from '@tocsin/contracts/record/evidence-changes'
import { computeCheck, updateCheck } from '@tocsin/contracts/record/evidence-check'
import { computeRuns } from '@tocsin/testing/process/test-size'
import { findChanges } from '@tocsin/testing/report/alert-recorder'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Evidence, history, item } from './evidence-histories.ts'

const list = fc.array(item, { maxLength: 40 })
const numbered = (role: EvidenceItem['role'], from: number, count: number): EvidenceItem[] =>
  Array.from({ length: count }, (_, i) => ({
    incidentId: `i${from + i}`,
    revision: 1,
    role,
    handling: 'public'
  }))

describe('changes of evidence', () => {
  it('make the second list of the first, whatever the lists', () => {
    fc.assert(
      fc.property(list, list, (before, now) => {
        expect(applyChanges(before, findChanges(before, now))).toEqual(now)
      })
    )
  })

  it('along a history, with the check sum of each list', () => {
    fc.assert(
      fc.property(history, lists => {
        let check = computeCheck(lists[0] as Evidence)
        for (const [i, now] of lists.entries()) {
          const before = lists[i - 1] ?? now
          const changes = findChanges(before, now)
          expect(applyChanges(before, changes)).toEqual(now)
          check = updateCheck(check, before, changes, now)
        }
        expect(check).toBe(computeCheck(lists.at(-1) as Evidence))
      }),
      { numRuns: computeRuns(50, 10) }
    )
  })

  it('are refused by another list than theirs', () => {
    const before = numbered('trigger', 0, 9)
    const changes = findChanges(before, before.toSpliced(4, 2))
    expect(applyChanges(numbered('trigger', 1, 9), changes)).toBeNull()
    expect(applyChanges(before.slice(0, 5), changes)).toBeNull()
    expect(
      applyChanges(before, [
        { at: 4, removed: [], added: [] },
        { at: 3, removed: [], added: [] }
      ])
    ).toBeNull()
  })
})

describe('the check sum', () => {
  it('differs for other items and for another order', () => {
    const items = numbered('trigger', 0, 12)
    const others = [
      items.slice(1),
      items.toReversed(),
      items.with(3, { ...(items[3] as EvidenceItem), revision: 2 }),
      items.with(3, { ...(items[3] as EvidenceItem), role: 'support' }),
      items.with(3, { ...(items[3] as EvidenceItem), handling: 'internal' }),
      [items[1] as EvidenceItem, items[0] as EvidenceItem, ...items.slice(2)],
      []
    ]
    expect(new Set([items, ...others].map(computeCheck)).size).toBe(others.length + 1)
  })

  it('is a number that JSON holds exactly', () => {
    fc.assert(
      fc.property(list, items => {
        expect(Number.isSafeInteger(computeCheck(items)) && computeCheck(items) >= 0).toBe(true)
      })
    )
  })
})
