// A snapshot restores a fold that publishes the same, byte for byte.

import { deserialize, serialize } from 'node:v8'
import { computeRuns } from '@tocsin/testing/process/test-size'
import { describe, expect, it } from 'vitest'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { restoreSnapshot, writeSnapshot } from '../../src/theatre/snapshot.ts'
import { compareRestored } from '../courses/restore-check.ts'
import { makeCoveredRules, makeDefaultRules } from '../courses/rule-courses.ts'
import { makeReport } from '../support/make-report.ts'

const seeds = Array.from({ length: computeRuns(20, 2) }, (_, i) => i + 1)

describe('a snapshot', () => {
  it.each(seeds)('restores a fold that publishes the same, course %i', seed => {
    expect(compareRestored(makeDefaultRules(), seed)).toBeGreaterThan(100)
  })

  it.each([1, 2])('restores the past of a scan beyond its longest look back, course %i', seed => {
    const course = { reports: 800, days: 2000, areas: 2 }
    expect(compareRestored(makeCoveredRules('cluster'), seed, course)).toBeGreaterThan(100)
  })

  it('has the triggers of a situation that is older than retention', () => {
    const id = 'cumulative-deaths'
    const rules = makeRuleSet([{ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} }])
    const options = { theatre: 'sahel', fold: 'public', engine: '1', write: () => {} } as const
    const fold = new LevelFold(rules, { ...options, retentionDays: 100, evictionDays: 1 })
    const writeDay = (day: number) => new Date(Date.UTC(2020, 0, 1 + day)).toISOString()
    const apply = (type: string, data: object) =>
      fold.apply({ id: `${count++}`, type, data, theatre: 'sahel', time: writeDay(0) } as never)
    let count = 0
    const report = (reportId: string, from: number, to: number, more: object) => {
      const at = [writeDay(from).slice(0, 10), writeDay(to).slice(0, 10)] as const
      apply('report.received', makeReport({ reportId, at, ...more }))
    }
    const fatalities = { low: 40, best: 40, high: 40 }
    const lastDay = 620
    for (let day = 0; day < lastDay; day += 10)
      report(`attack-${day}`, day, day, { fatalities, place: { lat: 14 + day / 1000 } })
    // Declared the same: the better report is of a day, the other one of weeks.
    const eight = { name: 'Konna', lat: 15.5, lon: -4 }
    report('day', 110, 110, { fatalities, place: eight, credibility: 1 })
    report('weeks', 105, 140, { place: eight, sourceId: 'other' })
    apply('pair.declared', { reportIds: ['day', 'weeks'], same: true, by: 'Awa' })
    apply('clock.ticked', { to: writeDay(lastDay - 1), gap: false })
    apply('clock.ticked', { to: writeDay(lastDay), gap: false })
    const restored = restoreSnapshot(writeSnapshot(fold), rules, options)
    const read = ({ engine }: LevelFold) =>
      [...engine.listFindings()].map(one => one.listTriggers().map(row => engine.reports.ids[row]))
    expect(fold.engine.listIncidents().map(row => fold.engine.reports.ids[row])).toContain('day')
    expect(read(fold).flat()).toContain('day')
    expect(read(restored)).toEqual(read(fold))
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
