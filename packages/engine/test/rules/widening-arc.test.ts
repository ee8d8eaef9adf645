// The window of an arc, and its triggers.

import { expect, it } from 'vitest'
import { convertToDay, formatDay } from '../../src/data/time.ts'
import type { DayRule } from '../../src/rules/rule.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeReport } from '../support/make-report.ts'
import { ScopeFold } from '../support/scope-fold.ts'

const pattern = 'widening-arc'
const firstDay = convertToDay(Date.parse('2025-06-01'))

/** Folds attacks, each by its day after the first and its area, and lists the triggers of each arc. */
function listArcs(...attacks: readonly (readonly [offset: number, area: number])[]): number[][] {
  const [rule] = makeRuleSet([
    { ruleId: pattern, ruleVersion: 1, pattern, parameters: {} }
  ]).dayRules
  const fold = new ScopeFold(rule as DayRule)
  for (const [offset, area] of attacks) {
    const at = formatDay(firstDay + offset)
    const admin1 = `ML-${area}`
    fold.add(makeReport({ at, place: { admin1, foundAdmin1: admin1, lat: 12 + area, lon: -5 } }))
  }
  fold.advance(firstDay + 100)
  return fold.listEpisodes().map(episode => [...episode.listTriggers()])
}

it('begins by three areas on dates that are a week apart at most', () => {
  expect(listArcs([0, 1], [1, 2], [7, 3])).toEqual([[0, 1, 2]])
  expect(listArcs([0, 1], [1, 2], [8, 3])).toEqual([])
})

it('has the attacks that began it or made it wider, not the others', () => {
  expect(listArcs([0, 1], [1, 2], [3, 3], [4, 1], [7, 1])).toEqual([[0, 1, 2]])
  expect(listArcs([0, 1], [1, 2], [3, 3], [4, 1], [7, 4])).toEqual([[0, 1, 2, 3, 4]])
})
