// A fold that was restored from a snapshot publishes the same events, byte for byte, as one that
// went on: with retention, late and corrected reports, and acts of officers.

import { describe, expect, it } from 'vitest'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { LevelFold, type LevelOptions } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { restoreSnapshot, writeSnapshot } from '../../src/theatre/snapshot.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

const rules = makeRuleSet(
  [...ruleDefinitions.keys()].map(id => ({
    ruleId: id,
    ruleVersion: 1,
    pattern: id,
    parameters: {}
  }))
)

function makeOptions(written: string[]): LevelOptions {
  return {
    theatre: 'sahel',
    fold: 'public',
    engine: '1.0.0',
    retentionDays: 150,
    evictionDays: 20,
    write: record => written.push(record)
  }
}

describe('a snapshot', () => {
  it.each([1, 2, 3, 4, 5, 6])('restores a fold that publishes the same, seed %i', seed => {
    const { records } = makeTheatreCourse(seed, { reports: 300, days: 1100 })
    const written: string[] = []
    const fold = new LevelFold(rules, makeOptions(written))
    const restored: {
      readonly from: number
      readonly found: string[]
      readonly fold: LevelFold
    }[] = []
    for (const [i, record] of records.entries()) {
      fold.apply(record)
      for (const one of restored) one.fold.apply(record)
      if (i % 97 !== 96) continue
      const found: string[] = []
      const copy = restoreSnapshot(writeSnapshot(fold), rules, makeOptions(found))
      restored.push({ from: written.length, found, fold: copy })
    }
    for (const { from, found } of restored) expect(found).toEqual(written.slice(from))
    expect(written.length).toBeGreaterThan(100)
  })
})
