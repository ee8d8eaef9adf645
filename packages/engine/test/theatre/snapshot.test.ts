// A snapshot restores a fold that publishes the same, byte for byte.

import { deserialize, serialize } from 'node:v8'
import { runsOf } from '@tocsin/testing/process/test-size'
import { describe, expect, it } from 'vitest'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { restoreSnapshot, writeSnapshot } from '../../src/theatre/snapshot.ts'
import { compareRestored } from '../courses/restore-check.ts'
import { makeCoveredRules, makeDefaultRules } from '../courses/rule-courses.ts'
import { makeReport } from '../support/make-report.ts'

const seeds = Array.from({ length: runsOf(20, 2) }, (_, i) => i + 1)

describe('a snapshot', () => {
  it.each(seeds)('restores a fold that publishes the same, course %i', seed => {
    expect(compareRestored(makeDefaultRules(), seed)).toBeGreaterThan(100)
  })

  it.each([1, 2])('restores the past of a scan beyond its longest look back, course %i', seed => {
    const course = { reports: 800, days: 2000, areas: 2 }
    expect(compareRestored(makeCoveredRules('cluster'), seed, course)).toBeGreaterThan(100)
  })

  it('gives an alert whose finding it does not find one that shares its triggers', () => {
    const id = 'mass-casualty'
    const rules = makeRuleSet([{ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} }])
    const options = { theatre: 'sahel', fold: 'public', engine: '1', write: () => {} } as const
    const fold = new LevelFold(rules, options)
    const deaths = { low: 60, best: 60, high: 60 }
    const data = makeReport({ category: 'attack-on-civilians', fatalities: deaths })
    const about = { theatre: 'sahel', time: '2025-06-02T00:00:00.000Z' }
    fold.apply({ ...about, id: 'a', type: 'report.received', data })
    const snapshot = deserialize(writeSnapshot(fold))
    snapshot.alerts[0].finding = { core: 99 }
    const restored = restoreSnapshot(serialize(snapshot), rules, options)
    const [alert] = restored.book.alerts.values()
    expect(alert).toMatchObject({ finding: null })
    const to = '2025-06-03T00:00:00.000Z'
    restored.apply({ ...about, id: 'b', type: 'clock.ticked', data: { to, gap: false } })
    expect(alert?.finding).toBe([...restored.engine.listFindings()][0])
    expect(restored.book.alerts.size).toBe(1)
  })
})
