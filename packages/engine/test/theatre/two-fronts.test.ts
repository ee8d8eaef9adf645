// Two rules of one pattern in a pack: each publishes what it would publish alone.

import { describe, expect, it } from 'vitest'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

function fold(seed: number, ids: readonly string[], read: string) {
  const rules = makeRuleSet(
    ids.map(ruleId => ({ ...{ ruleId, ruleVersion: 1, pattern: 'front', parameters: {} } }))
  )
  const one = new LevelFold(rules, {
    ...{ theatre: 'sahel', fold: 'public', engine: '1.0.0', growthDays: 1, write: () => {} }
  })
  const { records } = makeTheatreCourse(seed, { reports: 250, days: 200 })
  for (const record of records) one.apply(record)
  return [...one.book.alerts.values()]
    .filter(({ rule }) => rule.id === read)
    .map(a =>
      JSON.stringify([
        a.status,
        a.startDay,
        a.endDay,
        a.levelDays,
        a.triggers,
        a.mergedInto !== null,
        a.revision
      ])
    )
}

describe('two rules of one pattern', () => {
  it.each([1, 3])('publish what each publishes alone, seed %i', seed => {
    const alone = fold(seed, ['front'], 'front')
    expect(alone.length).toBeGreaterThan(3)
    expect(fold(seed, ['front', 'second'], 'front')).toEqual(alone)
    expect(fold(seed, ['front', 'second'], 'second')).toEqual(alone)
  })
})
