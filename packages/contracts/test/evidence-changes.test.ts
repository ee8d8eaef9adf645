import type { EvidenceItem } from '@tocsin/contracts/alert/alert'
import { applyChanges } from '@tocsin/contracts/record/alert-recording'
import { computeRuns } from '@tocsin/testing/process/test-size'
import { findChanges } from '@tocsin/testing/report/alert-recorder'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { history, item } from './evidence-histories.ts'

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

  it('along a history', () => {
    fc.assert(
      fc.property(history, lists => {
        for (const [i, now] of lists.entries()) {
          const before = lists[i - 1] ?? now
          const changes = findChanges(before, now)
          expect(applyChanges(before, changes)).toEqual(now)
        }
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
